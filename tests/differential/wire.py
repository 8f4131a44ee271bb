"""Valid responses, as lists of parts: (place, bytes), place being what the
bytes are. Joined, the bytes are the response.
"""

CRLF = b"\r\n"
REASONS = (b"OK", b"Fine by me", b"", b"O'K", b"ok - 200")
FIELDS = ((b"Date", b"Thu, 13 Nov 2025 09:06:27 GMT"),
          (b"X-Tt-Logid", b"202511130906270123456789"),
          (b"Content-Type", b"image/png"), (b"server", b"Tengine"),
          (b"X-Empty", b""), (b"vary", b"Accept-Encoding"),
          (b"CACHE-CONTROL", b"max-age=0, private"),
          (b"Set-Cookie", b"a=\"b\"; Path=/; Secure"),
          (b"X_odd!#$%&'*+.^`|~", b"[\x5c] {~}"))
BODY = bytes(range(256)) + b"\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
HEAD_EOLS = ("status eol", "eol", "length eol", "coding eol")
FRAMINGS = ("length", "chunked", "close")


def any_case(rng, text):
    """The text, its letters in any case."""
    return rng.choice((text, text, text.lower(), text.upper(),
                       text.swapcase()))


def field(name, value, place=""):
    """The parts of a field line; `place` tells what it is about."""
    return [(place + "name", name), (place + "colon", b":"),
            (place + "blank", b" "), (place + "value", value),
            (place + "eol", CRLF)]


def some_body(rng):
    """A body that would be taken for framing where framing is lost. Its length
    is odd, lest a change of one digit make it 0, another kind of response.
    """
    begin = rng.randrange(len(BODY))
    return (BODY * 2)[begin:begin + rng.randrange(9, 80, 2)]


def chunks(rng, body):
    """The body as chunks, the last one and a trailer."""
    parts = []
    while body:
        n = rng.randint(1, len(body))
        parts += [("size", b"%x" % n), ("extension", rng.choice((b"", b";a"))),
                  ("size eol", CRLF), ("chunk data", body[:n]),
                  ("data eol", CRLF)]
        body = body[n:]
    parts += [("last size", b"0"), ("size eol", CRLF)]
    if rng.random() < 0.5:
        parts += [("trailer name", b"X-Sum"), ("trailer colon", b":"),
                  ("trailer value", b" 1234"), ("trailer eol", CRLF)]
    return parts + [("last eol", CRLF)]


def framing_field(framing, body):
    """What announces the body, if anything does."""
    if framing == "length":
        return field(b"Content-Length", b"%d" % len(body), "length ")
    if framing == "chunked":
        return field(b"Transfer-Encoding", b"chunked", "coding ")
    return []


def body_parts(rng, framing, body):
    """The body itself."""
    return chunks(rng, body) if framing == "chunked" else [("data", body)]


def response(rng, framing=None, body=None):
    """A valid response that every client takes."""
    framing = framing or rng.choice(FRAMINGS)
    body = some_body(rng) if body is None else body
    lines = [field(*one) for one in rng.sample(FIELDS, rng.randint(1, 4))]
    lines.append(framing_field(framing, body))
    rng.shuffle(lines)
    return [("version", b"HTTP/1.1"), ("blank before status", b" "),
            ("status", b"200"), ("blank before reason", b" "),
            ("reason", rng.choice(REASONS)), ("status eol", CRLF),
            *sum(lines, []), ("head end", CRLF),
            *body_parts(rng, framing, body)]


def join(parts):
    """The bytes of a response."""
    return b"".join(text for _, text in parts)


def places(parts, wanted):
    """The indices of the parts of a place."""
    return [i for i, (place, _) in enumerate(parts) if place == wanted]


def with_text(parts, i, text):
    """A copy with another text in part `i`."""
    return parts[:i] + [(parts[i][0], text)] + parts[i + 1:]


def put(parts, rng, place, text):
    """A copy with another text in one of the parts of a place."""
    return with_text(parts, rng.choice(places(parts, place)), text)


def add_field(parts, rng, line):
    """A copy with one line more in its head: `line` is bytes, or parts."""
    ends = [i for i, (place, _) in enumerate(parts) if place in HEAD_EOLS]
    i = rng.choice(ends) + 1
    line = [("line", line)] if isinstance(line, bytes) else line
    return parts[:i] + line + parts[i:]
