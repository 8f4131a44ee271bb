"""Fetch Debian source packages, and what else two copies must not do at once.

The files come from whichever mirror apt is set up for, through apt's own
helper and without touching apt's lists or configuration; no root needed. Their
checksums are pinned. Where there is no apt, put the files into the cache
folder by hand. Everything appears whole, by a rename, and under a lock, so
copies may run side by side; what is there and fits is not made again.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

CACHE = pathlib.Path(__file__).resolve().parents[2] / "build" / "cache"
APT_HELPER = "/usr/lib/apt/apt-helper"


class Failure(Exception):
    """What went wrong and what helps, in one line."""


@dataclasses.dataclass(frozen=True)
class Package:
    """A source package.

    name    of the package
    folder  where it lies in an archive's pool
    top     the one folder in the first of its files
    files   name -> SHA-256 of tarballs, to be unpacked in this order
    """

    name: str
    folder: str
    top: str
    files: dict

    @property
    def tree(self):
        """The name of the unpacked sources; other files, another name."""
        return "-".join([self.top, *(s[:12] for s in self.files.values())])


@contextlib.contextmanager
def locked(path):
    """Hold an exclusive lock on the file `path` for the length of the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def put_in_place(target):
    """Give an empty folder beside `target` and make it `target` at the end.

    What was there before goes; on failure it stays.
    """
    work = pathlib.Path(tempfile.mkdtemp(prefix=f".{target.name}-",
                                         dir=target.parent))
    try:
        made = work / "new"
        made.mkdir()
        yield made
        if target.exists():
            os.rename(target, work / "old")
        os.rename(made, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def is_genuine(path, sha256):
    """Is there a file, and is this its checksum?"""
    return (path.is_file() and
            hashlib.sha256(path.read_bytes()).hexdigest() == sha256)


def last_line(text):
    """The last line that is not empty; an apt command's has the reason."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"


def run_apt(*command):
    """Run one of apt's commands without its locks: (status, output)."""
    options = ["-o", "Debug::NoLocking=1", "-o", "Acquire::Retries=2",
               "-o", "Acquire::http::Timeout=30"]
    if os.geteuid() == 0:
        # As the user _apt it could not write below everybody's home folder.
        options += ["-o", "APT::Sandbox::User=root"]
    try:
        done = subprocess.run([*command, *options], text=True,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C"})
    except OSError:
        raise Failure(f"{command[0]} is missing: this needs a Debian system, "
                      "or the files in the cache folder") from None
    return done.returncode, done.stdout


def mirrors():
    """Base URIs of the package archives that apt knows, Debian's own first."""
    status, text = run_apt("apt-get", "--print-uris", "update")
    bases = re.findall(r"^'([^']+?)/dists/", text, re.MULTILINE)
    if status or not bases:
        raise Failure("apt names no package archive: " + last_line(text))
    return sorted(dict.fromkeys(bases),
                  key=lambda base: not base.endswith("/debian"))


def download(folder, target, sha256):
    """Fetch a file of an archive's `folder` from the first that has it."""
    reasons = []
    for base in mirrors():
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            part = pathlib.Path(work) / target.name
            status, text = run_apt(APT_HELPER, "download-file",
                                   f"{base}/{folder}/{target.name}",
                                   str(part), f"SHA256:{sha256}")
            if status == 0 and is_genuine(part, sha256):
                os.rename(part, target)
                return
        errors = [line[3:] for line in text.splitlines() if
                  line.startswith("E: ") and "Download Failed" not in line]
        reasons += errors[:1] or [last_line(text) if status else
                                  "it has another checksum"]
    raise Failure(f"cannot fetch {target.name}: {reasons[0]}; check the "
                  "network and apt's sources, then try again")


def _extract(package, cache, made):
    for number, name in enumerate(package.files):
        with tarfile.open(cache / name) as archive:
            archive.extractall(made)
        if number == 0:
            top = made / package.top
            for item in top.iterdir():
                os.rename(item, made / item.name)
            top.rmdir()


def fetch(package, cache, finish=None):
    """The folder of the unpacked sources, made where it is missing.

    `finish`, if given, is called with the folder before it appears.
    """
    cache = pathlib.Path(cache).absolute()
    tree = cache / package.tree
    with locked(cache / f".{package.name}.lock"):
        if tree.exists():
            return tree
        for name, sha256 in package.files.items():
            if not is_genuine(cache / name, sha256):
                download(package.folder, cache / name, sha256)
        with put_in_place(tree) as made:
            _extract(package, cache, made)
            if finish:
                finish(made)
    return tree
