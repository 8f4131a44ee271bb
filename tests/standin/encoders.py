"""Real image files out of nothing but Python: a gradient with noise in the
format asked for.

Each function returns the bytes of a whole file that ordinary decoders accept,
the same bytes every time. The formats are used in their simplest form; what
counts here is that type and size are real.
"""

import random
import struct
import zlib


def _pixels(width, height, depth, top=256):
    """Rows of `depth`-byte pixels below `top`, a gradient whose low bits are
    noise."""
    noise = random.Random(width * 65537 + height)
    row_len = width * depth
    low = int.from_bytes(bytes([top // 16 - 1]) * row_len, "big")
    across = bytes(x * 15 // max(width - 1, 1) * (top // 16)
                   for x in range(width) for _ in range(depth))
    across = int.from_bytes(across, "big")
    for _ in range(height):
        grain = int.from_bytes(noise.randbytes(row_len), "big") & low
        yield (across | grain).to_bytes(row_len, "big")


def png(size):
    """A PNG of exactly `size` bytes, at least 100.

    The pixels are stored, not deflated, and a private chunk that decoders
    skip makes up the difference.
    """
    side = max(int(((size - 100) / 3.01) ** 0.5), 1)

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = b"".join(b"\0" + row for row in _pixels(side, side, 3))
    head = (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 0)))
    end = chunk(b"IEND", b"")
    missing = size - len(head) - len(end)
    if missing < 12:
        raise ValueError(f"no PNG of {size} bytes")
    fill = chunk(b"fiLl", bytes(missing - 12))
    return head + fill + end


def gif(side):
    """A GIF89a, side * side bytes and a little more."""
    gray = b"".join(bytes([2 * i] * 3) for i in range(128))
    pixels = b"".join(_pixels(side, side, 1, top=128))
    # "Uncompressed" LZW: clearing the table (128) before it has grown to 256
    # entries keeps every code at eight bits. 129 ends the picture.
    codes = b"".join(b"\x80" + pixels[i:i + 120]
                     for i in range(0, len(pixels), 120)) + b"\x81"
    blocks = b"".join(bytes([len(codes[i:i + 255])]) + codes[i:i + 255]
                      for i in range(0, len(codes), 255))
    return (b"GIF89a" + struct.pack("<HHBBB", side, side, 0xF6, 0, 0) + gray
            + b"," + struct.pack("<HHHHB", 0, 0, side, side, 0)
            + b"\x07" + blocks + b"\0;")


def bmp(side):
    """A BMP of 24 bits a pixel."""
    gap = bytes(-side * 3 % 4)
    data = b"".join(row + gap for row in _pixels(side, side, 3))
    return (b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, len(data),
                          2835, 2835, 0, 0) + data)


def tiff(side):
    """A little-endian TIFF, RGB, one uncompressed strip."""
    data = b"".join(_pixels(side, side, 3))
    short, long = 3, 4
    tags = [(256, short, 1, side), (257, short, 1, side), (258, short, 3, 0),
            (259, short, 1, 1), (262, short, 1, 2), (273, long, 1, 0),
            (277, short, 1, 3), (278, short, 1, side),
            (279, long, 1, len(data))]
    bits_at = 8 + 2 + 12 * len(tags) + 4
    places = {258: bits_at, 273: bits_at + 6}
    entries = b"".join(struct.pack("<HHII", tag, kind, count,
                                   places.get(tag, value))
                       for tag, kind, count, value in tags)
    return (b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries
            + struct.pack("<I", 0) + struct.pack("<HHH", 8, 8, 8) + data)


def ico(side):
    """A Windows icon with one picture of 32 bits a pixel."""
    pixels = b"".join(_pixels(side, side, 4))
    mask = bytes((side + 31) // 32 * 4 * side)
    data = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0,
                       len(pixels) + len(mask), 0, 0, 0, 0) + pixels + mask
    return (struct.pack("<HHH", 0, 1, 1)
            + struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), 22)
            + data)


def webp(side):
    """A lossless WebP, 3 * side * side bytes and a little more."""
    ones = "1" * 256
    # How a Huffman code is written: which lengths occur (0 and 8, at places
    # 2 and 11 of the order the format gives), then the length of each symbol.
    flat = "0" + _lsb(12 - 4, 4) + "".join(
        _lsb(1 if place in (2, 11) else 0, 3) for place in range(12)) + "0"
    opaque = "1" + "0" + "1" + _lsb(255, 8)
    no_distance = "1" + "0" + "0" + "0"
    bits = (_lsb(side - 1, 14) + _lsb(side - 1, 14) + "0" + "000"
            + "0" + "0" + "0"   # no transform, no colour cache, one code group
            + flat + ones + "0" * 24 + flat + ones + flat + ones
            + opaque + no_distance)
    # With all lengths equal a code is the value itself, first bit highest.
    mirror = bytes(int(f"{i:08b}"[::-1], 2) for i in range(256))
    pixels = b"".join(_pixels(side, side, 3)).translate(mirror)
    stream = int(bits[::-1], 2) | int.from_bytes(pixels, "little") << len(bits)
    data = b"\x2f" + stream.to_bytes((len(bits) + 7) // 8 + len(pixels),
                                     "little")
    data = b"VP8L" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WEBP" + data


def _lsb(value, count):
    return f"{value:0{count}b}"[::-1]


# Huffman codes of the JPEGs made here, shortest first: for the differences of
# the mean brightness twelve sizes of four bits, for the noise five symbols.
_DC_CODES = {size: f"{size:04b}" for size in range(12)}
_AC_CODES = {0x00: "00", 0x01: "01", 0x02: "100", 0x03: "101", 0x04: "110"}


def jpeg(blocks_across, blocks_down):
    """A baseline JPEG of 8 by 8 pixel blocks, about 20 bytes a block.

    Written straight as coefficients, so no transform is needed. Every row of
    blocks is a restart interval of its own.
    """
    def segment(marker, data):
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    def table(number, codes):
        lengths = [len(code) for code in codes.values()]
        counts = bytes(lengths.count(n) for n in range(1, 17))
        return segment(0xC4, bytes([number]) + counts + bytes(codes))
    width, height = 8 * blocks_across, 8 * blocks_down
    head = (b"\xff\xd8"
            + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
            + segment(0xDB, b"\0" + bytes([8] * 64))
            + segment(0xC0, struct.pack(">BHHB", 8, height, width, 1)
                      + b"\1\x11\0")
            + table(0x00, _DC_CODES) + table(0x10, _AC_CODES)
            + segment(0xDD, struct.pack(">H", blocks_across))
            + segment(0xDA, b"\1\1\0\0\x3f\0"))
    noise = random.Random(blocks_across)
    grains = [_jpeg_grain(noise) for _ in range(256)]
    rows = []
    for y in range(blocks_down):
        rows.append(_jpeg_row(blocks_across, y, blocks_down, grains, noise))
    joined = b"".join(row + bytes([0xFF, 0xD0 + y % 8])
                      for y, row in enumerate(rows))
    return head + joined[:-2] + b"\xff\xd9"


def _jpeg_number(value):
    """A signed value as JPEG writes it: its size, and that many bits."""
    size = abs(value).bit_length()
    if size == 0:
        return 0, ""
    return size, f"{value if value > 0 else value + (1 << size) - 1:0{size}b}"


def _jpeg_grain(noise):
    """The bits of one block's noise, to the end of the block."""
    bits = ""
    for place in range(30):
        size, digits = _jpeg_number(noise.randint(-7, 7) * (40 - place) // 40)
        # A zero coefficient would need run lengths; one is as good.
        bits += _AC_CODES[size or 1] + (digits or "1")
    return bits + _AC_CODES[0x00]


def _jpeg_row(width, y, height, grains, noise):
    bits, before = [], 0
    for x in range(width):
        level = -100 + 100 * x // width + 100 * y // height
        size, digits = _jpeg_number(level - before)
        before = level
        bits.append(_DC_CODES[size] + digits + noise.choice(grains))
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8, "big")
    return data.replace(b"\xff", b"\xff\0")
