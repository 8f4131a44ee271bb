"""Measure sizes with a compiler and binutils; nothing that is built runs.

For Cortex-M3 the headers of BearSSL and jsmn are copied apart: with
-I/usr/include the cross compiler would take the host's libc headers for its
own.
"""

import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
BUILD = ROOT / "build"
HEADERS = pathlib.Path(os.environ.get("SIZE_HEADERS", "/usr/include"))
CROSS = "arm-none-eabi-"
M3 = ["-std=c99", "-mcpu=cortex-m3", "-mthumb", "-Os", "-ffunction-sections",
      "-fdata-sections"]
ONE_IMAGE = ["-DFIMG_ADVICE=0", "-DFIMG_BUNDLE=0"]

# What a program calls that fetches one image, in an event loop or not.
CALLS = ["fimg_start", "fimg_read", "fimg_wants", "fimg_next_ms",
         "fimg_report", "fimg_finish", "fimg_close"]
NEEDED = ["--gc-sections", *(word for name in CALLS for word in ("-u", name))]
REMOVED = re.compile(r"removing unused section '([^']+)' in file '([^']+)'")
PACKAGES = "gcc-arm-none-eabi libnewlib-arm-none-eabi"


class Failure(Exception):
    """What went wrong and what helps, in one line."""


def run(*command):
    """The output of a command, standard error included."""
    try:
        done = subprocess.run([str(c) for c in command], text=True,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C"})
    except FileNotFoundError:
        package = PACKAGES if str(command[0]).startswith(CROSS) else "gcc"
        raise Failure(f"{command[0]} is missing (Debian: {package})") from None
    if done.returncode:
        raise Failure(f"{shlex.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def sections(prefix, path):
    """Sizes by section of an object: {name: bytes}."""
    found = {}
    for line in run(prefix + "size", "-A", path).splitlines():
        words = line.split()
        if len(words) == 3 and words[0].startswith(".") and words[1].isdigit():
            found[words[0]] = found.get(words[0], 0) + int(words[1])
    return found


def kind(section):
    """The column that a section counts for; None for debugging and notes."""
    for start, column in ((".text", "text"), (".rodata", "text"),
                          (".eh_frame", "text"), (".data.rel.ro", "relro"),
                          (".data", "data"), (".bss", "bss")):
        if section == start or section.startswith(start + "."):
            return column
    return None


def code(sizes):
    """Bytes of code and constants among sections."""
    return sum(size for name, size in sizes.items()
               if kind(name) in ("text", "relro", "data"))


def library(path):
    """{object: {text, relro, data, bss}} of a static library."""
    if not pathlib.Path(path).exists():
        raise Failure(f"{path} is missing: run make first")
    found, member = {}, None
    for line in run("size", "-A", path).splitlines():
        words = line.split()
        if "(ex " in line:
            member = words[0]
            found[member] = dict(text=0, relro=0, data=0, bss=0)
        elif member and len(words) == 3 and kind(words[0]):
            found[member][kind(words[0])] += int(words[1])
    if not found:
        raise Failure(f"{path} is no library")
    return dict(sorted(found.items()))


def struct_size(compiler, flags, prefix, folder):
    """sizeof(struct fimg), read off an array of that size."""
    source, target = folder / "struct.c", folder / "struct.o"
    source.write_text('#include "fimg_state.h"\n'
                      "char fimg_struct[sizeof(struct fimg)];\n")
    run(*compiler, *flags, "-fno-common", "-I", SRC, "-c", source,
        "-o", target)
    for line in run(prefix + "nm", "-S", "-t", "d", target).splitlines():
        words = line.split()
        if words[-1] == "fimg_struct":
            return int(words[1])
    raise Failure("nm does not show the size of struct fimg")


def scratch():
    """A folder of one's own below build/."""
    BUILD.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="size-", dir=BUILD)


def host_struct():
    """sizeof(struct fimg) on this machine."""
    with scratch() as folder:
        return struct_size(shlex.split(os.environ.get("CC", "cc")),
                           ["-std=c99"], "", pathlib.Path(folder))


def copy_headers(folder):
    """The folder with BearSSL's and jsmn's headers and nothing else."""
    for name in ("bearssl.h", "jsmn.h"):
        if not (HEADERS / name).exists():
            raise Failure(f"{HEADERS / name} is missing (Debian: "
                          "libbearssl-dev libjsmn-dev)")
    target = folder / "include"
    target.mkdir()
    shutil.copy(HEADERS / "jsmn.h", target)
    for path in HEADERS.glob("bearssl*.h"):
        shutil.copy(path, target)
    if (HEADERS / "bearssl").is_dir():
        shutil.copytree(HEADERS / "bearssl", target / "bearssl")
    return target


def compile_all(folder, flags):
    """The library's objects for Cortex-M3, made in `folder`, sorted."""
    folder.mkdir()

    def one(source):
        target = folder / (source.stem + ".o")
        run(CROSS + "gcc", *M3, *flags, "-I", SRC, "-c", source, "-o", target)
        return target
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, SRC.glob("*.c")))


def object_sizes(objects, folder):
    """{name: {object, linked}}: code bytes, and those that CALLS need."""
    text = run(CROSS + "ld", "-r", *NEEDED, "--print-gc-sections", *objects,
               "-o", folder / "linked.o")
    unused = {(pathlib.Path(file).name, section)
              for section, file in REMOVED.findall(text)}
    found = {}
    for path in objects:
        sizes = sections(CROSS, path)
        linked = {name: size for name, size in sizes.items()
                  if (path.name, name) not in unused}
        found[path.name] = {"object": code(sizes), "linked": code(linked)}
    return found


def linked_size(objects, folder, options):
    """Bytes of code and constants in flash once the linker has aligned them
    and merged equal strings. What others provide is left open."""
    target = folder / "linked.elf"
    run(CROSS + "ld", "-O2", "--unresolved-symbols=ignore-all",
        "-e", CALLS[0], *options, *objects, "-o", target)
    return code(sections(CROSS, target))


def jsmn_size(folder, flags):
    """Bytes that jsmn adds: fimg_api.c with it and with its prototypes only.
    """
    target = folder / "jsmn.o"
    sizes = []
    for extra in ([], ["-DJSMN_HEADER"]):
        run(CROSS + "gcc", *M3, *flags, *extra, "-w", "-I", SRC, "-c",
            SRC / "fimg_api.c", "-o", target)
        sizes.append(code(sections(CROSS, target)))
    return sizes[0] - sizes[1]


def m3():
    """Everything about Cortex-M3."""
    with scratch() as name:
        folder = pathlib.Path(name)
        headers = ["-I", copy_headers(folder)]
        version = run(CROSS + "gcc", "-dumpfullversion").strip()
        full = compile_all(folder / "full", headers)
        small = compile_all(folder / "small", [*headers, *ONE_IMAGE])
        found = {"compiler": f"{CROSS}gcc {version}",
                 "jsmn": jsmn_size(folder, headers),
                 "everything": object_sizes(full, folder),
                 "one_image": object_sizes(small, folder),
                 "everything_linked": linked_size(full, folder,
                                                  ["--no-gc-sections"]),
                 "one_image_linked": linked_size(small, folder, NEEDED)}
        for record in (16384, 4096):
            flags = [*M3, *headers, f"-DFIMG_RECORD_MAX={record}"]
            found[f"struct_{record}"] = struct_size(
                [CROSS + "gcc"], flags, CROSS, folder)
        return found
