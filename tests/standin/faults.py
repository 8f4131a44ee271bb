"""Replies that are wrong in one way each, by name, for the fault server.

FAULTS are for a FaultServer with TLS and answer any GET of an image;
HANDSHAKE_FAULTS are for one with tls=False and a pki. Where a right image
comes in the end it is IMAGE. by_key() chooses the fault by the image key
`fault_<name>`.
"""

import re
import threading

import encoders
from fault_steps import (
    close_notify_then_fin, fin_without_close_notify, read_client_hello,
    recv_request, repeat, rst, send, send_cut_record, send_damaged_record,
    send_endlessly, send_raw, send_slowly, stall, start_tls)

IMAGE = encoders.png(40000)
LIMIT = 10 * 1024 * 1024
HALF = len(IMAGE) // 2
OK = "HTTP/1.1 200 OK"
PNG = "Content-Type: image/png"
LENGTH = f"Content-Length: {len(IMAGE)}"
CHUNKED = "Transfer-Encoding: chunked"
JSON = b'{"code":99991663,"msg":"Invalid access token for authorization."}'
LIMITED = b'{"code":99991400,"msg":"request trigger frequency limit"}'


def head(*lines):
    """A reply head of these lines."""
    return "".join(line + "\r\n" for line in lines).encode() + b"\r\n"


def chunk(data, extension=""):
    return f"{len(data):x}{extension}\r\n".encode() + data + b"\r\n"


WHOLE = head(OK, PNG, LENGTH) + IMAGE
CHUNKS = chunk(IMAGE[:HALF]) + chunk(IMAGE[HALF:])
BAD_GATEWAY = head("HTTP/1.1 503 Service Unavailable",
                   "Content-Type: text/html", "Content-Length: 6") + b"later\n"
TOO_FAST = head("HTTP/1.1 429 Too Many Requests",
                "Content-Type: application/json",
                f"Content-Length: {len(LIMITED)}",
                "x-ogw-ratelimit-limit: 100",
                "x-ogw-ratelimit-reset: 1") + LIMITED
GIVEN = (b'{"code":0,"msg":"ok","tenant_access_token":'
         b'"t-0123456789standin","expire":7200}')
TOKEN_PATH = b"POST /open-apis/auth/v3/tenant_access_token/internal "
TOKEN = head(OK, "Content-Type: application/json",
             f"Content-Length: {len(GIVEN)}") + GIVEN
ANSWER_ALL = [repeat(recv_request(), send(WHOLE))]


def answer(data, *more):
    """A script of one connection: the request, `data`, what else there is."""
    return [[recv_request(), send(data), *more]]


FIN, RST, NOTIFY = (fin_without_close_notify(), rst(), close_notify_then_fin())
SHORT = head(OK, PNG, LENGTH) + IMAGE[:HALF]
SHORT_CHUNK = (head(OK, PNG, CHUNKED) + chunk(IMAGE[:HALF])
               + b"1000\r\n" + IMAGE[HALF:HALF + 100])
UNTIL_CLOSE = head(OK, PNG) + IMAGE

ENDS = {
    "short-fin": answer(SHORT, FIN),
    "short-close-notify": answer(SHORT, NOTIFY),
    "short-rst": answer(SHORT, RST),
    "chunked-short-fin": answer(SHORT_CHUNK, FIN),
    "chunked-short-close-notify": answer(SHORT_CHUNK, NOTIFY),
    "chunked-short-rst": answer(SHORT_CHUNK, RST),
    "chunked-no-last": answer(head(OK, PNG, CHUNKED) + CHUNKS, NOTIFY),
    "chunked-no-blank": answer(head(OK, PNG, CHUNKED) + CHUNKS + b"0\r\n",
                               NOTIFY),
    "until-fin": answer(UNTIL_CLOSE, FIN),
    "until-close-notify": answer(UNTIL_CLOSE, NOTIFY),
    "until-rst": answer(UNTIL_CLOSE, RST),
    "no-answer-fin": [[recv_request(), FIN]],
    "no-answer-close-notify": [[recv_request(), NOTIFY]],
    "no-answer-rst": [[recv_request(), RST]],
    "head-cut-fin": answer(head(OK, PNG, LENGTH)[:-9], FIN),
    "head-cut-close-notify": answer(head(OK, PNG, LENGTH)[:-9], NOTIFY),
    "json-cut-200": answer(head(OK, "Content-Type: application/json",
                                f"Content-Length: {len(JSON)}") + JSON[:30]),
    "json-cut-400": answer(head("HTTP/1.1 400 Bad Request",
                                "Content-Type: application/json",
                                f"Content-Length: {len(JSON)}") + JSON[:30]),
}

LIES = {
    "length-too-small":
        answer(head(OK, PNG, f"Content-Length: {HALF}") + IMAGE),
    "surplus": answer(WHOLE + b"HTTP/1.1 200 OK\r\n\r\nsurplus"),
    "length-over-limit":
        answer(head(OK, PNG, f"Content-Length: {LIMIT + 1}") + IMAGE, stall()),
    "length-overflow":
        answer(head(OK, PNG, "Content-Length: 18446744073709551617") + IMAGE),
    "length-negative": answer(head(OK, PNG, "Content-Length: -1") + IMAGE),
    "length-zero": answer(head(OK, PNG, "Content-Length: 0")),
    "length-twice": answer(head(OK, PNG, LENGTH, LENGTH) + IMAGE),
    "length-two":
        answer(head(OK, PNG, LENGTH, f"Content-Length: {HALF}") + IMAGE),
    "length-and-chunked": answer(head(OK, PNG, LENGTH, CHUNKED) + CHUNKS
                                 + b"0\r\n\r\n"),
    "chunked-endless": [[recv_request(), send(head(OK, PNG, CHUNKED)),
                         send_endlessly(chunk(bytes(65536)))]],
    "chunk-size-garbage": answer(head(OK, PNG, CHUNKED) + b"zz\r\n" + IMAGE),
    "chunk-size-overflow":
        answer(head(OK, PNG, CHUNKED) + b"ffffffffffffffff\r\n" + IMAGE),
    "chunk-no-crlf":
        answer(head(OK, PNG, CHUNKED) + chunk(IMAGE)[:-2] + b"0\r\n\r\n"),
    "chunk-size-endless": [[recv_request(), send(head(OK, PNG, CHUNKED)),
                            send_endlessly(b"0")]],
    "gzip": answer(head(OK, PNG, LENGTH, "Content-Encoding: gzip") + IMAGE),
    "gzip-chunked": answer(head(OK, PNG, "Transfer-Encoding: gzip, chunked")
                           + CHUNKS + b"0\r\n\r\n"),
}

HEADS = {
    "garbage": answer(bytes(range(256)) * 4),
    "ssh-banner": answer(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "http2-status": answer(head("HTTP/2 200", PNG, LENGTH) + IMAGE),
    "blank-line-first": answer(b"\r\n" + WHOLE),
    "status-garbage": answer(head("HTTP/1.1 2x0 OK", PNG, LENGTH) + IMAGE),
    "line-feeds": answer(head(OK, PNG, LENGTH).replace(b"\r", b"") + IMAGE),
    "folded": answer(head(OK, PNG, "X-A: b", " c", LENGTH) + IMAGE),
    "endless-headers": [[recv_request(), send(OK.encode() + b"\r\n"),
                         send_endlessly(b"X-Filler: " + b"x" * 90 + b"\r\n")]],
    "endless-header-line": [[recv_request(),
                             send(OK.encode() + b"\r\nX-Filler: "),
                             send_endlessly(b"x" * 100)]],
    "endless-1xx": [[recv_request(),
                     send_endlessly(head("HTTP/1.1 103 Early Hints",
                                         "Link: </a>; rel=preload"))]],
    "upgrade": answer(head("HTTP/1.1 101 Switching Protocols",
                           "Upgrade: websocket"), stall()),
}

SLOWNESS = {
    "stall-before-head": [[recv_request(), stall()]],
    "stall-in-head": answer(head(OK, PNG, LENGTH)[:25], stall()),
    "stall-in-body": answer(SHORT, stall()),
    "stall-in-chunked": answer(SHORT_CHUNK, stall()),
    "stall-before-close": answer(UNTIL_CLOSE, stall()),
    "header-drip": [[recv_request(), send_slowly(head(OK, PNG, LENGTH), 0.2),
                     send(IMAGE)]],
    "body-drip": answer(head(OK, PNG, LENGTH), send_slowly(IMAGE, 0.2)),
    "tiny-records": [[recv_request(), send_slowly(WHOLE[:3000], 0),
                      send(WHOLE[3000:])]],
}

TLS = {
    "record-damaged":
        answer(SHORT, send_damaged_record(IMAGE[HALF:HALF + 999])),
    "record-cut-fin": answer(SHORT, send_cut_record(IMAGE[HALF:], 100), FIN),
    "record-cut-stall":
        answer(SHORT, send_cut_record(IMAGE[HALF:], 100), stall()),
    "plain-text-in-tls": [[recv_request(), send_raw(WHOLE)]],
}

# Not wrong at all, or right at a further try. A kept connection that ends
# before its second answer is followed by one that answers.
WORKABLE = {
    "good": [ANSWER_ALL],
    "early-hints": answer(head("HTTP/1.1 103 Early Hints",
                               "Link: </a>; rel=preload") + WHOLE),
    "continue": answer(head("HTTP/1.1 100 Continue") + WHOLE),
    "chunk-extension": answer(
        head(OK, PNG, CHUNKED) + chunk(IMAGE, ';a="x\\"y"') + b"0\r\n\r\n"),
    "trailers": answer(head(OK, PNG, CHUNKED) + CHUNKS
                       + b"0\r\nX-Sum: 1\r\nContent-Length: 5\r\n\r\n"),
    "http10": answer(head("HTTP/1.0 200 OK", PNG, LENGTH) + IMAGE),
    "kept-then-close-notify": [[recv_request(), send(WHOLE), NOTIFY],
                               ANSWER_ALL],
    "kept-then-fin": [[recv_request(), send(WHOLE), FIN], ANSWER_ALL],
    "kept-then-rst": [[recv_request(), send(WHOLE), recv_request(), RST],
                      ANSWER_ALL],
    "kept-then-no-answer": [
        [recv_request(), send(WHOLE), recv_request(), NOTIFY], ANSWER_ALL],
    "kept-then-cut": [
        [recv_request(), send(WHOLE), recv_request(), send(SHORT), FIN],
        ANSWER_ALL],
    "503-twice": [[recv_request(), send(BAD_GATEWAY), NOTIFY]] * 2
                 + [ANSWER_ALL],
    "503-twice-kept": [[recv_request(), send(BAD_GATEWAY),
                        recv_request(), send(BAD_GATEWAY), *ANSWER_ALL]],
    "429-once": [[recv_request(), send(TOO_FAST), *ANSWER_ALL]],
    "429-once-close": [[recv_request(), send(TOO_FAST), NOTIFY], ANSWER_ALL],
    "rst-once": [[recv_request(), RST], ANSWER_ALL],
    "fin-once": [[recv_request(), FIN], ANSWER_ALL],
}

FAULTS = {**ENDS, **LIES, **HEADS, **SLOWNESS, **TLS, **WORKABLE}

# Before and in the handshake, plain TCP.
HANDSHAKE_FAULTS = {
    "stall-after-accept": [[stall()]],
    "stall-after-hello": [[read_client_hello(), stall()]],
    "stall-in-handshake": [[start_tls(keep=1500), stall()]],
    "fin-after-accept": [[FIN]],
    "rst-after-accept": [[RST]],
    "fin-after-hello": [[read_client_hello(), FIN]],
    "rst-after-hello": [[read_client_hello(), RST]],
    "fin-in-handshake": [[start_tls(keep=1500), FIN]],
    "drip-handshake": [[start_tls(interval_s=0.2), stall()]],
    "hello-garbage": [[read_client_hello(), send(bytes(range(256)) * 4)]],
    "hello-http": [[read_client_hello(), send(head(
        "HTTP/1.1 400 Bad Request", "Content-Length: 0"))]],
    # A fatal alert, handshake_failure.
    "hello-refused": [[read_client_hello(),
                       send(b"\x15\x03\x03\x00\x02\x02\x28")]],
}


def by_key(more=()):
    """A script that plays to each request the fault its key names.

    Of a fault with several connections each further request gets the next,
    and after the last one the first again. `more` are further faults. Whoever
    asks for a tenant_access_token first, gets one.
    """
    known = {**FAULTS, **dict(more)}
    counts, lock = {}, threading.Lock()
    not_found = ("Faults:\n" + "\n".join(f"fault_{n}" for n in known)).encode()
    reply = head("HTTP/1.1 404 Not Found", "Content-Type: text/plain",
                 f"Content-Length: {len(not_found)}") + not_found

    def play(connection):
        while connection.peek_request().startswith(TOKEN_PATH):
            connection.recv_request()
            connection.send(TOKEN)
        line = connection.peek_request().split(b"\r\n")[0].decode("latin-1")
        match = re.search(r"/fault_([a-z0-9-]+)(?:\?\S*)? HTTP/", line)
        name = match and match[1]
        if name not in known:
            connection.recv_request()
            connection.send(reply)
            return
        with lock:
            number = counts.get(name, 0)
            counts[name] = number + 1
        script = known[name]
        for step in script[number % len(script)]:
            step(connection)
    return play
