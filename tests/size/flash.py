"""Flash and RAM that the library takes on a processor; nothing runs.

The library is linked with what it needs and without a program. The link map
tells where each object begins and thereby what it takes, gaps behind it and
strings that were merged into it included, so that the parts add up.
"""

import pathlib
import re

import cores
import build
import host
from targets import BUILD

HERE = pathlib.Path(__file__).resolve().parent
KEPT = BUILD / "size"

# Options that may be left out of the build, and what they are for.
OPTIONS = {"ADVICE": "advice in plain English", "BUNDLE": "roots in PEM text",
           "TOKENS": "tokens fetched and renewed",
           "MESSAGES": "images and files of messages",
           "RESUME": "interrupted downloads continued",
           "SESSIONS": "TLS sessions resumed", "PINS": "public keys pinned",
           "PROXY": "HTTP proxies", "LIMITER": "a share of the rate limits"}


def without(*options):
    """The settings that leave them out."""
    return tuple(f"-DFIMG_{option}=0" for option in options)


EVERYTHING = without("ADVICE")
ONE_IMAGE = without(*OPTIONS)
# What a program calls that fetches one image, in an event loop or not.
CALLS = ["fimg_start", "fimg_read", "fimg_wants", "fimg_next_ms",
         "fimg_report", "fimg_finish", "fimg_close"]

# name: settings
RECORDS = {"16 KB": (), "4 KB": ("-DFIMG_RECORD_MAX=4096",),
           "lent": ("-DFIMG_RECORD_LENT=1",)}

ENTRY = re.compile(r"^ (?:\.\S+|\*fill\*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)"
                   r"(?: (\S+))?$")
OUTPUT = re.compile(r"^(\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)")


def entries(text):
    """(section, address, file) of what the map lists, and where each section
    ends: {section: address}. What takes no room is left out."""
    found, ends, section = [], {}, None
    text = re.sub(r"^( ?\.\S+)\n\s+", r"\1 ", text, flags=re.M)
    for line in text.partition("Linker script and memory map")[2].splitlines():
        output, entry = OUTPUT.match(line), ENTRY.match(line)
        if output:
            section = output[1]
            ends[section] = int(output[2], 16) + int(output[3], 16)
        elif entry and section and entry[3] and int(entry[2], 16):
            found.append((section, int(entry[1], 16), entry[3]))
    return found, ends


def by_file(text):
    """{file: bytes of flash} from a link map."""
    found, ends = entries(text)
    sizes = {}
    for i, (section, begin, file) in enumerate(found):
        if section in (".text", ".data"):
            end = found[i + 1][1] if found[i + 1:] and \
                found[i + 1][0] == section else ends[section]
            sizes[file] = sizes.get(file, 0) + end - begin
    return sizes


def link(core, name, objects, roots):
    """Link what the functions `roots` need of `objects`. Returns the link
    map's text."""
    made = KEPT / f"{core.name}-{name}.elf"
    made.parent.mkdir(parents=True, exist_ok=True)
    build.run(core.gcc, *core.all_flags, *core.libc, "-nostartfiles",
              "-Wl,--gc-sections", "-Wl,-O2", "-T", HERE / "flash.ld",
              f"-Wl,-e,{roots[0]}", *(f"-Wl,-u,{root}" for root in roots),
              f"-Wl,-Map={made}.map", "-o", made, *objects)
    return pathlib.Path(f"{made}.map").read_text()


def jsmn(core):
    """Bytes that jsmn adds: fimg_api.c with it, and with its prototypes
    only."""
    sizes = []
    for extra in ((), ("-DJSMN_HEADER", "-Wno-error")):
        flags = [*cores.flags_of(core), "-w", *extra]
        made = cores.compile_all(core, [cores.SRC / "fimg_api.c"],
                                 build.shared("jsmn", flags), flags)
        listed = build.run(core.cross + "size", "-A", *made).splitlines()
        sizes.append(sum(int(line.split()[1]) for line in listed if re.match(
            r"\.s?(text|rodata|data)(\.|\s)", line)))
    return sizes[0] - sizes[1]


def split(text, ours, theirs, jsmn_size):
    """Bytes of flash in a link map: {ours, jsmn, bearssl, libc, whole}, and
    those of our objects."""
    sizes = by_file(text)
    objects = {path.name: sizes.pop(str(path), 0) for path in ours}
    bearssl = sum(sizes.pop(str(path), 0) for path in theirs)
    libc = sum(sizes.values())
    found = {"ours": sum(objects.values()) - jsmn_size, "jsmn": jsmn_size,
             "bearssl": bearssl, "libc": libc}
    return {**found, "whole": sum(found.values()), "objects": objects}


def interface(core, objects):
    """The functions of the interface that objects have."""
    defined, _ = cores.symbols(core, objects)
    header = (cores.SRC / "fimg.h").read_text()
    return sorted(defined & set(re.findall(r"\bfimg_\w+(?=\()", header)))


def structs(core, variants):
    """sizeof(struct fimg) by name of variant, read off arrays of that size."""
    made = {}
    for name, settings in variants.items():
        made[name], = cores.compile_all(core, [HERE / "struct.c"],
                                        cores.folder_of(core, settings),
                                        cores.flags_of(core, settings))
    return dict(zip(made, host.array_sizes(core.cross, made.values())))


def options(core, everything, theirs, taken):
    """What each option takes: {option: {flash, ram}}."""
    found, whole = {}, everything["ours"]
    variants = {"": ()} | {option: without(option) for option in OPTIONS}
    ram = structs(core, variants)
    for option in OPTIONS:
        # advice is not among everything: what it adds to that
        settings = () if option == "ADVICE" else without("ADVICE", option)
        ours = cores.library(core, settings)
        text = link(core, f"option-{option.lower()}", [*ours, *theirs],
                    interface(core, ours))
        size = split(text, ours, theirs, taken)["ours"]
        found[option] = {"flash": abs(whole - size),
                         "ram": ram[""] - ram[option]}
    return found


def measure(core):
    """Everything about a processor that does not run."""
    with cores.alone():
        full, small = (cores.library(core, s) for s in (EVERYTHING, ONE_IMAGE))
        theirs = cores.bearssl(core, full)  # more than the other ones need
        taken = jsmn(core)
        everything = split(
            link(core, "everything", [*full, *theirs],
                 interface(core, full)), full, theirs, taken)
        return {"everything": everything,
                "options": options(core, everything, theirs, taken)
                           if core.name == "M3" else {},
                "one_image": split(
                    link(core, "one-image", [*small, *theirs], CALLS),
                    small, theirs, taken),
                "struct": structs(core, RECORDS)}
