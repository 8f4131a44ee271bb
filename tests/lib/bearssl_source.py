#!/usr/bin/env python3
"""Build BearSSL from its Debian source package, for a compiler of one's own.

    bearssl_source.py [--cc CC] [--cflags FLAGS] [--ar AR] --out OUT
        make OUT/libbearssl.a and OUT/include
    bearssl_source.py --fetch-only
        print the folder of the unpacked sources

For example: bearssl_source.py --cc "gcc -m32" --out build/bearssl-m32

The package comes from whichever mirror apt is set up for, through apt's own
helper and without touching apt's lists or configuration; no root needed. Its
checksum is pinned. Where there is no apt, put the file TARBALL into the cache
folder by hand. Everything appears whole, by a rename, and under a lock, so
copies may run side by side; what is there and fits is not made again.
"""

import argparse
import concurrent.futures
import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile

TARBALL = "bearssl_0.6+dfsg.1.orig.tar.xz"
SHA256 = "102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004"
POOL = f"pool/main/b/bearssl/{TARBALL}"
TREE = f"bearssl-0.6-{SHA256[:12]}"
CACHE = pathlib.Path(__file__).resolve().parents[2] / "build" / "cache"
APT_HELPER = "/usr/lib/apt/apt-helper"


class Failure(Exception):
    """What went wrong and what helps, in one line."""


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


def is_genuine(path):
    """Is `path` the file that SHA256 was taken of?"""
    return (path.is_file() and
            hashlib.sha256(path.read_bytes()).hexdigest() == SHA256)


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
                      f"or {TARBALL} in the cache folder") from None
    return done.returncode, done.stdout


def mirrors():
    """Base URIs of the package archives that apt knows, Debian's own first."""
    status, text = run_apt("apt-get", "--print-uris", "update")
    bases = re.findall(r"^'([^']+?)/dists/", text, re.MULTILINE)
    if status or not bases:
        raise Failure("apt names no package archive: " + last_line(text))
    return sorted(dict.fromkeys(bases),
                  key=lambda base: not base.endswith("/debian"))


def download(target):
    """Fetch the tarball from the first archive that has it."""
    reasons = []
    for base in mirrors():
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            part = pathlib.Path(work) / TARBALL
            status, text = run_apt(APT_HELPER, "download-file",
                                   f"{base}/{POOL}", str(part),
                                   f"SHA256:{SHA256}")
            if status == 0 and is_genuine(part):
                os.rename(part, target)
                return
            errors = [line for line in text.splitlines()
                      if line.startswith("E: ") and "Download Failed" not in
                      line]
            reasons.append(errors[0][3:] if errors else last_line(text))
    raise Failure(f"cannot fetch {TARBALL}: {reasons[0]}; check the network "
                  "and apt's sources, then try again")


def fetch(cache):
    """The folder of the unpacked sources, fetched where it is missing."""
    tree = cache / TREE
    with locked(cache / ".bearssl.lock"):
        if tree.exists():
            return tree
        tarball = cache / TARBALL
        if not is_genuine(tarball):
            download(tarball)
        with put_in_place(tree) as made:
            with tarfile.open(tarball) as archive:
                archive.extractall(made)
            inner = made / "bearssl-0.6"
            for item in inner.iterdir():
                os.rename(item, made / item.name)
            inner.rmdir()
    return tree


def ask(cc, question):
    """What the compiler answers to an option such as --version."""
    try:
        return subprocess.run([*cc, question], check=True, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        raise Failure(f"the compiler {shlex.join(cc)} does not run") from None


def recipe(cc, cflags, ar):
    """What the library depends on, as a short text."""
    parts = [SHA256, shlex.join(cc), shlex.join(cflags), ar,
             ask(cc, "--version")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest() + "\n"


def missing_headers(cc, cflags):
    """Options with which a compiler for another word size finds <asm/...>.

    Debian's gcc-multilib has a link for that, but it is in conflict with the
    cross compilers; gcc-12-multilib goes without.
    """
    if not {"-m32", "-mx32"} & {*cc, *cflags}:
        return []
    native = ask([cc[0]], "-print-multiarch")
    return ["-idirafter", f"/usr/include/{native}"] if native else []


def compile_some(command, sources, folder):
    """Compile files into `folder`; several a run, that spares start-ups."""
    done = subprocess.run([*command, *map(str, sources)], cwd=folder,
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"BearSSL does not compile with {shlex.join(command)}:"
                      f"\n{done.stdout}")


def build(tree, out, cc, cflags, ar, jobs):
    """Fill the folder `out` with the library and its headers."""
    objects = out / "objects"
    objects.mkdir()
    sources = sorted((tree / "src").rglob("*.c"))
    command = [*cc, "-w", *cflags, *missing_headers(cc, cflags),
               "-I", str(tree / "inc"), "-I", str(tree / "src"), "-c"]
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        parts = [pool.submit(compile_some, command, sources[i::8 * jobs],
                             objects) for i in range(8 * jobs)]
        for part in concurrent.futures.as_completed(parts):
            part.result()
    finally:
        pool.shutdown(cancel_futures=True)
    names = sorted(path.name for path in objects.glob("*.o"))
    done = subprocess.run([ar, "rcs", str(out / "libbearssl.a"), *names],
                          cwd=objects, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode or len(names) != len(sources):
        raise Failure(f"{ar} makes no library: {last_line(done.stdout)}")
    shutil.rmtree(objects)
    shutil.copytree(tree / "inc", out / "include")


def make(out, cc="cc", cflags="-Os", ar=None, cache=CACHE, jobs=2):
    """Make `out`/libbearssl.a and `out`/include unless they are there."""
    out, cache = pathlib.Path(out).absolute(), pathlib.Path(cache).absolute()
    cc, cflags = shlex.split(cc), shlex.split(cflags)
    ar = ar or ask(cc, "-print-prog-name=ar") or "ar"
    wanted = recipe(cc, cflags, ar)
    with locked(out.parent / f".{out.name}.lock"):
        note = out / "recipe"
        if note.exists() and note.read_text() == wanted:
            return
        tree = fetch(cache)
        print(f"building BearSSL with {shlex.join([*cc, *cflags])}",
              file=sys.stderr)
        with put_in_place(out) as made:
            build(tree, made, cc, cflags, ar, jobs)
            (made / "recipe").write_text(wanted)


def main(arguments):
    """The command; see above."""
    parser = argparse.ArgumentParser(
        description="Build BearSSL from its Debian source package.")
    parser.add_argument("--cc", default="cc", help='"gcc -m32", say')
    parser.add_argument("--cflags", default="-Os")
    parser.add_argument("--ar", help="default: what the compiler names")
    parser.add_argument("--cache", metavar="DIR", default=CACHE)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fetch-only", action="store_true")
    parser.add_argument("--out", metavar="OUT")
    # argparse takes a value such as -O2 for an option unless it is tied on.
    text = "\0".join(arguments).replace("--cflags\0", "--cflags=")
    options = parser.parse_args(text.split("\0") if text else [])
    if bool(options.out) == options.fetch_only or options.jobs < 1:
        parser.error("give --out or --fetch-only, and at least one job")
    try:
        if options.fetch_only:
            print(fetch(pathlib.Path(options.cache).absolute()))
        else:
            make(options.out, options.cc, options.cflags, options.ar,
                 options.cache, options.jobs)
    except (Failure, OSError, tarfile.TarError) as error:
        print(f"bearssl_source: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
