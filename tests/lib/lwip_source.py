#!/usr/bin/env python3
"""Fetch lwIP from its Debian source package, with Debian's patches applied.

    lwip_source.py [--cache DIR]    print the folder of the patched sources

debian_source.py tells where they come from.
"""

import argparse
import subprocess
import sys
import tarfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import debian_source
from debian_source import CACHE, Failure, last_line

PACKAGE = debian_source.Package(
    "lwip", "pool/main/l/lwip", "lwip-2.1.3", {
        "lwip_2.1.3+dfsg1.orig.tar.xz":
        "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24",
        "lwip_2.1.3+dfsg1-2.debian.tar.xz":
        "c5a48413d362cc757032cdd58f528f75eb64ee781ca46ca24f010b49b0e62a90",
    })


def patch(tree):
    """Apply Debian's patches, all of them, in their order."""
    patches = tree / "debian" / "patches"
    for name in (patches / "series").read_text().split():
        try:
            done = subprocess.run(
                ["patch", "-p1", "-s", "-f", "-i", str(patches / name)],
                cwd=tree, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
        except FileNotFoundError:
            raise Failure("patch is missing (Debian: patch)") from None
        if done.returncode:
            raise Failure(f"{name} does not apply: {last_line(done.stdout)}")


def fetch(cache=CACHE):
    """The folder of the patched sources, made where it is missing."""
    return debian_source.fetch(PACKAGE, cache, patch)


def main(arguments):
    """The command; see above."""
    parser = argparse.ArgumentParser(
        description="Fetch lwIP from its Debian source package.")
    parser.add_argument("--cache", metavar="DIR", default=CACHE)
    options = parser.parse_args(arguments)
    try:
        print(fetch(options.cache))
    except (Failure, OSError, tarfile.TarError) as error:
        print(f"lwip_source: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
