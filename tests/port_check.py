#!/usr/bin/env python3
"""Run port_check on the POSIX port, and on ports with a fault.

    port_check.py [posix|faults]

Without an argument both. `faults` shows that the list finds what it is for:
every port that is wrong in one thing has to fail the checks named here. The
last line is "port_check/posix: N passed, N failed", or "port_check/faults:
...", or with both "port_check: ...".
"""

import concurrent.futures
import pathlib
import re
import signal
import subprocess
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "standin")]

import port_peer
import processes

OUT = ROOT / "build" / "port_check"
PORT = ["posix_dial", "posix_port", "posix_resolver", "posix_system"]
WARN = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
        "-Wconversion", "-Werror"]
LIMIT_S = 150

# fault: how the line begins that has to say FAIL
FAULTS = {
    "clock-still": "now_ms: moves", "clock-back": "now_ms: moves",
    "clock-fast": "recv: what comes", "clock-slow": "recv: what comes",
    "sleep-not": "sleep:", "time-1970": "unix_time:",
    "entropy-short": "entropy:", "entropy-long": "entropy:",
    "entropy-same": "entropy:",
    "connect-waits": "connect: no answer",
    "connect-hasty": "connect: no answer",
    "connect-endless": "connect: a closed port",
    "connect-blind": "connect: an unknown name",
    "connect-failing": "connect: no answer",
    "send-more": "send: a peer", "send-less": "send: a peer",
    "send-full": "send: a peer", "send-waits": "send: a peer",
    "send-hasty": "send: a peer",
    "recv-waits": "recv: silence, wait_ms 0",
    "recv-hasty": "recv: silence, wait_ms 300",
    "recv-late": "recv: what comes", "recv-zero": "recv: an orderly close",
    "recv-failed": "recv: an orderly close", "recv-closed": "recv: a reset",
    "recv-past": "connect: a name",
    "close-not": "connect: again", "close-quiet": "connect: again",
    "close-waits": "connect: no answer",
}


def build(name, sources, *options):
    """Compile a program of these sources and the list; returns its path."""
    OUT.mkdir(parents=True, exist_ok=True)
    program = OUT / name
    parts = ["port_check", "port_check_connect", "port_check_stream"]
    subprocess.run(
        ["gcc", *WARN, "-O1", "-g", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", f"-I{ROOT}/src", f"-I{ROOT}/tests",
         *options, *(ROOT / "tests" / f"{part}.c" for part in parts),
         *sources, "-o", program, "-lpthread"], check=True)
    return program


def build_posix():
    """The list for the POSIX port."""
    folder = ROOT / "port" / "posix"
    return build("posix", [ROOT / "tests" / "port_check_posix.c",
                           ROOT / "tests" / "port_check_faults.c",
                           *(folder / f"{name}.c" for name in PORT)],
                 f"-I{folder}")


def run(program, ports, *arguments):
    """The status and the lines of one run of the list."""
    child = processes.start(
        [program, "localhost", *map(str, ports), *arguments], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    try:
        text = child.communicate(timeout=LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        child.kill()
        text = child.communicate()[0] + "\ntoo slow"
    finally:
        processes.stop(child)
    return child.returncode, text.splitlines()


def sum_of(lines):
    """What the last line adds up to: (passed, failed)."""
    found = re.fullmatch(r".*: (\d+) passed, (\d+) failed",
                         lines[-1] if lines else "")
    return (int(found[1]), int(found[2])) if found else (0, 1)


def check_posix(program, ports):
    """The POSIX port passes."""
    status, lines = run(program, ports)
    print("\n".join(lines[:-1]))
    passed, failed = sum_of(lines)
    return passed, max(failed, int(status != 0))


def check_faults(program, ports):
    """Every port with a fault fails where it has to."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(14) as pool:
        runs = {fault: pool.submit(run, program, ports, fault)
                for fault in FAULTS}
    for fault, done in runs.items():
        status, lines = done.result()
        found = [line for line in lines if "... FAIL" in line]
        right = (status == 1 and sum_of(lines)[1] == len(found)
                 and any(line.startswith(FAULTS[fault]) for line in found))
        failed += not right
        print(f"case fault {fault}" if right else
              f"FAIL fault {fault} was not noticed:\n" + "\n".join(lines))
    return len(FAULTS) - failed, failed


def main(arguments):
    """The command; see above."""
    parts = {"posix": check_posix, "faults": check_faults}
    chosen = arguments or list(parts)
    if not set(chosen) <= set(parts):
        print("usage: port_check.py [posix|faults]", file=sys.stderr)
        return 2
    # at once, and processes.py has seen to it that so do the children
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    program = build_posix()
    passed = failed = 0
    with port_peer.Peer() as peer:
        for name in chosen:
            right, wrong = parts[name](program, peer.ports)
            passed, failed = passed + right, failed + wrong
    name = f"port_check/{chosen[0]}" if len(chosen) == 1 else "port_check"
    print(f"{name}: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
