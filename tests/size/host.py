"""How large the library is on this machine, as `make` has built it."""

import os
import pathlib
import shlex

import cores  # noqa: F401  (which finds build)
import build
from targets import BUILD, ROOT

HERE = pathlib.Path(__file__).resolve().parent
KINDS = {".text": "text", ".rodata": "text", ".eh_frame": "text",
         ".data.rel.ro": "relro", ".data": "data", ".bss": "bss"}
COLUMNS = ("text", "relro", "data", "bss")


def kind(section):
    """The column that a section counts for; None for debugging and notes."""
    for start, column in KINDS.items():
        if section == start or section.startswith(start + "."):
            return column
    return None


def library(path):
    """{object: {text, relro, data, bss}} of a static library."""
    if not pathlib.Path(path).exists():
        raise build.Failure(f"{path} is missing: run make first")
    found, member = {}, None
    for line in build.run("size", "-A", path).splitlines():
        words = line.split()
        if "(ex " in line:
            member = words[0]
            found[member] = dict.fromkeys(COLUMNS, 0)
        elif member and len(words) == 3 and kind(words[0]):
            found[member][kind(words[0])] += int(words[1])
    if not found:
        raise build.Failure(f"{path} is no library")
    return dict(sorted(found.items()))


def struct():
    """sizeof(struct fimg)."""
    BUILD.mkdir(parents=True, exist_ok=True)
    made = BUILD / "struct.o"
    build.run(*shlex.split(os.environ.get("CC", "cc")), "-std=c99", "-I",
              ROOT / "src", "-c", HERE / "struct.c", "-o", made)
    return array_sizes("", [made])[0]


def array_sizes(cross, objects):
    """The sizes of struct.c's array in objects made of it."""
    found = [int(line.split()[1]) for line in
             build.run(cross + "nm", "-S", "-t", "d", *objects).splitlines()
             if line.endswith(" fimg_struct")]
    if len(found) != len(objects):
        raise build.Failure("nm does not show the size of struct fimg")
    return found
