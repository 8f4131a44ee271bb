"""Heads and bodies byte by byte: what is let through, and what is not.

Each table is one run of the command with as many keys as rows. The server
keeps its connections open, so that nothing but the bytes decides.
"""
from fault_steps import recv_request, send, stall

from cases import add, check, equal
from servers import serve

DATA = b"GIF89a, or so it says"
N = f"{len(DATA):x}".encode()
LENGTH = f"Content-Length: {len(DATA)}".encode()
END = b"0\r\n\r\n"
CHUNKS = N + b"\r\n" + DATA + b"\r\n" + END


def head(*lines, status=b"HTTP/1.1 200 OK"):
    """A reply head of these lines."""
    return b"".join(line + b"\r\n" for line in (status, *lines)) + b"\r\n"


def chunked(*bodies):
    """Replies with these bodies, announced as chunked."""
    return [head(b"Transfer-Encoding: chunked") + body for body in bodies]


def heads(*lists):
    """Replies with these header lines and DATA."""
    return [head(*lines) + DATA for lines in lists]


def sizes(*texts):
    """Chunked replies with these chunk sizes."""
    return chunked(*(text + b"\r\n" + DATA + b"\r\n" + END for text in texts))


def statuses(*lines):
    """Replies with these status lines."""
    return [head(LENGTH, status=line) + DATA for line in lines]


GOOD = {
    "chunk sizes": ([43, 46], sizes(
        N, N.upper(), b"0" * 14 + N, N + b";", N + b";a", N + b";a=b;c=d",
        N + b';a="x\\"y"', N + b";" + b"x" * 300)),
    "chunks": ([41, 48, 49], chunked(
        N + b"\r\n" + DATA + b"\r\n000\r\n\r\n",
        N + b"\r\n" + DATA + b"\r\n0;a=b\r\n\r\n",
        N + b"\r\n" + DATA + b"\r\n0\r\nA: b\r\nC:\r\n\r\n",
        N + b"\r\n" + DATA + b"\r\n0\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: gzip\r\nSet-Cookie: x\r\n\r\n",
        b"".join(b"1\r\n%c\r\n" % byte for byte in DATA) + END)),
    "status lines": ([5], statuses(
        b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.1 200 Fine, thanks",
        b"HTTP/1.1 200 \xe5\xa5\xbd", b"HTTP/1.0 200 OK")),
    "fields": ([17, 18, 25, 27, 32], heads(
        [LENGTH.lower()], [LENGTH.upper()], [LENGTH.replace(b" ", b"")],
        [LENGTH.replace(b" ", b" \t ") + b" \t"],
        [b"X-Content-Length: 5", b"Content-Length-X: 5", LENGTH],
        [b"X: " + b"y" * 20000, LENGTH], [b"X:", b"Y: ", LENGTH],
        [b"Content-Type: image/gif; x=" + b"y" * 1000, LENGTH],
        [f"Content-Length: {len(DATA):020}".encode()],
        [b"Content-Encoding: identity", LENGTH],
        *([b"X: 1"] * 500 + [LENGTH],))),
    "transfer codings": ([52], [
        head(b"Transfer-Encoding:" + value) + CHUNKS
        for value in (b"chunked", b" Chunked ", b" CHUNKED")]),
    "interim replies": ([12, 14, 15], [
        (head(b"Link: </a>", status=b"HTTP/1.1 103 Early Hints") * 8)
        + head(LENGTH) + DATA,
        head(LENGTH, status=b"HTTP/1.1 100 Continue") + head(LENGTH) + DATA,
        head(b"Transfer-Encoding: chunked", status=b"HTTP/1.1 199 Odd")
        + head(LENGTH) + DATA]),
}
BAD = {
    "chunk sizes": ([43, 44, 45, 46], sizes(
        b"", b"-1", b"+" + N, b"0x" + N, N + b"g", b" " + N, N + b" ",
        b"\t" + N, b";", b"g", b"0" * 16 + N, b"1" + b"0" * 16,
        b"ffffffffffffffff", b"8000000000000000", b"7fffffffffffffff",
        N + b";a\nb", N + b";a\x00b", N + b"\n", N + b"\r\r",
        N + b";" + b"x" * 80000)),
    "chunks": ([47, 49], chunked(
        N + b"\r\n" + DATA + END, N + b"\r\n" + DATA + b"\n" + END,
        N + b"\r\n" + DATA + b"\r0\r\n\r\n", N + b"\r\n" + DATA + b"x\n" + END,
        N + b"\r\n" + DATA + b"\rx" + END, N + b"\n" + DATA + b"\r\n" + END,
        N + b"\r\n" + DATA + b"x\r\n" + END,
        N + b"\r\n" + DATA + b"\r\n0\r\n\rx",
        N + b"\r\n" + DATA + b"\r\n0\n\n", N + b"\r\n" + DATA + b"\r\n0\r\n\n",
        N + b"\r\n" + DATA + b"\r\n0\r\nA: \x00\r\n\r\n",
        N + b"\r\n" + DATA + b"\r\n0\r\nA: b\n\r\n",
        N + b"\r\n" + DATA + b"\r\n0\r\n" + b"A: b\r\n" * 20000 + b"\r\n")),
    "status lines": ([6, 7, 9, 10, 11], statuses(
        b"HTTP/2.0 200 OK", b"HTTP/1.x 200 OK", b"ICY 200 OK",
        b"http/1.1 200 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 2x0 OK", b"HTTP/1.1 -200 OK", b"HTTP/1.1 +200 OK",
        b"HTTP/1.1 000 OK", b"HTTP/1.1 099 OK", b"HTTP/1.1 600 OK",
        b"HTTP/1.1  200 OK", b"HTTP/1.1\t200 OK", b" HTTP/1.1 200 OK",
        b"HTTP/1.1 200OK", b"HTTP/1.1 200 O\x00K", b"HTTP/1.1 200 O\x1bK",
        b"HTTP/1.1 200 " + b"x" * 66000, b"HTTP/1.2 200", b"HTTP/11.1 200 OK",
        b"\x15\x03\x03\x00\x02\x02\x28", b"")),
    "fields": ([19, 20, 21, 22, 23, 24], heads(
        [b"Content-Length : 5"], [b": x", LENGTH], [b"X", LENGTH],
        [b"X Y: z", LENGTH], [b"X\x00: z", LENGTH], [b"X: \x00", LENGTH],
        [b"X\xe9: z", LENGTH], [b"X(: z", LENGTH], [LENGTH, b" 5"],
        [b"X: a\rb", LENGTH], [b"X: a\nb", LENGTH], [b"X: a\r", LENGTH],
        [b"X: a", b"\tb", LENGTH], [b" X: a", LENGTH],
        *[[b"X: y"] * 20000 + [LENGTH]])),
    "lengths": ([33, 34, 35], heads(
        *[[b"Content-Length: " + value] for value in (
            b"-1", b"+5", b"5 5", b"5,5", b"0x10", b"1e3", b"", b"5;", b"5.0",
            "٣".encode(), b"0" * 40 + b"5", b"18446744073709551615",
            b"18446744073709551637", b"4294967317", b"9223372036854775808")],
        [LENGTH, LENGTH], [LENGTH, b"Content-Length: 5"])),
    # whoever took these for chunked would find a body that is right
    "transfer codings": ([51, 52, 53], [
        *(head(b"Transfer-Encoding: " + value) + CHUNKS for value in (
            b"gzip", b"identity", b"xchunked", b"chunked, gzip", b"chunked,",
            b"gzip, chunked", b"chunked, chunked", b"chunked;q=1", b"", b",",
            b"chunked chunked")),
        head(b"Transfer-Encoding: chunked",
             b"Transfer-Encoding: chunked") + CHUNKS,
        head(LENGTH, b"Transfer-Encoding: chunked") + CHUNKS,
        head(b"Transfer-Encoding: chunked", LENGTH) + CHUNKS,
        head(b"Transfer-Encoding: chunked", status=b"HTTP/1.0 200 OK")
        + CHUNKS]),
    "content codings": ([54], heads(
        *[[b"Content-Encoding: " + value, LENGTH] for value in (
            b"gzip", b"br", b"identity, gzip", b"deflate")])),
    "interim replies": ([13, 14], [
        (head(status=b"HTTP/1.1 103 Early Hints") * 9) + head(LENGTH) + DATA,
        head(status=b"HTTP/1.1 101 Switching Protocols") + head(LENGTH) + DATA,
        head(b"bad", status=b"HTTP/1.1 103 Hints") + head(LENGTH) + DATA]),
}


def good(trial, replies):
    """All are images."""
    keys = [f"img_{number}" for number in range(len(replies))]
    steps = [step for data in replies for step in (recv_request(), send(data))]
    with serve(trial, [[*steps, stall()]]) as server:
        run = trial.run(*keys, url=server.url)
    equal((run.status, run.lines), (0, []), "exit code, standard error")
    trial.holds({f"{key}.gif": DATA for key in keys})


def bad(trial, replies):
    """None is, and each is told of."""
    keys = [f"img_{number}" for number in range(len(replies))]
    script = [[recv_request(), send(data), stall()] for data in replies]
    with serve(trial, script) as server:
        run = trial.run("--idle-timeout", "5", *keys, url=server.url)
        equal(server.accepted, len(keys), "connections")
    told = [line.split(": ")[1] for line in run.lines]
    equal(told, keys, "keys that failed")
    for line, data in zip(run.lines, replies):
        check("report it" in line or "larger" in line or "HTTPS" in line,
              f"{data[:80]!r}: {line}")
    equal(run.status, 6, "exit code")
    trial.empty()


for name, (rows, table) in GOOD.items():
    add(f"good {name}", good, table, rows=rows)
for name, (rows, table) in BAD.items():
    add(f"bad {name}", bad, table, rows=rows)
