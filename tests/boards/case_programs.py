"""Programs of the tests' own on the boards: the list that a port must pass,
many downloads in a row, and an image that goes into a flash.
"""

import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

import fault_server
import faults
import port_peer
from cases import KEY, add
from fault_steps import recv_request, send, sleep
from targets import BOARDS, TARGETS

UNKNOWN = "nowhere.test"
# The one check against another clock. QEMU drops ticks of the board's when the
# host is busy, so it may have another try.
CLOCK = "recv: what comes meanwhile; now_ms is right"
TRIES = 3
TIMES = 30


def port_check(lab, target):
    """tests/port_check.c finds nothing, and leaves nothing out."""
    for _ in range(TRIES):
        with port_peer.Peer() as peer:
            outcome = lab.run(
                target, "", program="check", timeout_s=120, unknown=UNKNOWN,
                **dict(zip(("peer", "closed", "deaf"), peer.ports)))
        lines = re.findall(r"^(.*) \.\.\. (.*)$", outcome.text, re.M)
        bad = [line for line, how in lines if how != "ok"]
        if bad != [CLOCK]:
            break
    if re.search(r"^port_check/.*: [1-9]\d* passed, 0 failed$", outcome.text,
                 re.M) and outcome.status == 0 and not bad:
        return outcome, None
    return outcome, f"exit code {outcome.status}, {len(bad)} not ok"


def repeat(lab, target):
    """So many downloads in a row, and not one fails."""
    key = "jpeg-300k"
    outcome = lab.run(target, key, program="repeat", times=TIMES)
    original = lab.feishu.images[lab.key(key)].read_bytes()
    right = outcome.text.count(
        f"sha256: {hashlib.sha256(original).hexdigest()}\n")
    wrong = None
    if outcome.status != 0 or right != TIMES:
        wrong = (f"{right} of {TIMES} were right, exit code "
                 f"{outcome.status}, {outcome.reason}")
    return outcome, wrong


# The guest's clock counts instructions, a billion a second, and QEMU tells when
# the board's light changes.
COUNTED = ["-icount", "shift=0", "-trace", "led_change_intensity"]
INSTRUCTIONS_PER_TICK = 40  # of the board's counter, 25 MHz
CHANGE = re.compile(r"USERLED0.* (?:0% -> 100|100% -> 0)%")
PERIOD_MS = 10
PAUSE_S = 0.5
HELD = 1.1  # of the longest step: nothing else holds the light up


def flash_run(lab, target, key, original=None, **options):
    """An image goes into the flash while a light blinks."""
    outcome = lab.run(target, key, program="flash", options=COUNTED, **options)
    wrong = lab.wrong(key, outcome, original)
    if wrong:
        return outcome, wrong
    said = outcome.said
    step, held = (int(said[name]) * INSTRUCTIONS_PER_TICK
                  for name in ("step_ticks", "held_ticks"))
    blinks, ms = int(said["blinks"]), int(said["ms"])
    if not step <= held <= HELD * step:
        wrong = "the light's task was held up by something else"
    elif blinks != len(CHANGE.findall(outcome.text)):
        wrong = "the light did not do as it was told"
    elif abs(blinks - ms // PERIOD_MS) > 1:
        wrong = f"{blinks} blinks in {ms} ms"
    return outcome, wrong, (
        f"longest fimg_read: {step / 1e6:.2f} M instructions; longest that "
        f"the light's task was held up: {held / 1e6:.2f} M; {blinks} blinks "
        f"in {ms} ms")


def flash(server):
    """The same from one of the stand-in's servers."""
    return lambda lab, target: flash_run(lab, target, KEY, server=server)


def flash_pause(lab, target):
    """The same from a server that pauses in mid-image."""
    half = len(faults.SHORT)
    script = [[recv_request(), send(faults.WHOLE[:half]), sleep(PAUSE_S),
               send(faults.WHOLE[half:])]]
    with fault_server.FaultServer(script, pki=lab.feishu.pki) as server:
        return flash_run(lab, target, "fault_", faults.IMAGE,
                         port=server.port)


for name in BOARDS:
    add("every check of port_check.c", port_check, name, program="check")
for name in TARGETS:
    if "-DLWIP_IPV6=1" not in TARGETS[name].flags:
        add(f"{TIMES} downloads in a row", repeat, name, program="repeat")
for server in ("rsa", "ecdsa", "ec384"):
    add(f"into a flash beside a blinking light, {server}", flash(server),
        program="flash")
add("into a flash beside a blinking light, a server that pauses", flash_pause,
    program="flash")
