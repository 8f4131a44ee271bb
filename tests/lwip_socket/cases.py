"""What is asked of the port over lwIP, and how it goes. Runs inside the
network namespace that run.py has set up."""
import os
import re
import subprocess
import time

import processes
import standin
from servers import Names, Relay

HOST = "192.0.2.1"
TIMEOUT_S = 60
NETWORK, LATE, TLS = -3, -4, -5  # of enum fimg_status


class Play:
    """One run of the program."""

    def __init__(self, program, feishu, mode, server, *keys, host="localhost"):
        self.out = feishu.folder / "lwip.out"
        port = server if isinstance(server, int) else \
            int(feishu.urls[server].rsplit(":", 1)[1])
        env = {**os.environ, "PRECONFIGURED_TAPIF": "tap0",
               "FEISHU_TENANT_ACCESS_TOKEN": feishu.token}
        start = time.monotonic()
        child = processes.start(
            [program, mode, host, str(port), feishu.ca_file, self.out, *keys],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL, env=env)
        try:
            self.text = child.communicate(timeout=TIMEOUT_S)[0]
        except subprocess.TimeoutExpired:
            self.text = f"took more than {TIMEOUT_S} s"
        finally:
            self.status = -processes.stop(child)
        self.took = time.monotonic() - start

    def stored(self, number=0):
        """The bytes of the image of that number."""
        return (self.out.parent / f"{self.out.name}.{number}").read_bytes()


def check_images(program, feishu, mode, server, *names):
    """All come whole, the later ones over the same connection."""
    keys = [feishu.key(name) for name in names]
    play = Play(program, feishu, mode, server, *keys)
    print("     " + play.text.strip().replace("\n", "\n     "))
    wrong = [] if play.status == 0 else [f"status {play.status}: {play.text}"]
    for number, key in enumerate(keys):
        if not wrong and play.stored(number) != feishu.images[key].read_bytes():
            wrong.append(f"image {number} is not the one that was sent")
    reused = re.findall(r"reused (\d)", play.text)
    if not wrong and reused != ["0"] + ["1"] * (len(keys) - 1):
        wrong.append("the connection was not kept")
    return wrong


def check_failure(program, feishu, mode, server, key, status, why, host=None):
    """It ends with that status and in time, and says why."""
    play = Play(program, feishu, mode, server, key, host=host or "localhost")
    if play.status == status and why in play.text and play.took < 20:
        return []
    return [f"status {play.status} after {play.took:.0f} s: {play.text}"]


IMAGES = [
    ("300 KB, calls that wait", "wait", "rsa", "png-300k"),
    ("1 MB, calls that wait", "wait", "rsa", "png-1m"),
    ("300 KB in an event loop", "poll", "rsa", "png-300k"),
    ("1 MB in an event loop, ChaCha20", "poll", "chacha", "png-1m"),
    ("300 KB over IPv6 only, ECDSA", "6", "ecdsa", "webp-300k"),
    ("20 KB after look-ups that were left behind", "leave", "rsa", "png-20k"),
    ("three over one connection", "wait", "rsa", "png-20k", "png-16385",
     "jpeg-300k"),
    ("three in an event loop over one connection", "poll", "ecdsa", "png-20k",
     "png-tiny", "webp-small"),
    ("1 MB twenty times in a row", "wait", "rsa", *["png-1m"] * 20),
]

FAILURES = [
    ("a name without an address", "wait", "rsa", "k", NETWORK, "address",
     "nobody.invalid"),
    ("the same in an event loop", "poll", "rsa", "k", NETWORK, "address",
     "nobody.invalid"),
    ("a name server that is silent", "wait", "rsa", "k", LATE, "stage 1",
     "silence.invalid"),
    ("the same in an event loop", "poll", "rsa", "k", LATE, "stage 1",
     "silence.invalid"),
    ("a port that nobody listens at", "wait", 1, "k", NETWORK, "errno 1"),
    ("the same in an event loop", "poll", 1, "k", NETWORK, "errno 1"),
    ("an unknown root", "wait", "bad-unknown-ca", "k", TLS, "stage 3"),
    ("a body cut short", "wait", "fault", "fault_short-fin", NETWORK,
     "stage 6"),
    ("a server that stalls in mid-body", "wait", "fault",
     "fault_stall-in-body", LATE, "stage 6"),
    ("the same in an event loop", "poll", "fault", "fault_stall-in-body",
     LATE, "stage 6"),
]


def play_all(program):
    """Play everything; returns the exit status."""
    passed = failed = 0
    with standin.Standin() as feishu, Names(HOST), \
            Relay([HOST, "fd00::1"], feishu.urls):
        for rows, check in ((IMAGES, check_images), (FAILURES, check_failure)):
            for name, *row in rows:
                print(f"case {name}", flush=True)
                wrong = check(program, feishu, *row)
                for line in wrong:
                    print(f"FAIL {name}: {line}")
                passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"lwip_socket: {passed} passed, {failed} failed")
    return int(failed != 0)
