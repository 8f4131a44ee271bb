"""The progress bar: on a terminal only, and gone when it should be."""
import contextlib
import fcntl
import os
import re
import signal
import struct
import termios

import faults
import images
from cases import add, case, check, equal
from servers import ANSWER_ALL, IMAGE, Gate, serve

KEY = images.KEYS["png-tiny"]
BAR = re.compile(r"img_x +\[#+\.+\] +(49|50)%")


class Screen:
    """A terminal for a command's standard error."""

    def __init__(self, columns=80):
        self._terminal, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        os.set_blocking(self._terminal, False)
        self._text = b""

    def start(self, trial, *arguments, **options):
        """Start the command on it."""
        self._trial = trial
        run = trial.start(*arguments, stderr=self._slave, **options)
        os.close(self._slave)
        return run

    @property
    def text(self):
        """All that was written so far."""
        with contextlib.suppress(OSError):
            while data := os.read(self._terminal, 65536):
                self._text += data
        return self._text.decode()

    def lines(self):
        """What a person would see: returns and overwriting carried out."""
        shown, row, column = [[]], 0, 0
        for char in self.text:
            if char == "\r":
                column = 0
            elif char == "\n":
                row, column = row + 1, 0
                shown.append([])
            else:
                shown[row] += [" "] * (column + 1 - len(shown[row]))
                shown[row][column] = char
                column += 1
        return [text for line in shown if (text := "".join(line).rstrip())]

    def close(self):
        """Hang up. What holds of other output holds here, too."""
        text = self.text.encode()
        os.close(self._terminal)
        for secret in self._trial.secrets:
            check(secret not in text, "a token is on the terminal")


@contextlib.contextmanager
def screen(columns=80):
    """A Screen for a while."""
    terminal = Screen(columns)
    try:
        yield terminal
    finally:
        terminal.close()


@case("a bar on a terminal")
def bar(trial):
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "img_x", url=gate.url)
        run.until(lambda: BAR.search(terminal.text), "the bar at half")
        gate.open()
        equal(run.end().status, 0, "exit code")
        lines = terminal.lines()
        check(not re.search(r"[^\r\n -~]", terminal.text), "odd characters")
    equal(len(lines), 1, "lines on the terminal")
    check("img_x.png" in lines[0] and "100%" in lines[0]
          and "39.0 KiB" in lines[0], f"the last line: {lines[0]}")
    trial.holds({"img_x.png": IMAGE})


@case("a bar beside standard output")
def bar_and_stdout(trial):
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "-o", "-", "img_x", url=gate.url)
        run.until(lambda: BAR.search(terminal.text), "the bar at half")
        gate.open()
        equal(run.end().status, 0, "exit code")
    check(run.out == IMAGE, "standard output has other bytes")


@case("no bar with -s, or where no terminal is")
def no_bar(trial):
    with screen() as terminal:
        run = terminal.start(trial, "-s", KEY).end()
        equal((run.status, terminal.text), (0, ""), "status and terminal")
    with screen() as terminal:
        run = terminal.start(trial, "-s", "img_err_234005").end()
        equal(run.status, 7, "exit code")
        equal(len(terminal.lines()), 1, "lines of the error")
    with Gate(trial) as gate:
        run = trial.start("img_x", url=gate.url)
        check(gate.asked.acquire(timeout=30), "no request")
        gate.open()
        equal((run.end().status, run.err), (0, b""), "status, standard error")


def failure(trial, fault):
    """The bar goes, the message stays."""
    with serve(trial, [faults.FAULTS[fault][0], ANSWER_ALL]) as server, \
            screen() as terminal:
        run = terminal.start(trial, "--idle-timeout", "1", "img_a", "img_b",
                             url=server.url).end()
        lines = terminal.lines()
    check(run.status in (3, 4), f"exit code {run.status}")
    equal(len(lines), 2, f"lines on the terminal {lines}")
    joined = "".join(lines)
    check(joined.startswith("feishu-image: img_a: ") and "[#" not in lines[0],
          f"the message is mixed with the bar: {lines}")
    check("img_b.png" in lines[1], "the second is not told of")


for name in ("short-fin", "stall-in-body"):
    add(f"no rest of a bar after {name}", failure, name)


@case("a signal takes the bar away")
def signalled(trial):
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "img_x", url=gate.url)
        run.until(lambda: BAR.search(terminal.text), "the bar at half")
        run.child.send_signal(signal.SIGTERM)
        equal(run.end().status, -signal.SIGTERM, "status")
        equal(terminal.lines(), [], "lines on the terminal")


def width(trial, columns):
    """The bar never reaches the last column, so no terminal scrolls."""
    with Gate(trial) as gate, screen(columns) as terminal:
        run = terminal.start(trial, "img_x", url=gate.url)
        run.until(lambda: half_drawn(terminal.text, columns), "the bar")
        drawn = terminal.text
        gate.open()
        equal(run.end().status, 0, "exit code")
    longest = max(len(part) for part in drawn.split("\r"))
    check(longest < (columns or 81), f"{longest} in {columns} columns")


def half_drawn(text, columns):
    """Was the state at half drawn, as far as it fits?"""
    return "%" in text if columns > 20 or columns == 0 else "\r" in text


for number in (0, 1, 2, 10, 20, 40, 79, 200, 500):
    add(f"a terminal of {number} columns", width, number)


@case("a long key leaves room for the bar")
def long_key(trial):
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "k" * 128, url=gate.url)
        run.until(lambda: re.search(r"k\.* +\[#+\.+\] +(49|50)%",
                                    terminal.text), "the bar")
        gate.open()
        equal(run.end().status, 0, "exit code")
    trial.holds({"k" * 128 + ".png": IMAGE})
