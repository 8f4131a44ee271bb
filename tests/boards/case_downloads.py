"""Every board downloads; some by every suite and chain."""

import pathlib
import socket
import tempfile
import time

import frames
from cases import BOARD, KEY, add, case
from gateway6 import Gateway6
from lab import GATEWAY
from machine import USER_NET
from targets import BOARDS, TARGETS

WALL_S = 0.5
TRIES = 5
SPIN_S = 0.1


def download(key, server, **options):
    """A case that succeeds."""
    def play(lab, target):
        outcome = lab.run(target, key, server=server, **options)
        return outcome, lab.wrong(key, outcome)
    return play


for name in TARGETS:
    add("JPEG of 300 KB, RSA chain", download("jpeg-300k", "rsa"), name)
    add("PNG of 1 MB, P-256 chain", download("png-1m", "ecdsa"), name)
for name in (BOARD, "mps2-an385-m0"):
    add("P-384 chain", download(KEY, "ec384"), name)
    add("chain of five", download(KEY, "chain5"), name)
    add("AES-128-GCM", download("png-300k", "aes128"), name)
    add("AES-256-GCM", download("png-300k", "aes256"), name)
    add("wait budget 0, 100 bytes a time",
        download("png-300k", "rsa", wait=0, cap=100), name)


def no_loss(lab, target):
    """The server never has to repeat itself."""
    with tempfile.TemporaryDirectory(dir=lab.feishu.folder) as folder:
        path = pathlib.Path(folder) / "frames"
        outcome = lab.run(target, "png-1m", net=USER_NET + frames.dump(path))
        lost = frames.repeated(path, socket.inet_aton(GATEWAY))
    return outcome, (lab.wrong("png-1m", outcome) or
                     (f"{lost} bytes were sent twice" if lost else None))


for name in BOARDS:
    add("no frame lost at the default window", no_loss, name)


def slowed():
    """How many times as long a computation takes here at present as it would
    with a processor of its own."""
    begin, cpu = time.monotonic(), time.thread_time()
    while time.thread_time() - cpu < SPIN_S:
        pass
    return max((time.monotonic() - begin) / SPIN_S, 1)


@case(f"1 MB in {WALL_S} s, from start to exit", alone=True)
def wall(lab, target):
    """By the clock on the wall, without icount. What other programs take of
    the processors is none of our doing, hence the tries, and the measure."""
    taken, best = [], 9
    while len(taken) < TRIES and best > WALL_S:
        before = slowed()
        outcome = lab.run(target, "png-1m", server="ecdsa")
        wrong = lab.wrong("png-1m", outcome)
        if wrong:
            return outcome, wrong
        share = min(before, slowed())
        taken.append(f"{outcome.seconds:.2f} s, slowed down {share:.1f} times")
        best = min(best, outcome.seconds / share)
    return outcome, None if best <= WALL_S else "never", *taken


@case("unaligned reads are trapped", "mps2-an385-m0")
def trap(lab, target):
    outcome = lab.run(target, KEY, odd=1)
    return outcome, (None if outcome.status == 70 and
                     outcome.text.startswith("fault at ") else
                     f"exit code {outcome.status}, expected 70")


@case("over IPv6", "mps2-an385-ipv6")
def ipv6(lab, target):
    with Gateway6(lab.port_of("rsa")) as gateway:
        outcome = lab.run(target, KEY, port=gateway.port,
                          net=["-netdev", "user,id=n0,ipv4=on,ipv6=on"],
                          dns=f"{GATEWAY}:{lab.resolver6.port}")
    return outcome, (lab.wrong(KEY, outcome) or
                     (None if gateway.passed == 1 else "not over IPv6"))
