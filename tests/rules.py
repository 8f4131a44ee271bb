"""The rules that no compiler checks: what the archive may refer to, who may
include whom, how long files and functions may be, which words are banned.

    python3 tests/rules.py build/libfeishu-image.a

Prints what breaks a rule, and "rules: N passed, N failed" as its last line.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Downwards only: a file may include headers of later lines, not of its own
# line or earlier ones (but a .c file its own header). fimg.h, fimg_port.h and
# fimg_config.h are open to all.
LEVELS = [
    ["fimg.c"],
    ["fimg_attempt"],
    ["fimg_answer"],
    ["fimg_resume", "fimg_error"],
    ["fimg_advice"],
    ["fimg_state"],
    ["fimg_proxy"],
    ["fimg_link"],
    ["fimg_tls"],
    ["fimg_session", "fimg_x509"],
    ["fimg_roots"],
    ["fimg_bundle"],
    ["fimg_der", "fimg_anchors"],
    ["fimg_head.c"],
    ["fimg_field"],
    ["fimg_head.h"],
    ["fimg_token"],
    ["fimg_body", "fimg_request", "fimg_api", "fimg_type", "fimg_timer",
     "fimg_limiter", "fimg_retry"],
    ["fimg_chunk"],
    ["fimg_text"],
]
OPEN = {"fimg.h", "fimg_port.h", "fimg_config.h"}
STANDARD = {"stddef.h", "stdint.h", "stdbool.h", "limits.h", "string.h"}
BEARSSL = {"fimg_anchors", "fimg_bundle", "fimg_roots", "fimg_x509",
           "fimg_session", "fimg_tls"}
BANNED = ("malloc calloc realloc free alloca strdup printf sprintf snprintf "
          "sscanf atoi atol strtol strtoul strtod errno setlocale goto").split()
FILE_LINES = 400
FUNCTION_LINES = 60


def level_of(name):
    """The line of LEVELS that a file of src/ stands in."""
    for number, level in enumerate(LEVELS):
        if name in level or name.rsplit(".", 1)[0] in level:
            return number
    return None


def includes(path):
    """The headers that a source file names."""
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)', path.read_text(),
                      re.M)


def check_includes():
    """Each file of src/ includes only what lies below it."""
    wrong = []
    for path in sorted((ROOT / "src").glob("*.[ch]")):
        own = level_of(path.name)
        if own is None and path.name not in OPEN:
            wrong.append(f"{path.name}: has no level")
            continue
        for name in includes(path):
            if name in STANDARD or name in OPEN:
                continue
            if name == "bearssl.h" and path.stem in BEARSSL:
                continue
            if name == "jsmn.h" and path.name == "fimg_api.c":
                continue
            if path.suffix == ".c" and name == path.stem + ".h":
                continue
            below = level_of(name)
            if below is None or own is None or below <= own:
                wrong.append(f"{path.name} includes {name}")
    return wrong


def check_port_includes():
    """A port knows fimg_port.h and nothing else of ours."""
    ours = {path.name for path in (ROOT / "src").glob("*.h")}
    wrong = []
    for path in sorted((ROOT / "port").glob("*/*_port.[ch]")):
        for name in includes(path):
            if name in ours and name != "fimg_port.h":
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    return wrong


def undefined_symbols(archive):
    """What the archive needs from elsewhere."""
    out = subprocess.run(["nm", archive], capture_output=True, text=True,
                         check=True).stdout
    defined = set(re.findall(r"^[0-9a-f]+ [A-TV-Z] (\S+)$", out, re.M))
    return set(re.findall(r"^ +U (\S+)$", out, re.M)) - defined, defined


def check_symbols(archive):
    """br_*, mem* and strlen only; everything of ours begins with fimg_."""
    undefined, defined = undefined_symbols(archive)
    wrong = [f"needs {name}" for name in sorted(undefined)
             if not re.fullmatch(r"br_\w+|mem\w+|strlen", name)]
    return wrong + [f"defines {name}" for name in sorted(defined)
                    if not name.startswith("fimg_")]


def check_sections(archive):
    """No writable data: const tables with addresses in them are fine."""
    out = subprocess.run(["objdump", "-h", archive], capture_output=True,
                         text=True, check=True).stdout
    found = re.findall(r"^\s*\d+ (\.data|\.bss|\.data\.(?!rel\.ro)\S*|\.bss\.\S*"
                       r"|\.tdata|\.tbss)\s+([0-9a-f]+)", out, re.M)
    wrong = [f"{name} of {int(size, 16)} bytes" for name, size in found
             if int(size, 16)]
    return wrong if re.search(r"\.text", out) else ["no code found"]


def code_of(path):
    """A source file without comments and strings."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"),
                  path.read_text(), flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def check_words():
    """No heap, no stdio, no locale, no number parsing of the C library's."""
    wrong = []
    for path in sorted((ROOT / "src").glob("*.[ch]")):
        for word in BANNED:
            if re.search(rf"\b{word}\b", code_of(path)):
                wrong.append(f"{path.name}: {word}")
    return wrong


def check_lengths():
    """Files and functions stay short enough to be read at a sitting."""
    wrong = []
    for path in sorted((ROOT / "src").glob("*.c")):
        lines = path.read_text().splitlines()
        if len(lines) > FILE_LINES:
            wrong.append(f"{path.name}: {len(lines)} lines")
        start = None
        for number, line in enumerate(lines):
            if line == "{":
                start = number
            elif line == "}" and start is not None:
                if number - start > FUNCTION_LINES:
                    wrong.append(f"{path.name}:{start}: function of "
                                 f"{number - start} lines")
                start = None
    return wrong


def check_top_level():
    """Nothing but the agreed names at the top of the repository."""
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True,
                         text=True).stdout
    tops = collections.Counter(line.split("/")[0] for line in out.split())
    allowed = {"Makefile", "README.md", "LICENSE", "src", "port", "tests"}
    return [name for name in tops
            if name not in allowed and not name.startswith(".")]


def main():
    """Check every rule; the exit status tells whether all hold."""
    archive = sys.argv[1]
    rules = [
        ("row 110: undefined symbols", check_symbols(archive)),
        ("row 110: no writable data", check_sections(archive)),
        ("row 110: banned words", check_words()),
        ("include directions", check_includes()),
        ("a port includes fimg_port.h only", check_port_includes()),
        ("file and function length", check_lengths()),
        ("top level", check_top_level()),
    ]
    for name, wrong in rules:
        print(f"case {name}")
        for line in wrong:
            print(f"FAIL {name}: {line}")
    failed = sum(bool(wrong) for _, wrong in rules)
    print(f"rules: {len(rules) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
