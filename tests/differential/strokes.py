"""One byte too many, too few or wrong, at every place of a response."""
import wire

BYTES = {
    "NUL": b"\0", "CTL": bytes((*range(1, 9), 11, 12, *range(14, 32))),
    "TAB": b"\t", "LF": b"\n", "CR": b"\r", "SP": b" ", "colon": b":",
    "punctuation": b"\"(),/;<=>?@[\\]{}!#$%&'*+-.^_`|~",
    "digit": b"123456789",
    "letter": b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DEL": b"\x7f", "8-bit": bytes(range(0x80, 0x100)),
}
PLACES = {
    None: ("version", "blank before status", "status", "blank before reason",
           "reason", "status eol", "name", "colon", "blank", "value", "eol",
           "head end"),
    "length": ("length name", "length colon", "length blank", "length value",
               "length eol"),
    "chunked": ("coding name", "coding colon", "coding blank", "coding value",
                "coding eol", "size", "extension", "size eol", "chunk data",
                "data eol", "last size", "trailer name", "trailer colon",
                "trailer value", "trailer eol", "last eol"),
}


def before(text, byte, _):
    """The byte, then the text."""
    return byte + text


def behind(text, byte, _):
    """The text, then the byte."""
    return text + byte


def inside(text, byte, rng):
    """The byte between two of the text's."""
    at = rng.randrange(1, len(text))
    return text[:at] + byte + text[at:]


def instead_in(text, byte, rng):
    """The byte in place of one of the text's."""
    at = rng.randrange(len(text))
    return text[:at] + byte + text[at + 1:]


WAYS = {before: 1, behind: 1, inside: 2, instead_in: 1}  # of bytes needed


def strokes(rng, framing, place):
    """Each kind of byte put to one place, in each way."""
    for name, choice in BYTES.items():
        for way, needed in WAYS.items():
            parts = wire.response(rng, framing)
            found = wire.places(parts, place)
            i = rng.choice(found) if found else 0
            if found and len(parts[i][1]) >= needed:
                text = way(parts[i][1], bytes((rng.choice(choice),)), rng)
                yield (f"{name} {way.__name__.replace('_', ' ')} {place}",
                       wire.with_text(parts, i, text))


def gaps(rng, framing, place):
    """A part left out, cut short, doubled; the stream ended there."""
    parts = wire.response(rng, framing)
    found = wire.places(parts, place)
    if not found:
        return
    i = rng.choice(found)
    text = parts[i][1]
    yield f"no {place}", parts[:i] + parts[i + 1:]
    yield f"two of {place}", parts[:i + 1] + parts[i:]
    yield f"end before {place}", parts[:i]
    if len(text) > 1:
        at = rng.randrange(1, len(text))
        yield (f"a byte less in {place}",
               wire.with_text(parts, i, text[:at - 1] + text[at:]))
        yield f"end in {place}", parts[:i] + [(place, text[:at])]


def cases(rng, rounds):
    """(kind, parts) of all these."""
    for framing, places in PLACES.items():
        for place in places * rounds:
            yield from strokes(rng, framing, place)
            yield from gaps(rng, framing, place)
