"""--type file: what broke off goes on where it was, or from the start, and is
never put together of two."""
import re
import signal
import socket

import faults
import range_faults
import resources
from case_progress import screen
from cases import add, case, check, equal
from fault_server import FaultServer
from range_faults import CHANGED, FILE, HALF, SIZE
from servers import half_there, serve

MESSAGE = ["-m", "om_x", "--type", "file"]


def ranges(trial):
    """A FaultServer that plays range_faults by key."""
    return serve(trial, faults.by_key(range_faults.scripts()))


def asked(server):
    """The first bytes asked for, in order; None: all of it."""
    found = [re.search(rb"\r\nRange: bytes=(\d+)-\r\n", head)
             for head in server.requests]
    return [match and int(match[1]) for match in found]


ON = [None, HALF]  # the requests of who goes on
# What comes of each with one further attempt: content or exit code, requests.
# A 206 that is not what was asked for makes the client ask for the whole.
OUTCOMES = {
    "range-good": (FILE, ON),
    "range-date": (FILE, ON),
    "range-ignored": (FILE, ON),
    "range-changed": (CHANGED, ON),
    "range-bits": (3, [None, range_faults.BITS]),
    "range-gone": (7, ON),
    "range-unasked": (6, [None]),
    "range-unasked-whole": (6, [None]),
    "range-long": (3, [None, HALF, None]),
    "range-changed-bits": (3, ON),
}
WHOLE_AGAIN = (3, [None, HALF, None])


def outcome(trial, name):
    """One that broke off, and the answer to what is asked for then."""
    wanted, requests = OUTCOMES.get(name, WHOLE_AGAIN)
    with ranges(trial) as server:
        run = trial.run(*MESSAGE, "--retry", "1", "-o", "x", f"fault_{name}",
                        url=server.url)
        found = asked(server)
    if isinstance(wanted, bytes):
        equal((run.status, run.err), (0, b""), "exit code, messages")
        trial.holds({"x": wanted})
    else:
        equal((run.status, len(run.lines)), (wanted, 1), "exit code, lines")
        trial.empty()
    equal(found, requests, "requests")


SPECIAL = ["range-limited-once", "range-weak", "range-no-etag"]
for fault in range_faults.ANSWERS:
    if fault not in SPECIAL:
        add(f"a file that broke off: {fault}", outcome, fault, slow=True)


def special(trial, name):
    """Whatever becomes of it, it is all of one file or nothing."""
    with ranges(trial) as server:
        run = trial.run(*MESSAGE, "--retry", "3", "-o", "x", f"fault_{name}",
                        url=server.url)
        check(len(server.requests) <= 6, "too many requests")
    if run.status == 0:
        trial.holds({"x": FILE})
    else:
        trial.empty()
    if name == "range-limited-once":
        equal(run.status, 0, "exit code")


for fault in SPECIAL:
    add(f"a file that broke off: {fault}", special, fault, slow=True)


@case("a file that comes in pieces", slow=True)
def pieces(trial):
    with ranges(trial) as server:
        run = trial.run(*MESSAGE, "-v", "--retry", "6", "-o", "x",
                        "fault_range-bits", url=server.url)
        equal(run.status, 0, "exit code")
        equal(asked(server), [None, 7000, 14000, 21000, 28000, 35000],
              "requests")
    trial.holds({"x": FILE})
    equal(sum("will go on" in line for line in run.lines), 5, "lines of it")
    check(run.seconds < 12, f"it took {run.seconds:.1f} s")
    trial.says(run, "bytes: 40000", "attempts: 6")


@case("a file that changes and breaks off again", slow=True)
def changed_bits(trial):
    with ranges(trial) as server:
        trial.ok(*MESSAGE, "--retry", "3", "-o", "x",
                 "fault_range-changed-bits", url=server.url)
        equal(asked(server), [None, HALF, HALF], "requests")
    trial.holds({"x": CHANGED})


@case("a file's name when it broke off", slow=True)
def names(trial):
    with ranges(trial) as server:
        trial.ok(*MESSAGE, "--retry", "1", "-P", "4", "fault_range-good",
                 "fault_range-date", "fault_range-ignored",
                 "fault_range-changed", url=server.url)
    trial.holds({"fault_range-good.png": FILE, "fault_range-date.png": FILE,
                 "fault_range-ignored.png": FILE,
                 "fault_range-changed": CHANGED})


@case("what broke off, without --retry or not a file")
def no_resume(trial):
    with ranges(trial) as server:
        for words in ([*MESSAGE, "--retry", "0"],
                      ["-m", "om_x", "--retry", "3"], ["--retry", "3"]):
            del server.requests[:]
            trial.fails(3, *words, "fault_range-good", url=server.url,
                        words=["lost"])
            equal(asked(server), [None], "requests")
    trial.empty()


@case("what has gone to standard output does not go on")
def to_stdout(trial):
    with ranges(trial) as server:
        run = trial.fails(3, *MESSAGE, "--retry", "3", "-o", "-",
                          "fault_range-good", url=server.url)
        equal(run.out, FILE[:HALF], "standard output")
        equal(asked(server), [None], "requests")
        trial.fails(3, *MESSAGE, "--retry", "3", "-o",
                    trial.device("null", 3), "fault_range-good",
                    url=server.url)


def stalling(connection):
    """Half of the file and then nothing; the rest to who asks for it."""
    request = connection.recv_request()
    found = range_faults.asked(request)
    if found:
        connection.send(range_faults.part(*found))
        return
    connection.send(range_faults.whole(sent=HALF))
    connection.drain()


@case("a file goes on after a server that went silent", slow=True)
def silence(trial):
    with serve(trial, stalling) as server:
        trial.ok(*MESSAGE, "--retry", "1", "--idle-timeout", "1", "-o", "x",
                 "file_x", url=server.url)
        equal(asked(server), ON, "requests")
    trial.holds({"x": FILE})


@case("a file does not go on beyond --max-time", slow=True)
def max_time(trial):
    with serve(trial, stalling) as server:
        run = trial.fails(4, *MESSAGE, "--retry", "9", "--max-time", "1.5",
                          "file_x", url=server.url)
        check(run.seconds < 5, f"it took {run.seconds:.1f} s")
        # the pause would take too long
        run = trial.fails(4, *MESSAGE, "--retry", "9", "--idle-timeout", "1",
                          "--max-time", "1.8", "file_x", url=server.url,
                          words=["silent"])
        equal(asked(server), [None, None], "requests")
    with serve(trial, lambda c: stalling(c) if not c.number else c.drain()
               ) as server:
        run = trial.fails(4, *MESSAGE, "--retry", "9", "--idle-timeout", "1",
                          "--max-time", "3", "file_x", url=server.url,
                          words=["--max-time"])
        check(2.5 < run.seconds < 6, f"it took {run.seconds:.1f} s")
    trial.empty()


@case("a file whose server goes away", slow=True)
def gone_away(trial):
    server = serve(trial, [[*range_faults.scripts()["range-good"][0]]]).start()
    run = trial.start(*MESSAGE, "-v", "--retry", "2", "file_x",
                      url=server.url)
    run.until(lambda: "will go on" in "".join(run.lines), "the pause")
    server.stop()
    equal(run.end().status, 3, "exit code")
    trial.empty()


@case("signals while a file pauses", slow=True)
def interrupted(trial):
    for number in (signal.SIGINT, signal.SIGTERM):
        with ranges(trial) as server:
            run = trial.start(*MESSAGE, "-v", "--retry", "3",
                              "fault_range-good", url=server.url)
            run.until(lambda: "will go on" in "".join(run.lines), "the pause")
            check(half_there(trial.folder), "no temporary file")
            run.child.send_signal(number)
            equal(run.end().status, -number, "status")
    trial.empty()


@case("the bar of a file that goes on", slow=True)
def bar(trial):
    with ranges(trial) as server, screen() as terminal:
        run = terminal.start(trial, *MESSAGE, "--retry", "1",
                             "fault_range-good", url=server.url)
        equal(run.end().status, 0, "exit code")
        lines = terminal.lines()
        check(" 50%" in terminal.text, "no half")
    equal(len(lines), 1, f"lines on the terminal: {lines}")
    check("100%" in lines[0] and "39.0 KiB" in lines[0], lines[0])


class Cutter(FaultServer):
    """A way to the port `to` on which each connection ends when so many bytes
    have come from there."""

    def __init__(self, to, after):
        super().__init__(self._carry, tls=False)
        self.to, self.after = to, after

    def _carry(self, connection):
        left = self.after
        with socket.create_connection(("127.0.0.1", self.to)) as server:
            server.setblocking(False)
            while left > 0:
                if connection.wait(0.001, read=True):
                    server.sendall(connection.recv_raw())
                while left > 0 and (data := self._read(server)):
                    connection.send_raw(data)
                    left -= len(data)
        connection.fin()

    @staticmethod
    def _read(server):
        try:
            return server.recv(65536)
        except BlockingIOError:
            return b""


@case("20 MB over a line that is cut every 6 MB", slow=True)
def cut(trial):
    port = int(trial.feishu.base_url.rsplit(":", 1)[1])
    key = resources.KEYS["20m"]
    with Cutter(port, 6000000) as way:
        run = trial.run("-m", resources.MESSAGE, "--type", "file", "--retry",
                        "5", "--json", key, url=way.url)
        equal((run.status, run.err), (0, b""), "exit code, messages")
        equal(way.accepted, 4, "connections")
    trial.holds({key: trial.feishu.files[key].read_bytes()})
    check(b'"bytes":20971520,' in run.out and b'"attempts":4,' in run.out,
          f"{run.out}")


@case("a full disk when a file goes on", slow=True)
def full(trial):
    with ranges(trial) as server:
        trial.fails(8, *MESSAGE, "--retry", "1", "-o", "x",
                    "fault_range-good", url=server.url,
                    words=["File too large"],
                    wrapper=["sh", "-c", 'ulimit -f 60; exec "$@"', "sh"])
        equal(asked(server), ON, "requests")
    trial.empty()
