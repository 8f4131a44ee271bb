"""What the servers of the measurements present, as C source.

pki.sh makes chains and keys, make-anchors turns the roots into what a client
has compiled in, and this turns the rest into what a server has.
"""

import subprocess
import sys

sys.dont_write_bytecode = True

import cores  # noqa: F401  (which finds the modules below)
import build
from targets import BUILD, ROOT

NAMES = ("rsa", "rsa4096", "p256", "p384")
FOLDER = ROOT / "build" / "cost"


def write(path, text):
    """Write a file, unless it says so already: then nothing need be made
    anew."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path


def array(name, data):
    """C source of an array of bytes; BearSSL wants to be let write to a
    chain, and does not."""
    rows = [", ".join(f"0x{byte:02x}" for byte in data[i:i + 12])
            for i in range(0, len(data), 12)]
    return (f"static const unsigned char {name}[] = {{\n    "
            + ",\n    ".join(rows) + "\n};\n")


def server(pki):
    """The C source of the list of identities."""
    parts = ['/* Made by identities.py. */\n#include "identities.h"\n']
    entries = []
    for name in NAMES:
        for part in ("leaf", "int", "key"):
            parts.append(array(f"{part}_{name}",
                               (pki / f"{name}.{part}.der").read_bytes()))
        chain = ", ".join(
            f"{{ (unsigned char *){part}_{name}, sizeof {part}_{name} }}"
            for part in ("leaf", "int"))
        parts.append(f"static const br_x509_certificate chain_{name}[] = "
                     f"{{ {chain} }};\n")
        entries.append(f'    {{ "{name}", chain_{name}, 2, key_{name}, '
                       f"sizeof key_{name} }},")
    parts += ["const struct identity identities[] = {", *entries, "};",
              "const size_t identities_len = "
              "sizeof identities / sizeof identities[0];\n"]
    return "\n".join(parts)


def make_anchors():
    """The tool of that name, for this machine."""
    tool = FOLDER / "make-anchors"
    sources = sorted((ROOT / "port" / "tools").glob("*.c"))
    if not tool.exists() or any(s.stat().st_mtime > tool.stat().st_mtime
                                for s in sources):
        build.run("gcc", "-std=c99", "-O1", "-I", ROOT / "src", "-o", tool,
                  *sources, "-lbearssl")
    return tool


def sources():
    """The two files, made where they are missing or old."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pki = FOLDER / "pki"
    build.run("sh", ROOT / "tests" / "cost" / "pki.sh", pki)
    return [write(FOLDER / "identities.c", server(pki)),
            write(FOLDER / "anchors.c",
                  build.run(make_anchors(), pki / "roots.pem"))]
