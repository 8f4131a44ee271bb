#!/usr/bin/env python3
"""Where a Cortex-M3 spends a download: a profile by function, under QEMU.

    cortex_profile.py [LINES]

The firmware is that of tests/cost; counted is what it counts: the client's
side, between caller and port. A full handshake with an RSA chain, ChaCha20
of 64 KB, and that handshake resumed.
"""

import bisect
import collections
import pathlib
import subprocess
import sys
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import rig
from cortex import cores, cost

TRIAL = 200000  # instructions with which the meter tries itself


def symbols(image):
    """([address], [name]) of the functions, and {name: address}."""
    text = subprocess.run(["arm-none-eabi-nm", "-n", image], text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    found = [(int(at, 16) & ~1, name) for at, kind, name in
             (line.split() for line in text.splitlines()
              if len(line.split()) == 3)
             if kind in "tTwW" and not name.startswith("$")]
    return ([at for at, _ in found], [name for _, name in found],
            {name: at for at, name in found})


def profile(core, image, plugin, window, folder):
    """{function: instructions} of a window (skip, take)."""
    starts, names, places = symbols(image)
    report = folder / "profile"
    words = [f"go={places['meter_go']}", f"halt={places['meter_halt']}",
             f"skip={window[0]}", f"take={window[1]}", f"out={report}"]
    subprocess.run(
        [cost.QEMU, "-M", core.target.machine, "-kernel", image, "-display",
         "none", "-icount", "shift=0,sleep=off", "-nic", "none", "-serial",
         "none", "-monitor", "none", "-chardev", "null,id=c0",
         "-semihosting-config", "enable=on,target=native,chardev=c0",
         "-plugin", ",".join([str(plugin), *words])], check=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)  # it misses a network
    found = collections.Counter()
    for line in report.read_text().splitlines():
        at, spent = line.split()
        place = bisect.bisect_right(starts, int(at, 16)) - 1
        found[names[place]] += int(spent)
    return found


def main(words):
    """The command; see above."""
    lines = int(words[0]) if words else 12
    core = next(core for core in cores.CORES if core.name == "M3")
    image = cost.firmware(core)
    runs = cost.parse(cost.said(core, image))
    full, resumed = (runs[kind, "rsa", "chacha20", 65536]
                     for kind in ("full", "resumed"))
    begin = TRIAL
    windows = {}
    for title, length in (("full handshake", full["handshake"]),
                          ("64 KB of body", full["transfer"]),
                          ("resumed handshake", resumed["handshake"])):
        windows[title] = (begin, length)
        begin += length
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plugin = rig.compile_program(folder / "libprofile.so",
                                     rig.HERE / "cortex_profile.c", "-shared",
                                     "-fPIC")
        for title, window in windows.items():
            found = profile(core, image, plugin, window, folder)
            print(f"{title}: {window[1]:,} instructions")
            for function, spent in found.most_common(lines):
                print(f"  {spent / window[1]:6.1%}  {function}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
