#!/usr/bin/env python3
"""Build static commands with musl, hold them to their size, download.

    static.py [x86-64|armhf|mipsel]

Without an argument all three. Each is one file without dependencies, stripped:
build/static-ARCH/feishu-image-stripped. The last line is "static: N passed, N
failed". README.md names the packages and tells what takes the room.
"""

import sys

import command
import musl
import trial

PIE = ("-fPIE", "-static-pie")
# MIPS takes a quarter more room where every address is looked up in a table;
# and pages of 64 KB, which the linker reckons with, no such CPU has.
FIXED = ("-fno-pie -mno-shared -mplt",
         "-static -no-pie -Wl,-z,max-page-size=16384")
# name: beginning of the tools' names, Debian's name of the architecture (None:
# musl-tools has it), emulator, how code is placed, bytes at most
TARGETS = {
    "x86-64": ("x86_64-linux-gnu-", None, [], PIE, 204800),
    "armhf": ("arm-linux-gnueabihf-", "armhf", ["qemu-arm-static"], PIE,
              163840),
    "mipsel": ("mipsel-linux-gnu-", "mipsel", ["qemu-mipsel-static"], FIXED,
               235520),
}


def build(target):
    """Build and measure one; returns how to run it and what is wrong."""
    prefix, architecture, emulator, place, most = TARGETS[target]
    compiler = musl.compiler(prefix, architecture, place == PIE)
    program = command.build(f"static-{target}", prefix, compiler, place[1],
                            place[0])
    size = command.print_size(f"static-{target}", program)
    headers = command.run(f"{prefix}readelf", "-l", program)
    if size > most:
        return None, f"{size} bytes, allowed are {most}"
    if "INTERP" in headers or ("type is DYN" in headers) != (place == PIE):
        return None, "is not the kind of program it should be"
    return [*emulator, str(program)], None


def main(arguments):
    """The command; see above."""
    if len(arguments) > 1 or not set(arguments) <= set(TARGETS):
        print(f"usage: static.py [{'|'.join(TARGETS)}]", file=sys.stderr)
        return 2
    commands, passed, failed = {}, 0, 0
    for target in arguments or TARGETS:
        try:
            words, problem = build(target)
        except command.Failure as failure:
            words, problem = None, failure
        if problem is None:
            print(f"case {target}: size and kind of the program")
            commands[target] = words
            passed += 1
        else:
            print(f"FAIL {target}: {problem}")
            failed += 1
    try:
        right, wrong = trial.run(commands)
    except RuntimeError as error:
        print(f"FAIL {error}")
        right, wrong = 0, 1
    passed, failed = passed + right, failed + wrong
    print(f"static: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
