"""The command over networks that lose, delay, reorder, double and damage
frames, or die.

    python3 tests/network/run.py PATH-TO-COMMAND [REGEX]

Goes into a namespace of its own, runs the stand-in for Feishu there, and lays
a cable (link.py) to one more namespace for each case, in which the command
then runs. Every run has to end with the right files and exit code 0, or, where
the network is that bad, with another honest code and without a damaged file.
All cases run at the same time. What happens to a frame is drawn from a fixed
seed; which frame it happens to, the clocks decide. Root is not needed where
users may have namespaces, and /dev/net/tun. The last line is
"network: N passed, N failed".
"""
import concurrent.futures
import contextlib
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in (
    "standin", "lib", "lwip_socket"))]

import cases
import link
import namespace
import processes
import servers
import standin


def name_the_server():
    """Let localhost, which the certificates are for, be the cables' near end,
    for us and our children."""
    with tempfile.NamedTemporaryFile("w", suffix="-hosts") as hosts:
        hosts.write(f"{link.SERVER} localhost\n")
        hosts.flush()
        for words in (["--make-rprivate", "/"],
                      ["--bind", hosts.name, "/etc/hosts"]):
            subprocess.run(["mount", *words], check=True)


def play(case, cable, feishu, command):
    """Run one case. Returns whether it passed, and the lines to print."""
    try:
        wrong = list(cases.play(case, cable, feishu, command))
    except subprocess.TimeoutExpired:
        wrong = ["the command does not end"]
    counts = ", ".join(f"{n} {what}" for what, n in cable.counts.items() if n)
    return not wrong, [f"case {case.name}",
                       f"     frames: {counts}",
                       *(f"FAIL {case.name}: {line}" for line in wrong)]


def play_all(chosen, command):
    """Lay all cables, run all cases. Returns how many passed."""
    passed = 0
    with standin.Standin() as feishu, \
            servers.Relay([link.SERVER], feishu.urls), \
            contextlib.ExitStack() as stack:
        cables = [stack.enter_context(
            link.Link(number, case.weather, seed=case.name))
                  for number, case in enumerate(chosen, 1)]
        with concurrent.futures.ThreadPoolExecutor(len(chosen)) as pool:
            running = [pool.submit(play, case, cable, feishu, command)
                       for case, cable in zip(chosen, cables)]
            for done in concurrent.futures.as_completed(running):
                good, lines = done.result()
                passed += good
                print("\n".join(lines), flush=True)
    return passed


def main(arguments):
    """Go inside, set up, play; the exit status tells whether all passed."""
    command = str(pathlib.Path(arguments[0]).resolve())
    wanted = arguments[1] if len(arguments) > 1 else ""
    chosen = [case for case in cases.CASES if re.search(wanted, case.name)]
    processes.die_with_parent()
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        namespace.enter(namespace.CLONE_NEWNS)
        name_the_server()
        namespace.ip("link set lo up", f"address add {link.SERVER}/32 dev lo")
        passed = play_all(chosen, command)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"FAIL set-up: {error}")
        print("network: 0 passed, 1 failed")
        return 1
    finally:
        processes.stop_all_children()
    print(f"network: {passed} passed, {len(chosen) - passed} failed")
    return int(passed != len(chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
