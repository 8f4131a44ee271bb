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
import case_programs, case_failures, case_downloads  # longest ones first
import cases
import machine
import processes
from lab import Lab

WORKERS = 2


def play(lab, case):
    """Run one case. Returns whether it passed, and the lines to print."""
    lines = [f"case {case.name}"]
    try:
        outcome, wrong, figures = case.play(lab)
        lines += ["     " + line for line in figures]
        if wrong:
            lines += [f"FAIL {case.name}: {wrong}",
                      *("     " + line for line in outcome.text.splitlines())]
        return not wrong, lines
    except Exception:
        lines += [f"FAIL {case.name}: the test itself failed",
                  *traceback.format_exc().splitlines()]
        return False, lines


def play_some(lab, chosen, workers):
    """Run some, say how each went. Returns how many failed."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(play, lab, case) for case in chosen]
        try:
            for done in concurrent.futures.as_completed(running):
                passed, lines = done.result()
                failed += not passed
                print("\n".join(lines), flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            machine.stop_all()
            raise
    return failed


def play_all(lab, chosen):
    """Run all; those that want to be alone, at the end."""
    alone = [case for case in chosen if case.alone]
    others = [case for case in chosen if not case.alone]
    return play_some(lab, others, WORKERS) + play_some(lab, alone, 1)


def main(arguments):
    """Build, set up, play; the exit status tells whether all passed."""
    wanted = arguments[0] if arguments else ""
    chosen = [case for case in cases.CASES if re.search(wanted, case.name)]
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        for name, program in dict.fromkeys((case.target, case.program)
                                           for case in chosen):
            build.build(name, program)
        with Lab() as lab:
            failed = play_all(lab, chosen)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    except (build.Failure, build.bearssl_source.Failure,
            RuntimeError) as failure:
        print(f"FAIL set-up: {failure}")
        print("boards: 0 passed, 1 failed")
        return 1
    finally:
        processes.stop_all_children()
    print(f"boards: {len(chosen) - failed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
