"""What a running program's memory may be used for, by the kernel's word."""

import pathlib
import re
import subprocess
import time

PATIENCE_S = 10


def problem(words, headers):
    """What is wrong with a program's memory when it runs, or None.

    `words` run it, perhaps under an emulator: the last is its path. `headers`
    is what readelf says of its segments. Nothing of it may be both written
    and executed, and what is set apart for that must become read-only.
    """
    first = re.search(r" LOAD +0x\w+ +0x(\w+)", headers)
    relro = re.search(r" GNU_RELRO +0x\w+ +0x(\w+)", headers)
    if not relro:
        return "nothing is set apart to be made read-only"
    offset = int(relro[1], 16) - int(first[1], 16)
    emulated = len(words) > 1  # emulators pass no filter on
    child = subprocess.Popen([*words, "-i", "-"], stdin=subprocess.PIPE,
                             env={"FEISHU_TENANT_ACCESS_TOKEN": "t-none"})
    try:
        deadline = time.monotonic() + PATIENCE_S
        while wrong := _look(child.pid, words[-1], offset) or \
                not emulated and _unfiltered(child.pid):
            if time.monotonic() > deadline or child.poll() is not None:
                return wrong
            time.sleep(0.02)
        return None
    finally:
        child.kill()
        child.communicate()


def _unfiltered(pid):
    """Whether it may still make any system call, if the kernel can tell."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return "no system call is refused" if "Seccomp:\t0" in status else None


def _look(pid, program, offset):
    """What is wrong at this moment, `offset` being of a read-only place."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    found = re.findall(rf"^(\w+)-(\w+) (\S+) .* {re.escape(program)}$", maps,
                       re.M)
    if not found:
        return "the program does not run"
    place = int(found[0][0], 16) + offset
    if any("wx" in may for _, _, may in found):
        return "some of it is both written and executed"
    if not any(int(begin, 16) <= place < int(end, 16) and "w" not in may
               for begin, end, may in found):
        return "what should have become read-only has not"
    return None
