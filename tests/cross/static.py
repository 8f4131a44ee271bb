#!/usr/bin/env python3
"""Build static commands with musl, hold them to their size, download.

    static.py [x86-64|armhf|mipsel]

Without an argument all three. Each is one file without dependencies, stripped:
build/static-ARCH/feishu-image-stripped. The last line is "static: N passed, N
failed". README.md names the packages and tells what takes the room.
"""

import shutil
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import command
import memory
import musl
import trial

# Instead of what musl has larger or not at all.
PARTS = ("start.c", "heap.c")
WRAP = "-Wl,--wrap=__libc_start_main"
PIE = ("-fPIE", f"-static-pie {WRAP}")
# LLVM's linker spares what BFD's fills up to whole pages between the segments,
# and packs the relocations for port/musl/start.c. x86-64 always has SSE2 and
# products of 128 bits, so BearSSL's code for going without is left out.
SMALL_PIE = ("-fPIE", f"-static-pie {WRAP} "
             "-fuse-ld=lld -Wl,--pack-dyn-relocs=relr "
             "-Wl,--defsym=br_chacha20_ct_run=br_chacha20_sse2_run "
             "-Wl,--defsym=br_poly1305_ctmul_run=br_poly1305_ctmulq_run")
# MIPS takes a quarter more room where every address is looked up in a table;
# and pages of 64 KB, which the linker reckons with, no such CPU has.
FIXED = ("-fno-pie -mno-shared -mplt",
         f"-static -no-pie {WRAP} -Wl,-z,max-page-size=16384")
# name: beginning of the tools' names, Debian's name of the architecture (None:
# musl-tools has it), emulator, how code is placed, bytes at most
TARGETS = {
    "x86-64": ("x86_64-linux-gnu-", None, [], SMALL_PIE, 204800),
    "armhf": ("arm-linux-gnueabihf-", "armhf", ["qemu-arm-static"], PIE,
              163840),
    "mipsel": ("mipsel-linux-gnu-", "mipsel", ["qemu-mipsel-static"], FIXED,
               235520),
}


def build(target):
    """Build and measure one; returns how to run it and what is wrong."""
    prefix, architecture, emulator, place, most = TARGETS[target]
    pie = place != FIXED
    if place == SMALL_PIE and not shutil.which("ld.lld"):
        raise command.Failure("ld.lld is missing (Debian: lld)")
    compiler = musl.compiler(prefix, architecture, pie)
    program = command.build(f"static-{target}", prefix, compiler, place[1],
                            place[0], PARTS)
    size = command.print_size(f"static-{target}", program, most)
    headers = command.run(f"{prefix}readelf", "-l", program)
    if size > most:
        return None, f"{size} bytes, allowed are {most}"
    if "INTERP" in headers or ("type is DYN" in headers) != pie:
        return None, "is not the kind of program it should be"
    names = command.run(f"{prefix}nm", program.with_name("feishu-image"))
    if "__stack_chk_fail" not in names:
        return None, "has no stack protector"
    words = [*emulator, str(program)]
    return words, memory.problem(words, headers)


def main(arguments):
    """The command; see above."""
    if len(arguments) > 1 or not set(arguments) <= set(TARGETS):
        print(f"usage: static.py [{'|'.join(TARGETS)}]", file=sys.stderr)
        return 2
    commands, passed, failed = {}, 0, 0
    for target in arguments or TARGETS:
        try:
            words, problem = build(target)
        except (command.Failure, OSError) as failure:
            words, problem = None, failure
        if problem is None:
            print(f"case {target}: size, kind and memory of the program")
            commands[target] = words
            passed += 1
        else:
            print(f"FAIL {target}: {problem}")
            failed += 1
    try:
        right, wrong = trial.run(commands)
    except (RuntimeError, OSError) as error:
        print(f"FAIL {error}")
        right, wrong = 0, 1
    passed, failed = passed + right, failed + wrong
    print(f"static: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(trial.tidily(main, sys.argv[1:]))
