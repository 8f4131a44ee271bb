"""One board meets every failure of the network, the server, its certificates
and the board itself. Slow ones first.
"""

import contextlib
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

import build
import fault_server
import faults
import processes
from cases import BOARD, KEY, PATIENT, add, case, unlike
from fault_steps import recv_request, rst, send, sleep
from relay import Relay
from resolver import MUTE
from targets import BUILD, ROOT

SHARE = 0.05  # of frames lost, doubled and overtaken

# --- slow ones ---------------------------------------------------------------

def bad_network(lab, target):
    with Relay(SHARE, seed=3) as relay:
        outcome = lab.run(target, "jpeg-300k", net=relay.options,
                          timeout_s=150, **PATIENT)
    few = min(relay.counts.values()) < 5
    return outcome, (lab.wrong("jpeg-300k", outcome) or
                     (f"the network was too good: {relay.counts}" if few
                      else None))


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
        while not there.wait(0.1):
            if not machine.is_running():
                return machine.wait(1), "it never asked"
        machine.tell("set_link n0 off")
        go_on.set()
        time.sleep(3)
        was_down = machine.is_running()
        machine.tell("set_link n0 on")
        outcome = machine.wait(60)
    return outcome, (lab.wrong(None, outcome, faults.IMAGE) or
                     (None if was_down else "the link was not down"))


for name in (BOARD, "lm3s6965evb"):  # whose Ethernet controllers differ
    add(f"{SHARE:.0%} of frames lost, doubled, overtaken", bad_network, name)
    add("link down for 3 s in mid-image", link_down, name)


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


add("silence in mid-image", fault("stall-in-body", 4, "IDLE_LIMIT", stage=6))

# --- every failure -----------------------------------------------------------


@case("reset in mid-image")
def reset(lab, target):
    # What has arrived when a reset comes is lost, so that waits a moment.
    script = [[recv_request(), send(faults.SHORT), sleep(1), rst()]]
    with fault_server.FaultServer(script, pki=lab.feishu.pki) as server:
        outcome = lab.run(target, "fault_", port=server.port)
    return outcome, unlike(outcome, 3, "LOST", stage=6)


add("FIN in mid-image", fault("short-fin", 3, "LOST", stage=6))
add("close_notify in mid-image",
    fault("short-close-notify", 6, "CUT_SHORT", stage=6))
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


@case("token fetched by app id and secret")
def fetched(lab, target):
    app = lab.feishu.gate.new_app()
    outcome = lab.run(target, KEY, token=None, app=app.app_id,
                      secret=app.secret)
    return outcome, (lab.wrong(KEY, outcome) or
                     (None if app.counts()["internal"] == 1
                      else f"asked for: {app.counts()}"))


@case("secret refused")
def secret(lab, target):
    app = lab.feishu.gate.new_app()
    outcome = lab.run(target, KEY, token=None, app=app.app_id,
                      secret="wrong")
    return outcome, unlike(outcome, 7, "REFUSED", code=10014, http_status=200)


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
