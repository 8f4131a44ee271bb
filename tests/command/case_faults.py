"""Servers that break off, lie or talk nonsense: the exit code tells which, no
file is left, and the next key gets a new connection."""
import faults
from fault_steps import recv_request, send, stall, start_tls

from cases import add, case, check, equal
from servers import ANSWER_ALL, IMAGE, WHOLE, serve

LOST, LATE, TLS, REPLY, REFUSED = 3, 4, 5, 6, 7

# fault: exit code, rows, a word of the message. Those that stall or drip are
# in case_times.py, those that work in the end further below.
FAULTS = {
    "short-fin": (LOST, [38], "lost"),
    "short-close-notify": (REPLY, [37], "early"),
    "short-rst": (LOST, [38], "lost"),
    "chunked-short-fin": (LOST, [50], "lost"),
    "chunked-short-close-notify": (REPLY, [50], "early"),
    "chunked-short-rst": (LOST, [50], "lost"),
    "chunked-no-last": (REPLY, [48], "early"),
    "chunked-no-blank": (REPLY, [48], "early"),
    "until-fin": (LOST, [58], "lost"),
    "until-rst": (LOST, [58], "lost"),
    "no-answer-fin": (LOST, [30], "lost"),
    "no-answer-close-notify": (REPLY, [30], "early"),
    "no-answer-rst": (LOST, [30], "lost"),
    "head-cut-fin": (LOST, [30], "lost"),
    "head-cut-close-notify": (REPLY, [30], "early"),
    "json-cut-200": (REFUSED, [103], "code 99991663"),
    "json-cut-400": (REFUSED, [103], "code 99991663"),
    "length-over-limit": (REPLY, [36], "larger"),
    "length-overflow": (REPLY, [34], "larger"),
    "length-negative": (REPLY, [33], "length"),
    "length-zero": (REPLY, [31], "empty"),
    "length-twice": (REPLY, [35], "length"),
    "length-two": (REPLY, [35], "length"),
    "length-and-chunked": (REPLY, [51], "length"),
    "chunked-endless": (REPLY, [56], "larger"),
    "chunk-size-garbage": (REPLY, [44], "chunk"),
    "chunk-size-overflow": (REPLY, [45], "chunk"),
    "chunk-no-crlf": (REPLY, [47], "chunk"),
    "chunk-size-endless": (REPLY, [43], "chunk"),
    "gzip": (REPLY, [54], "compressed"),
    "gzip-chunked": (REPLY, [52], "length"),
    "garbage": (REPLY, [9], "not HTTP/1.1"),
    "ssh-banner": (REPLY, [9], "not HTTP/1.1"),
    "http2-status": (REPLY, [6], "not HTTP/1.1"),
    "blank-line-first": (REPLY, [8], "not HTTP/1.1"),
    "status-garbage": (REPLY, [7], "not HTTP/1.1"),
    "line-feeds": (REPLY, [23], ""),
    "folded": (REPLY, [22], "header"),
    "endless-headers": (REPLY, [26], "too large"),
    "endless-header-line": (REPLY, [26], "too large"),
    "endless-1xx": (REPLY, [14], "interim"),
    "upgrade": (REPLY, [13], "interim"),
    "record-damaged": (TLS, [92], "damaged"),
    "record-cut-fin": (LOST, [38], "lost"),
    "plain-text-in-tls": (TLS, [92], "TLS"),
}
SLOW = {"stall-before-head", "stall-in-head", "stall-in-body",
        "stall-in-chunked", "stall-before-close", "header-drip", "body-drip",
        "record-cut-stall"}

# fault: keys, retries, exit code, connections and requests then seen, rows.
WORKABLE = {
    "good": (2, 0, 0, 1, 2, [1]),
    "early-hints": (1, 0, 0, 1, 1, [12]),
    "continue": (1, 0, 0, 1, 1, [12, 15]),
    "chunk-extension": (1, 0, 0, 1, 1, [46]),
    "trailers": (1, 0, 0, 1, 1, [49]),
    "http10": (2, 0, 0, 2, 2, [4]),
    "tiny-records": (1, 0, 0, 1, 1, [90]),
    "until-close-notify": (2, 0, 0, 2, 2, [57]),
    "kept-then-close-notify": (2, 0, 0, 2, None, [61]),
    "kept-then-fin": (2, 0, 0, 2, None, [61]),
    "kept-then-rst": (2, 0, 0, 2, 3, [61]),
    "kept-then-no-answer": (2, 0, 0, 2, 3, [61]),
    "kept-then-cut": (2, 3, 3, 1, 2, [62]),
    "503-twice": (1, 2, 0, 3, 3, [107]),
    "503-twice-kept": (1, 2, 0, 1, 3, [107]),
    "429-once": (1, 1, 0, 1, 2, [105, 107]),
    "429-once-close": (1, 1, 0, 2, 2, [105, 107]),
    "rst-once": (1, 1, 0, 2, 2, [107]),
    "fin-once": (1, 1, 0, 2, 2, [107]),
}
SURPLUS = {
    "length-too-small": (IMAGE[:len(IMAGE) // 2], [39]),
    "surplus": (IMAGE, [39, 55]),
}
# Before or in the handshake.
HANDSHAKE = {
    "fin-after-accept": (LOST, "lost"), "rst-after-accept": (LOST, ""),
    "fin-after-hello": (LOST, "lost"), "rst-after-hello": (LOST, "lost"),
    "fin-in-handshake": (LOST, "lost"), "hello-garbage": (TLS, "TLS"),
    "hello-http": (TLS, "TLS"), "hello-refused": (TLS, "TLS"),
}


def is_bad(trial, script, code, word, **options):
    """The first key fails, an older file of its name stays; the second comes
    over a connection of its own."""
    for name in ("img_bad", "img_bad.png"):
        (trial.folder / name).write_bytes(b"older")
    with serve(trial, script, **options) as server:
        trial.fails(code, "img_bad", "img_next", url=server.url,
                    words=["img_bad: ", word])
        equal(server.accepted, 2, "connections")
    trial.holds({"img_bad": b"older", "img_bad.png": b"older",
                 "img_next.png": IMAGE})


def fault(trial, name):
    """A fault after the request was read."""
    code, _, word = FAULTS[name]
    is_bad(trial, [faults.FAULTS[name][0], ANSWER_ALL], code, word)


def handshake_fault(trial, name):
    """A fault before there was a request."""
    script = faults.HANDSHAKE_FAULTS[name][0]
    is_bad(trial, [script, [start_tls(), *ANSWER_ALL]], *HANDSHAKE[name],
           tls=False)


def workable(trial, name):
    """A reply that is right, or right at a further try."""
    count, retries, code, connections, requests, _ = WORKABLE[name]
    keys = [f"img_{number}" for number in range(count)]
    script = faults.FAULTS[name]
    with serve(trial, script) as server:
        run = trial.run("--retry", str(retries), *keys, url=server.url)
        equal(run.status, code, "exit code")
        equal(server.accepted, connections, "connections")
        if requests:
            equal(len(server.requests), requests, "requests")
    good = keys if code == 0 else keys[:-1]
    trial.holds({f"{key}.png": IMAGE for key in good})


def surplus(trial, name):
    """More than was announced: exactly that is taken, the rest is not looked
    at, and the connection not used again."""
    image, _ = SURPLUS[name]
    # the connection stays, so that it could be used by mistake
    script = [*faults.FAULTS[name][0], stall()]
    with serve(trial, [script, ANSWER_ALL]) as server:
        trial.ok("img_first", "img_next", url=server.url)
        equal(server.accepted, 2, "connections")
    trial.holds({"img_first.png": image, "img_next.png": IMAGE})


def in_the_middle(trial):
    """Of many keys some fail, each in its way: the others come, the first
    failure decides."""
    scripts = [faults.FAULTS[name][0] for name in
               ("length-negative", "short-rst", "json-cut-400")]
    with serve(trial, [*scripts, ANSWER_ALL]) as server:
        run = trial.fails(6, *(f"img_{n}" for n in range(6)), lines=3,
                          url=server.url)
    for number, line in enumerate(run.lines):
        check(f"img_{number}: " in line, "the message names another key")
    trial.holds({f"img_{n}.png": IMAGE for n in range(3, 6)})


for known in faults.FAULTS:
    if known in FAULTS:
        add(f"fault {known}", fault, known, rows=[*FAULTS[known][1], 63])
    elif known in SURPLUS:
        add(f"fault {known}", surplus, known, rows=SURPLUS[known][1])
    elif known not in SLOW:
        add(f"fault {known}", workable, known, rows=WORKABLE[known][5],
            slow=WORKABLE[known][1] > 0)
for known in HANDSHAKE:
    add(f"handshake fault {known}", handshake_fault, known, rows=[63])
add("one failure does not stop the rest", in_the_middle)


@case("HTTP/1.0 is one reply a connection", rows=[4])
def old_http(trial):
    script = [*faults.FAULTS["http10"][0], stall()]
    with serve(trial, [script]) as server:
        trial.ok("img_a", "img_b", url=server.url)
        equal(server.accepted, 2, "connections")
    trial.holds({"img_a.png": IMAGE, "img_b.png": IMAGE})


@case("Connection: close is heeded", rows=[60])
def connection_close(trial):
    for value in ("close", "Close", "keep-alive, close", "CLOSE,keep-alive"):
        line = f"\r\nConnection: {value}\r\n\r\n".encode()
        answer = WHOLE.replace(b"\r\n\r\n", line, 1)
        # whoever asked again on this connection would get nothing
        script = [[recv_request(), send(answer), stall()], ANSWER_ALL]
        with serve(trial, script) as server:
            trial.ok("img_a", "img_b", url=server.url)
            equal(server.accepted, 2, "connections")
        trial.holds({"img_a.png": IMAGE, "img_b.png": IMAGE})
