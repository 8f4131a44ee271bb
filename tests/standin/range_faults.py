"""Answers to ranges of a file, right and wrong, by name, for the fault server.

The file is FILE. Without Range the first half of it comes, with the length of
all of it, and then the connection ends; with Range comes what the name says.
So a client that goes on where it was meets the fault at its second request.
scripts() has them for keys fault_<name>:

  range-good            206, the rest, or the part asked for
  range-bits            206, but the connection is reset after 7000 bytes
  range-date            206; the file has a date and no ETag
  range-ignored         200, all of the same file
  range-changed         the file is another one now: 200, all of it
  range-changed-bits    half of that; for who then asks with the new ETag, 206
  range-ended           416, there is nothing behind the end
  range-gone            400 with code 234005
  range-limited-once    429 with code 99991400, and later 206

a 206 that is wrong:

  range-later range-earlier range-short range-long   not the part asked for
  range-other-total range-no-total                   of another file
  range-other-etag range-no-etag range-weak range-other-date
  range-no-header range-garbled range-units range-backward range-overflow
  range-twice range-multipart range-length range-json range-empty

or that nobody asked for:

  range-unasked         206 with the first half
  range-unasked-whole   206 with all of it
"""

import itertools
import re

import faults
from fault_steps import fin_without_close_notify, rst

FILE = faults.IMAGE
CHANGED = bytes(reversed(FILE))
SIZE = len(FILE)
HALF, BITS = SIZE // 2, 7000
ETAG, OTHER_ETAG = '"standin-1"', '"standin-2"'
SAME, OTHER, WEAK = f"ETag: {ETAG}", f"ETag: {OTHER_ETAG}", f"ETag: W/{ETAG}"
DATE = "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"
OTHER_DATE = "Last-Modified: Fri, 02 Jan 2026 00:00:00 GMT"
NOW = "Date: Sat, 03 Jan 2026 00:00:00 GMT"  # which makes those strong
GONE = b'{"code":234005,"msg":"Image has been deleted"}'


def reply(status, body, *lines, length=None, media_type="image/png"):
    """Head and body."""
    size = len(body) if length is None else length
    return faults.head(f"HTTP/1.1 {status}", f"Content-Type: {media_type}",
                       f"Content-Length: {size}", *lines) + body


def whole(file=FILE, validator=SAME, sent=SIZE):
    """A 200 with all of it, of which only so many bytes are sent."""
    return reply("200 OK", file[:sent], "Accept-Ranges: bytes", NOW, validator,
                 length=SIZE)


def part(start, end, *, where=None, validator=SAME, file=FILE,
         media_type="image/png", length=None, more=()):
    """A 206 with bytes start to end. `where` takes the place of what
    Content-Range says; the other names speak for themselves."""
    if where is None:
        where = f"{start}-{end}/{SIZE}"
    if where and where[0].isdigit():
        where = "bytes " + where
    lines = [f"Content-Range: {where}"] if where else []
    return reply("206 Partial Content", file[start:end + 1],
                 *([validator] if validator else []), *lines, *more,
                 media_type=media_type, length=length)


def multipart(start, end):
    """One part, as if there were several."""
    body = (b"--b\r\nContent-Type: image/png\r\nContent-Range: bytes "
            + f"{start}-{end}/{SIZE}".encode() + b"\r\n\r\n"
            + FILE[start:end + 1] + b"\r\n--b--\r\n")
    return reply("206 Partial Content", body, SAME,
                 media_type="multipart/byteranges; boundary=b")


def overflow(start, end):
    """Numbers that are right modulo 2 to the 64."""
    more = 1 << 64
    return part(start, end, where=f"{start + more}-{end + more}/{SIZE + more}")


# name -> function of the first and last byte asked for
ANSWERS = {
    "range-good": part,
    "range-bits": part,
    "range-date": lambda a, b: part(a, b, validator=DATE),
    "range-ignored": lambda a, b: whole(),
    "range-changed": lambda a, b: whole(CHANGED, OTHER),
    "range-changed-bits": lambda a, b: whole(CHANGED, OTHER, HALF),
    "range-ended": lambda a, b: reply(
        "416 Range Not Satisfiable", b"", f"Content-Range: bytes */{SIZE}"),
    "range-gone": lambda a, b: reply("400 Bad Request", GONE,
                                     media_type="application/json"),
    "range-limited-once": part,
    "range-later": lambda a, b: part(a + 1, b),
    "range-earlier": lambda a, b: part(a - 100, b),
    "range-short": lambda a, b: part(a, b - 10),
    "range-long": lambda a, b: part(a, b, where=f"{a}-{b + 1}/{SIZE}",
                                    length=b - a + 2),
    "range-other-total": lambda a, b: part(a, b, where=f"{a}-{b}/{SIZE + 1}"),
    "range-no-total": lambda a, b: part(a, b, where=f"{a}-{b}/*"),
    "range-other-etag": lambda a, b: part(a, b, file=CHANGED, validator=OTHER),
    "range-no-etag": lambda a, b: part(a, b, validator=None),
    "range-weak": lambda a, b: part(a, b, validator=WEAK),
    "range-other-date": lambda a, b: part(a, b, file=CHANGED,
                                          validator=OTHER_DATE),
    "range-no-header": lambda a, b: part(a, b, where=""),
    "range-garbled": lambda a, b: part(a, b, where="bytes x-y/z"),
    "range-units": lambda a, b: part(a, b, where=f"items {a}-{b}/{SIZE}"),
    "range-backward": lambda a, b: part(a, b, where=f"{b}-{a}/{SIZE}"),
    "range-overflow": overflow,
    "range-twice": lambda a, b: part(
        a, b, more=[f"Content-Range: bytes 0-{SIZE - 1}/{SIZE}"]),
    "range-multipart": multipart,
    "range-length": lambda a, b: part(a, b, length=SIZE),
    "range-json": lambda a, b: part(a, b, media_type="application/json"),
    "range-empty": lambda a, b: part(a, a - 1, where=f"{a}-{b}/{SIZE}"),
    "range-unasked": part,
    "range-unasked-whole": part,
}
# What comes without Range, where it is not half of a whole(), then the end.
UNASKED = {
    "range-bits": whole(sent=BITS),
    "range-date": whole(validator=DATE, sent=HALF),
    "range-other-date": whole(validator=DATE, sent=HALF),
    "range-weak": whole(validator=WEAK, sent=HALF),
    "range-unasked": part(0, HALF - 1),
    "range-unasked-whole": part(0, SIZE - 1),
}


def asked(request):
    """First and last byte that a request head asks for, None without."""
    match = re.search(rb"^range: bytes=(\d+)-(\d*)\r$", request, re.I | re.M)
    if not match:
        return None
    return int(match[1]), min(int(match[2] or SIZE - 1), SIZE - 1)


def condition(request):
    """What If-Range says."""
    match = re.search(rb"^if-range: (.*)\r$", request, re.I | re.M)
    return match and match[1].decode("latin-1")


def answer(name, request, number):
    """What to send to a request head, the `number`th with Range from 0 on,
    and whether the connection lives on."""
    found = asked(request)
    if not found:
        return UNASKED.get(name, whole(sent=HALF)), False
    if name == "range-limited-once" and number == 0:
        return faults.TOO_FAST, True
    if name == "range-changed-bits" and condition(request) == OTHER_ETAG:
        return part(*found, file=CHANGED, validator=OTHER), True
    if name == "range-good" and condition(request) not in (None, ETAG):
        return whole(), True
    data = ANSWERS[name](*found)
    if name == "range-bits":
        keep = data.index(b"\r\n\r\n") + 4 + BITS
        return data[:keep], len(data) <= keep
    # a reply that announces more than there is must have an end
    return data, name not in ("range-long", "range-length", "range-empty",
                              "range-changed-bits")


def _serving(name):
    """A step: answer requests until one ends the connection."""
    counter = itertools.count()

    def step(connection):
        goes_on = True
        while goes_on:
            request = connection.recv_request()
            number = next(counter) if asked(request) else None
            data, goes_on = answer(name, request, number)
            connection.send(data)
        ending = rst() if name == "range-bits" else fin_without_close_notify()
        ending(connection)
    return step


def scripts():
    """name -> a script for a FaultServer, new: some remember."""
    return {name: [[_serving(name)]] for name in ANSWERS}
