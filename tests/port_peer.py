#!/usr/bin/env python3
"""The other end of port_check.c: does what the first byte of a connection says.

    port_peer.py [--address ADDRESS]

Prints three port numbers, chosen by the system: the peer's, one where nobody
listens, one where nobody answers; then runs until its standard input ends or
it is interrupted. ADDRESS is 127.0.0.1 unless given; 0.0.0.0 serves a board on
the network.

  e  sends everything back            c  closes in good order
  b  sends 20000 bytes, then closes   r  resets
  s  says nothing, ever               p  sends a byte after a second
  n  sends a number, one byte, that is this connection's
  o  takes the number of another, and answers y if that is over, or n if it is
     still open two seconds later
  k  reads nothing until nothing more comes for three seconds, then
     everything up to a byte of 255, and answers y if the bytes were right, or n
"""

import argparse
import array
import contextlib
import fcntl
import itertools
import socket
import struct
import sys
import termios
import threading
import time

PATTERN = bytes(range(251))
BURST = 20000
PAUSE_S = 1
QUIET_S = 3
OVER_S = 2
LIMIT_S = 60
END = 255


class Peer:
    """A running peer; use it as a context manager.

    ports   its own port, the closed one, the deaf one
    """

    def __init__(self, address="127.0.0.1"):
        self._stack = contextlib.ExitStack()
        self._listener = self._socket(address)
        # Little room, inherited by connections, so that `k` is soon full.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._listener.listen(64)
        self._closed = self._socket(address)  # bound, so nobody else gets it
        self._deaf = self._socket(address)
        self._deaf.listen(0)
        target = "127.0.0.1" if address == "0.0.0.0" else address
        self.ports = tuple(s.getsockname()[1] for s in
                           (self._listener, self._closed, self._deaf))
        for _ in range(4):  # from now on Linux drops what else arrives
            filler = self._stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex((target, self.ports[2]))

    def _socket(self, address):
        sock = self._stack.enter_context(socket.socket())
        sock.bind((address, 0))
        return sock

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._stack.close()

    def _accept(self):
        with contextlib.suppress(OSError):  # that is the end
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=_serve, args=(connection,),
                                 daemon=True).start()


def _serve(connection):
    with connection, contextlib.suppress(OSError):
        what = connection.recv(1)
        if what in COMMANDS:
            COMMANDS[what](connection)


def _drain(connection):
    while connection.recv(65536):
        pass


def _echo(connection):
    connection.sendall(b"e")
    while data := connection.recv(65536):
        connection.sendall(data)


def _close(connection):
    connection.shutdown(socket.SHUT_WR)
    _drain(connection)  # unread bytes would make a reset of it


def _burst(connection):
    connection.sendall((PATTERN * (BURST // len(PATTERN) + 1))[:BURST])
    _close(connection)


def _reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))


def _pause(connection):
    time.sleep(PAUSE_S)
    connection.sendall(b"p")
    _drain(connection)


_over = [threading.Event() for _ in range(256)]  # by number
_numbers = itertools.cycle(range(len(_over)))


def _number(connection):
    number = next(_numbers)
    _over[number].clear()
    try:
        connection.sendall(bytes([number]))
        _drain(connection)
    finally:
        _over[number].set()


def _is_over(connection):
    if number := connection.recv(1):
        over = _over[number[0]].wait(OVER_S)
        connection.sendall(b"y" if over else b"n")
        _drain(connection)


def _waiting(connection):
    count = array.array("i", [0])
    fcntl.ioctl(connection, termios.FIONREAD, count)
    return count[0]


def _sink(connection):
    begin = quiet = time.monotonic()
    before = 0
    while time.monotonic() - quiet < QUIET_S:
        time.sleep(0.05)
        now = _waiting(connection)
        if now != before or now == 0:
            quiet, before = time.monotonic(), now
        if time.monotonic() - begin > LIMIT_S:
            return
    count, right = 0, True
    while data := connection.recv(65536):
        body = data.partition(bytes([END]))[0]
        start = count % len(PATTERN)
        wanted = PATTERN * (len(body) // len(PATTERN) + 2)
        right = right and body == wanted[start:start + len(body)]
        count += len(body)
        if len(body) < len(data):
            connection.sendall(b"y" if right else b"n")


COMMANDS = {b"e": _echo, b"c": _close, b"b": _burst, b"r": _reset,
            b"s": _drain, b"p": _pause, b"k": _sink, b"n": _number,
            b"o": _is_over}


def main(arguments):
    """The command; see above."""
    parser = argparse.ArgumentParser(
        description="The other end of port_check.c.")
    parser.add_argument("--address", default="127.0.0.1")
    options = parser.parse_args(arguments)
    with contextlib.suppress(KeyboardInterrupt), Peer(options.address) as peer:
        print(*peer.ports, flush=True)
        while sys.stdin.read(1):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
