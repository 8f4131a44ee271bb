"""What a script of the fault server is made of.

Each function makes a step: a function that is given the Connection. Where
nothing else is said, a step goes through TLS if the connection has it.
"""

import contextlib


def recv_request():
    """Wait for a request head; the server keeps it in `requests`."""
    return lambda c: c.recv_request()


def send(data):
    """In records of 16384 bytes."""
    return lambda c: c.send(data)


def send_slowly(data, interval_s, chunk=1):
    """`chunk` bytes at a time, each in a TLS record of its own."""
    def step(c):
        for start in range(0, len(data), chunk):
            c.send(data[start:start + chunk])
            c.wait(interval_s)
    return step


def send_endlessly(data, limit=64 << 20):
    """Again and again until the client goes, at most about `limit` bytes."""
    block = data * max(1, 65536 // len(data))

    def step(c):
        for _ in range(limit // len(block)):
            c.send(block)
    return step


def send_raw(data):
    """Past TLS, straight onto the wire."""
    return lambda c: c.send_raw(data)


def send_cut_record(data, keep):
    """Only the first `keep` bytes of the record that carries `data`."""
    return lambda c: c.send_raw(c.encrypt(data)[:keep])


def send_damaged_record(data):
    """A record whose last byte, one of its tag, was changed on the way."""
    def step(c):
        record = bytearray(c.encrypt(data))
        record[-1] ^= 1
        c.send_raw(record)
    return step


def sleep(seconds):
    """Neither send nor read for that long."""
    return lambda c: c.wait(seconds)


def stall():
    """Nothing more, until the client goes or the server is stopped."""
    return lambda c: c.drain()


def repeat(*steps):
    """The steps again and again, until the client goes."""
    def step(c):
        while True:
            for each in steps:
                each(c)
    return step


def fin_without_close_notify():
    """End the TCP stream in order, TLS not at all."""
    return lambda c: c.fin()


def close_notify_then_fin():
    """The orderly end; every script that comes to its end has it."""
    return lambda c: c.end()


def rst():
    """Tear the connection down."""
    return lambda c: c.rst()


# For scripts that begin in plain TCP (tls=False).

def read_client_hello():
    """Take the first bytes that the client sends."""
    return lambda c: c.recv_raw()


class _Cut(Exception):
    """As much of the handshake was sent as was to be."""


def start_tls(keep=None, interval_s=0):
    """The handshake. Of the server's side only `keep` bytes are sent, then
    the next step follows; with `interval_s`, one byte at a time."""
    def step(c):
        sent = 0

        def send_some(data):
            nonlocal sent
            if keep is not None:
                data = data[:keep - sent]
            size = 1 if interval_s else max(len(data), 1)
            for start in range(0, len(data), size):
                c.send_raw(data[start:start + size])
                if interval_s:
                    c.wait(interval_s)
            sent += len(data)
            if sent == keep:
                raise _Cut
        with contextlib.suppress(_Cut):
            c.start_tls(send_some)
    return step
