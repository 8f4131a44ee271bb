"""Child processes that do not outlive us.

The kernel is told to end a child when its parent is gone (prctl, Linux), so
that even a SIGKILL of the parent leaves nothing running. It counts the thread
that started the child as the parent: start children from a thread that stays.
"""

import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


class Interrupted(BaseException):
    """A signal asked us to end; `signum` tells which."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum


def raise_on_signals(signals=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
    """Turn the first of these signals into Interrupted and ignore the rest,
    so that what then tidies up is not torn away from its work."""
    def handler(signum, _frame):
        for other in signals:
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(signum)
    for signum in signals:
        signal.signal(signum, handler)


def die_with_parent():
    """Have SIGTERM sent to this process when its parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def adopt_orphans():
    """Become the parent of descendants whose own parent ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(command, **options):
    """subprocess.Popen for a child that ends when this process does."""
    parent = os.getpid()

    def in_child():
        die_with_parent()
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
    return subprocess.Popen(command, preexec_fn=in_child, **options)


def stop(child, signum=signal.SIGTERM, patience_s=5):
    """End a child of start() and wait for it; harmless if it has ended."""
    if child.poll() is None:
        child.send_signal(signum)
        try:
            child.wait(patience_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return child.returncode


def stop_all_children(patience_s=2):
    """End every child of this process, adopted ones too, one by one by pid.

    For the end of a program that called adopt_orphans: it reaps without
    telling any Popen object.
    """
    deadline = time.monotonic() + patience_s
    signum = signal.SIGTERM
    asked = set()
    while pids := _children():
        if signum == signal.SIGTERM and time.monotonic() > deadline:
            signum, asked = signal.SIGKILL, set()
        for pid in pids - asked:
            asked.add(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signum)
        time.sleep(0.03)


def _children():
    """The pids of our living children; the dead ones are reaped."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    me = str(os.getpid())
    found = set()
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in brackets may hold anything; the fields follow it.
            if stat.read_text("latin-1").rpartition(")")[2].split()[1] == me:
                found.add(int(stat.parent.name))
    return found
