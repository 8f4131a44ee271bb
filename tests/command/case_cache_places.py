"""Where tokens are kept, and what may be in the way there: nothing is followed
and nothing replaced that is not ours, and one line tells of it."""
import os
import shutil
import stat
import subprocess

from app_runs import (KEY, TOKEN, App, folder, kept, look, no_file, private,
                      token_file)
from cases import Skipped, add, case, check, equal
from spaces import in_a_mount, mounts

NOBODY = 65534


def no_matter(trial, umask):
    """Folder and files are private whatever the process was given."""
    app = App(trial)
    cache = trial.side / "new" / "feishu-image"
    wrapper = ["sh", "-c", f'umask {umask}; exec "$@"', "sh"]
    env = {"XDG_CACHE_HOME": str(cache.parent)}
    app.comes(1, env=env, wrapper=wrapper)
    path = token_file(trial, cache)
    for place in (cache.parent, cache, path, path.with_suffix(".lock")):
        private(place)
    equal(stat.S_IMODE(path.stat().st_mode), 0o600, "mode of the file")
    app.comes(0, env=env, wrapper=wrapper)
    check(not folder(trial).exists(), "there is another folder")


for umask_ in ("0", "022", "077"):
    add(f"folder and files are private with umask {umask_}", no_matter, umask_)


# What may be in the way of a file -> what is said of it.
def _link(path, trial):
    path.rename(trial.side / "elsewhere")
    path.symlink_to(trial.side / "elsewhere")


def _dangling(path, trial):
    path.unlink()
    path.symlink_to(trial.side / "new")


def _folder(path, _):
    path.unlink()
    path.mkdir(mode=0o700)


def _fifo(path, _):
    path.unlink()
    os.mkfifo(path, 0o600)


def _two_names(path, trial):
    os.link(path, trial.side / "second")


def _foreign(path, _):
    if os.geteuid() != 0:
        raise Skipped("only root can give files away")
    os.chown(path, NOBODY, NOBODY)


IN_THE_WAY = {
    "a link": (_link, "link"), "a dangling link": (_dangling, "link"),
    "a folder": (_folder, "not a regular file"),
    "a pipe": (_fifo, "not a regular file"),
    "a file with two names": (_two_names, "second name"),
    "a foreign file": (_foreign, "someone else"),
}


def in_the_way(trial, change, words):
    """It is told of, left alone, and in no other way in the way."""
    app = App(trial)
    path = kept(app)
    change(path, trial)
    before = look(path)
    elsewhere = {p: look(p) for p in trial.side.glob("*") if p.is_file()}
    for _ in range(2):
        app.comes(1, warnings=1, words=[str(path), words])
    equal(look(path), before, "what was in the way")
    equal({p: look(p) for p in trial.side.glob("*") if p.is_file()},
          elsewhere, "files elsewhere")
    token_file(trial)


for name, row in IN_THE_WAY.items():
    add(f"in place of the token's file: {name}", in_the_way, *row)


def lock_in_the_way(trial, change, words):
    """Something else in place of the lock: the same."""
    app = App(trial)
    path = kept(app).with_suffix(".lock")
    path.with_suffix(".token").unlink()
    change(path, trial)
    before = look(path)
    app.comes(1, warnings=1, words=[str(path), words])
    equal(look(path), before, "what was in the way")
    check(not (trial.side / "new").exists(), "a link was followed")


for name, row in IN_THE_WAY.items():
    add(f"in place of the lock: {name}", lock_in_the_way, *row)


# The folder.

def _folder_link(path, trial):
    path.rename(trial.side / "elsewhere")
    path.symlink_to(trial.side / "elsewhere")


def _folder_dangling(path, trial):
    shutil.rmtree(path)
    path.symlink_to(trial.side / "new")


def _folder_file(path, _):
    shutil.rmtree(path)
    path.write_bytes(b"x")


FOLDERS = {
    "a link": (_folder_link, "link"),
    "a dangling link": (_folder_dangling, "link"),
    "a file": (_folder_file, "not a folder"),
    "a foreign one": (_foreign, "someone else"),
    "one open to all": (lambda p, _: p.chmod(0o777), "open to others"),
    "one to be read by all": (lambda p, _: p.chmod(0o755), "open to others"),
    "one of a group": (lambda p, _: p.chmod(0o710), "open to others"),
}


def bad_folder(trial, change, words):
    """It is told of, not used, and left as it is."""
    app = App(trial)
    kept(app)
    path = folder(trial)
    change(path, trial)
    before = look(path), sorted(trial.side.rglob("*"))
    for _ in range(2):
        app.comes(1, warnings=1, words=[str(path), words, "0700"])
    equal((look(path), sorted(trial.side.rglob("*"))), before, "the folder")


for name, row in FOLDERS.items():
    add(f"in place of the folder: {name}", bad_folder, *row)


@case("where tokens are kept")
def places(trial):
    app = App(trial)
    xdg, home = trial.side / "xdg", trial.side / "home"
    home.mkdir()
    both = {"XDG_CACHE_HOME": str(xdg), "HOME": str(home)}
    app.comes(1, env=both)
    token_file(trial, xdg / "feishu-image")
    app.comes(0, env={**both, "HOME": None})
    app.comes(0, env={**both, "HOME": "/nowhere"})
    check(not list(home.iterdir()), "something is in HOME")
    for relative in ("", "x", "./x", "../x", "~"):
        app.comes(1 if not relative else 0,
                  env={**both, "XDG_CACHE_HOME": relative})
    token_file(trial, home / ".cache" / "feishu-image")
    # A folder of caches that is a link is its owner's business.
    (trial.side / "link").symlink_to(xdg)
    app.comes(0, env={**both, "XDG_CACHE_HOME": str(trial.side / "link")})


@case("no place to keep tokens in")
def nowhere(trial):
    app = App(trial)
    for env in ({"HOME": None}, {"HOME": ""}, {"HOME": "side"},
                {"HOME": "/nowhere"}, {"HOME": "/nowhere/at/all"},
                {"HOME": None, "XDG_CACHE_HOME": "relative"},
                {"XDG_CACHE_HOME": "/nowhere/at/all"},
                {"XDG_CACHE_HOME": "/" + "x" * 5000}):
        for _ in range(2):
            app.comes(1, env=env)
    check(not (trial.side / ".cache").exists(), "there is a folder")


@case("a place where nothing can be made")
def not_writable(trial):
    app = App(trial)
    for place in ("/sys", "/etc/passwd"):
        app.comes(1, env={"XDG_CACHE_HOME": place}, warnings=1,
                  words=[f"{place}/feishu-image", "not kept"])


@case("a full disk for the token does not harm the image")
def full_disk(trial):
    if not mounts():
        raise Skipped("no mounts here")
    app = App(trial)
    left = trial.side / "left"
    run = app.run("-o", trial.device("null", 3), KEY,
                  env={"XDG_CACHE_HOME": str(trial.folder)},
                  wrapper=in_a_mount(trial, "nr_inodes=3", left))
    equal(run.status, 0, "exit code")
    equal(len(run.lines), 1, "lines on standard error")
    trial.says(run, "cannot keep the token", "No space left")
    equal(left.read_text(), "feishu-image\n", "what is left")


@case("files of a size limit of 0 do not harm the image")
def size_limit(trial):
    app = App(trial)
    run = app.run("-o", trial.device("null", 3), KEY,
                  wrapper=["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"],
                  stderr=subprocess.DEVNULL)
    equal(run.status, 0, "exit code")
    no_file(trial)


@case("what a killed command left behind goes")
def left_behind(trial):
    app = App(trial)
    path = kept(app)
    path.unlink()
    temp = path.with_suffix(".tmp")
    temp.write_bytes(b"half")
    temp.chmod(0o600)
    app.comes(1)
    token_file(trial)
    app.comes(0)
    # but not what is no leftover of ours
    for change in (_dangling, _folder):
        path.unlink()
        temp.write_bytes(b"half")
        change(temp, trial)
        before = look(temp)
        app.comes(1, warnings=1, words=["cannot keep", str(path)])
        equal(look(temp), before, "what was in the way")
        check(not path.exists() and not (trial.side / "new").exists(),
              "it was written")
        app.comes(1, warnings=1)
        temp.unlink() if temp.is_symlink() else temp.rmdir()
        app.comes(1)


@case("other files in the folder are left alone")
def others(trial):
    app = App(trial)
    path = kept(app)
    foreign = folder(trial) / "something"
    foreign.write_text("x")
    app.app.kill()
    app.comes(1)
    equal(foreign.read_text(), "x", "the other file")
    check(path.exists(), "no token is kept")


@case("a given token is never kept")
def given(trial):
    trial.ok(KEY)
    path = trial.file("token", trial.feishu.token)
    trial.ok(KEY, "--token-file", path, env={TOKEN: None})
    check(not (trial.side / ".cache").exists(), "there is a folder")


@case("no option makes a token be kept before it is checked")
def unfit_first(trial):
    app = App(trial)
    for words in (["img/x"], ["--retry", "x", KEY], ["-h"], ["-V"]):
        app.run(*words)
    no_file(trial)
    equal(app.fetches(), 0, "tokens fetched")
