"""-P: signals, full disks and terminals, with several downloads under way."""
import re
import signal
import time

import images
from case_progress import screen
from cases import Skipped, add, case, check, equal
from keyed import files, keys, play
from servers import IMAGE, Gate, serve
from spaces import in_a_mount, mounts

BIG = images.KEYS["png-1m"]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


def halves(folder):
    """How many unfinished files have something in them."""
    return sum(path.stat().st_size > 0
               for path in folder.glob(".feishu-image-*"))


def in_body(trial, number, count):
    """That many images are half there: all of it goes."""
    (trial.folder / "img_x.png").write_bytes(b"older")
    with Gate(trial) as gate:
        run = trial.start("-P", str(count), "img_x", *keys(count + 3),
                          url=gate.url)
        run.until(lambda: halves(trial.folder) == count, "all halves")
        run.child.send_signal(number)
        equal(run.end().status, -number, "status")
        equal(len(gate.server.requests), count, "requests")
    trial.holds({"img_x.png": b"older"})


for each in SIGNALS:
    add(f"{each.name} while four images arrive", in_body, each, 4)
add("SIGINT while sixteen images arrive", in_body, signal.SIGINT, 16)


@case("-P signals at any moment")
def any_moment(trial):
    wanted = ["img_chunked_png-1m", "img_octet_png-1m", BIG,
              "img_close_png-1m", "img_eof_png-1m"]
    ended = set()
    for number in range(30):
        run = trial.start("-P", "4", *wanted)
        time.sleep(number / 500)
        run.child.send_signal(SIGNALS[number % 2])
        ended.add(run.end().status)
        check(run.status in (0, -SIGNALS[number % 2]), f"status {run.status}")
        check(not list(trial.folder.glob(".*")), "a temporary file is left")
        for path in trial.folder.iterdir():
            check(path.read_bytes() == trial.image("png-1m"), "a part is left")
            path.unlink()
    check(ended != {0}, "no signal came in time")


@case("-P halves do not disturb each other")
def interleaved(trial):
    with Gate(trial) as gate:
        run = trial.start("-P", "8", *keys(8), url=gate.url)
        run.until(lambda: halves(trial.folder) == 8, "all halves")
        equal(len(list(trial.folder.glob("img*"))), 0, "files")
        gate.open()
        equal((run.end().status, run.err), (0, b""), "exit code, messages")
    trial.holds({f"{key}.png": IMAGE for key in keys(8)})


@case("-P on a full disk")
def full_disk(trial):
    if not mounts():
        raise Skipped("no mounts here")
    left = trial.side / "left"
    wanted = [BIG, "img_chunked_png-1m", "img_octet_png-1m", "img_eof_png-1m"]
    trial.fails(8, "-P", "4", *wanted, lines=4,
                words=["No space left", "make room", *wanted],
                wrapper=in_a_mount(trial, "size=64k", left))
    equal(left.read_text(), "", "files left behind")


@case("-P with few descriptors")
def descriptors(trial):
    run = trial.run("-P", "16", *[f"img_many_{n}" for n in range(40)],
                    wrapper=["sh", "-c", 'ulimit -n 16; exec "$@"', "sh"])
    check(run.status in (0, 3, 8), f"exit code {run.status}")
    done = len(list(trial.folder.glob("img*")))
    equal(len(run.lines), 40 - done, "lines on standard error")


@case("-P counts on a terminal")
def counts(trial):
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "-P", "4", *keys(9), url=gate.url)
        run.until(lambda: re.search(
            r"\[\.+\] 0 of 9 complete, 4 under way  7\d\.\d KiB", terminal.text),
            "the counts")
        gate.open()
        equal(run.end().status, 0, "exit code")
        lines = terminal.lines()
    equal(len(lines), 9, f"lines on the terminal: {lines}")
    for key in keys(9):
        check(any(line.startswith(f"{key}.png") and "39.0 KiB" in line
                  for line in lines), f"no line for {key}")


@case("-P counts on a terminal without knowing how many there are")
def counts_unknown(trial):
    path = trial.file("list", "".join(f"{key}\n" for key in keys(9)))
    with Gate(trial) as gate, screen() as terminal:
        run = terminal.start(trial, "-P", "4", "-i", path, url=gate.url)
        run.until(lambda: "0 complete, 4 under way" in terminal.text,
                  "the counts")
        check("[" not in terminal.text, "there is a bar")
        gate.open()
        equal(run.end().status, 0, "exit code")


@case("-P failures on a terminal")
def failures(trial):
    wanted = [*keys(3), "refuse_a", "cut_a", "stall_a"]
    with serve(trial, play) as server, screen(70) as terminal:
        run = terminal.start(trial, "-P", "3", "--idle-timeout", "1", *wanted,
                             url=server.url)
        run.until(lambda: "3 of 6 complete, 2 failed, 1 under way"
                  in terminal.text, "the counts")
        equal(run.end().status, 7, "exit code")
        text = terminal.text
        lines = "".join(terminal.lines())
    check("complete," not in lines, f"the counts are left over: {lines}")
    check(", 0 under way" not in text, "counts when nothing is under way")
    equal(len(re.findall("feishu-image: ", lines)), 3, "messages")
    check(max(len(part) for part in re.split(r"[\r\n]", text)
              if "complete" in part) < 70, "the last column is used")
    trial.holds(files(keys(3)))


@case("-P -s shows nothing on a terminal")
def silent(trial):
    with serve(trial, play) as server, screen() as terminal:
        run = terminal.start(trial, "-s", "-P", "4", *keys(9), url=server.url)
        equal((run.end().status, terminal.text), (0, ""), "status, terminal")
