"""-P: several downloads at once, each for itself."""
import subprocess

import images
from app_runs import KEY, App
from case_many import listed
from cases import add, case, check, equal
from keyed import Meeting, files, image, keys, play
from servers import Trap, serve

SMALL = images.KEYS["jpeg-small"]


def at_once(trial, number):
    """That many requests are under way together, and no more."""
    wanted = keys(number * 3)
    with Meeting(trial, number) as server:
        trial.ok("-P", str(number), *wanted, url=server.url)
        equal(server.server.accepted, number, "connections")
    trial.holds(files(wanted))


for count in (1, 2, 3, 8, 16):
    add(f"-P {count}: as many at once", at_once, count)


@case("-P beyond the number of keys")
def more_than_keys(trial):
    wanted = keys(3)
    with serve(trial, play) as server:
        trial.ok("-P16", *wanted, url=server.url)
        check(server.accepted <= 3, "more connections than keys")
        trial.ok("--parallel=16", "-o", "one", "img_one", url=server.url)
    trial.holds({**files(wanted), "one": image("img_one")})


@case("-P the same key again and again")
def same_key(trial):
    trial.ok("-P", "8", *[KEY] * 20)
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})


@case("-P all but the first resume the first one's TLS session")
def sessions(trial):
    with Meeting(trial, 4) as server:
        run = trial.run("-v", "-P", "4", *keys(4), url=server.url)
    equal(run.status, 0, "exit code")
    ends = [line for line in run.lines if ": complete" in line]
    equal(sum("session resumed" in line for line in ends), 3, "resumed")


@case("-P 4, with keys in between that fail or stall", slow=True)
def troubles(trial):
    good = keys(60)
    bad = [f"{kind}_{n}" for n in range(4)
           for kind in ("refuse", "stall", "cut", "lose")]
    mixed = good[:]
    for number, key in enumerate(bad):
        mixed.insert(number * 4 + 1, key)
    with serve(trial, play) as server:
        run = trial.fails(7, "-P", "4", "--idle-timeout", "1", "-i",
                          listed(trial, mixed), lines=len(bad), words=bad,
                          url=server.url)
    trial.holds(files(good))
    check(run.seconds < 10, f"it took {run.seconds:.1f} s")


@case("-P other keys come while one stalls")
def others_come(trial):
    wanted = keys(20)
    with serve(trial, play) as server:
        run = trial.start("-P", "2", "stall_a", *wanted, url=server.url)
        run.until(lambda: (trial.folder / f"{wanted[-1]}.png").exists(),
                  "the last of the others")
        run.child.terminate()
        equal(run.end().status, -15, "status")
    trial.holds(files(wanted))


ORDERS = [
    (7, ["refuse_a", "stall_a", "img_a"]),
    (4, ["stall_a", "refuse_a", "img_a"]),
    (4, ["img_a", "stall_a", "refuse_a", "cut_a"]),
    (3, ["img_a", "cut_a", "refuse_a", "stall_a"]),
    (7, ["img_a", "img_b", "refuse_a", "cut_a"]),
]


def order(trial, code, wanted):
    """The exit code is of the first key that fails, whichever ends first."""
    with serve(trial, play) as server:
        for words in (wanted, ["-i", listed(trial, wanted)]):
            run = trial.run("-P", "4", "--idle-timeout", "1", *words,
                            url=server.url)
            equal(run.status, code, "exit code")
    trial.holds(files(key for key in wanted if key.startswith("img")))


for code_, row in ORDERS:
    add(f"-P the first failure in {' '.join(row)}", order, code_, row,
        slow=True)


@case("-P bad lines count where they stand")
def bad_lines(trial):
    with serve(trial, play) as server:
        for code, lines in ((2, ["..", "refuse_a", "img_a"]),
                            (7, ["refuse_a", "..", "img_a"]),
                            (4, ["stall_a", "..", "refuse_a"])):
            run = trial.run("-P", "3", "--idle-timeout", "1", "-i",
                            listed(trial, lines), url=server.url)
            equal((run.status, len(run.lines)),
                  (code, sum(line[:3] != "img" for line in lines)),
                  "exit code and lines")
            trial.says(run, f"line {lines.index('..') + 1}:")
    trial.holds(files(["img_a"]))


@case("-P a list that cannot be read to its end")
def unreadable(trial):
    with serve(trial, play) as server:
        run = trial.run("-P", "4", "-i", str(trial.side), "refuse_a", "img_a",
                        url=server.url)
    equal((run.status, len(run.lines)), (7, 2), "exit code, lines")
    trial.holds(files(["img_a"]))


@case("-P -i - takes lines as they come, while others are under way")
def as_they_come(trial):
    with serve(trial, play) as server:
        run = trial.start("-P", "2", "-i", "-", url=server.url,
                          stdin=subprocess.PIPE)
        for key in ["stall_a", *keys(5)]:
            run.child.stdin.write(key[:4].encode())
            run.child.stdin.flush()
            run.child.stdin.write(key[4:].encode() + b"\n")
            run.child.stdin.flush()
            if key != "stall_a":
                run.until((trial.folder / f"{key}.png").exists, key)
        run.child.terminate()
        equal(run.end().status, -15, "status")
        run.child.stdin.close()
    trial.holds(files(keys(5)))


@case("-P waits for lines without using time")
def waits_idly(trial):
    with serve(trial, play) as server:
        run = trial.start("-P", "4", "-i", "-", "img_a", url=server.url,
                          stdin=subprocess.PIPE)
        run.until((trial.folder / "img_a.png").exists, "the image")
        used = [cpu_ticks(run), run.until(Later(1.0), "a second"),
                cpu_ticks(run)]
        check(used[2] - used[0] < 10, "it is busy while it waits")
        run.child.stdin.close()
        equal(run.end().status, 0, "exit code")
    trial.holds(files(["img_a"]))


def cpu_ticks(run):
    """CPU time of a running command, in hundredths of a second."""
    with open(f"/proc/{run.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


class Later:
    """True when it has been asked for so long."""

    def __init__(self, seconds):
        self.left = seconds / 0.01

    def __call__(self):
        self.left -= 1
        return self.left < 0


@case("-P -n leaves what is there")
def skip_existing(trial):
    wanted = keys(40)
    there = wanted[::3]
    for key in there:
        (trial.folder / f"{key}.webp").write_bytes(b"older")
    with serve(trial, play) as server:
        trial.ok("-P", "4", "-n", *wanted, url=server.url)
        equal(len(server.requests), len(wanted) - len(there), "requests")
    trial.holds({**files(set(wanted) - set(there)),
                 **{f"{key}.webp": b"older" for key in there}})
    with Trap() as trap:
        trial.ok("-P", "4", "-n", *wanted, url=trap.url)
        trap.untouched()


@case("-P one token for all")
def one_token(trial):
    app = App(trial)
    wanted = [f"img_many_{n}" for n in range(50)]
    equal(app.run("-P", "8", *wanted).status, 0, "exit code")
    counts = app.app.counts()
    equal((counts["internal"], counts["images"]), (1, 50), "requests")
    trial.holds({f"{key}.png": trial.image("png-20k") for key in wanted})


@case("-P 8 and a token that dies between 50 images")
def dead_token(trial):
    app = App(trial)
    wanted = [f"img_many_{n}" for n in range(50)]
    run = trial.start("-P", "8", "-i", "-", env=app.env,
                      stdin=subprocess.PIPE)
    for part in (wanted[:25], wanted[25:]):
        run.child.stdin.write("".join(f"{key}\n" for key in part).encode())
        run.child.stdin.flush()
        run.until(lambda: len(list(trial.folder.glob("img*"))) >= len(part),
                  "the images")
        app.app.kill()
    run.child.stdin.close()
    equal(run.end().status, 0, "exit code")
    equal(run.err, b"", "standard error")
    app.keeps_quiet(run)
    counts = app.app.counts()
    equal(counts["internal"], 2, "tokens fetched")
    check(51 <= counts["images"] <= 58, f"{counts['images']} requests")
    trial.holds({f"{key}.png": trial.image("png-20k") for key in wanted})


@case("-P 8 and a token that dies at any time")
def dies_at_any_time(trial):
    app = App(trial)
    wanted = [f"img_many_{n}" for n in range(200)]
    run = trial.start("-P", "8", *wanted, env=app.env)
    for number in (20, 90):
        run.until(lambda: len(list(trial.folder.glob("img*"))) >= number,
                  f"{number} images")
        app.app.kill()
    equal((run.end().status, run.err), (0, b""), "exit code, standard error")
    equal(app.app.counts()["internal"], 3, "tokens fetched")
    trial.holds({f"{key}.png": trial.image("png-20k") for key in wanted})


@case("-P a token that cannot be had fails all")
def no_token(trial):
    app = App(trial)
    app.app.answer_next("internal", '{"code":10014,"msg":"no"}', times=50)
    run = app.run("-P", "4", *keys(10))
    equal((run.status, len(run.lines)), (7, 10), "exit code, lines")
    trial.empty()


@case("-P a refusal for the rate holds back all", slow=True)
def rate(trial):
    app = App(trial)
    wanted = [f"img_many_{n}" for n in range(30)]
    app.app.limit(per_second=10)
    run = app.run("--retry", "5", "-P", "8", *wanted)
    equal((run.status, run.err), (0, b""), "exit code, standard error")
    counts = app.app.counts()
    check(counts["limited"] <= 24, f"{counts['limited']} were refused")
    trial.holds({f"{key}.png": trial.image("png-20k") for key in wanted})


@case("-P to a port where nobody is")
def nobody(trial):
    with Trap() as trap:
        url = trap.url
    run = trial.run("-P", "4", *keys(8), url=url)
    equal((run.status, len(run.lines)), (3, 8), "exit code, lines")
    check(run.seconds < 5, f"it took {run.seconds:.1f} s")
    trial.empty()


@case("-P to a server that says nothing", slow=True)
def silent(trial):
    with Trap() as trap:
        run = trial.run("-P", "8", "--connect-timeout", "3", *keys(8),
                        url=trap.url)
    equal((run.status, len(run.lines)), (4, 8), "exit code, lines")
    check(run.seconds < 8, f"it took {run.seconds:.1f} s")
    trial.empty()


@case("-P of 10 MB each")
def large(trial):
    key = images.KEYS["png-10m"]
    wanted = [key, SMALL, "img_chunked_png-10m", "img_eof_png-10m"]
    trial.ok("-P", "4", *wanted)
    big = trial.image("png-10m")
    trial.holds({f"{SMALL}.jpg": trial.image("jpeg-small"),
                 f"{key}.png": big, "img_chunked_png-10m.png": big,
                 "img_eof_png-10m.png": big})
