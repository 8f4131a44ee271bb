#!/usr/bin/env python3
"""Build the firmware of one board, and have it download images under QEMU.

    board.py BOARD [TIMES]

A JPEG of 300 KB and a PNG of 1 MB come from the stand-in for Feishu over DHCP,
DNS, TCP and TLS, with a chain of leaf, intermediate and root; TIMES times
each. The exit status tells whether each was the one that was sent.
"""

import sys

sys.dont_write_bytecode = True

import build
from lab import Lab
from targets import TARGETS

IMAGES = {"jpeg-300k": "rsa", "png-1m": "ecdsa"}  # image: server


def show(name, key, outcome):
    """One line about a download."""
    said = outcome.said
    print(f"{name}: {key}: {said['delivered']} bytes, "
          f"SHA-256 {said['sha256'][:16]}..., {said['ms']} ms on the board "
          f"(address after {said['dhcp_ms']} ms), stack {said['stack']}; "
          f"QEMU ran {outcome.seconds:.2f} s", flush=True)


def main(arguments):
    """Build, run, verify."""
    if len(arguments) not in (1, 2) or arguments[0] not in TARGETS:
        print(f"board: which one? {' '.join(TARGETS)}", file=sys.stderr)
        return 2
    name = arguments[0]
    times = int(arguments[1]) if len(arguments) > 1 else 1
    try:
        image = build.build(name)
        sizes = build.sizes(image)
        print(f"{name}: {image.relative_to(build.ROOT)}, flash "
              f"{sizes['flash']} bytes, RAM {sizes['ram']} bytes with a stack "
              f"of {sizes['stack']}", flush=True)
        with Lab() as lab:
            for _ in range(times):
                for key, server in IMAGES.items():
                    outcome = lab.run(name, key, server=server)
                    wrong = lab.wrong(key, outcome)
                    if wrong:
                        print(outcome.text, f"{name}: {key}: {wrong}", sep="\n")
                        return 1
                    show(name, key, outcome)
    except (build.Failure, build.bearssl_source.Failure,
            RuntimeError) as failure:
        print(f"board: {failure}", file=sys.stderr)
        return 1
    print(f"{name}: every image is the one that was sent")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
