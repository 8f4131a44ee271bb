"""What a response can look like beyond single bytes: valid forms, and forms
that break one rule.
"""
import wire
from wire import CRLF


def named(prefix, table):
    """A table's keys with a prefix."""
    return {f"{prefix}: {key}": value for key, value in table.items()}


VERSIONS = named("version", {
    "1.2": b"HTTP/1.2", "2.0": b"HTTP/2.0", "0.9": b"HTTP/0.9",
    "two digits": b"HTTP/1.10", "leading zero": b"HTTP/01.1",
    "lower case": b"http/1.1", "no minor": b"HTTP/1", "HTTPS": b"HTTPS/1.1",
    "ICY": b"ICY", "of another protocol": b"RTSP/1.0", "none": b"",
    "comma": b"HTTP/1,1", "blank inside": b"HTTP /1.1"})
STATUSES = named("status", {
    "two digits": b"20", "four digits": b"2000", "letter": b"2x0",
    "negative": b"-200", "plus": b"+200", "hexadecimal": b"0x200",
    "000": b"000", "099": b"099", "600": b"600", "999": b"999",
    "201": b"201", "202": b"202", "204": b"204", "205": b"205",
    "206": b"206", "301": b"301", "304": b"304", "404": b"404",
    "429": b"429", "500": b"500", "503": b"503", "none": b"",
    "decimal": b"200.0", "overflow": b"65736"})
REASONS = named("reason", {
    "blanks": b"  OK ", "tab": b"O\tK", "UTF-8": "好".encode(),
    "Latin-1": b"\xfcber", "like a field": b"Content-Length: 3",
    "2000 bytes": b"x" * 2000, "40000 bytes": b"x" * 40000})
FIELD_LINES = named("field", {
    "without colon": b"X-Nothing" + CRLF, "without name": b": x" + CRLF,
    "blank before colon": b"X-Sp : x" + CRLF,
    "tab before colon": b"X-Tab\t: x" + CRLF,
    "blank in name": b"X Sp: x" + CRLF,
    "continued by a blank": b"X-Fold: a" + CRLF + b" b" + CRLF,
    "continued by a tab": b"X-Fold: a" + CRLF + b"\tb" + CRLF,
    "continued by a blank line": b"X-Fold: a" + CRLF + b" " + CRLF,
    "of 4000 bytes": b"X-Long: " + b"v" * 4000 + CRLF,
    "of 20000 bytes": b"X-Long: " + b"v" * 20000 + CRLF,
    "of 70000 bytes": b"X-Long: " + b"v" * 70000 + CRLF,
    "name of 300 bytes": b"X-" + b"n" * 300 + b": x" + CRLF,
    "150 of them": b"X-Many: x" + CRLF + b"X-Many: y\r\n" * 149,
    "3000 of them": b"X-Many: x" + CRLF + b"X-Many: y\r\n" * 2999,
    "ended by LF": b"X-Lf: x\n", "ended by CR": b"X-Cr: x\r",
    "ended by CR CR LF": b"X-Cr: x\r\r\n", "ended by LF CR": b"X-Lf: x\n\r",
    "no blank before the value": b"X-Tight:x" + CRLF,
    "blanks and tabs around the value": b"X-Wide: \t  x \t " + CRLF,
    "only blanks as value": b"X-Blank: \t " + CRLF,
    "8-bit value": b"X-Obs: \xfc\xe4" + CRLF,
    "NUL in value": b"X-Nul: a\0b" + CRLF,
    "named like a length": b"Content-Length-X: 3" + CRLF,
    "named like a coding": b"X-Transfer-Encoding: gzip" + CRLF,
    "named like a length, with a blank": b"Content-Length : 3" + CRLF,
    "length continued": b"X-Fold: a" + CRLF + b" Content-Length: 3" + CRLF,
    "gzip content coding": b"Content-Encoding: gzip" + CRLF,
    "identity content coding": b"Content-Encoding: identity" + CRLF,
    "JSON media type": b"Content-Type: application/json" + CRLF,
    "keep-alive": b"Connection: keep-alive" + CRLF,
    "close": b"Connection: close" + CRLF,
    "unknown connection option": b"Connection: te, x" + CRLF,
    "proxy connection": b"Proxy-Connection: keep-alive" + CRLF,
    "upgrade": b"Upgrade: h2c" + CRLF,
    "upgrade and its option": b"Upgrade: h2c\r\nConnection: upgrade" + CRLF,
    "trailer announced": b"Trailer: X-Sum" + CRLF,
    "content range": b"Content-Range: bytes 0-3/9" + CRLF,
    "location": b"Location: /elsewhere" + CRLF})
LENGTHS = {
    "negative": b"-%d", "plus": b"+%d", "leading zero": b"0%d",
    "ten zeros": b"0000000000%d", "40 zeros": b"0" * 40 + b"%d",
    "list of equals": b"%d, %d", "list without blank": b"%d,%d",
    "list of three": b"%d, %d, %d", "list of others": b"%d, 3",
    "list with a hole": b"%d,", "list that begins with a hole": b",%d",
    "two with a blank": b"%d %d", "hexadecimal": b"0x%x", "exponent": b"%de0",
    "decimal": b"%d.0", "semicolon": b"%d;", "quoted": b'"%d"',
    "tab around": b"\t%d\t", "with letters": b"%dx", "underscore": b"1_%d",
    "form feed behind": b"%d\x0c", "form feed before": b"\x0c%d",
    "vertical tab before": b"\x0b%d", "NUL behind": b"%d\0"}
OTHER_LENGTHS = named("length", {
    "none": b"", "blanks": b"  ", "0": b"0", "3": b"3", "a million": b"1000000",
    "2^32 and a bit": b"4294967304", "2^32 - 1": b"4294967295",
    "2^63": b"9223372036854775808", "2^63 - 1": b"9223372036854775807",
    "2^64 - 1": b"18446744073709551615",
    "2^64 and a bit": b"18446744073709551624",
    "2^128": b"340282366920938463463374607431768211456",
    "Arabic digits": "٨".encode(), "full-width digits": "８".encode(),
    "word": b"chunked", "not a number": b"NaN", "minus zero": b"-0"})
CODINGS = named("coding", {
    "upper case": b"CHUNKED", "mixed case": b"Chunked", "gzip": b"gzip",
    "identity": b"identity", "none": b"", "gzip, chunked": b"gzip, chunked",
    "chunked, gzip": b"chunked, gzip", "identity, chunked":
    b"identity, chunked", "chunked, identity": b"chunked, identity",
    "chunked, chunked": b"chunked, chunked", "empty element before":
    b", chunked", "empty element behind": b"chunked,", "parameter":
    b"chunked;q=1", "quoted": b'"chunked"', "prefix": b"xchunked",
    "suffix": b"chunkedx", "cut": b"chunke", "tab around": b"\tchunked\t",
    "vertical tab before": b"\x0bchunked", "form feed behind": b"chunked\x0c",
    "NUL behind": b"chunked\0", "unknown": b"x-rot13",
    "continued": b"gzip,\r\n chunked", "dotless i": "chunked".replace(
        "k", "\u212a").encode()})
SIZES = {
    "upper case": b"%X", "leading zero": b"0%x", "16 digits": b"%016x",
    "17 digits": b"%017x", "40 digits": b"%040x", "negative": b"-%x",
    "plus": b"+%x", "0x": b"0x%x", "blank before": b" %x",
    "blank behind": b"%x ", "tab behind": b"%x\t", "blanks behind": b"%x    ",
    "letter behind": b"%xg", "h behind": b"%xh", "underscore": b"%x_",
    "quoted": b'"%x"', "comma": b"%x,", "decimal": b"%x.0", "minus": b"%x-",
    "2^32 and a bit": b"1%08x", "2^64 and a bit": b"1%016x",
    "extension": b"%x;name", "extension with value": b"%x;name=value",
    "quoted extension": b'%x;name="va;l\\"ue"', "blanks around semicolon":
    b"%x ; name", "blanks around equals": b"%x;name = value",
    "blank behind semicolon": b"%x; name=value", "empty extension": b"%x;",
    "two extensions": b"%x;a=1;b", "two semicolons": b"%x;;",
    "extension without name": b"%x;=1", "quote left open": b'%x;a="b',
    "LF in extension": b"%x;a\nb", "CR in extension": b"%x;a\rb",
    "CRLF in quotes": b'%x;a="b\r\nc"', "NUL in extension": b"%x;a\0",
    "8-bit extension": b"%x;\xfc", "extension of 5000 bytes":
    b"%x;" + b"e" * 5000, "extension of 20000 bytes": b"%x;" + b"e" * 20000}
OTHER_SIZES = named("size", {
    "none": b"", "word": b"xyz", "7fffffff": b"7fffffff", "ffffffff":
    b"ffffffff", "fffffffe": b"fffffffe", "2^63": b"8000000000000000",
    "2^63 - 1": b"7fffffffffffffff", "2^64 - 1": b"ffffffffffffffff",
    "2^64 - 16": b"fffffffffffffff0", "-1": b"-1", "one too few": b"1",
    "Arabic digits": "٨".encode()})
LAST_SIZES = named("last size", {
    "zeros": b"000", "16 zeros": b"0" * 16, "17 zeros": b"0" * 17,
    "40 zeros": b"0" * 40, "extension": b"0;a=b", "empty extension": b"0;",
    "blank behind": b"0 ", "negative": b"-0", "plus": b"+0", "0x": b"0x0",
    "none": b""})
TRAILERS = named("trailer", {
    "length": b"Content-Length: 3" + CRLF, "coding":
    b"Transfer-Encoding: gzip" + CRLF, "two fields": b"A: b\r\nC: d" + CRLF,
    "without colon": b"nothing" + CRLF, "without name": b": x" + CRLF,
    "blank before colon": b"A : b" + CRLF, "blank before name": b" A: b" + CRLF,
    "continued": b"A: b" + CRLF + b" c" + CRLF, "ended by LF": b"A: b\n",
    "ended by CR": b"A: b\r", "ended by CR CR LF": b"A: b\r\r\n",
    "NUL": b"A: \0" + CRLF, "8-bit value": b"A: \xfc" + CRLF,
    "of 4000 bytes": b"A: " + b"b" * 4000 + CRLF,
    "of 20000 bytes": b"A: " + b"b" * 20000 + CRLF,
    "like a chunk": b"5\r\nhello" + CRLF})
BEFORE = named("before the status line", {
    "CRLF": CRLF, "LF": b"\n", "CR": b"\r", "two CRLF": CRLF * 2, "SP": b" ",
    "NUL": b"\0", "byte order mark": b"\xef\xbb\xbf", "garbage": b"garbage\r\n",
    "TLS alert": b"\x15\x03\x03\0\x02\x02\x28", "SSH": b"SSH-2.0-x\r\n",
    "field": b"Server: x\r\n", "body": b"hello"})
INTERIMS = named("interim", {
    "100": b"HTTP/1.1 100 Continue\r\n\r\n",
    "100 without reason": b"HTTP/1.1 100 \r\n\r\n",
    "102": b"HTTP/1.1 102 Processing\r\n\r\n",
    "103 with fields": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    "199": b"HTTP/1.1 199 Odd\r\n\r\n",
    "101": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "101 with upgrade": b"HTTP/1.1 101 Switching Protocols\r\n"
                        b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "in HTTP/1.0": b"HTTP/1.0 100 Continue\r\n\r\n",
    "with a length": b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n",
    "with length 0": b"HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
    "with a length and a body":
    b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello",
    "chunked": b"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunked with a body":
    b"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "with two lengths": b"HTTP/1.1 100 Continue\r\nContent-Length: 1\r\n"
                        b"Content-Length: 2\r\n\r\n",
    "without blank line": b"HTTP/1.1 100 Continue\r\n",
    "two": b"HTTP/1.1 100 Continue\r\n\r\n" * 2,
    "eight": b"HTTP/1.1 102 Processing\r\n\r\n" * 8,
    "nine": b"HTTP/1.1 102 Processing\r\n\r\n" * 9,
    "100 of them": b"HTTP/1.1 102 Processing\r\n\r\n" * 100})
SURPLUS = named("surplus", {
    "CRLF": CRLF, "byte": b"x", "NUL": b"\0", "response":
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", "chunk":
    b"5\r\nhello\r\n0\r\n\r\n"})


def valid(rng):
    """Every framing, with names in any case and blanks around values."""
    for framing in wire.FRAMINGS:
        parts = [(place, wire.any_case(rng, text) if "name" in place else
                  rng.choice((b"", b" ", b"\t", b"  ")) if place == "blank"
                  else text) for place, text in wire.response(rng, framing)]
        yield f"valid: {framing}", parts
    yield "valid: 1000 bytes", wire.response(
        rng, body=rng.randbytes(rng.randint(1000, 2000)))
    parts = wire.response(rng, rng.choice(("length", "close")))
    yield "version: 1.0", wire.put(parts, rng, "version", b"HTTP/1.0")
    parts = wire.response(rng)
    i = wire.places(parts, "reason")[0]
    yield "reason: none, and no blank", parts[:i - 1] + parts[i + 1:]


def values(rng):
    """Other texts at one place."""
    for place, table, framing in (
            ("version", VERSIONS, None), ("status", STATUSES, None),
            ("reason", REASONS, None),
            ("length value", OTHER_LENGTHS, "length"),
            ("coding value", CODINGS, "chunked"),
            ("size", OTHER_SIZES, "chunked"),
            ("last size", LAST_SIZES, "chunked")):
        for kind, text in table.items():
            yield kind, wire.put(wire.response(rng, framing), rng, place, text)


def fill(form, number):
    """A number, put wherever a form has room for it."""
    return form % ((number,) * form.count(b"%"))


def numbers(rng):
    """The right number, in forms of all sorts."""
    for kind, form in LENGTHS.items():
        parts = wire.response(rng, "length")
        i = wire.places(parts, "length value")[0]
        yield (f"length: {kind}",
               wire.with_text(parts, i, fill(form, int(parts[i][1]))))
    for kind, form in SIZES.items():
        parts = wire.response(rng, "chunked")
        i = rng.choice(wire.places(parts, "size"))
        yield (f"size: {kind}",
               wire.with_text(parts, i, fill(form, int(parts[i][1], 16))))


def lines(rng):
    """More lines and bytes: in front, in the head, in the trailer, behind."""
    for kind, line in FIELD_LINES.items():
        yield kind, wire.add_field(wire.response(rng), rng, line)
    for kind, line in TRAILERS.items():
        parts = wire.response(rng, "chunked")
        yield kind, parts[:-1] + [("line", line)] + parts[-1:]
    for kind, text in (*BEFORE.items(), *INTERIMS.items()):
        yield kind, [("in front", text)] + wire.response(rng)
    for framing in ("length", "chunked"):
        for kind, text in SURPLUS.items():
            yield kind, wire.response(rng, framing) + [("behind", text)]


def ambiguous(rng):
    """Two fields that both tell where the body ends."""
    body = wire.some_body(rng)
    length = wire.field(b"Content-Length", b"%d" % len(body))
    coding = wire.field(b"Transfer-Encoding", b"chunked")
    for kind, framing, line in (
            ("length twice", "length", length),
            ("two lengths", "length", wire.field(b"content-length", b"3")),
            ("two lengths, one unfit", "length",
             wire.field(b"Content-Length", b"x")),
            ("length beside chunked", "chunked", length),
            ("length 0 beside chunked", "chunked",
             wire.field(b"Content-Length", b"0")),
            ("unfit length beside chunked", "chunked",
             wire.field(b"Content-Length", b"-1")),
            ("chunked beside length", "length", coding),
            ("chunked twice", "chunked", coding),
            ("identity beside chunked", "chunked",
             wire.field(b"Transfer-Encoding", b"identity")),
            ("gzip beside chunked", "chunked",
             wire.field(b"Transfer-Encoding", b"gzip")),
            ("identity beside length", "length",
             wire.field(b"Transfer-Encoding", b"identity")),
            ("gzip beside length", "length",
             wire.field(b"Transfer-Encoding", b"gzip"))):
        yield (f"framing: {kind}",
               wire.add_field(wire.response(rng, framing, body), rng, line))
    yield ("framing: chunked in HTTP/1.0", wire.put(
        wire.response(rng, "chunked"), rng, "version", b"HTTP/1.0"))


def whole(rng):
    """What concerns the response as a whole."""
    for kind, eol in (("LF", b"\n"), ("CR", b"\r"), ("CR CR LF", b"\r\r\n"),
                      ("LF CR", b"\n\r")):
        parts = wire.response(rng)
        yield f"every line of the head ends in {kind}", [
            (place, eol if place in (*wire.HEAD_EOLS, "head end") else text)
            for place, text in parts]
        parts = wire.response(rng, "chunked")
        yield f"every line of the body ends in {kind}", [
            (place, eol if place in ("size eol", "data eol", "last eol",
                                     "trailer eol") else text)
            for place, text in parts]
    text = wire.join(wire.response(rng, rng.choice(("length", "chunked"))))
    yield "end anywhere", [("", text[:rng.randrange(len(text))])]
    yield "nothing at all", []
    yield "body without a head", [("", wire.some_body(rng))]
    yield "empty: length 0", wire.response(rng, "length", b"")
    yield "empty: chunked", wire.response(rng, "chunked", b"")
    yield "empty: close", wire.response(rng, "close", b"")


def cases(rng, rounds):
    """(kind, parts) of all these."""
    for _ in range(rounds):
        for family in (valid, values, numbers, lines, ambiguous, whole):
            yield from family(rng)
