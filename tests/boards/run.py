"""The boards under QEMU: every one downloads, and one meets every failure.

    python3 tests/boards/run.py [REGEX]

Builds what has changed, plays all cases (or those whose names match), two at a
time, and prints `case NAME` for each and `FAIL NAME: why` with what the board
said for those that failed. The last line is "boards: N passed, N failed".
"""

import concurrent.futures
import re
import sys
import traceback

sys.dont_write_bytecode = True

import build
import cases
import processes
from lab import Lab

WORKERS = 2


def play(lab, case):
    """Run one case. Returns the lines to print."""
    lines = [f"case {case.name}"]
    try:
        outcome, wrong = case.play(lab)
        if wrong:
            lines += [f"FAIL {case.name}: {wrong}",
                      *("     " + line for line in outcome.text.splitlines())]
    except Exception:
        lines += [f"FAIL {case.name}: the test itself failed",
                  *traceback.format_exc().splitlines()]
    return lines


def play_all(lab, chosen):
    """Run all, say how each went. Returns how many failed."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(play, lab, case) for case in chosen]
        try:
            for done in concurrent.futures.as_completed(running):
                lines = done.result()
                failed += len(lines) > 1
                print("\n".join(lines), flush=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return failed


def main(arguments):
    """Build, set up, play; the exit status tells whether all passed."""
    wanted = arguments[0] if arguments else ""
    chosen = [case for case in cases.CASES if re.search(wanted, case.name)]
    processes.raise_on_signals()
    try:
        for name in dict.fromkeys(case.target for case in chosen):
            build.build(name)
        with Lab() as lab:
            failed = play_all(lab, chosen)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    except (build.Failure, build.bearssl_source.Failure,
            RuntimeError) as failure:
        print(f"FAIL set-up: {failure}")
        print("boards: 0 passed, 1 failed")
        return 1
    print(f"boards: {len(chosen) - failed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
