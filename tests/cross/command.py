"""Build the feishu-image command for other processors and C libraries.

With the project's own Makefile, its tools and places overridden; BearSSL from
source, jsmn.h copied. Everything lies below build/<name>/.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lib"))

import bearssl_source

JSMN = pathlib.Path("/usr/include/jsmn.h")
PROTECT = "-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
PROTECT_LINK = "-Wl,-z,relro,-z,now -Wl,-z,noexecstack"
# What a program without exceptions and without a debugger can do without.
SMALL = ("-Os -ffunction-sections -fdata-sections "
         "-fno-asynchronous-unwind-tables -fno-unwind-tables")


class Failure(Exception):
    """What went wrong and what helps."""


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


def build(name, prefix, cc, link, position=""):
    """Build build/<name>/feishu-image and a stripped copy of it.

    `prefix` begins the names of the binary tools, `cc` is the compiler with
    all it needs to find its C library; `link` are further options of the
    linker, `position` those that make code position independent, if it is to
    be. Returns the path of the stripped copy. Warnings are errors.
    """
    out = f"build/{name}"
    include = ROOT / out / "include"
    include.mkdir(parents=True, exist_ok=True)
    if not JSMN.exists():
        raise Failure(f"{JSMN} is missing (Debian: libjsmn-dev)")
    shutil.copy(JSMN, include)
    try:
        bearssl_source.make(ROOT / out / "bearssl", cc, f"{SMALL} {position}")
    except bearssl_source.Failure as failure:
        raise Failure(failure) from None
    _forget_if_changed(ROOT / out, "\0".join(
        [cc, SMALL, PROTECT, PROTECT_LINK, link, position]))
    command = f"{out}/feishu-image"
    run("make", "-s", "-j2", command, f"O={out}",
        f"CC={cc} -isystem {out}/include -isystem {out}/bearssl/include",
        f"AR={prefix}ar", "OBJCOPY=true",  # tidies names for x86 only
        f"CFLAGS={SMALL} -Werror {position}",
        f"HARDEN={PROTECT} {position}",
        f"HARDEN_LINK={link} {PROTECT_LINK} -Wl,--gc-sections "
        f"-Wl,-Map={out}/map",
        f"BEARSSL={out}/bearssl/libbearssl.a")
    stripped = ROOT / f"{out}/feishu-image-stripped"
    run(f"{prefix}strip", "-s", "-R", ".comment", "-o", stripped, command)
    return stripped


def _forget_if_changed(out, now):
    """Make knows nothing of options and compilers: start anew with others."""
    recipe = out / "recipe"
    if not recipe.exists() or recipe.read_text() != now:
        for folder in ("src", "port"):
            shutil.rmtree(out / folder, ignore_errors=True)
        for file in ("libfeishu-image.a", "feishu-image"):
            (out / file).unlink(missing_ok=True)
    recipe.write_text(now)


def parts(name):
    """Where the room goes: part -> bytes, by the linker's map."""
    text = (ROOT / f"build/{name}/map").read_text()
    text = text[text.index("Linker script and memory map"):]
    found = re.findall(r"^ \.(?:text|rodata|data|init|fini|ARM\.ex|eh_frame)"
                       r"\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S+)",
                       text, re.M)
    sums = {}
    for size, file in found:
        part = _part_of(file)
        sums[part] = sums.get(part, 0) + int(size, 16)
    return sums


def _part_of(file):
    archive = os.path.basename(file.partition("(")[0])
    if archive == "libbearssl.a":
        return "BearSSL"
    if archive == "libfeishu-image.a":
        return "library"
    return "command" if f"{os.sep}port{os.sep}" in file else "libc"


def print_size(name, program):
    """Print the size of a stripped program and of its parts; returns it."""
    size = program.stat().st_size
    shares = ", ".join(f"{part} {bytes_ / 1024:.1f}" for part, bytes_
                       in sorted(parts(name).items()))
    print(f"size {name}: {size} bytes ({size / 1024:.1f} KB: {shares})")
    return size
