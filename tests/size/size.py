#!/usr/bin/env python3
"""How large the library is, held against its budgets.

    size.py                print everything; 1 if a limit is exceeded
    size.py --check        the limits and README.md's table as test cases
    size.py --readme       write README.md's table anew
    size.py --json FILE    print, and write the numbers to FILE as well

Two machines: x86-64, from the library that `make` built, and Cortex-M3,
compiled here (measure.py) with -Os from the same sources. "Ours" is the code
without BearSSL and jsmn. README.md has the table between the lines
`<!-- size -->` and `<!-- /size -->`.
"""

import argparse
import json
import pathlib
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "build" / "libfeishu-image.a"
README = ROOT / "README.md"
BEGIN, END = "<!-- size -->\n", "<!-- /size -->\n"

# name in the numbers: (what it is, limit in bytes). design.md, section 6.
LIMITS = {
    "host_struct": ("`struct fimg`, x86-64", 23040),
    "m3_struct": ("`struct fimg`, Cortex-M3", 22016),
    "m3_struct_4096":
        ("`struct fimg`, Cortex-M3, `FIMG_RECORD_MAX` 4096", 9216),
    "m3_one_image":
        ("code, Cortex-M3, what one image needs, without advice", 9216),
    "m3_everything": ("code, Cortex-M3, everything", 16384),
}


def collect(library):
    """All numbers, as --json writes them."""
    m3 = measure.m3()
    jsmn = m3["jsmn"]
    return {
        "compiler": m3["compiler"],
        "host_struct": measure.host_struct(),
        "m3_struct": m3["struct_16384"],
        "m3_struct_4096": m3["struct_4096"],
        "m3_one_image": m3["one_image_linked"] - jsmn,
        "m3_everything": m3["everything_linked"] - jsmn,
        "m3_jsmn": jsmn,
        "library": measure.library(library),
        "m3_objects": {"everything": m3["everything"],
                       "one_image": m3["one_image"]},
    }


def exceeded(numbers):
    """Those names of LIMITS whose limit is exceeded."""
    return [name for name, (_, limit) in LIMITS.items()
            if numbers[name] > limit]


def print_library(objects):
    """The table of the library on x86-64."""
    columns = ("text", "relro", "data", "bss")
    print("x86-64, libfeishu-image.a as built (text with constants; relro: "
          "constants that\nthe loader relocates):\n")
    print(f"{'':22}" + "".join(f"{c:>8}" for c in columns))
    for name, sizes in objects.items():
        print(f"{name:22}" + "".join(f"{sizes[c]:8}" for c in columns))
    sums = {c: sum(o[c] for o in objects.values()) for c in columns}
    print(f"{'sum':22}" + "".join(f"{sums[c]:8}" for c in columns) + "\n")


def print_m3(numbers):
    """The table of the code on Cortex-M3."""
    full = numbers["m3_objects"]["everything"]
    small = numbers["m3_objects"]["one_image"]
    print(f"Cortex-M3, {numbers['compiler']} -Os, code and constants.\nOne "
          "image: FIMG_ADVICE=0 FIMG_BUNDLE=0, and what is left once the "
          "linker\nhas dropped what nobody calls:\n")
    print(f"{'':22}{'everything':>12}{'one image':>12}")
    for name in full:
        print(f"{name:22}{full[name]['object']:12}{small[name]['linked']:12}")
    jsmn = numbers["m3_jsmn"]
    ours = (numbers["m3_everything"], numbers["m3_one_image"])
    sums = (sum(o["object"] for o in full.values()),
            sum(o["linked"] for o in small.values()))
    for name, columns in (
            ("sum", sums),
            ("linking (strings, gaps)",
             [o + jsmn - s for o, s in zip(ours, sums)]),
            ("jsmn, in fimg_api.o", [-jsmn, -jsmn]), ("ours", ours)):
        print(f"{name:24}{columns[0]:10}{columns[1]:12}")
    print()


def print_limits(numbers):
    """The limits, one line each, and the last line."""
    for name, (what, limit) in LIMITS.items():
        value = numbers[name]
        verdict = (f"{limit - value} left" if value <= limit
                   else f"EXCEEDED by {value - limit}")
        what = what.replace("`", "")
        print(f"{what:56}{value:7} of {limit:5}: {verdict}")
    over = exceeded(numbers)
    held = (f"{len(over)} of {len(LIMITS)} limits exceeded" if over
            else f"all {len(LIMITS)} limits held")
    print(f"size: struct fimg {numbers['m3_struct']} bytes, code "
          f"{numbers['m3_one_image']} to {numbers['m3_everything']} bytes on "
          f"Cortex-M3; {held}")


def table(numbers):
    """README.md's table, markdown."""
    lines = ["| what | bytes | at most |", "|---|---:|---:|"]
    for name, (what, limit) in LIMITS.items():
        lines.append(f"| {what} | {numbers[name]} | {limit} |")
    lines += ["", f"Measured by `make size` with {numbers['compiler']} `-Os`; "
              "the code is without BearSSL and jsmn."]
    return "\n".join(lines) + "\n"


def readme_parts():
    """README.md before, in and after the table; None if it has no table."""
    text = README.read_text() if README.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    block, end, after = rest.partition(END)
    return (before, block, after) if begin and end else None


def write_readme(numbers):
    """Put the table into README.md. False if there is no place for it."""
    parts = readme_parts()
    if parts is None:
        return False
    before, block, after = parts
    if block != table(numbers):
        README.write_text(before + BEGIN + table(numbers) + END + after)
    return True


def check_readme(numbers):
    """None if README.md's table is right, else what is wrong with it."""
    parts = readme_parts()
    if parts is None:
        return "README.md has no lines <!-- size --> and <!-- /size -->"
    if parts[1] == table(numbers):
        return None
    return "README.md's size table is not what was measured: run size.py " \
           "--readme"


def is_other_compiler(numbers):
    """Is README.md's table from another compiler, so that it may differ?"""
    parts = readme_parts()
    return (parts is not None and "arm-none-eabi-gcc" in parts[1] and
            numbers["compiler"] + " " not in parts[1])


def check(numbers):
    """Print each limit as a test case, then README.md's table. Exit status."""
    failed = exceeded(numbers)
    for name in failed:
        what, limit = LIMITS[name]
        print(f"FAIL {what.replace('`', '')}: {numbers[name]} bytes, at most "
              f"{limit}")
    passed, wrong = len(LIMITS) - len(failed), len(failed)
    if is_other_compiler(numbers):
        print(f"note: README.md's size table is not by {numbers['compiler']}, "
              "and not compared")
    else:
        complaint = check_readme(numbers)
        if complaint:
            print(f"FAIL {complaint}")
        passed, wrong = passed + (not complaint), wrong + bool(complaint)
    print(f"size: {passed} passed, {wrong} failed")
    return 1 if wrong else 0


def main(arguments):
    """The command; see above."""
    parser = argparse.ArgumentParser(description="The library's size.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--library", metavar="FILE", default=LIBRARY)
    options = parser.parse_args(arguments)
    try:
        numbers = collect(options.library)
    except measure.Failure as error:
        print(f"size: {error}", file=sys.stderr)
        if options.check:
            print("size: 0 passed, 1 failed")
        return 2
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(numbers, indent=1))
    if options.readme and not write_readme(numbers):
        print(f"size: {check_readme(numbers)}", file=sys.stderr)
        return 2
    if options.check:
        return check(numbers)
    print_library(numbers["library"])
    print_m3(numbers)
    print_limits(numbers)
    return 1 if exceeded(numbers) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
