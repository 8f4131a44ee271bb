"""What was on the virtual cable: QEMU's dump, read."""

import struct

IPV4, TCP = 0x0800, 6


def dump(path):
    """QEMU's options that make the dump of netdev n0."""
    return ["-object", f"filter-dump,id=d0,netdev=n0,file={path}"]


def frames(path):
    """All frames, in their order."""
    data = path.read_bytes()
    at = 24  # behind the file's own header
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + size]
        at += 16 + size


def repeated(path, sender):
    """How many bytes the TCP peer at the IPv4 address `sender` (4 bytes) has
    sent more than once: each time the board, or its controller, had lost
    them."""
    count, ends = 0, {}
    for frame in frames(path):
        if (struct.unpack_from(">H", frame, 12)[0] != IPV4 or
                frame[23] != TCP or frame[26:30] != sender):
            continue
        header = 14 + (frame[14] & 15) * 4
        size = struct.unpack_from(">H", frame, 16)[0] - (header - 14)
        size -= (frame[header + 12] >> 4) * 4
        connection = frame[header:header + 4]
        begin = struct.unpack_from(">I", frame, header + 4)[0]
        if size > 0:
            end = ends.get(connection, begin)
            count += min(max(end - begin, 0), size)
            ends[connection] = max(end, begin + size)
    return count
