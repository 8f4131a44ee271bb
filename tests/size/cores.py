"""The processors that the library is measured for, and objects for them.

What is compiled is kept below build/boards, where a board's firmware of the
same flags finds it as well.
"""

import concurrent.futures
import dataclasses
import pathlib
import re
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "boards")]

import build  # which finds the modules of tests/lib
import bearssl_source
from targets import BUILD, ROOT, Target

SRC = ROOT / "src"
M0PLUS = ("-mcpu=cortex-m0plus", "-DBR_ARMEL_CORTEXM_GCC=1")
RV32 = ("-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs")


@dataclasses.dataclass(frozen=True)
class Core:
    """A processor.

    name      as in the README
    cross     what the names of compiler and binutils begin with
    libc      the option that chooses the small C library
    package   Debian's, which has the compiler
    flags     the compiler's
    target    the board that QEMU plays; None: nothing is run
    """

    name: str
    cross: str = "arm-none-eabi-"
    libc: tuple = ("--specs=nano.specs",)
    flags: tuple = ()
    target: object = None

    @property
    def all_flags(self):
        return self.target.flags_but("-DLWIP") if self.target \
            else [*self.flags]

    @property
    def gcc(self):
        return self.cross + "gcc"


def arm(name, board, machine, *flags):
    """A Cortex-M, on the board in the folder `board` of port/."""
    return Core(name, target=Target(
        f"cost-{name.lower().replace('+', 'plus')}", board, machine,
        flags=flags))


# QEMU has no Cortex-M0+ with that much memory, but its code runs on a M3.
CORES = [
    arm("M0+", "mps2-an385", "mps2-an385", *M0PLUS),
    arm("M3", "mps2-an385", "mps2-an385"),
    arm("M4", "mps2-an385", "mps2-an386", "-mcpu=cortex-m4"),
    arm("M7", "mps2-an500", "mps2-an500"),
    arm("M33", "mps2-an505", "mps2-an505"),
    Core("RV32", "riscv64-unknown-elf-", (), RV32),
]


def alone():
    """Held while compiling: others may want the same objects."""
    return bearssl_source.locked(BUILD / ".lock")


def version(core):
    """The compiler and its version."""
    return f"{core.gcc} {build.run(core.gcc, '-dumpfullversion').strip()}"


def compile_all(core, sources, folder, flags):
    """The objects of all sources, two compilers at a time."""
    with concurrent.futures.ThreadPoolExecutor(build.JOBS) as pool:
        return list(pool.map(
            lambda source: build.compile_one(
                source, folder / f"{source.stem}.o", flags, core.gcc),
            sources))


def flags_of(core, settings=()):
    """What our own sources are compiled with."""
    include = build.headers(BUILD / "include")
    return [*core.all_flags, *settings, *build.COMMON, *build.OURS,
            "-isystem", include, "-I", SRC]


def folder_of(core, settings=()):
    """Where objects of our own sources are kept."""
    return build.shared("src", flags_of(core, settings))


def library(core, settings=()):
    """The library's objects; `settings` are those of fimg_config.h."""
    return compile_all(core, sorted(SRC.glob("*.c")),
                       folder_of(core, settings), flags_of(core, settings))


_names = {}  # (object, when it was made): (names it defines, those it needs)


def symbols(core, objects):
    """The names that objects define, and those they need."""
    keys = {(str(path), path.stat().st_mtime_ns): path for path in objects}
    new = {str(path): key for key, path in keys.items() if key not in _names}
    for key in new.values():
        _names[key] = set(), set()
    if new:
        text = build.run(core.cross + "nm", "-A", "-g", *new)
        for file, kind, name in re.findall(r"^(.+?):.* (\w) (\S+)$", text,
                                           re.M):
            _names[new[file]][kind == "U"].add(name)
    defined = set().union(*(_names[key][0] for key in keys))
    needed = set().union(*(_names[key][1] for key in keys))
    return defined, needed - defined


def bearssl(core, objects):
    """The objects of BearSSL's that `objects` lead to."""
    tree = bearssl_source.fetch(bearssl_source.CACHE)
    flags = [*core.all_flags, *build.COMMON, *build.NO_SYSTEM, "-std=gnu99",
             "-w", "-I", BUILD / "include", "-I", tree / "src"]
    folder = build.shared("bearssl", flags)
    files = build.definitions(tree)
    chosen, made = set(), []
    while True:
        _, needed = symbols(core, [*objects, *made])
        more = {files[name] for name in needed if name in files} - chosen
        if not more:
            return made
        chosen |= more
        made += compile_all(core, sorted(more), folder, flags)
