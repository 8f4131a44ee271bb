"""Make every system call of the command fail, and bring a signal.

    python3 tests/system/run.py PATH-TO-COMMAND [REGEX]

A case is one name of a system call in one small run of the command: the first
call of that name goes wrong, then, in a new run, the second, and so on, until
there is none with that number. The command must come to a right end each time.
The last line is "system: N passed, N failed".
"""
import concurrent.futures
import os
import pathlib
import re
import signal
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in
                ("system", "command", "standin")]

import app_runs
import processes
import scenarios
import standin
import strace
from cases import Failed, check, equal
from trial import Bench

WORKERS = 2
FAILURES = {2, 3, 4, 5, 8}  # exit codes; 6 and 7 are the server's
# Where these fail, something is done without, and nothing is said.
OPTIONAL = {"seccomp", "prctl", "landlock_create_ruleset",
            "landlock_add_rule", "landlock_restrict_self"}
ERRORS = {"openat": "EMFILE", "socket": "EMFILE", "pipe2": "EMFILE",
          "mmap": "ENOMEM", "mprotect": "ENOMEM",
          "clone3": "EAGAIN", "clone": "EAGAIN", "connect": "ENETUNREACH",
          "recvfrom": "ECONNRESET", "sendto": "EPIPE", "write": "ENOSPC",
          "rename": "EACCES", "mkdir": "EROFS", "mkdirat": "EROFS"}
# brk never says an error, but that nothing has changed; and where futex says
# one, it is the C library that ends the program.
SPECIAL = {"brk": ["retval=0"], "futex": []}
INTERRUPTED = {"openat", "read", "pread64", "recvfrom", "sendto", "connect",
               "poll", "write", "close", "fsync", "fcntl", "getrandom"}
RETRIED = {"pread64", "recvfrom", "sendto", "poll", "close", "getrandom"}


def judge_cache(trial):
    """What is kept is whole, private, and nothing but a token and a lock."""
    folder = app_runs.folder(trial)
    for path in folder.iterdir() if folder.exists() else []:
        check(path.suffix in (".token", ".lock"), f"left over: {path.name}")
        app_runs.private(path)
        if path.suffix == ".token":
            data = path.read_bytes()
            check(data[-17:-1] == app_runs.fnv(data[:-17]).encode(),
                  "a part of a token is kept")


def judge_failure(scenario, trial, run, name, what):
    """A call has failed: the image is there, or it is said why not."""
    whole = scenario.judge(trial, run)
    if run.status == 0:
        check(whole, "exit code 0, but no image")
        check(len(run.lines) <= 1, "more than one warning")
        check(name not in OPTIONAL or not run.err, "this is to be kept quiet")
        return
    check(run.status in FAILURES, f"status {run.status}")
    check(name not in OPTIONAL, "could have been done without")
    check(what != "error=EINTR" or name not in RETRIED,
          "could have been tried again")
    check(not whole or not scenario.files, "an image in spite of the failure")
    # a warning about the cache may be there, too: the resolver's thread has
    # calls of the same number
    said = [line for line in run.lines if "/.cache/" not in line]
    if name not in ("write", "writev"):  # which may have been the message
        check(1 <= len(said) <= max(1, len(scenario.files)),
              "not one line for each image")


def judge_signal(scenario, trial, run, number):
    """A signal has come: it ended the command, or came too late to."""
    whole = scenario.judge(trial, run)
    equal(run.err, b"", "standard error")
    if run.status == 0:
        check(whole, "exit code 0, but no image")
    else:
        equal(run.status, -number, "status")


def one_run(scenario, name, what, number):
    """One run with one fault. Returns whether there was such a call."""
    trial = scenario.fresh()
    log = trial.side / "trace"
    try:
        run = scenario.run(trial, strace.injecting(log, name, what, number))
        if what.startswith("signal="):
            judge_signal(scenario, trial, run, signal.Signals[
                "SIG" + what.partition("=")[2]])
        else:
            judge_failure(scenario, trial, run, name, what)
        judge_cache(trial)
        trial.finish()
        return strace.was_hit(log.read_text(errors="replace"))
    except Failed as failed:
        shown = [line for run in trial.runs for line in run.show()]
        raise Failed("\n     ".join([f"call {number}: {failed}",
                                     *shown])) from None
    finally:
        trial.remove()


def play(scenario, name, faults, number):
    """One case: from call `number` on. Returns the lines to print; none if
    only the resolver makes such calls, which takes no signals."""
    case = f"{scenario.name}: {name} {'/'.join(faults)}"
    runs = 0
    try:
        while one_run(scenario, name, faults[runs % len(faults)],
                      number + runs):
            runs += 1
    except Failed as failed:
        return [f"case {case}", f"FAIL {case}: {failed}"]
    except Exception:
        return [f"case {case}", f"FAIL {case}: {traceback.format_exc()}"]
    return [f"case {case}, {runs} times"] if runs else []


def faults_of(scenario, name):
    """What is done to the calls of this name: a case each; in turns, where
    there are several."""
    soft = "EINTR" if name in INTERRUPTED else "ENOSYS"
    error = {"hard": ERRORS.get(name, "EIO"), "soft": soft}
    failures = SPECIAL.get(name, [f"error={error[kind]}"
                                  for kind in scenario.errors])
    signals = [f"signal={each}" for each in scenario.signals]
    return [[each] for each in failures] + [signals] * bool(signals)


def cases(scenario):
    """All cases of one scenario: [(scenario, name, faults, number)]."""
    trial = scenario.fresh()
    log = trial.side / "trace"
    run = scenario.run(trial, strace.tracing(log))
    equal(run.status, 0, f"{scenario.name}: exit code without a fault")
    first = strace.first_own(log.read_text(errors="replace"))
    trial.remove()
    check(first, f"the trace has no {strace.OWN_BEGIN}")
    return [(scenario, name, faults, number)
            for name, number in first.items()
            for faults in faults_of(scenario, name)]


def play_all(bench, wanted):
    """Play what matches. Returns how many passed and failed."""
    passed = failed = 0
    listed = [case for kind in (scenarios.Scenario, scenarios.Stream,
                                scenarios.Several, scenarios.App,
                                scenarios.Cached)
              for case in cases(kind(bench))]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(play, *case) for case in listed if re.search(
            wanted, f"{case[0].name}: {case[1]} {case[2][0]}")]
        try:
            for done in concurrent.futures.as_completed(running):
                lines = done.result()
                failed += len(lines) > 1
                passed += len(lines) == 1
                print("\n".join(lines), flush=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            bench.stop()
    return passed, failed


def main(arguments):
    """Set up, play, clean up; the exit status tells whether all passed."""
    command = str(pathlib.Path(arguments[0]).resolve())
    wanted = arguments[1] if len(arguments) > 1 else ""
    processes.raise_on_signals()
    try:
        with standin.Standin() as feishu, \
                tempfile.TemporaryDirectory(dir=feishu.folder) as root:
            passed, failed = play_all(Bench(command, feishu, root), wanted)
    except processes.Interrupted as interrupted:
        print(f"interrupted by signal {interrupted.signum}")
        return 128 + interrupted.signum
    except (RuntimeError, Failed) as error:
        print(f"FAIL set-up: {error}")
        return 1
    print(f"system: {passed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
