#!/usr/bin/env python3
"""The skeleton of a port compiles, and fails politely.

    port_skeleton.py [LIBRARY]

With the library (build/libfeishu-image.a) a download ends in a clean error;
port_check on it names what is missing. Also compiled for a microcontroller,
where there is a compiler for one. The last line is "skeleton: N passed, N
failed".
"""

import os
import re
import shutil
import subprocess
import sys

from port_check import ROOT, WARN, build

CORTEX = "arm-none-eabi-gcc"
# What begins the lines that have to say FAIL: one function at a time.
MISSING = ["now_ms", "sleep", "entropy", "connect", "close", "recv", "send"]


def compile_cortex():
    """The port and the list, without an operating system: (ok, output)."""
    sources = [ROOT / "port/skeleton/skeleton_port.c",
               *(ROOT / "tests" / f"port_check{part}.c"
                 for part in ("", "_connect", "_stream"))]
    done = subprocess.run(
        [CORTEX, *WARN, "-Os", "-mcpu=cortex-m3", "-mthumb",
         f"-I{ROOT}/src", f"-I{ROOT}/tests", "-c", *sources],
        cwd=ROOT / "build" / "port_check", text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout


def run(program, *arguments):
    """The status and output of the test program."""
    done = subprocess.run([program, *arguments], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout


def check_list(program):
    """The list ends, and every function is told that is missing."""
    status, text = run(program, "list")
    named = all(re.search(rf"^{name}: .*\.\.\. FAIL", text, re.M)
                for name in MISSING)
    return (status == 1 and named and "unix_time: counts seconds, or is 0 "
            "... ok" in text), text


def check_null(program):
    """A function left out is named."""
    status, text = run(program, "null")
    return status == 1 and text.startswith("recv ... FAIL: is NULL"), text


def main(arguments):
    """The command; see above."""
    library = arguments[0] if arguments else ROOT / "build/libfeishu-image.a"
    program = build("skeleton",
                    [ROOT / "tests/port_skeleton.c",
                     ROOT / "port/skeleton/skeleton_port.c", library,
                     "-l:libbearssl.a"], f"-I{ROOT}/port/skeleton")
    status, text = run(program)
    cases = {"library": (status == 0, text), "list": check_list(program),
             "null": check_null(program)}
    build("skeleton-check", [ROOT / "port/skeleton/skeleton_check.c",
                             ROOT / "port/skeleton/skeleton_port.c"],
          f"-I{ROOT}/port/skeleton")
    if shutil.which(CORTEX):
        cases["cortex-m3"] = compile_cortex()
    for name, (right, text) in cases.items():
        print(f"case skeleton: {name}" if right
              else f"FAIL skeleton: {name}\n{text}")
    failed = sum(not right for right, _ in cases.values())
    print(f"skeleton: {len(cases) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
