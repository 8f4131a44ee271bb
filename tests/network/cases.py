"""What is downloaded over which kind of bad network, and what may come of it.
"""
import dataclasses
import pathlib
import subprocess
import tempfile

from link import Weather

OK, NETWORK, TIMEOUT = 0, 3, 4
PATIENCE_S = 80  # with the command; no run needs as long
# nothing but a dead cable is to run into these
LIMITS = ("--connect-timeout", "30", "--idle-timeout", "30")
SIX = ("png-tiny", "jpeg-small", "png-16385", "png-20k", "png-300k",
       "gif-small")


@dataclasses.dataclass(frozen=True)
class Case:
    """One network, and the downloads over it one after the other.

    runs    the images of each run of the command; those of one run share
            connections
    ends    the exit codes that are honest
    """

    name: str
    weather: Weather
    runs: tuple
    options: tuple = ()
    ends: tuple = (OK,)


CASES = [
    Case("nothing happens", Weather(), (("png-1m",), ("png-20k", "png-tiny"))),
    Case("1 % lost", Weather(lost=0.01), (("png-1m",),)),
    Case("5 % lost, one connection", Weather(lost=0.05),
         (("png-300k", "png-20k", "png-16384"),)),
    Case("5 % lost, a connection each", Weather(lost=0.05),
         (("png-20k",), ("png-16383",), ("jpeg-small",))),
    Case("5 % lost, four at once", Weather(lost=0.05), (SIX,), ("-P", "4")),
    Case("20 % lost", Weather(lost=0.2), (("png-20k",), ("jpeg-small",)),
         ("--max-time", "30"), (OK, NETWORK, TIMEOUT)),
    Case("20 % lost, four at once", Weather(lost=0.2), (SIX[:4],),
         ("-P", "4", "--max-time", "30"), (OK, NETWORK, TIMEOUT)),
    Case("50 to 200 ms late", Weather(delay_s=(0.05, 0.2)),
         (("png-300k", "png-tiny"),)),
    Case("200 ms late", Weather(delay_s=(0.2, 0.2)), (("png-1m",),)),
    Case("every tenth overtaken", Weather(overtaken=0.1), (("png-1m",),)),
    Case("every tenth doubled", Weather(doubled=0.1), (("png-1m",), SIX)),
    Case("a bit of every 20th flipped", Weather(flipped=0.05),
         (("png-300k",), ("png-20k",))),
    Case("every 20th cut short", Weather(cut=0.05),
         (("png-300k",), ("png-20k",))),
    Case("all of it", Weather(0.02, 0.02, 0.02, 0.01, 0.01, (0.01, 0.06)),
         (SIX,), ("-P", "4")),
    Case("dead for 2 s in the body", Weather(dead_after=60, dead_s=2),
         (("png-300k",),)),
    Case("dead from the beginning", Weather(dead_after=0), (("png-20k",),),
         ("--connect-timeout", "2"), (TIMEOUT,)),
    Case("dead in the handshake", Weather(dead_after=2), (("png-20k",),),
         ("--connect-timeout", "2"), (TIMEOUT,)),
    Case("dead in the body", Weather(dead_after=100), (("png-1m",),),
         ("--idle-timeout", "2"), (TIMEOUT,)),
    Case("dead in the body of the second of two", Weather(dead_after=100),
         (("png-20k", "png-1m"),), ("--idle-timeout", "2"), (TIMEOUT,)),
    Case("dead in four bodies at once", Weather(dead_after=300),
         (("png-300k", "jpeg-300k", "webp-300k", "png-1m"),),
         ("-P", "4", "--idle-timeout", "2"), (TIMEOUT,)),
    Case("dead towards the server in the body",
         Weather(dead_after=100, dead_ways=(0,)), (("png-1m",),),
         ("--idle-timeout", "2"), (TIMEOUT,)),
]


def run(case, keys, link, feishu, command, folder):
    """One run of the command in the far namespace: its exit code and words."""
    done = subprocess.run(
        ["nsenter", f"--net=/proc/self/fd/{link.space}", command,
         "-d", folder, *LIMITS, *case.options, *keys],
        pass_fds=(link.space,), env=feishu.environment(), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=PATIENCE_S)
    return done.returncode, done.stdout


def wrong_files(feishu, keys, folder, complete):
    """What is wrong about what the folder holds."""
    left = {path.name: path for path in pathlib.Path(folder).iterdir()}
    for key in keys:
        original = feishu.images[key]
        found = left.pop(original.name, None)
        if found is None and complete:
            yield f"no {original.name}"
        if found and found.read_bytes() != original.read_bytes():
            yield f"{original.name} is not what was sent"
    if left:
        yield f"left behind: {sorted(left)}"


def expected(case):
    """What has to have happened to frames, lest nothing was shown."""
    found = [what for what in
             ("lost", "overtaken", "doubled", "flipped", "cut")
             if getattr(case.weather, what)]
    return found + ["buried"] * (case.weather.dead_after is not None)


def play(case, link, feishu, command):
    """All runs of a case. Gives what is wrong, a line each."""
    for names in case.runs:
        keys = [feishu.key(name) for name in names]
        with tempfile.TemporaryDirectory(dir=feishu.folder) as folder:
            status, said = run(case, keys, link, feishu, command, folder)
            if status not in case.ends:
                yield f"exit code {status}: {said.strip()}"
            yield from wrong_files(feishu, keys, folder, status == OK)
    for what in expected(case):
        if link.counts[what] == 0:
            yield f"no frame was {what}"
