"""What the boards are put through. CASES is the list, slow ones first.

A case plays with the Lab and gives the Outcome, and what is wrong with it or
None.
"""

import contextlib
import dataclasses
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

import build
import faults
import fault_server
import frames
import processes
from fault_steps import recv_request, rst, send, sleep
from gateway6 import Gateway6
from lab import GATEWAY
from machine import USER_NET
from relay import Relay
from resolver import MUTE
from targets import BUILD, ROOT, TARGETS

BOARD = "mps2-an385"  # which meets the failures
KEY = "png-20k"
SHARE = 0.05  # of frames lost, doubled and overtaken
PATIENT = {"connect": 60000, "idle": 60000}


@dataclasses.dataclass
class Case:
    """A name, the target it needs, and function(lab, target)."""

    name: str
    target: str
    function: object

    def play(self, lab):
        return self.function(lab, self.target)


CASES = []


def add(name, function, target=BOARD):
    """A case on one target."""
    CASES.append(Case(f"{target}: {name}", target, function))


def case(name, target=BOARD):
    """The same as a decorator."""
    def keep(function):
        add(name, function, target)
        return function
    return keep


def unlike(outcome, status, reason, **said):
    """What is not as expected: exit code, reason, what else the board says."""
    found = (outcome.status, outcome.reason)
    if found != (status, reason):
        return f"ended with {found}, expected {(status, reason)}"
    for name, value in said.items():
        if outcome.said.get(name) != str(value):
            return f"{name}: {outcome.said.get(name)}, expected {value}"
    return None


# --- slow ones ---------------------------------------------------------------

@case(f"{SHARE:.0%} of frames lost, doubled, overtaken")
def bad_network(lab, target):
    with Relay(SHARE, seed=3) as relay:
        outcome = lab.run(target, "jpeg-300k", net=relay.options,
                          timeout_s=150, **PATIENT)
    few = min(relay.counts.values()) < 5
    return outcome, (lab.wrong("jpeg-300k", outcome) or
                     (f"the network was too good: {relay.counts}" if few
                      else None))


@case("link down for 3 s in mid-image")
def link_down(lab, target):
    half = len(faults.SHORT)
    there, go_on = threading.Event(), threading.Event()

    def play(connection):
        connection.recv_request()
        connection.send(faults.WHOLE[:half])
        there.set()
        while not go_on.is_set():
            connection.wait(0.02)
        connection.send(faults.WHOLE[half:])

    with fault_server.FaultServer(play, pki=lab.feishu.pki) as server, \
            tempfile.TemporaryDirectory(dir=lab.feishu.folder) as folder, \
            lab.machine(target, "fault_", port=server.port,
                        monitor=pathlib.Path(folder) / "monitor") as machine:
        if not there.wait(30):
            return machine.wait(1), "it never asked"
        machine.tell("set_link n0 off")
        go_on.set()
        time.sleep(3)
        machine.tell("set_link n0 on")
        outcome = machine.wait(60)
    wrong = lab.wrong(None, outcome, faults.IMAGE)
    if not wrong and int(outcome.said["ms"]) < 3000:
        wrong = "the link was not down"
    return outcome, wrong


@case("no DHCP answer")
def no_dhcp(lab, target):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as spare:
        deaf.bind(("127.0.0.1", 0))
        spare.bind(("127.0.0.1", 0))
        own = spare.getsockname()[1]
        spare.close()
        outcome = lab.run(
            target, KEY, dhcp=5000,
            net=["-netdev", f"socket,id=n0,udp=127.0.0.1:"
                            f"{deaf.getsockname()[1]},localaddr=127.0.0.1:"
                            f"{own}"])
    return outcome, unlike(outcome, 3, None, why="no address by DHCP")


@case("resolver that never answers")
def mute_resolver(lab, target):
    outcome = lab.run(target, KEY, host=MUTE, connect=3000)
    return outcome, unlike(outcome, 4, "CONNECT_LIMIT", stage=1)


def fault(name, status, reason, **said):
    """A case of the fault server's."""
    def play(lab, target):
        outcome = lab.run(target, f"fault_{name}", server="fault", idle=2000)
        return outcome, unlike(outcome, status, reason, **said)
    return play


add("silence in mid-image", fault("stall-in-body", 4, "IDLE_LIMIT", stage=5))

# --- every board -------------------------------------------------------------


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


for name in (BOARD, "lm3s6965evb"):
    add("no frame lost at the default window", no_loss, name)


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


# --- every failure -----------------------------------------------------------


@case("reset in mid-image")
def reset(lab, target):
    # What has arrived when a reset comes is lost, so that waits a moment.
    script = [[recv_request(), send(faults.SHORT), sleep(1), rst()]]
    with fault_server.FaultServer(script, pki=lab.feishu.pki) as server:
        outcome = lab.run(target, "fault_", port=server.port)
    return outcome, unlike(outcome, 3, "LOST", stage=5)


add("FIN in mid-image", fault("short-fin", 3, "LOST", stage=5))
add("close_notify in mid-image",
    fault("short-close-notify", 6, "CUT_SHORT", stage=5))
add("a flipped bit", fault("record-damaged", 5, "TLS_DAMAGED", tls_error=7))


def refused(server, reason, **options):
    """A case in which the board does not trust what it meets, or cannot."""
    def play(lab, target):
        outcome = lab.run(target, KEY, server=server, **options)
        return outcome, unlike(outcome, 5, reason, delivered=0)
    return play


add("wrong CA", refused("bad-unknown-ca", "UNKNOWN_CA"))
add("wrong name", refused("bad-name", "WRONG_NAME"))
add("expired", refused("bad-expired", "EXPIRED"))
add("not yet valid", refused("bad-not-yet", "NOT_YET_VALID"))
add("TLS 1.3 only", refused("tls13", "TLS_VERSION"))
add("clock unknown", refused("rsa", "NO_CLOCK", time=0))
add("clock far behind", refused("rsa", "NOT_YET_VALID", time=1000000000))
add("entropy hook failing", refused("rsa", "NO_ENTROPY", seed=None))


@case("name not found")
def no_name(lab, target):
    outcome = lab.run(target, KEY, host="nowhere.test")
    return outcome, unlike(outcome, 3, "NAME", stage=1)


@case("port closed")
def closed(lab, target):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        outcome = lab.run(target, KEY, port=bound.getsockname()[1])
    return outcome, unlike(outcome, 3, "CONNECT", stage=1)


@case("token refused")
def token(lab, target):
    outcome = lab.run(target, KEY, token="t-wrong")
    return outcome, unlike(outcome, 7, "REFUSED", code=99991663,
                           http_status=400)


@case("unfit key")
def unfit(lab, target):
    outcome = lab.run(target, "img_?")
    return outcome, unlike(outcome, 2, "KEY", wire_out=0)


@contextlib.contextmanager
def big_records(lab):
    """The port of a server that sends large records whatever it is asked."""
    program = BUILD / "big-records"
    source = ROOT / "tests" / "boards" / "big_records.c"
    session = ROOT / "tests" / "session"
    with build.bearssl_source.locked(BUILD / ".big-records.lock"):
        if not (program.exists() and
                program.stat().st_mtime > source.stat().st_mtime):
            build.run("gcc", "-std=c99", "-I", session, "-o", program, source,
                      session / "pem.c", "-l:libbearssl.a")
    server = processes.start([program, lab.feishu.pki, "rsa"],
                             stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline())
    finally:
        processes.stop(server)
        server.stdout.close()


@case("a record larger than the buffer", "mps2-an385-4k")
def large_record(lab, target):
    with big_records(lab) as port:
        outcome = lab.run(target, KEY, port=port)
    return outcome, unlike(outcome, 5, "RECORD_SIZE", tls_error=6,
                           record_needed=16405)


@case("the same server, and room for its records")
def room_enough(lab, target):
    with big_records(lab) as port:
        outcome = lab.run(target, KEY, port=port)
    return outcome, lab.wrong(None, outcome, bytes(40000))
