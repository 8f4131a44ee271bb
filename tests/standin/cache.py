"""Things that are costly to make and can be used again: test PKI, images.

A cache folder holds generations, one folder each, named for the recipe that
made them and the second they were finished. A generation appears whole, by a
rename, and is never changed. A newer one does not touch the older, which goes
only when twice its time is over, so whoever has just picked one can use it in
peace. Builders take turns by a lock that ends with its holder.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import tempfile
import time


def recipe_of(*files, extra=""):
    """A short name for what these source files (and `extra`) would make."""
    digest = hashlib.sha256(extra.encode())
    for name in files:
        digest.update(pathlib.Path(name).read_bytes())
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def locked(path):
    """Hold an exclusive lock on the file `path` for the length of the block."""
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def generation(folder, recipe, max_age_s, build):
    """The path of a generation of `recipe` not older than `max_age_s`.

    Where there is none, `build(path)` fills an empty folder. If it raises,
    nothing is left behind.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock"):
        _sweep(folder, 2 * max_age_s)
        fresh = [p for p in folder.glob(recipe + "-*")
                 if 0 <= _age_s(p) <= max_age_s]
        if fresh:
            return min(fresh, key=_age_s)
        work = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        try:
            build(work)
            done = folder / f"{recipe}-{int(time.time())}"
            os.rename(work, done)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        return done


def _age_s(path):
    """Seconds since the generation was finished; below 0: from the future."""
    stamp = path.name.rpartition("-")[2]
    return int(time.time()) - int(stamp) if stamp.isdigit() else -1


def _sweep(folder, too_old_s):
    """Drop what no one can be about to use, and builders' remains.

    Called under the lock, so no builder is at work.
    """
    for path in folder.iterdir():
        if path.name.startswith("new-") or _age_s(path) > too_old_s:
            shutil.rmtree(path, ignore_errors=True)
