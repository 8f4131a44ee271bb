"""Build the firmware of one target, as much as has changed since last time.

    build.py TARGET [PROGRAM]

Ours is compiled from src/, port/lwip, port/cortexm and the board's folder;
lwIP from Debian's source package; of BearSSL's, the files that are referred
to, found by following undefined symbols. The roots of the stand-in are
compiled in. programs.py has what else there is than the example's download.
"""

import concurrent.futures
import functools
import hashlib
import os
import pathlib
import re
import shlex
import subprocess
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib"), str(HERE.parent / "standin")]

import bearssl_source
import lwip_source
import pki
from programs import FIRMWARE, PROGRAMS
from targets import BUILD, ROOT, TARGETS

CROSS = "arm-none-eabi-"
JOBS = 2
COMMON = ["-Os", "-ffunction-sections", "-fdata-sections", "-fno-common"]
OURS = ["-std=c99", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
        "-Wconversion", "-Werror"]
# Neither clock nor randomness behind the library's back.
NO_SYSTEM = ["-DBR_USE_UNIX_TIME=0", "-DBR_USE_URANDOM=0"]
LINK = ["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections",
        "-Wl,--fatal-warnings", "-T", "sections.ld"]
LWIP = ["core/*.c", "core/ipv4/*.c", "core/ipv6/*.c", "netif/ethernet.c"]
HEAP = {"malloc", "_malloc_r", "_sbrk", "sbrk", "free", "calloc"}


class Failure(Exception):
    """What went wrong and what helps."""


def run(*command, cwd=ROOT):
    """The output of a command that must succeed."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=cwd,
                              text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is missing; run tests/setup.sh") from None
    if done.returncode:
        raise Failure(f"{shlex.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def is_fresh(made, note, wanted):
    """Is `made` there, by the same command, and newer than what it is of?"""
    depends = made.with_suffix(".d")
    if not made.exists() or not note.exists() or note.read_text() != wanted:
        return False
    sources = depends.read_text() if depends.exists() else ":"
    words = sources.replace("\\\n", " ").partition(":")[2].split()
    age = made.stat().st_mtime_ns
    try:
        return all(os.stat(word).st_mtime_ns < age for word in words)
    except FileNotFoundError:
        return False


def compile_one(source, made, flags, compiler=CROSS + "gcc"):
    """One object, unless it is fresh. Returns its path."""
    command = [compiler, *flags, "-MD", "-MF", made.with_suffix(".d"), "-c",
               "-o", made, source]
    wanted = shlex.join(map(str, command))
    note = made.with_suffix(".cmd")
    if not is_fresh(made, note, wanted):
        made.parent.mkdir(parents=True, exist_ok=True)
        note.unlink(missing_ok=True)
        run(*command)
        note.write_text(wanted)
    return made


def shared(name, flags):
    """A folder for what targets have in common that use the same flags."""
    text = shlex.join(map(str, flags))
    return BUILD / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def compile_all(sources, folder, flags):
    """The objects of all sources, in `folder`."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(
            lambda s: compile_one(s, folder / f"{s.stem}.o", flags), sources))


# --- the roots ---------------------------------------------------------------

def anchors():
    """The C source of the stand-in's roots."""
    made = BUILD / "anchors.c"
    tool = BUILD / "make-anchors"
    sources = sorted((ROOT / "port" / "tools").glob("*.c"))
    BUILD.mkdir(parents=True, exist_ok=True)
    if not tool.exists() or any(s.stat().st_mtime > tool.stat().st_mtime
                                for s in sources):
        run("gcc", "-std=c99", "-O1", "-o", tool, *sources, "-lbearssl")
    text = run(tool, pki.make(ROOT / "build" / "standin" / "pki") / "roots.pem")
    if not made.exists() or made.read_text() != text:
        made.write_text(text)
    return made


# --- BearSSL -----------------------------------------------------------------

@functools.lru_cache
def definitions(tree):
    """BearSSL's external names -> the file that defines each."""
    found = {}
    for path in sorted((tree / "src").rglob("*.c")):
        text = path.read_text()
        names = re.findall(r"^(br_\w+)\(", text, re.M)
        names += re.findall(r"^const [^=\n]*\b(br_\w+)(?:\[.*\])? *=", text,
                            re.M)
        for name in names:
            found.setdefault(name, path)
    return found


def symbols(objects):
    """The names that objects define, and those they need."""
    defined, needed = set(), set()
    for line in run(CROSS + "nm", *objects).splitlines():
        match = re.search(r"([A-Za-z]) (\w+)$", line)
        if match:
            (needed if match[1] == "U" else defined).add(match[2])
    return defined, needed - defined


def bearssl(target, objects, include):
    """The objects of BearSSL's that `objects` lead to."""
    tree = bearssl_source.fetch(bearssl_source.CACHE)
    flags = [*target.flags_but("-DFIMG", "-DLWIP"), *COMMON, *NO_SYSTEM,
             "-std=gnu99", "-w", "-I", include, "-I", tree / "src"]
    folder = shared("bearssl", flags)
    files = definitions(tree)
    chosen, made = set(), []
    defined, needed = symbols(objects)
    while True:
        more = {files[n] for n in needed - defined if n in files} - chosen
        if not more:
            return made
        chosen |= more
        found = compile_all(sorted(more), folder, flags)
        made += found
        for known, names in zip((defined, needed), symbols(found)):
            known |= names


def headers(folder):
    """A folder with BearSSL's headers and jsmn's, and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = bearssl_source.fetch(bearssl_source.CACHE)
    for path in [*(tree / "inc").glob("*.h"),
                 pathlib.Path("/usr/include/jsmn.h")]:
        link = folder / path.name
        if not link.is_symlink():
            link.symlink_to(path)
    return folder


# --- all of it ---------------------------------------------------------------

def link(target, objects, program=FIRMWARE):
    """The image, and its map; a heap in it is an error."""
    made = image(target.name, program)
    places = [ROOT / "port" / "cortexm", ROOT / "port" / target.folder]
    run(CROSS + "gcc", *target.all_flags, *LINK, *PROGRAMS[program].link,
        *(f"-L{place}" for place in places), f"-Wl,-Map={made}.map",
        "-o", made, *objects)
    defined, _ = symbols([made])
    if defined & HEAP:
        raise Failure(f"{made}: there is a heap: {sorted(defined & HEAP)}")
    return made


def link_fresh(target, objects, include, program):
    """The image of these objects and BearSSL's, unless it is fresh."""
    made = image(target.name, program)
    note = made.with_suffix(".cmd")
    wanted = shlex.join(map(str, [*target.all_flags, *LINK, *NO_SYSTEM,
                                  *PROGRAMS[program].link, *objects]))
    if not is_fresh(made, note, wanted):
        note.unlink(missing_ok=True)
        link(target, objects + bearssl(target, objects, include), program)
        scripts = (ROOT / "port").glob("*/*.ld")
        made.with_suffix(".d").write_text(
            f"{made}: {' '.join(map(str, [*objects, *scripts]))}\n")
        note.write_text(wanted)
    return made


def image(name, program=FIRMWARE):
    """Where the image of a target is, once it is built."""
    return BUILD / name / f"{program}.elf"


def sizes(path):
    """Bytes of flash and RAM that an image takes, and of stack in the RAM."""
    found = {}
    for line in run(CROSS + "size", "-A", path).splitlines():
        words = line.split()
        if len(words) == 3 and words[1].isdigit():
            found[words[0]] = int(words[1])
    ram = found[".data"] + found[".bss"] + found[".stack"]
    return {"flash": found[".text"] + found[".data"], "ram": ram,
            "stack": found[".stack"]}


def ours(target, program, stack):
    """The objects of lwIP's port, of the board and of the program."""
    folder, port = BUILD / target.name, ROOT / "port"
    always = sorted({*(port / "lwip").glob("*.c"),
                     *(port / "cortexm").glob("*.c")} -
                    set(PROGRAMS[FIRMWARE].paths))
    flags = [*stack, *OURS, "-isystem", BUILD / "include", "-I", ROOT / "src",
             "-I", port / "cortexm"]
    objects = compile_all([*always, port / target.folder / "board.c"], folder,
                          flags)
    chosen = PROGRAMS[program]
    if program != FIRMWARE:
        folder /= program
    return objects + compile_all(chosen.paths, folder,
                                 [*flags, *chosen.includes])


def build(name, program=FIRMWARE):
    """Build a target. Returns the path of its image."""
    target = TARGETS[name]
    with bearssl_source.locked(BUILD / f".{name}.lock"), \
            bearssl_source.locked(BUILD / ".lock"):
        lwip = lwip_source.fetch() / "src"
        include = headers(BUILD / "include")
        port = ROOT / "port"
        flags = [*target.flags_but("-DLWIP"), *COMMON, *OURS, "-isystem",
                 include, "-I", ROOT / "src"]
        objects = compile_all([*sorted((ROOT / "src").glob("*.c")), anchors()],
                              shared("src", flags), flags)
        stack = [*target.all_flags, *COMMON, "-I", port / "lwip", "-isystem",
                 lwip / "include", "-include",
                 port / "cortexm" / "board_lwip.h"]
        objects += ours(target, program, stack)
        stack += ["-std=c99", "-w"]
        objects += compile_all(
            sorted(path for pattern in LWIP for path in lwip.glob(pattern)),
            shared("lwip", stack), stack)
        return link_fresh(target, objects, include, program)


if __name__ == "__main__":
    try:
        print(build(*sys.argv[1:3]))
    except (Failure, bearssl_source.Failure) as failure:
        sys.exit(f"build: {failure}")
