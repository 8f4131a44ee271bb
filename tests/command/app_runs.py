"""Runs with an app's id and secret, and the file in which its token is kept.

Each case has an app of its own, and a home folder of its own (Trial makes
one), so that cases do not meet in a cache.
"""
import os
import pathlib
import stat
import time

import images
from cases import check, equal

KEY = images.KEYS["png-tiny"]
TOKEN = "FEISHU_TENANT_ACCESS_TOKEN"
MAGIC = "feishu-image token 1"


class App:
    """A new app of the stand-in's, and one case's runs with it.

    app   the stand-in's App: counts(), kill() and so on
    env   what a run needs in its environment
    """

    def __init__(self, trial, **shape):
        self.trial, self.app = trial, trial.feishu.gate.new_app()
        trial.secrets.append(self.app.secret.encode())
        self.env = {TOKEN: None, **self.app.environment()}
        if shape:
            self.app.shape(**shape)

    def run(self, *arguments, env=None, **options):
        """Run the command; no token that was issued may be in its output."""
        run = self.trial.run(*(arguments or ["-o", "image", KEY]),
                             env={**self.env, **(env or {})}, **options)
        self.keeps_quiet(run)
        return run

    def keeps_quiet(self, run):
        """No token that was issued may be in its output."""
        for token in self.app.issued():
            check(token.encode() not in run.out + run.err,
                  "a token is in the output")

    def comes(self, fetches, *, warnings=0, words=(), **options):
        """An image comes; so often a token is fetched, so many lines said."""
        before = self.fetches()
        run = self.run(**options)
        equal(run.status, 0, "exit code")
        equal(len(run.lines), warnings, "lines on standard error")
        self.trial.says(run, *words)
        equal(self.fetches() - before, fetches, "tokens fetched")
        self.trial.holds({"image": self.trial.image("png-tiny")})
        (self.trial.folder / "image").unlink()
        return run

    def fails(self, code, *arguments, words=(), **options):
        """It ends with this exit code, one line of these words, no file."""
        run = self.run(*arguments, **options)
        equal(run.status, code, "exit code")
        equal(len(run.lines), 1, "lines on standard error")
        self.trial.says(run, *words)
        self.trial.empty()
        return run

    def fetches(self):
        """How often its token was asked for."""
        return self.app.counts()["internal"]


def folder(trial):
    """Where tokens are kept by default."""
    return trial.side / ".cache" / "feishu-image"


def token_file(trial, where=None):
    """The one file with a token; nothing but its lock may be beside it."""
    names = sorted(os.listdir(where or folder(trial)))
    tokens = [name for name in names if name.endswith(".token")]
    equal(len(tokens), 1, f"files with a token in {names}")
    stem = tokens[0][:-len(".token")]
    check(set(names) <= {tokens[0], stem + ".lock"}, f"left over: {names}")
    return (where or folder(trial)) / tokens[0]


def no_file(trial):
    """No token is kept."""
    kept = list(folder(trial).glob("*.t*"))
    check(not kept, f"there is {kept}")


def fnv(data):
    """FNV-1a of 64 bits, as 16 digits."""
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 % 2 ** 64
    return f"{value:016x}"


def make(url, app_id, token, written=0, expires=7200):
    """What a file holds; times are seconds from now. `url` has a port."""
    now = int(time.time())
    text = "".join(f"{line}\n" for line in (
        MAGIC, url, app_id, now + written, now + expires, token)).encode()
    return text + fnv(text).encode() + b"\n"


def name_of(url, app_id):
    """What the file is called."""
    return fnv(f"{url}\n{app_id}\n".encode()) + ".token"


def put(trial, content, name, mode=0o600):
    """Put a file into the cache, which is made if it is missing."""
    folder(trial).mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder(trial) / name
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def private(path):
    """Fail unless nobody but its owner may use it."""
    mode = stat.S_IMODE(pathlib.Path(path).lstat().st_mode)
    check(mode & 0o77 == 0, f"{path.name} has mode {mode:o}")


def kept(app):
    """Run once; the file that the token is then kept in."""
    app.comes(1)
    return token_file(app.trial)


def look(path):
    """All that can be seen of a path."""
    status = path.lstat()
    text = os.readlink(path) if path.is_symlink() else \
        path.read_bytes() if path.is_file() else None
    return (status.st_ino, status.st_mode, status.st_uid, status.st_nlink,
            status.st_mtime_ns, text)
