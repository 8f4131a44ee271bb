#!/usr/bin/env python3
"""port/skeleton/README.md is true to the word: its commands are run in order,
in copies of the tree, by two who have a new board.

    port_skeleton.py [posix|cortex-m3|library]...

    posix      this host is the board: functions are filled in one at a time
               (port_skeleton_posix.c), the list is run after each, and at the
               end an image comes from the stand-in
    cortex-m3  with the README's own settings; where there is QEMU, the list is
               run before anything is filled in; needs arm-none-eabi-gcc
    library    over the port that refuses everything, downloads end cleanly

Without an argument all, side by side, after `make all`. The last line is
"skeleton: N passed, N failed".
"""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from port_skeleton_board import (HERE, LIMIT_S, OUT, README, ROOT, SKELETON,
                                 TEXT, Board, Failure, bodies, fill_in,
                                 lend_bearssl, output, promises, start)

import bearssl_source
import pki
import processes
from port_check import WARN, build
from standin import Standin

SANITIZE = "-fsanitize=address,undefined -fno-sanitize-recover=all"
UNKNOWN = "a" * 64 + ".invalid"  # no resolver asks anybody for such a label
QEMU = ["qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-serial",
        "none", "-monitor", "none", "-nic", "none", "-chardev",
        "stdio,id=c0,signal=off", "-semihosting-config",
        "enable=on,target=native,chardev=c0", "-kernel"]
# What passes before all is filled in; the other lines need a byte sent back.
ALONE = {"now_ms": "now_ms:", "sleep": "sleep:", "entropy": "entropy:",
         "connect": "connect: in steps"}


def judge(text, filled, wanted):
    """What is wrong with the output of the list; None: nothing."""
    lines = re.findall(r"^(\w+: .*) \.\.\. (ok|FAIL|left out)", text, re.M)
    passed = [line for line, how in lines if how == "ok"]
    right = [line for line, _ in lines if "recv" in filled
             or line.startswith("unix_time:")
             or line.startswith(tuple(ALONE[n] for n in filled if n in ALONE))]
    last = f"port_check/myboard: {wanted} passed, {len(lines) - wanted} failed"
    if passed != right:
        return f"not as it should be: {sorted({*passed} ^ {*right})}"
    return None if text.endswith(last + "\n") else f"should end in {last}"


def start_list(board, name):
    """Step 3; the list, running: they mostly wait, so the next may begin."""
    board.do("3")
    program = board.tree / "build/myboard/check"
    return start(program.rename(f"{program}-{name}"))


def check_image(board, feishu, key):
    """Step 6: what the program prints, and how it ends."""
    board.values["KEY"] = key
    board.do("6")
    image = feishu.images.get(key)
    wanted = (hashlib.sha256(image.read_bytes()).hexdigest() if image
              else "the server refused")
    text = output(start(board.tree / "build/myboard/image"), not image)
    return (f"posix: {key}", None if text == wanted + "\n" else text)


def check_lists(board, passed, says):
    """Steps 3 and 4: one function after the other."""
    source = board.tree / "port/myboard/myboard_port.c"
    chunks, names, children = bodies(), list(passed), []
    order = re.findall(r"^static .*?myboard_(\w+)\(", source.read_text(), re.M)
    if not names[1:] == list(chunks) == order:
        raise Failure(f"step 4 has {names[1:]}, {source.name} {order}")
    try:
        for name in names:
            if name:
                fill_in(source, name, chunks[name])
            children.append(start_list(board, name))
        for i, name in enumerate(names):
            text = output(children[i], name != names[-1])
            wrong = judge(text, names[1:i + 1], passed[name])
            if says.get(name, "") not in text:
                wrong = f'no line says "{says[name]}"'
            yield (f"posix: the list after {name or 'nothing'}",
                   wrong and f"{wrong}\n{text}")
    finally:
        for child in children:
            processes.stop(child)


def posix(tree):
    """The host as a board, from step 1 to step 6."""
    with Standin() as feishu:
        port = feishu.base_url.rpartition(":")[2]
        board = Board(tree, {
            "CROSS": "", "CC": " ".join(["gcc", *WARN[1:]]),
            "BOARD": f'{SANITIZE} -DUNKNOWN_HOST="{UNKNOWN}" '
                     f'-DIMAGE_HOST="localhost" -DIMAGE_PORT={port}',
            "PEER": "localhost", "TOKEN": feishu.token})
        board.do("1")
        left = [path.name for path in (tree / "port/myboard").iterdir()
                if "skeleton" in (path.name + path.read_text()).lower()]
        yield "posix: the copy has its own names", left or None
        with board.peer() as ports:
            board.values["PORTS"] = ",".join(ports)
            yield from check_lists(board, *promises())
        board.libraries(feishu.ca_file, lend_bearssl(
            tree.parent / "bearssl", board.values["CC"]))
        for key in (feishu.key("png-300k"), "img_err_234008"):
            yield check_image(board, feishu, key)


def cortex(tree):
    """A Cortex-M3, with the settings that stand in the README."""
    board = Board(tree)
    (tree / "bsp").mkdir()
    shutil.copy(HERE / "port_skeleton_bsp.c", tree / "bsp/start.c")
    (tree / "bsp/net.c").write_text("typedef int empty;\n")
    memory = (ROOT / "port/mps2-an385/memory.ld").read_text()
    sections = (ROOT / "port/cortexm/sections.ld").read_text()
    (tree / "bsp/board.ld").write_text(
        sections.replace("INCLUDE memory.ld", memory))
    board.do("1")
    board.do("3")
    yield "cortex-m3: the list is built", None
    if shutil.which(QEMU[0]):
        text = output(start(*QEMU, tree / "build/myboard/check"), 1)
        wrong = judge(text, [], promises()[0][""])
        yield "cortex-m3: the list after nothing", wrong and wrong + text
    board.libraries(pki.make(ROOT / "build/standin/pki") / "roots.pem",
                    OUT / "bearssl-cortex-m3")
    board.do("6")
    yield "cortex-m3: libraries and program are built", None
    yield "cortex-m3: RAM and stack", memory_wrong(tree / "build/myboard/image")


def memory_wrong(image):
    """Is it more than step 6 says, or far less? None: neither."""
    symbols = output(start("arm-none-eabi-nm", "-S", image))
    ram = sum(int(size, 16) for size in re.findall(
        r"^\w+ (\w+) [bBdD] (?:f|sum|piece|port)(?:\.\d+)?$", symbols, re.M))
    table = re.search(r"<!-- stack -->(.*?)<!-- /stack -->",
                      (ROOT / "README.md").read_text(), re.S)[1]
    stack = max(map(int, re.findall(r"\| (\d+) \|$", table, re.M)))
    told = re.search(r"(\d+) KB of RAM,? and (\d+) KB of stack", TEXT["6"])
    right = [-(-ram // 1024), -(-stack // 1024)]
    return None if told and right == [*map(int, told.groups())] else \
        f"{ram} bytes of RAM and {stack} of stack, {right} KB"


def library(_):
    """The library over the skeleton, and what is true of the page."""
    lines = README.splitlines()
    yield "library: one screen", (
        None if len(lines) <= 60 and max(map(len, lines)) <= 80 else
        f"{len(lines)} lines, of up to {max(map(len, lines))} characters")
    program = build("skeleton", [
        HERE / "port_skeleton.c", SKELETON / "skeleton_port.c",
        ROOT / "build/libfeishu-image.a", "-l:libbearssl.a"],
        f"-I{SKELETON}")
    output(start(program))
    yield "library: downloads end cleanly", None
    text = output(start(program, "null"), 1)
    yield "library: a function left out is named", (
        None if text.startswith("recv ... FAIL: is NULL") else text)


PARTS = {"posix": posix, "cortex-m3": cortex, "library": library}


def play(name):
    """Run one part, and say how each case went. Returns how many failed."""
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=OUT) as folder:
        try:
            for case, wrong in PARTS[name](pathlib.Path(folder) / "tree"):
                passed, failed = passed + (wrong is None), failed + bool(wrong)
                print(f"FAIL skeleton: {case}: {wrong}" if wrong else
                      f"case skeleton: {case}", flush=True)
        except (Failure, bearssl_source.Failure, RuntimeError, OSError,
                subprocess.SubprocessError) as failure:
            failed += 1
            print(f"FAIL skeleton: {name}: {failure}")
    return passed, failed


def play_all(names):
    """Run parts side by side, each in a process of its own."""
    children = [start(sys.executable, __file__, name) for name in names]
    passed = failed = 0
    try:
        for child in children:
            *lines, last = child.communicate()[0].splitlines() or [""]
            print("\n".join(lines), flush=True)
            found = re.search(r"(\d+) passed, (\d+) failed$", last)
            right, wrong = map(int, found.groups()) if found else (0, 1)
            passed, failed = passed + right, failed + wrong
    finally:
        for child in children:
            processes.stop(child)
    return passed, failed


def main(arguments):
    """The command; see above."""
    names = arguments or list(PARTS)
    if not set(names) <= set(PARTS):
        print(f"usage: port_skeleton.py [{'|'.join(PARTS)}]...",
              file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    processes.raise_on_signals((signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                                signal.SIGALRM))
    signal.alarm(2 * LIMIT_S)
    processes.adopt_orphans()
    try:
        passed, failed = play(*names) if len(names) == 1 else play_all(names)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    finally:
        processes.stop_all_children()
    print(f"skeleton: {passed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
