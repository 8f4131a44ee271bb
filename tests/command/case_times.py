"""Time limits: each fires when it should, and nothing outlives it; waits
before further attempts."""
import faults
from fault_steps import read_client_hello, stall, start_tls

from cases import add, case, check, equal
from servers import (IMAGE, TOO_MUCH_S, Gate, Trap, answering, deaf_port,
                     half_there, json_reply, reply, serve)
from spaces import with_dns

IDLE = ["--idle-timeout", "0.5"]
TOTAL = ["--max-time", "0.9"]
CONNECT = ["--connect-timeout", "0.5"]
LATE = 4
LIMITED = b'{"code":99991400,"msg":"request trigger frequency limit"}'

# fault: the limit that ends it, and its rows.
STALLS = {
    "stall-before-head": (IDLE, [97]), "stall-in-head": (IDLE, [97]),
    "stall-in-body": (IDLE, [38, 97]), "stall-in-chunked": (IDLE, [97]),
    "stall-before-close": (IDLE, [57, 97]), "record-cut-stall": (IDLE, [97]),
    "header-drip": (TOTAL, [97]), "body-drip": (TOTAL, [97]),
}
HANDSHAKE_STALLS = ["stall-after-accept", "stall-after-hello",
                    "stall-in-handshake", "drip-handshake"]


def late(trial, limit, *arguments, **options):
    """Ends by this limit: not earlier, hardly later, naming the option."""
    run = trial.fails(LATE, *limit, "img_late", *arguments,
                      words=["img_late: ", limit[0]], **options)
    check(run.seconds >= float(limit[1]), f"early, after {run.seconds} s")
    check(run.seconds < float(limit[1]) + TOO_MUCH_S,
          f"late, after {run.seconds} s")
    trial.empty()


def stalled(trial, name):
    """A server that stops or drips after the request."""
    with serve(trial, faults.FAULTS[name]) as server:
        late(trial, STALLS[name][0], url=server.url)


def stalled_handshake(trial, name):
    """A server that stops or drips before."""
    with serve(trial, faults.HANDSHAKE_FAULTS[name], tls=False) as server:
        late(trial, CONNECT, url=server.url)


for stall_name in STALLS:
    add(f"fault {stall_name}", stalled, stall_name, slow=True,
        rows=STALLS[stall_name][1])
for stall_name in HANDSHAKE_STALLS:
    add(f"handshake fault {stall_name}", stalled_handshake, stall_name,
        rows=[97], slow=True)


@case("a server of a long image pauses: what has come is taken")
def pausing(trial):
    image = IMAGE + bytes(8_000_000)
    places = 4_000_000, 4_040_000
    with Gate(trial, reply("200 OK", image), *places) as gate:
        run = trial.start("--idle-timeout", "60", "img_long", url=gate.url)
        for place in places:
            run.until(lambda: half_there(trial.folder, place - 9_000),
                      "what was sent")
            gate.open()
        equal((run.end().status, run.err), (0, b""), "exit code, messages")
    trial.holds({"img_long.png": image})


@case("a port that drops what comes", rows=[97], slow=True)
def dropped(trial):
    with deaf_port() as port:
        late(trial, CONNECT, url=f"https://localhost:{port}")


@case("a name server that never answers", rows=[97], slow=True)
def mute_name_server(trial):
    late(trial, CONNECT, url="https://open.example",
         wrapper=with_dns(trial, "mute_dns.py"))


@case("the total limit covers all stages", rows=[98], slow=True)
def total_in_all_stages(trial):
    with Trap() as trap:
        late(trial, TOTAL, url=trap.url)
    for name in ("stall-before-head", "stall-in-body"):
        with serve(trial, faults.FAULTS[name]) as server:
            late(trial, TOTAL, url=server.url)


@case("a byte now and then keeps the idle limit away", rows=[98], slow=True)
def idle_begins_anew(trial):
    with serve(trial, faults.FAULTS["body-drip"]) as server:
        late(trial, ["--max-time", "2.5"], "--idle-timeout", "1.5",
             url=server.url)


@case("each key has its own limits", rows=[98], slow=True)
def own_limits(trial):
    script = [*faults.FAULTS["stall-in-body"] * 2, faults.ANSWER_ALL]
    with serve(trial, script) as server:
        trial.fails(LATE, *TOTAL, "img_a", "img_b", "img_c", lines=2,
                    url=server.url)
    trial.holds({"img_c.png": IMAGE})


@case("silence in the handshake is the connect limit's", rows=[98], slow=True)
def after_hello(trial):
    script = [[start_tls(), stall()]]
    with serve(trial, script, tls=False) as server:
        late(trial, IDLE, url=server.url)
    with serve(trial, [[read_client_hello(), stall()]], tls=False) as server:
        late(trial, CONNECT, "--idle-timeout", "50", url=server.url)


UNAVAILABLE = {name: reply(f"{name} Busy", b"busy") for name in
               (502, 503, 504)}
TOO_MANY = json_reply("429 Too Many Requests", LIMITED)


def retried(trial, answer, least_s=1.0):
    """Tried again once, not before the time is over, and reported when it
    does not help."""
    with answering(trial, answer) as server:
        run = trial.run("--retry", "1", "img_x", url=server.url)
        equal((run.status, run.err), (0, b""), "exit code, standard error")
        equal(len(server.requests), 2, "requests")
        equal(server.accepted, 1, "connections")
    check(run.seconds >= least_s, f"after {run.seconds} s already")
    trial.holds({"img_x.png": IMAGE})


for status_, answer_ in UNAVAILABLE.items():
    add(f"HTTP {status_} is tried again", retried, answer_, rows=[107],
        slow=True)
add("HTTP 429 is tried again", retried, reply("429 Slow", b""), rows=[107],
    slow=True)
add("code 99991400 in any status is tried again", retried,
    json_reply("400 Bad", LIMITED), rows=[105, 107], slow=True)
add("the wait that the server asks for", retried,
    json_reply("429 Slow", LIMITED, "x-ogw-ratelimit-reset: 2"), 2.0,
    rows=[105], slow=True)
add("Retry-After", retried, reply("503 Busy", b"", "Retry-After: 2"), 2.0,
    rows=[105], slow=True)
for hint in ("x-ogw-ratelimit-reset: 0", "x-ogw-ratelimit-reset: -1",
             "x-ogw-ratelimit-reset: soon", "Retry-After: soon",
             "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"):
    add(f"useless {hint}", retried, json_reply("429 Slow", LIMITED, hint),
        rows=[105], slow=True)


@case("without retries there is one attempt", rows=[107])
def no_retry(trial):
    for answer in (*UNAVAILABLE.values(), TOO_MANY):
        with answering(trial, answer) as server:
            trial.fails(7, "--retry", "0", "img_x", url=server.url)
            equal(len(server.requests), 1, "requests")
    trial.empty()


@case("retries come to an end", rows=[107], slow=True)
def retries_end(trial):
    busy = UNAVAILABLE[503]
    with answering(trial, *[busy] * 5) as server:
        trial.fails(7, "--retry", "2", "img_x", url=server.url,
                    words=["HTTP 503", "attempts: 3"])
        equal(len(server.requests), 3, "requests")
    trial.empty()


@case("a wait beyond the total limit is not begun", rows=[105, 107])
def wait_too_long(trial):
    for hint in ("x-ogw-ratelimit-reset: 52",
                 "x-ogw-ratelimit-reset: 999999999",
                 "x-ogw-ratelimit-reset: 18446744073709551617",
                 "Retry-After: 52", "Retry-After: 4294968"):
        answer = json_reply("429 Slow", LIMITED, hint)
        with answering(trial, answer) as server:
            run = trial.fails(7, "--retry", "3", "--max-time", "45", "img_x",
                              url=server.url, words=["99991400"])
            equal(len(server.requests), 1, "requests")
        check(run.seconds < 40, "it waited")
    trial.empty()


@case("waits that double come to an end at the total limit", rows=[107],
      slow=True)
def doubling(trial):
    with answering(trial, *[UNAVAILABLE[503]] * 9) as server:
        run = trial.fails(7, "--retry", "9", "--max-time", "5", "img_x",
                          url=server.url, words=["HTTP 503"])
        # after 1 and 2 seconds and some more; 4 further ones are too long
        check(len(server.requests) <= 3, "it was too fast")
    check(run.seconds < 5, "it waited for nothing")


@case("no retry once image bytes have come", rows=[62, 107])
def no_retry_after_bytes(trial):
    for name in ("short-fin", "short-rst", "until-fin", "chunked-short-rst"):
        script = [faults.FAULTS[name][0], faults.ANSWER_ALL]
        with serve(trial, script) as server:
            trial.fails(3, "--retry", "3", "img_x", url=server.url)
            equal(server.accepted, 1, "connections")
    trial.empty()
