"""Network namespaces, in which nothing of this machine's network is seen or
touched. They go when the last process in them ends, and so do their devices.
Root is not needed where users may have namespaces.
"""
import contextlib
import ctypes
import os
import pathlib
import subprocess

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
OURS = "/proc/thread-self/ns/net"  # each thread may have its own

_libc = ctypes.CDLL(None, use_errno=True)


def _try(result):
    if result != 0:
        raise RuntimeError("no network namespace: " +
                           os.strerror(ctypes.get_errno()))


def enter(further=0):
    """Go into a new one, with all children from here on; `further` are other
    kinds of namespace to go into as well."""
    uid, gid = os.geteuid(), os.getegid()
    flags = CLONE_NEWNET | further
    _try(_libc.unshare(flags if uid == 0 else flags | CLONE_NEWUSER))
    if uid != 0:  # be root there
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


@contextlib.contextmanager
def another():
    """Be in one more for a while. Gives its descriptor, which keeps it."""
    before = os.open(OURS, os.O_RDONLY)
    try:
        _try(_libc.unshare(CLONE_NEWNET))
        yield os.open(OURS, os.O_RDONLY)
    finally:
        _try(_libc.setns(before, CLONE_NEWNET))
        os.close(before)


def ip(*commands):
    """Have the ip program do all these, or fail."""
    done = subprocess.run(["ip", "-batch", "-"], text=True,
                          input="\n".join(commands) + "\n",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"ip: {done.stdout.strip()}")
