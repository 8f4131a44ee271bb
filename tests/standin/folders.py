"""The folder of one run of the stand-in, and ports for it."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import socket
import tempfile
import time


def free_ports(count):
    """Ports of 127.0.0.1 that nobody listens on at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


def run_folder(state, stack):
    """A new folder that is removed at the end.

    Remains of runs that could not do so are removed here: a run holds a lock
    on its folder as long as it lives.
    """
    for old in state.glob("run-*"):
        if time.time() - old.stat().st_mtime > 60 and not _is_held(old):
            shutil.rmtree(old, ignore_errors=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=state))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    held = os.open(folder, os.O_RDONLY)
    stack.callback(os.close, held)
    fcntl.flock(held, fcntl.LOCK_EX)
    return folder


def _is_held(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)


def take_images(made, folder):
    """Link the images into the run's folder, so that they stay."""
    folder.mkdir()
    taken = {}
    for key, path in made.items():
        taken[key] = folder / path.name
        try:
            os.link(path, taken[key])
        except OSError:
            shutil.copy(path, taken[key])
    return taken
