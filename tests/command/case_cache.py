"""The file that keeps a token: what is in it, and what may be wrong with that.
It is then told of in one line, and replaced."""
import os
import stat
import time

from app_runs import (KEY, App, fnv, folder, kept, look, make, name_of,
                      private, put, token_file)
from cases import add, case, check, equal


@case("a token is kept for the next run")
def next_run(trial):
    app = App(trial)
    path = kept(app)
    equal(path.read_bytes(), make(
        trial.feishu.base_url, app.app.app_id, app.app.issued()[0],
        int(path.read_text().split("\n")[3]) - int(time.time()),
        int(path.read_text().split("\n")[4]) - int(time.time())),
        "content")
    equal(path.name, name_of(trial.feishu.base_url, app.app.app_id), "name")
    before = path.stat()
    for _ in range(3):
        app.comes(0)
    equal((path.stat().st_ino, path.stat().st_mtime_ns),
          (before.st_ino, before.st_mtime_ns), "the file")
    for place in (folder(trial), path, *folder(trial).glob("*.lock")):
        private(place)


@case("-v tells where the token is kept, not what it is")
def verbose(trial):
    app = App(trial)
    for fetches in (1, 0):
        run = app.run("-v", "-o", "image", KEY)
        equal(run.status, 0, "exit code")
        trial.says(run, str(folder(trial)))
        equal(app.fetches(), 1, "tokens fetched")


@case("each app and each server has a file of its own")
def own_files(trial):
    one, two = App(trial), App(trial)
    for app in (one, two, one, two):
        app.run(KEY)
    other = trial.feishu.urls["ecdsa"]
    one.run(KEY, url=other)
    one.run(KEY, url=other)
    one.run(KEY, url=trial.feishu.base_url + "/")  # the same as without "/"
    names = {name_of(trial.feishu.base_url, one.app.app_id),
             name_of(trial.feishu.base_url, two.app.app_id),
             name_of(other, one.app.app_id)}
    equal({path.name for path in folder(trial).glob("*.t*")}, names, "files")
    equal((one.fetches(), two.fetches()), (2, 1), "tokens fetched")


def replaced(trial, change, words, warnings=1):
    """A file of ours that is no good: told of, and replaced by a good one."""
    app = App(trial)
    path = kept(app)
    change(path)
    app.comes(1, warnings=warnings, words=[str(path), words][:2 * warnings])
    token_file(trial)
    equal(stat.S_IMODE(path.stat().st_mode), 0o600, "mode")
    equal(path.read_bytes().split(b"\n")[5].decode(), app.app.issued()[-1],
          "the token that is kept")
    app.comes(0)


for mode_ in (0o640, 0o604, 0o644, 0o666, 0o660, 0o601, 0o620):
    add(f"a token file of mode {mode_:o}", replaced,
        lambda path, mode=mode_: path.chmod(mode), "others may read it")


def cut(part):
    """Leave only a part of the file."""
    return lambda path: path.write_bytes(
        path.read_bytes()[:int(len(path.read_bytes()) * part)])


for part_ in (0, 0.05, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9):
    add(f"{part_:.0%} of a token file", replaced, cut(part_), "damaged")
add("a token file without its last byte", replaced,
    lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged")


@case("a token file with any one byte changed")
def changed(trial):
    app = App(trial)
    path = kept(app)
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 24)):
        data = bytearray(whole)
        data[place] ^= 1 if place % 2 else 0x80
        put(trial, data, path.name)
        app.comes(1, warnings=1, words=["damaged"])
        check(app.app.issued()[-1].encode() in path.read_bytes(),
              "no good token in its place")


def rewritten(old, new):
    """Change the text, and make the sum fit."""
    def change(path):
        text = path.read_bytes()[:-17]
        check(old in text, f"no {old} in the file")
        text = text.replace(old, new, 1)
        path.write_bytes(text + fnv(text).encode() + b"\n")
    return change


def line(number, new):
    """The same for a whole line; None: leave it out."""
    def change(path):
        lines = path.read_bytes()[:-17].split(b"\n")
        lines[number:number + 1] = [] if new is None else [new]
        text = b"\n".join(lines)
        path.write_bytes(text + fnv(text).encode() + b"\n")
    return change


STRANGE = {
    "garbage": (lambda p: p.write_bytes(os.urandom(300)), "damaged"),
    "zeros": (lambda p: p.write_bytes(bytes(len(p.read_bytes()))), "damaged"),
    "one LF": (lambda p: p.write_bytes(b"\n"), "damaged"),
    "text": (lambda p: p.write_bytes(b"t-token\n"), "damaged"),
    "1 MB": (lambda p: p.write_bytes(p.read_bytes() * 4000), "damaged"),
    "more behind it": (lambda p: p.write_bytes(p.read_bytes() + b"\n"),
                       "damaged"),
    "a NUL": (rewritten(b"\nt-", b"\n\0-"), "damaged"),
    "another version": (rewritten(b"token 1", b"token 2"), "damaged"),
    "another server": (rewritten(b"localhost", b"localhosu"), "another"),
    "another port": (rewritten(b"\ncli_", b"1\ncli_"), "another"),
    "another path": (rewritten(b"\ncli_", b"/x\ncli_"), "another"),
    "another app": (rewritten(b"\ncli_", b"\ncli_x"), "another"),
    "a shorter app": (rewritten(b"\ncli_", b"\nli_"), "another"),
    "no app": (line(2, None), "another"),
    "no token": (line(5, None), "damaged"),
    "a line too many": (rewritten(b"\nt-", b"\nt\nt-"), "damaged"),
    "no date": (line(3, b""), "damaged"),
    "a date in words": (line(4, b"tomorrow"), "damaged"),
    "a negative date": (line(4, b"-1"), "damaged"),
    "a date of 20 digits": (line(4, b"9" * 20), "damaged"),
    "a date above 32 bits": (line(4, b"4294967296"), "damaged"),
    "an expiry before its time": (line(4, b"1"), "future"),
}
for name, (change_, words_) in STRANGE.items():
    add(f"a token file with {name}", replaced, change_, words_)


def dated(written, expires, token=None):
    """Seconds from now."""
    def change(path):
        lines = path.read_text().split("\n")
        path.write_bytes(make(lines[1], lines[2], token or lines[5],
                              written, expires))
    return change


FUTURE = {
    "an hour ahead": (3600, 10800), "two minutes ahead": (120, 7200),
    "a year ahead": (31536000, 31536000 + 7200),
    "three hours of life": (0, 10800), "a day of life": (-80000, 6400),
    "an endless life": (0, 4294960000 - int(time.time())),
}
for name, (written_, expires_) in FUTURE.items():
    add(f"a token file from the future: {name}", replaced,
        dated(written_, expires_), "future")

OVER = {
    "a second ago": (-7200, -1), "now": (-7200, 0),
    "long ago": (-99999, -92799),
    "within the margin": (-7050, 150), "half of a short life": (-60, 50),
    "in 1970": (-int(time.time()), 7200 - int(time.time())),
}
for name, (written_, expires_) in OVER.items():
    add(f"a token file that is over: {name}", replaced,
        dated(written_, expires_), "", 0)

GOOD = {
    "just outside of the margin": (-6990, 210), "all of its life": (0, 7200),
    "a clock set back a little": (20, 7215), "a short life": (-10, 50),
}


def still_good(trial, written, expires):
    """It is used, and not touched."""
    app = App(trial)
    path = kept(app)
    dated(written, expires)(path)
    before = look(path)
    app.comes(0)
    equal(look(path), before, "the file")


for name, (written_, expires_) in GOOD.items():
    add(f"a token file that is good: {name}", still_good, written_, expires_)


@case("a kept token that is none")
def unfit_token(trial):
    app = App(trial)
    path = kept(app)
    for text in ("", " ", "t-x y", "t-\x7f", "x" * 4097):
        lines = path.read_text().split("\n")
        put(trial, make(lines[1], lines[2], text, 0, 7200), path.name)
        run = app.run("-o", "image", KEY)
        equal(run.status, 0, "exit code")
        check(len(run.lines) <= 1, "more than one line")
        equal(path.read_text().split("\n")[5], app.app.issued()[-1], "token")
