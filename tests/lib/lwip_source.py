#!/usr/bin/env python3
"""Fetch lwIP from its Debian source package, with Debian's patches applied.

    lwip_source.py          print the folder of the patched sources

As bearssl_source.py does for BearSSL, whose helpers are used: through apt's
own helper, without touching apt's lists or configuration, checksums pinned.
Where there is no apt, put the two files of FILES into the cache folder by
hand.
"""

import argparse
import hashlib
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import bearssl_source as package
from bearssl_source import CACHE, Failure, last_line, locked, put_in_place

POOL = "pool/main/l/lwip"
ORIG = "lwip_2.1.3+dfsg1.orig.tar.xz"
DEBIAN = "lwip_2.1.3+dfsg1-2.debian.tar.xz"
FILES = {
    ORIG: "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24",
    DEBIAN: "c5a48413d362cc757032cdd58f528f75eb64ee781ca46ca24f010b49b0e62a90",
}
TREE = f"lwip-2.1.3-{FILES[DEBIAN][:12]}"


def is_genuine(path):
    """Is `path` the file that FILES has the checksum of?"""
    return (path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()
            == FILES[path.name])


def download(target):
    """Fetch one of FILES from the first archive that has it."""
    reasons = []
    for base in package.mirrors():
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            part = pathlib.Path(work) / target.name
            status, text = package.run_apt(
                package.APT_HELPER, "download-file",
                f"{base}/{POOL}/{target.name}", str(part),
                f"SHA256:{FILES[target.name]}")
            if status == 0 and is_genuine(part):
                os.rename(part, target)
                return
            reasons.append(last_line(text))
    raise Failure(f"cannot fetch {target.name}: {reasons[0]}; check the "
                  "network and apt's sources, then try again")


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
    tree = pathlib.Path(cache).absolute() / TREE
    with locked(tree.parent / ".lwip.lock"):
        if tree.exists():
            return tree
        for name in FILES:
            if not is_genuine(tree.parent / name):
                download(tree.parent / name)
        with put_in_place(tree) as made:
            with tarfile.open(tree.parent / ORIG) as archive:
                archive.extractall(made)
            inner = made / "lwip-2.1.3"
            for item in inner.iterdir():
                os.rename(item, made / item.name)
            inner.rmdir()
            with tarfile.open(tree.parent / DEBIAN) as archive:
                archive.extractall(made)
            patch(made)
    return tree


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
