"""The files that go to and fro between the runner and the peers: records,
each behind its length in 4 bytes, verdicts with a byte before that.
"""
import struct


def read_responses(path):
    """The responses in a file."""
    with open(path, "rb") as file:
        while head := file.read(4):
            yield file.read(*struct.unpack(">I", head))


def write_responses(path, responses):
    """Make such a file."""
    with open(path, "wb") as file:
        for response in responses:
            file.write(struct.pack(">I", len(response)) + response)


def read_verdicts(path):
    """Pairs of "+" and a body, or of "-" and a reason."""
    with open(path, "rb") as file:
        while head := file.read(5):
            verdict, length = struct.unpack(">cI", head)
            yield verdict.decode(), file.read(length)


def write_verdicts(path, verdicts):
    """Make such a file."""
    with open(path, "wb") as file:
        for verdict, text in verdicts:
            file.write(struct.pack(">cI", verdict.encode(), len(text)) + text)
