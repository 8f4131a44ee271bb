"""Signals: the unfinished file goes, then the command dies of the signal."""
import signal
import subprocess
import time

import images
from cases import add, case, check, equal
from servers import IMAGE, Gate, Trap, answering, half_there, reply

BIG = images.KEYS["png-1m"]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


def halfway(trial, gate, *arguments, **options):
    """A command whose file has half of its image."""
    run = trial.start("img_x", *arguments, url=gate.url, **options)
    run.until(lambda: half_there(trial.folder), "half of the image")
    return run


def ends_by(run, number):
    """The signal must end it, and be what it died of."""
    run.child.send_signal(number)
    equal(run.end().status, -number, "status")


def in_body(trial, number):
    """While an image arrives; a further key is not begun."""
    (trial.folder / "img_x.png").write_bytes(b"older")
    with Gate(trial) as gate:
        ends_by(halfway(trial, gate, "img_y"), number)
        equal(len(gate.server.requests), 1, "requests")
    trial.holds({"img_x.png": b"older"})


for each in SIGNALS:
    add(f"{each.name} while an image arrives", in_body, each)


def streaming(trial, number):
    """While standard output is written to."""
    with Gate(trial) as gate:
        run = trial.start("-o", "-", "img_x", url=gate.url)
        run.until(lambda: len(run.out) > 1000, "half of the image")
        ends_by(run, number)
    trial.empty()


for each in SIGNALS[:2]:
    add(f"{each.name} while an image goes to standard output", streaming, each)


@case("signals while nothing arrives")
def waiting(trial):
    for number in SIGNALS[:2]:
        with Trap() as trap:
            run = trial.start("-v", "img_x", url=trap.url)
            run.until(lambda: "handshake begins" in "".join(run.lines),
                      "the handshake")
            ends_by(run, number)
        busy = reply("503 Busy", b"", "Retry-After: 20")
        with answering(trial, busy) as server:
            run = trial.start("-v", "--retry", "1", "img_x", url=server.url)
            run.until(lambda: "next attempt" in "".join(run.lines),
                      "the wait before the next attempt")
            ends_by(run, number)
        run = trial.start("-v", "-i", "-", "img_x", url=trial.feishu.base_url,
                          stdin=subprocess.PIPE)
        run.until(lambda: "ended" in "".join(run.lines), "the first key's end")
        ends_by(run, number)
        run.child.stdin.close()
    trial.empty()


@case("signals at any moment")
def any_moment(trial):
    image = trial.image("png-1m")
    path = trial.folder / f"{BIG}.png"
    ended = set()
    for number in range(40):
        run = trial.start(BIG)
        time.sleep(number / 1000)
        run.child.send_signal(SIGNALS[number % 2])
        ended.add(run.end().status)
        check(run.status in (0, -SIGNALS[number % 2]), f"status {run.status}")
        check(not list(trial.folder.glob(".*")), "a temporary file is left")
        if path.exists():
            check(path.read_bytes() == image, "a part of the image is left")
            path.unlink()
    check(ended != {0}, "no signal came in time")


@case("signals that are ignored stay so")
def ignored(trial):
    for number, name in ((signal.SIGHUP, "HUP"), (signal.SIGINT, "INT")):
        with Gate(trial) as gate:
            run = halfway(trial, gate, wrapper=[
                "sh", "-c", f'trap "" {name}; exec "$@"', "sh"])
            run.child.send_signal(number)
            time.sleep(0.05)
            gate.open()
            equal(run.end().status, 0, "exit code")
        trial.holds({"img_x.png": IMAGE})


@case("stopped and continued")
def stopped(trial):
    with Gate(trial) as gate:
        run = halfway(trial, gate)
        for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
            run.child.send_signal(number)
            time.sleep(0.05)
        gate.open()
        equal(run.end().status, 0, "exit code")
    trial.holds({"img_x.png": IMAGE})


@case("killed outright, the file is still not there")
def killed(trial):
    with Gate(trial) as gate:
        ends_by(halfway(trial, gate), signal.SIGKILL)
    for left in trial.folder.glob(".feishu-image-*"):
        left.unlink()
    trial.empty()
