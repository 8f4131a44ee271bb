"""A kept token that is refused, and several commands at once."""
import fcntl
import os
import random
import signal
import time

from app_runs import KEY, App, folder, make, name_of, no_file, token_file
from cases import case, check, equal

LOCK_WAIT_S = 5


def start(app, *arguments, **options):
    """One of several runs."""
    return app.trial.start(*arguments, env=app.env, **options)


def all_end(app, runs):
    """They must succeed, and say nothing."""
    for run in runs:
        equal(run.end().status, 0, "exit code")
        equal(run.err, b"", "standard error")
        app.keeps_quiet(run)


def clear(trial):
    """Drop images, and what killed commands left of them."""
    for path in trial.folder.iterdir():
        path.unlink()


def is_whole(app):
    """The file holds the newest token."""
    text = token_file(app.trial).read_text().split("\n")
    now = int(time.time())
    wanted = make(app.trial.feishu.base_url, app.app.app_id,
                  app.app.issued()[-1], int(text[3]) - now,
                  int(text[4]) - now)
    equal("\n".join(text), wanted.decode(), "content of the file")


@case("a kept token that is dead is replaced", rows=[106])
def dead(trial):
    app = App(trial)
    app.comes(1)
    for _ in range(3):
        app.app.kill()
        before = app.app.counts()["images"]
        app.comes(1)
        equal(app.app.counts()["images"] - before, 2, "image requests")
        is_whole(app)
        app.comes(0)


@case("every code that means a dead token")
def dead_codes(trial):
    app = App(trial)
    app.comes(1)
    for status, code in ((400, 99991663), (400, 99991668), (400, 99991677),
                         (401, 99991671), (200, 99991663), (400, 4001),
                         (400, 234002)):
        app.app.kill(code, status)
        app.comes(1)
        is_whole(app)


@case("the dead token again is final, and is not kept")
def dead_again(trial):
    app = App(trial)
    app.comes(1)
    app.app.kill(keep=True)
    app.fails(7, words=["99991663"])
    equal(app.fetches(), 2, "tokens fetched")
    app.app.kill()
    app.comes(1)
    is_whole(app)


@case("99991661 is no reason to fetch another token")
def missing_token(trial):
    app = App(trial)
    app.comes(1)
    path = token_file(trial)
    content = path.read_bytes()
    app.app.refuse_next("images", 99991661)
    app.fails(7, words=["99991661"])
    equal(app.fetches(), 1, "tokens fetched")
    equal(path.read_bytes(), content, "the file")
    app.comes(0)


@case("a dead token is not kept if there is no other")
def no_other(trial):
    app = App(trial)
    app.comes(1)
    app.app.kill()
    app.app.refuse_next("internal", 10014)
    app.fails(7, words=["10014"])
    no_file(trial)
    app.comes(1)
    is_whole(app)


@case("a token that somebody else put there in the meantime stays")
def put_meanwhile(trial):
    app = App(trial)
    app.comes(1)
    path = token_file(trial)
    app.app.kill()
    app.app.shape(delay_s=0.4)
    app.app.refuse_next("internal", 10014)
    before = app.fetches()
    run = start(app, "-o", "image", KEY)
    run.until(lambda: app.fetches() > before, "the request for a token")
    other = make(trial.feishu.base_url, app.app.app_id, "t-other")
    path.write_bytes(other)
    equal(run.end().status, 7, "exit code")
    equal(path.read_bytes(), other, "the file")


@case("a token that expires during a run is renewed and kept")
def renewed(trial):
    app = App(trial)
    app.comes(1)
    app.app.advance(7300)
    app.comes(1)
    is_whole(app)


@case("a token with less than half an hour is what Feishu gives anew")
def short_life(trial):
    app = App(trial)
    app.app.lifetime(2000)
    app.comes(1)
    text = token_file(trial).read_text().split("\n")
    check(1990 <= int(text[4]) - int(text[3]) <= 2000, "its life")
    app.comes(0)


@case("a life beyond the documented one is not believed")
def long_life(trial):
    app = App(trial)
    for expire in (7201, 86400, 10 ** 9):
        app.app.shape(expire=expire)
        app.comes(1)
        text = token_file(trial).read_text().split("\n")
        check(7190 <= int(text[4]) - int(text[3]) <= 7200, "its life")
        app.comes(0)
        token_file(trial).unlink()


@case("two commands at once, 20 times: one token, and nothing torn",
      slow=True)
def two_at_once(trial):
    for _ in range(20):
        app = App(trial, delay_s=0.05)
        all_end(app, [start(app, "-o", name, KEY) for name in "ab"])
        equal(app.fetches(), 1, "tokens fetched")
        is_whole(app)
        for path in folder(trial).iterdir():
            path.unlink()
    trial.holds({name: trial.image("png-tiny") for name in "ab"})


@case("16 commands at once, again and again, of which some are killed",
      slow=True)
def many_at_once(trial):
    app = App(trial, delay_s=0.02)
    chance = random.Random(4)
    for turn in range(6):
        before = app.fetches()
        runs = [start(app, "-o", f"i{n}", KEY) for n in range(16)]
        for run in runs[::5]:
            time.sleep(chance.random() / 20)
            os.killpg(run.pid, signal.SIGKILL)
            run.end()
        killed = len(runs[::5])
        del runs[::5]
        all_end(app, runs)
        clear(trial)
        # Of a dead token all hear at the same time.
        check(app.fetches() - before <= (16 if turn % 2 else 1 + killed),
              "each for itself")
        app.comes(0)
        for path in folder(trial).glob("*.tmp"):
            path.unlink()  # the next that writes would have done it
        is_whole(app)
        if turn % 2:
            token_file(trial).unlink()
        else:
            app.app.kill()


@case("who is killed while it fetches holds up nobody")
def killed_fetcher(trial):
    app = App(trial, delay_s=60)
    run = start(app, "-o", "image", KEY)
    run.until(lambda: app.fetches() == 1, "the request for a token")
    app.app.shape()
    other = start(app, "-o", "other", KEY)
    time.sleep(0.1)
    check(other.child.poll() is None, "it did not wait")
    os.killpg(run.pid, signal.SIGKILL)
    equal(run.end().status, -signal.SIGKILL, "status")
    all_end(app, [other])
    check(other.seconds < LOCK_WAIT_S, "it waited too long")
    is_whole(app)
    clear(trial)


@case("who waits for another can be interrupted")
def interrupted(trial):
    app = App(trial, delay_s=60)
    run = start(app, "-o", "image", KEY)
    run.until(lambda: app.fetches() == 1, "the request for a token")
    for number in (signal.SIGINT, signal.SIGTERM):
        other = start(app, "-o", "other", KEY)
        time.sleep(0.2)
        os.kill(other.pid, number)
        equal(other.end(5).status, -number, "status")
    os.killpg(run.pid, signal.SIGTERM)
    run.end()
    equal(app.fetches(), 1, "tokens fetched")
    trial.empty()
    no_file(trial)


@case("a lock that is never let go is waited for only so long", slow=True)
def held_lock(trial):
    app = App(trial)
    app.comes(1)
    path = token_file(trial)
    with open(path.with_suffix(".lock"), "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        run = app.comes(0)
        check(run.seconds < LOCK_WAIT_S, "it waited for nothing")
        path.unlink()
        run = app.comes(1)
        check(run.seconds >= LOCK_WAIT_S - 0.1, "it did not wait")
        is_whole(app)  # kept, although without the lock
        app.app.kill()
        run = app.comes(1)
        check(run.seconds < LOCK_WAIT_S, "it waited again")
        is_whole(app)


@case("others need not wait for the image as well")
def early(trial):
    app = App(trial)
    path = folder(trial) / name_of(trial.feishu.base_url, app.app.app_id)
    slow = start(app, "-o", trial.side / "slow", "img_slow_png-300k")
    slow.until(path.exists, "the token's file")
    app.comes(0)
    check(slow.child.poll() is None, "the slow one was not slow")
    os.killpg(slow.pid, signal.SIGTERM)
    slow.end()
