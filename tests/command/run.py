"""Run the command against the stand-in for Feishu, well and badly behaved.

    python3 tests/command/run.py PATH-TO-COMMAND [REGEX]

Plays all cases (or those whose names match), a few at a time, and prints
`case NAME` for each and `FAIL NAME: why` with what the command said for those
that failed. The last line is "command: N passed, N failed". What this machine
does not allow (mounts in a container, say) is `skipped NAME: why`.
"""
import concurrent.futures
import importlib
import pathlib
import re
import resource
import signal
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "standin")]

import processes
import standin
from cases import CASES, Failed, Skipped
from trial import Bench, Trial

WORKERS = 3
SLOW_WORKERS = 12  # these wait most of the time


def load():
    """Import every file of cases, which fills CASES."""
    for path in sorted(HERE.glob("case_*.py")):
        importlib.import_module(path.stem)
    return CASES


def play(bench, case):
    """Run one case. Returns the lines to print."""
    trial = Trial(bench)
    try:
        case.play(trial)
        trial.finish()
        return [f"case {case.name}"]
    except Skipped as skipped:
        return [f"skipped {case.name}: {skipped}"]
    except Failed as failed:
        why = [str(failed)]
    except Exception:
        why = ["the test itself failed", *traceback.format_exc().splitlines()]
    finally:
        shown = [line for run in trial.runs[-2:] for line in run.show()]
        trial.remove()
    return [f"case {case.name}", f"FAIL {case.name}: {why[0]}",
            *("     " + line for line in why[1:] + shown)]


def play_all(bench, cases):
    """Run all, say how each went. Returns how many passed and failed."""
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as quick, \
            concurrent.futures.ThreadPoolExecutor(SLOW_WORKERS) as slow:
        running = [(slow if case.slow else quick).submit(play, bench, case)
                   for case in cases]
        try:
            for done in concurrent.futures.as_completed(running):
                lines = done.result()
                failed += len(lines) > 1
                passed += len(lines) == 1 and lines[0].startswith("case ")
                print("\n".join(lines), flush=True)
        finally:
            for pool in (quick, slow):
                pool.shutdown(wait=False, cancel_futures=True)
            bench.stop()
    return passed, failed


def main(arguments):
    """Set up, play, clean up; the exit status tells whether all passed."""
    command = str(pathlib.Path(arguments[0]).resolve())
    wanted = arguments[1] if len(arguments) > 1 else ""
    cases = [case for case in load() if re.search(wanted, case.name)]
    # Some cases end the command by SIGQUIT: it should write no core, nor be
    # ignored because we were started in the background.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    processes.raise_on_signals()
    try:
        with standin.Standin(bundle=True) as feishu, \
                tempfile.TemporaryDirectory(dir=feishu.folder) as root:
            passed, failed = play_all(Bench(command, feishu, root), cases)
    except processes.Interrupted as interrupted:
        print(f"interrupted by signal {interrupted.signum}")
        return 128 + interrupted.signum
    except RuntimeError as error:
        print(f"FAIL set-up: {error}")
        return 1
    print(f"command: {passed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
