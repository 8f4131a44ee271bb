"""Build the feishu-image command for other processors and C libraries.

With the project's own Makefile, its tools and places overridden; BearSSL from
source, jsmn.h copied. Everything lies below build/<name>/.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "lib"))

import bearssl_source
from debian_source import Failure, locked

JSMN = pathlib.Path("/usr/include/jsmn.h")
PROTECT = "-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
PROTECT_LINK = "-Wl,-z,relro,-z,now -Wl,-z,noexecstack"
WARN = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
# What a program without exceptions and without a debugger can do without.
SMALL = ("-pipe -Oz -ffunction-sections -fdata-sections "
         "-fno-asynchronous-unwind-tables -fno-unwind-tables")
# Of a linker's map: those that end up in the file.
SECTION = r"\.(?:text|rodata|data|init|fini|ARM\.ex|eh_frame)[^\s)]*"


def run(*command, **options):
    """Run a command; its output, or a Failure with it."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=ROOT,
                              text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **options)
    except OSError as error:
        raise Failure(f"{command[0]}: {error.strerror}; see "
                      "tests/cross/README.md for what to install") from None
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def build(name, prefix, cc, link, position="", more=()):
    """Build build/<name>/feishu-image and a stripped copy of it.

    `prefix` begins the names of the binary tools, `cc` is the compiler with
    all it needs to find its C library; `link` are further options of the
    linker, `position` those that make code position independent, if it is to
    be; `more` are C files of this folder to be linked in. Returns the path of
    the stripped copy. Warnings are errors.
    """
    out = f"build/{name}"
    flags = f"{SMALL} {position}".strip()
    with locked(ROOT / "build" / f".{name}.lock"):
        _headers(ROOT / out / "include")
        _forget_if_changed(ROOT / out, "\0".join(
            [cc, flags, PROTECT, PROTECT_LINK, link]))
        our_cc = f"{cc} -isystem {out}/include"
        objects = [_compile(f"{our_cc} {flags}", ROOT / "port" / "musl" / file,
                            out)
                   for file in more]
        words = [f"O={out}", f"CC={our_cc}", f"AR={prefix}ar",
                 "OBJCOPY=true",  # tidies names for x86 only
                 f"CFLAGS={flags} -Werror", f"HARDEN={PROTECT} {position}",
                 f"HARDEN_LINK={link} {PROTECT_LINK} -Wl,--gc-sections "
                 f"-Wl,-Map={out}/map",
                 f"BEARSSL={' '.join(objects)} {out}/bearssl/libbearssl.a"]
        _bearssl(prefix, cc, flags, out, words)
        return _link(prefix, out, words)


def _bearssl(prefix, cc, flags, out, words):
    """Build our library, and of BearSSL what it needs."""
    archive = f"{out}/libfeishu-image.a"
    run("make", "-s", "-j2", archive, *words)
    names = bearssl_source.needed_by(f"{prefix}nm", [ROOT / archive])
    bearssl_source.make(ROOT / out / "bearssl", cc, flags, names=names)


def _link(prefix, out, words):
    """Build the rest; returns the path of the stripped program.

    That is replaced whole: another copy may be running it.
    """
    program = f"{out}/feishu-image"
    (ROOT / program).unlink(missing_ok=True)  # of what make does not know
    run("make", "-s", "-j2", program, *words)
    run(f"{prefix}strip", "-s", "-R", ".comment", "-o", f"{program}-new",
        program)
    return (ROOT / f"{program}-new").replace(ROOT / f"{program}-stripped")


def _headers(folder):
    """Fill a folder with BearSSL's headers and jsmn's."""
    folder.mkdir(parents=True, exist_ok=True)
    if not JSMN.exists():
        raise Failure(f"{JSMN} is missing (Debian: libjsmn-dev)")
    for path in [JSMN, *(bearssl_source.fetch() / "inc").glob("*.h")]:
        shutil.copy(path, folder)


def _compile(command, source, out):
    """Compile a C file of this folder; returns the object's name.

    Part of it runs before the stack protector's canary is there.
    """
    made = f"{out}/{source.stem}.o"
    run(*shlex.split(command), "-std=c99", *WARN.split(),
        "-fno-stack-protector", "-c", "-o", made, source)
    return made


def _forget_if_changed(out, now):
    """Make knows nothing of options and compilers: start anew with others."""
    recipe = out / "recipe"
    if not recipe.exists() or recipe.read_text() != now:
        for folder in ("src", "hard", "port"):
            shutil.rmtree(out / folder, ignore_errors=True)
        for file in ("libfeishu-image.a", "feishu-image"):
            (out / file).unlink(missing_ok=True)
    recipe.write_text(now)


def parts(name):
    """Where the room goes: part -> bytes, by the linker's map."""
    text = (ROOT / f"build/{name}/map").read_text()
    text = text[text.find("Linker script and memory map") + 1:]
    # as BFD's linker writes it, or LLVM's
    found = re.findall(fr"^ {SECTION}\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S+)"
                       fr"|^ +[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) +\d+ +"
                       fr"(\S+):\({SECTION}\)$", text, re.M)
    sums = {}
    for size, file, lld_size, lld_file in found:
        part = _part_of(file or lld_file)
        sums[part] = sums.get(part, 0) + int(size or lld_size, 16)
    return sums


def _part_of(file):
    archive = os.path.basename(file.partition("(")[0])
    if archive == "libbearssl.a":
        return "BearSSL"
    if archive == "libfeishu-image.a":
        return "library"
    if file == "<internal>":
        return "merged strings"
    return "libc" if file.startswith("/") else "command"


def print_size(name, program, most=None):
    """Print the size of a stripped program and of its parts; returns it."""
    size = program.stat().st_size
    shares = ", ".join(f"{part} {bytes_ / 1024:.1f}" for part, bytes_
                       in sorted(parts(name).items()))
    limit = f", allowed {most}" if most else ""
    print(f"size {name}: {size} bytes{limit} ({size / 1024:.1f} KB: {shares})")
    return size
