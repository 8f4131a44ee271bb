#!/usr/bin/env python3
"""How large the library is and what a download costs, held against budgets.

    size.py                print everything; 1 if a limit is exceeded
    size.py --check        the limits and README.md's tables as test cases
    size.py --readme       write README.md's tables anew
    size.py --json FILE    print, and write the numbers to FILE as well

On x86-64: the library that `make` built (host.py). For microcontrollers it is
compiled here from the same sources (cores.py) and linked to see what it takes
of flash (flash.py); where QEMU has a board, downloads are measured on it
(../cost). table.py has the limits, and README.md's tables.
"""

import argparse
import concurrent.futures
import json
import pathlib
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "cost")]

import cores
import bearssl_source
import build
import cost
import flash
import host
import table

LIBRARY = cores.ROOT / "build" / "libfeishu-image.a"
SHOWN = "M3"  # the core whose objects are printed


def collect(library):
    """All numbers, as --json writes them. First all is built, then all is
    run."""
    found = {"compilers": list(dict.fromkeys(map(cores.version, cores.CORES))),
             "host_struct": host.struct(), "library": host.library(library),
             "cores": {}}
    images = {}
    for core in cores.CORES:
        found["cores"][core.name] = flash.measure(core)
        if core.target:
            images[core] = cost.firmware(core)
    with concurrent.futures.ThreadPoolExecutor(build.JOBS) as pool:
        costs = pool.map(cost.measure, images, images.values())
        for core, figures in zip(images, costs):
            found["cores"][core.name]["cost"] = figures
    return found


# --- printing ----------------------------------------------------------------

def print_columns(title, rows, width):
    """A table: a list of lists of cells, the header first."""
    print(title + "\n")
    for first, *others in rows:
        print(f"{first.replace('`', ''):{width}}" +
              "".join(f"{cell:>9}" for cell in others))
    print()


def print_library(objects):
    """The table of the library on x86-64."""
    rows = [[name, *sizes.values()] for name, sizes in objects.items()]
    sums = [sum(column) for column in list(zip(*rows))[1:]]
    print_columns("x86-64, libfeishu-image.a as built (text with constants; "
                  "relro: constants that\nthe loader relocates):",
                  [["", *host.COLUMNS], *rows, ["sum", *sums]], 24)


def print_objects(core):
    """The flash that each object takes."""
    full, small = core["everything"], core["one_image"]
    rows = [[name, full["objects"][name], small["objects"][name]]
            for name in full["objects"]]
    rows += [[what, full[key], small[key]] for what, key in
             (("ours, without jsmn", "ours"), ("jsmn", "jsmn"),
              ("BearSSL", "bearssl"), ("C library", "libc"),
              ("whole client", "whole"))]
    print_columns(f"Cortex-{SHOWN}, flash. One image: FIMG_ADVICE=0 "
                  "FIMG_BUNDLE=0, and what is left once the\nlinker has "
                  "dropped what nobody calls:",
                  [["", "all", "one"], *rows], 24)


def print_limits(numbers):
    """The limits, one line each, and the last line."""
    over = table.exceeded(numbers)
    held = table.limits(numbers)
    for row, value in held:
        verdict = "EXCEEDED" if (row, value) in over else "held"
        print(f"{row.what.replace('`', ''):62}{row.text(value):>7} of "
              f"{row.limit:<6g}{verdict}")
    m3 = numbers["cores"][SHOWN]
    result = (f"{len(over)} of {len(held)} limits exceeded" if over
              else f"all {len(held)} limits held")
    print(f"size: struct fimg {m3['struct']['16 KB']} bytes, code "
          f"{m3['one_image']['ours']} to {m3['everything']['ours']} bytes on "
          f"Cortex-{SHOWN}; {result}")


def print_all(numbers):
    """What size.py prints."""
    print_library(numbers["library"])
    print_objects(numbers["cores"][SHOWN])
    print_columns("All cores:", table.core_table(numbers), 62)
    print_limits(numbers)


# --- checking ----------------------------------------------------------------

def check_readme(numbers):
    """Compare README.md's tables. Returns how many lines passed and failed."""
    if table.parts() is None:
        print("FAIL README.md has no lines <!-- size --> and <!-- /size -->")
        return 0, 1
    others = table.others(numbers)
    if others:
        print(f"note: README.md's size tables are by {' and '.join(others)}, "
              "which is not here: not compared")
        return 0, 0
    differing, compared = table.wrong(numbers)
    for said, meant in differing:
        print(f"FAIL README.md says     {said}\n     but measured is {meant}\n"
              "     (if that is meant to be, run tests/size/size.py --readme)")
    return compared - len(differing), len(differing)


def check(numbers):
    """Print what is wrong and the number of test cases. Exit status."""
    over = table.exceeded(numbers)
    for row, value in over:
        print(f"FAIL {row.what.replace('`', '')}: {row.text(value)}, at most "
              f"{row.limit:g}")
    passed, failed = check_readme(numbers)
    passed += len(table.limits(numbers)) - len(over)
    failed += len(over)
    print(f"size: {passed} passed, {failed} failed")
    return 1 if failed else 0


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
    except (build.Failure, bearssl_source.Failure) as error:
        print(f"size: {error}", file=sys.stderr)
        if options.check:
            print("size: 0 passed, 1 failed")
        return 2
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(numbers, indent=1))
    if options.readme and not table.write(numbers):
        print("size: README.md has no lines <!-- size --> and <!-- /size -->",
              file=sys.stderr)
        return 2
    if options.check:
        return check(numbers)
    print_all(numbers)
    return 1 if table.exceeded(numbers) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
