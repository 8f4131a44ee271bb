#!/usr/bin/env python3
"""Build the command for another processor, and download with it.

    cross.py armhf|aarch64|mipsel|mips|riscv64

Builds a static command with Debian's cross compiler and glibc, and runs it
under QEMU's user emulation against the stand-in for Feishu. mips is big
endian; armhf, mips and mipsel have 32 bits. The last line is "cross ARCH: N
passed, N failed", the exit status tells whether all passed. README.md names
the packages.
"""

import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import command
import trial

# name: of the tools, of the emulator
TARGETS = {
    "armhf": ("arm-linux-gnueabihf-", "arm"),
    "aarch64": ("aarch64-linux-gnu-", "aarch64"),
    "mipsel": ("mipsel-linux-gnu-", "mipsel"),
    "mips": ("mips-linux-gnu-", "mips"),
    "riscv64": ("riscv64-linux-gnu-", "riscv64"),
}


def main(arguments):
    """The command; see above."""
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        print(f"usage: cross.py {'|'.join(TARGETS)}", file=sys.stderr)
        return 2
    target = arguments[0]
    prefix, machine = TARGETS[target]
    try:
        program = command.build(f"cross-{target}", prefix, f"{prefix}gcc",
                                "-static -no-pie", "-fno-pie")
        command.print_size(f"cross-{target}", program)
        emulator = f"qemu-{machine}-static"
        print(command.run(emulator, program, "--version").splitlines()[0])
        passed, failed = trial.run({target: [emulator, program]})
    except (command.Failure, RuntimeError, OSError) as failure:
        print(f"FAIL {failure}")
        passed, failed = 0, 1
    print(f"cross {target}: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(trial.tidily(main, sys.argv[1:]))
