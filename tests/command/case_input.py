"""Keys from a file or from standard input."""
import subprocess

import images
from cases import add, case, check, equal
from servers import IMAGE, Trap, answering

TINY = images.KEYS["png-tiny"]
SMALL = images.KEYS["jpeg-small"]
GIF = images.KEYS["gif-small"]

# What the lines look like that name TINY and SMALL.
LISTS = {
    "plain": f"{TINY}\n{SMALL}\n",
    "without the last line end": f"{TINY}\n{SMALL}",
    "of CR LF lines": f"{TINY}\r\n{SMALL}\r\n",
    "with empty lines": f"\n\n{TINY}\n\r\n\n{SMALL}\n\n",
}
# What no key is, though a line of its own.
BAD_LINES = [b" ", b"img x", TINY.encode() + b" ", b"\t" + TINY.encode(),
             b"../" + TINY.encode(), b"-n", b"--", b".hidden", b"img/x",
             b"img?x", b"img%41", b"img\r\r", b"img\x00", b"\x00", b"img\xe9",
             "图".encode(), b"\x7f", b"x" * 129, b"x" * 128 + b"\rx",
             b"x" * 100000, b"# comment"]


def both(trial, content, code, words=(), lines=0, before=()):
    """The same list as a file and on standard input."""
    path = trial.file("list", content)
    for name in (path, "-"):
        with open(path, "rb") as stdin:
            run = trial.run(*before, "-i", name, stdin=stdin)
        equal(run.status, code, "exit code")
        equal(len(run.lines), lines, "lines on standard error")
        trial.says(run, *words)
    return run


def both_images(trial):
    """The folder must hold TINY and SMALL."""
    trial.holds({f"{TINY}.png": trial.image("png-tiny"),
                 f"{SMALL}.jpg": trial.image("jpeg-small")})


def listed(trial, content):
    """A list is read in both ways."""
    both(trial, content, 0)
    both_images(trial)


for name, lines in LISTS.items():
    add(f"-i a list {name}", listed, lines)


@case("-i keys as long as they may be")
def longest_keys(trial):
    key = "k" * 128
    with answering(trial) as server:
        for ending in ("", "\n", "\r\n"):
            trial.ok("-i", trial.file("list", key + ending), url=server.url)
            trial.holds({f"{key}.png": IMAGE})
        trial.fails(2, "-i", trial.file("list", key + "k\r\n"),
                    url=server.url, words=["line 1:"])


@case("-i after keys that are arguments")
def after_arguments(trial):
    both(trial, f"{SMALL}\n", 0, before=[TINY])
    both_images(trial)


@case("-i an empty list")
def empty_list(trial):
    both(trial, "", 0)
    both(trial, "\n\r\n", 0)
    trial.empty()


@case("-i bad lines are told by number and skipped", rows=[68])
def bad_lines(trial):
    lines = [TINY.encode(), b"", b"\r"] + BAD_LINES + [b"", SMALL.encode()]
    content = b"\n".join(lines) + b"\n"
    run = both(trial, content, 2, lines=len(BAD_LINES))
    for number, line in enumerate(run.lines, 4):
        check(f"line {number}:" in line, f"bad line {number} has no number")
    both_images(trial)


@case("-i the first failure decides")
def first_failure(trial):
    for content, before, code in [
            (f"..\nimg_err_234005\n{TINY}\n", [], 2),
            (f"img_err_234005\n..\n{TINY}\n", [], 7),
            (f"..\n{TINY}\n", ["img_http_204"], 6),
            (f"img_http_204\nimg_err_234005\n{TINY}\n", [], 6)]:
        both(trial, content, code, lines=2, before=before)
    trial.holds({f"{TINY}.png": trial.image("png-tiny")})


@case("-i takes lines as they come")
def as_they_come(trial):
    run = trial.start("-i", "-", stdin=subprocess.PIPE)
    for key, file in ((TINY, f"{TINY}.png"), (SMALL, f"{SMALL}.jpg")):
        run.child.stdin.write(key.encode() + b"\n")
        run.child.stdin.flush()
        run.until((trial.folder / file).exists, f"the file {file}")
    run.child.stdin.close()
    equal(run.end().status, 0, "exit code")
    both_images(trial)


@case("-i more keys than nginx takes over one connection")
def many_keys(trial):
    key = "img_mark_many"
    path = trial.file("list", f"{key}\n" * 1100)
    trial.fails(7, "-i", path, lines=1100)
    lines = trial.requests_of(key, 1100)
    equal(len(lines), 1100, "requests")
    equal(len({line[3] for line in lines}), 2, "connections")
    trial.empty()


@case("-i twice, the last counts")
def twice(trial):
    first = trial.file("first", f"{GIF}\n")
    second = trial.file("second", f"{TINY}\n{SMALL}\n")
    trial.ok("-i", first, "--input", second)
    both_images(trial)


@case("-i what cannot be read")
def unreadable(trial):
    with Trap() as trap:
        trial.fails(2, "-i", "nowhere/list", TINY, url=trap.url,
                    words=["nowhere/list", "No such file"])
        trap.untouched()
    # a folder opens well enough, but gives no lines
    run = trial.run("-i", str(trial.side))
    check(run.status in (2, 8), f"exit code {run.status}")
    equal(len(run.lines), 1, "lines on standard error")
    trial.empty()


@case("-n leaves what is there")
def skip_existing(trial):
    with Trap() as trap:
        for ending in (".jpg", ".png", ".gif", ".webp", ".bmp", ".ico",
                       ".tiff", ".heic", ""):
            there = trial.folder / f"{TINY}{ending}"
            there.write_bytes(b"old")
            for words in (["-n", TINY], [TINY, "--skip-existing"],
                          ["-n", "-d", "../out", TINY],
                          ["-n", "-o", f"{TINY}{ending}", TINY]):
                trial.ok(*words, url=trap.url)
            trial.holds({there.name: b"old"})
            there.unlink()
        trap.untouched()


@case("-n downloads what is not there")
def skip_only_existing(trial):
    others = [f"{TINY}.txt", f"{TINY}.png.old", f"x{TINY}.png", f"{TINY}x.png"]
    for name in others:
        (trial.folder / name).write_bytes(b"other")
    (trial.folder / f"{SMALL}.jpg").write_bytes(b"old")
    trial.ok("-n", TINY, SMALL, GIF)
    trial.holds({f"{TINY}.png": trial.image("png-tiny"),
                 f"{SMALL}.jpg": b"old",
                 f"{GIF}.gif": trial.image("gif-small"),
                 **{name: b"other" for name in others}})
    trial.ok("-n", TINY, SMALL, GIF)
    trial.ok(SMALL)
    equal((trial.folder / f"{SMALL}.jpg").read_bytes(),
          trial.image("jpeg-small"), "without -n")
