"""Instructions a byte of reply head: ours beside picohttpparser and llhttp.

The heads have the fields, in name, order and length, that were seen in replies
of Feishu's: one through each of two content networks. Values that nobody has
published are made up.
"""

import re
import subprocess
import sys

import rig

sys.path.insert(0, str(rig.ROOT / "tests" / "lib"))

import debian_source

# Perl's binding comes with picohttpparser, Node's package with llhttp in C.
PICO = debian_source.Package(
    "picohttpparser", "pool/main/libh/libhttp-parser-xs-perl",
    "HTTP-Parser-XS-0.17", {
        "libhttp-parser-xs-perl_0.17.orig.tar.gz":
        "794e6833e326b10d24369f9cdbfc1667105ef6591e8f41e561a3d41a7027a809"})
LLHTTP = "node-llhttp"
PARSERS = ("feishu-image", "picohttpparser", "llhttp")
TIMES = 200

UUID = "01234567-89ab-cdef-0123-456789abcdef"
LOG_ID = "20251113170627B62D987D40E5B056503D"
DATE = "Thu, 13 Nov 2025 09:06:27 GMT"


def _filler(length, digits="0123456789abcdef"):
    return (digits * (length // len(digits) + 1))[:length]


HEADS = {
    "Tengine": [
        "HTTP/1.1 200 OK", "Server: Tengine",
        "Content-Type: application/json", "Content-Length: 77",
        "Connection: keep-alive", f"Date: {DATE}", f"Request-Id: {UUID}",
        f"X-Request-Id: {UUID}", f"X-Tt-Logid: {LOG_ID}",
        f"X-Lgw-Dst-Svc: {_filler(368, 'AbCdEf-_0123')}",
        "X-Timestamp: 1763024787.823", "Tt_stable: 1",
        "server-timing: cdn-cache;desc=MISS,edge;dur=0,origin;dur=393",
        f"x-tt-trace-host: {_filler(194)}",
        f"x-tt-trace-id: 00-{_filler(32)}-{_filler(16)}-00",
        "x-tt-trace-tag: id=03;cdn-cache=miss;type=dyn",
        "Via: vcache10.cn1402[393,0]", "Timing-Allow-Origin: *",
        f"EagleId: {_filler(26)}"],
    "Akamai": [
        "HTTP/1.1 200 OK", "server: dsa-nginx",
        "content-type: application/json", "content-length: 42",
        "connection: keep-alive", f"date: {DATE}", f"request-id: {UUID}",
        f"x-request-id: {UUID}", f"x-tt-logid: {LOG_ID}",
        f"x-lgw-dst-svc: {_filler(226, 'AbCdEf-_0123')}",
        "x-timestamp: 1669712787.823", "tt_stable: 1",
        "server-timing: cdn-cache;desc=MISS,edge;dur=0,origin;dur=393",
        "server-timing: inner; dur=42", f"x-tt-trace-host: {_filler(194)}",
        "x-tt-trace-tag: id=03;cdn-cache=miss;type=dyn",
        "cache-control: max-age=0, no-cache, no-store", "pragma: no-cache",
        f"expires: {DATE}", f"x-cache: TCP_MISS from "
        f"a{_filler(40)}.deploy.akamaitechnologies.com (AkamaiGHost/10.10.3)",
        f"x-akamai-request-id: {_filler(26)}",
        "x-origin-response-time: 42,23.48.1.2", f"x-dsa-trace-id: {LOG_ID}",
        "x-dsa-origin-status: 200", "x-request-ip: 203.0.113.7"],
}


def _llhttp():
    """The folder of llhttp's package, unpacked."""
    target = debian_source.CACHE / LLHTTP
    with debian_source.locked(target.parent / f".{LLHTTP}.lock"):
        if target.exists():
            return target
        with debian_source.put_in_place(target) as work:
            status, text = debian_source.run_apt(
                "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", work,
                "apt-get", "download", LLHTTP)
            packages = list(work.glob("*.deb"))
            if status or not packages:
                raise debian_source.Failure(
                    f"apt fetched no {LLHTTP}: "
                    + debian_source.last_line(text))
            subprocess.run(["dpkg-deb", "-x", packages[0], work], check=True)
    return target


def build(folder):
    """The program of parsers.c."""
    pico = debian_source.fetch(PICO, debian_source.CACHE) / "picohttpparser"
    llhttp = _llhttp() / "usr" / "share"
    return rig.compile_program(
        folder / "parsers", rig.HERE / "parsers.c", "-w", "-Isrc",
        "-isystem", pico, "-isystem", llhttp / "include" / "llhttp",
        pico / "picohttpparser.c",
        *(llhttp / "llhttp" / name for name in ("api.c", "http.c",
                                                "llhttp.c")),
        rig.ROOT / "build" / "libfeishu-image.a", "-l:libbearssl.a")


def _count(program, parser, head, times):
    """Instructions of so many rounds, start and end of the program too."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         program, parser, head, str(times)], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    if done.returncode:
        raise rig.Failure(f"{parser} does not take a head")
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def measure(folder):
    """{parser: instructions a byte, over all heads}."""
    try:
        program = build(folder)
    except debian_source.Failure as failure:
        raise rig.Failure(str(failure)) from None
    total, spent = 0, dict.fromkeys(PARSERS, 0)
    for name, lines in HEADS.items():
        head = folder / f"{name}.head"
        text = "".join(f"{line}\r\n" for line in [*lines, ""])
        head.write_bytes(text.encode())
        total += len(text)
        for parser in PARSERS:
            spent[parser] += (_count(program, parser, head, TIMES + 1)
                              - _count(program, parser, head, 1)) / TIMES
    return {parser: spent[parser] / total for parser in PARSERS}


if __name__ == "__main__":
    import pathlib
    import tempfile
    with tempfile.TemporaryDirectory() as name:
        print(measure(pathlib.Path(name)),
              {n: sum(map(len, l)) + 2 * len(l) + 2
               for n, l in HEADS.items()})
