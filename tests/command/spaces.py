"""Runs in mount and network namespaces of their own: other file systems,
other host names, a name server that says nothing. What is mounted there is
not seen outside. Where that is not allowed, cases are skipped.
"""
import functools
import os
import pathlib
import subprocess
import sys
import tempfile

from cases import Skipped

UNSHARE = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-m"]
# Mounts a file system of its own on a folder, then runs the rest in it.
IN_A_MOUNT = [*UNSHARE, "sh", "-c", """
options=$1 folder=$2 left=$3; shift 3
mount -t tmpfs -o "$options" none "$folder" && cd "$folder" || exit
"$@"
status=$?
ls -A "$folder" >"$left"
exit $status
""", "sh"]
WITH_HOSTS = [*UNSHARE, "sh", "-c",
              'mount --bind "$1" /etc/hosts && shift && exec "$@"', "sh"]


def works(*words):
    """Does this command succeed?"""
    return subprocess.run(words, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


@functools.lru_cache
def mounts():
    """May this process make file systems?"""
    with tempfile.TemporaryDirectory() as folder:
        left = pathlib.Path(folder) / "left"
        place = pathlib.Path(folder) / "place"
        place.mkdir()
        return works(*IN_A_MOUNT, "size=64k", place, left, "true")


def in_a_mount(trial, options, left):
    """Words to run a command with in a new tmpfs on the case's folder; what
    it leaves there is listed in the file `left`."""
    return [*IN_A_MOUNT, options, trial.folder, left]


def with_hosts(trial, text):
    """Words to run a command with where this is /etc/hosts."""
    if not mounts():
        raise Skipped("no mounts here")
    return [*WITH_HOSTS, trial.file("hosts", text)]


def with_dns(trial, name):
    """Words to run a command with whose only name server is mute_dns.py, or
    another of that kind."""
    if not works(*UNSHARE, "-n", "true"):
        raise Skipped("no namespaces here")
    helper = pathlib.Path(__file__).with_name(name)
    return [*UNSHARE, "-n", sys.executable, helper, trial.side]
