#!/usr/bin/env python3
"""Build BearSSL from its Debian source package, for a compiler of one's own.

    bearssl_source.py [--cc CC] [--cflags FLAGS] [--ar AR] --out OUT
        make OUT/libbearssl.a and OUT/include
    bearssl_source.py --fetch-only
        print the folder of the unpacked sources

For example: bearssl_source.py --cc "gcc -m32" --out build/bearssl-m32

debian_source.py tells where the sources come from. Everything appears whole,
by a rename, and under a lock, so copies may run side by side; what is there
and fits is not made again.
"""

import argparse
import concurrent.futures
import hashlib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tarfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import debian_source
from debian_source import CACHE, Failure, last_line, locked, put_in_place

PACKAGE = debian_source.Package(
    "bearssl", "pool/main/b/bearssl", "bearssl-0.6", {
        "bearssl_0.6+dfsg.1.orig.tar.xz":
        "102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004",
    })


def fetch(cache=CACHE):
    """The folder of the unpacked sources, fetched where it is missing."""
    return debian_source.fetch(PACKAGE, cache)


def ask(cc, question):
    """What the compiler answers to an option such as --version."""
    try:
        return subprocess.run([*cc, question], check=True, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        raise Failure(f"the compiler {shlex.join(cc)} does not run") from None


def recipe(cc, cflags, ar, names=None):
    """What the library depends on, as a short text."""
    parts = [PACKAGE.tree, shlex.join(cc), shlex.join(cflags), ar,
             ask(cc, "--version"), *sorted(names or [])]
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


def compile_all(command, sources, folder, jobs):
    """Compile files into `folder`, some at a time."""
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    shares = min(len(sources), 8 * jobs)
    try:
        parts = [pool.submit(compile_some, command, sources[i::shares], folder)
                 for i in range(shares)]
        for part in concurrent.futures.as_completed(parts):
            part.result()
    finally:
        pool.shutdown(cancel_futures=True)


def definitions(tree):
    """BearSSL's external names -> the file that defines each."""
    found = {}
    for path in sorted((tree / "src").rglob("*.c")):
        text = path.read_text()
        names = re.findall(r"^(br_\w+)\(", text, re.M)
        names += re.findall(r"^const [^=\n]*\b(br_\w+)(?:\[.*\])? *=", text,
                            re.M)
        for name in names:
            found.setdefault(name, path)
    return found


def needed_by(nm, objects):
    """The names of BearSSL's that objects or archives refer to."""
    done = subprocess.run([nm, "-u", *map(str, objects)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"{nm}: {last_line(done.stdout)}")
    return set(re.findall(r"^ +U (br_\w+)$", done.stdout, re.M))


def compile_needed(tree, nm, command, names, folder, jobs):
    """Compile the files that names lead to; returns their paths."""
    files = definitions(tree)
    chosen = set()
    while more := {files[name] for name in names if name in files} - chosen:
        compile_all(command, sorted(more), folder, jobs)
        chosen |= more
        names = needed_by(nm, [folder / f"{path.stem}.o" for path in more])
    return chosen


def build(tree, out, cc, cflags, ar, jobs, names):
    """Fill the folder `out` with the library and its headers."""
    objects = out / "objects"
    objects.mkdir()
    command = [*cc, "-w", *cflags, *missing_headers(cc, cflags),
               "-I", str(tree / "inc"), "-I", str(tree / "src"), "-c"]
    if names is None:
        sources = sorted((tree / "src").rglob("*.c"))
        compile_all(command, sources, objects, jobs)
    else:
        nm = ask(cc, "-print-prog-name=nm") or "nm"
        sources = compile_needed(tree, nm, command, names, objects, jobs)
    made = sorted(path.name for path in objects.glob("*.o"))
    done = subprocess.run([ar, "rcs", str(out / "libbearssl.a"), *made],
                          cwd=objects, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode or len(made) != len(sources):
        raise Failure(f"{ar} makes no library: {last_line(done.stdout)}")
    shutil.rmtree(objects)
    shutil.copytree(tree / "inc", out / "include")


def make(out, cc="cc", cflags="-Os", ar=None, cache=CACHE, jobs=2, names=None):
    """Make `out`/libbearssl.a and `out`/include unless they are there.

    With `names` only what these names of BearSSL's lead to, a quarter of it.
    """
    out, cache = pathlib.Path(out).absolute(), pathlib.Path(cache).absolute()
    cc, cflags = shlex.split(cc), shlex.split(cflags)
    ar = ar or ask(cc, "-print-prog-name=ar") or "ar"
    wanted = recipe(cc, cflags, ar, names)
    with locked(out.parent / f".{out.name}.lock"):
        note = out / "recipe"
        if note.exists() and note.read_text() == wanted:
            return
        tree = fetch(cache)
        print(f"building BearSSL with {shlex.join([*cc, *cflags])}",
              file=sys.stderr)
        with put_in_place(out) as made:
            build(tree, made, cc, cflags, ar, jobs, names)
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
            print(fetch(options.cache))
        else:
            make(options.out, options.cc, options.cflags, options.ar,
                 options.cache, options.jobs)
    except (Failure, OSError, tarfile.TarError) as error:
        print(f"bearssl_source: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
