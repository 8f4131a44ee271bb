"""A compiler that uses musl instead of glibc, for one of three processors.

musl-tools has musl for the machine's own processor. For others Debian has
the same package, but no cross compiler that looks for it: it is fetched with
apt's own means, but without apt's lists or configuration, and glibc's cross
compiler is told where to look.
"""

import contextlib
import os
import pathlib
import re
import shlex
import shutil

from command import ROOT, Failure, run

import debian_source

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# As musl-gcc's specs, but the programs are always static, and with rcrt1.o,
# which relocates them, position independent without a loader. %s lets gcc look
# for the word before it.
SPECS = """\
%rename cpp_options old_cpp_options

*cpp_options:
-nostdinc -isystem {include} -isystem {gcc_include} -isystem {kernel} \
%(old_cpp_options)

*cc1:
%(cc1_cpu) -nostdinc -isystem {include} -isystem {gcc_include} \
-isystem {kernel}

*link_libgcc:
-L{lib} -L .%s

*libgcc:
libgcc.a%s %:if-exists(libgcc_eh.a%s)

*startfile:
{lib}/{start} {lib}/crti.o crtbeginS.o%s

*endfile:
crtendS.o%s {lib}/crtn.o

*link:
-nostdlib -static {link}

"""


def _codename():
    text = pathlib.Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\w+)", text, re.M)
    if not found:
        raise Failure("this needs a Debian system, for its musl-dev")
    return found[1]


def _fetch(architecture, folder):
    """Unpack musl-dev of a Debian architecture as folder/root."""
    with debian_source.locked(folder.parent / f".{folder.name}.lock"):
        if (folder / "root").exists():
            return
        with debian_source.put_in_place(folder) as work:
            _download(architecture, work)
            packages = list(work.glob("musl-dev_*.deb"))
            if len(packages) != 1:
                raise Failure(f"apt fetched no musl-dev for {architecture}")
            run("dpkg-deb", "-x", packages[0], work / "root")
            for name in ("lists", "cache"):
                shutil.rmtree(work / name)


def _download(architecture, work):
    """Fetch musl-dev with an apt whose state is all below `work`."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {debian_source.mirrors()[0]} "
        f"{_codename()} main\n")
    options = {"APT::Architecture": architecture,
               "APT::Architectures::": architecture,
               "Dir::Etc::sourcelist": work / "sources.list",
               "Dir::Etc::sourceparts": "/dev/null",
               "Dir::State::lists": work / "lists",
               "Dir::State::status": work / "status",
               "Dir::Cache": work / "cache",
               "Acquire::Languages": "none"}
    words = [word for name, value in options.items()
             for word in ("-o", f"{name}={value}")]
    for action in (["update"], ["download", "musl-dev"]):
        script = f'cd {shlex.quote(str(work))} && exec "$@"'
        status, text = debian_source.run_apt(
            "sh", "-c", script, "sh", "apt-get", *words, *action)
        if status:
            raise Failure(f"apt-get {' '.join(action)} for {architecture}: "
                          f"{debian_source.last_line(text)}")


def _kernel_headers(prefix, multiarch, folder):
    """Fill a folder with links to Linux's own headers, which musl leaves to
    the system."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = pathlib.Path("/usr/include")
    cross = pathlib.Path("/usr") / prefix.rstrip("-") / "include"
    for name in ("linux", "asm", "asm-generic"):
        places = [cross / name, usual / multiarch / name, usual / name]
        found = next((place for place in places if place.exists()), None)
        if not found:
            raise Failure(f"no headers {name}/ (Debian: linux-libc-dev)")
        with contextlib.suppress(FileExistsError):
            (folder / name).symlink_to(found)
    return folder


def compiler(prefix, architecture, pie):
    """The words of a compiler whose programs are static with musl.

    `architecture` is Debian's name of it, or None for the machine's own; with
    `pie` they are position independent.
    """
    multiarch = run(f"{prefix}gcc", "-print-multiarch").strip()
    triplet = (multiarch or prefix.rstrip("-")).replace("-gnu", "-musl")
    root = pathlib.Path("/")
    if architecture:
        folder = ROOT / "build" / "cache" / f"musl-{architecture}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        _fetch(architecture, folder)
        root = folder / "root"
    places = {"include": root / "usr/include" / triplet,
              "lib": root / "usr/lib" / triplet}
    if not (places["lib"] / "rcrt1.o").exists():
        raise Failure(f"{places['lib']} has no musl (Debian: musl-tools)")
    name = architecture or "native"
    places["kernel"] = _kernel_headers(prefix, multiarch,
                                       ROOT / "build" / f"musl-{name}-kernel")
    specs = ROOT / "build" / f"musl-{name}.specs"
    text = SPECS.format(
        gcc_include=run(f"{prefix}gcc", "-print-file-name=include").strip(),
        start="rcrt1.o" if pie else "crt1.o",
        link="-pie --no-dynamic-linker -z text" if pie else "", **places)
    new = specs.with_suffix(f".{os.getpid()}")
    new.parent.mkdir(exist_ok=True)
    new.write_text(text)
    new.replace(specs)
    return f"{prefix}gcc -specs={specs}"
