"""Servers that a single case has to itself."""
import contextlib
import socket
import threading

import faults
from fault_server import FaultServer
from fault_steps import recv_request, repeat, send

from cases import check

IMAGE, WHOLE = faults.IMAGE, faults.WHOLE
ANSWER_ALL = faults.ANSWER_ALL
TOO_MUCH_S = 6  # more than a loaded machine needs to notice that time is over


def serve(trial, script, **options):
    """A FaultServer with the stand-in's certificates."""
    return FaultServer(script, pki=trial.feishu.pki, **options)


def answering(trial, *replies):
    """A FaultServer that gives these replies in turn, then images."""
    steps = [step for reply in replies
             for step in (recv_request(), send(reply))]
    return serve(trial, [[*steps, repeat(recv_request(), send(WHOLE))]])


def reply(status, body, *lines):
    """A reply with a length. `lines` are further header lines."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def json_reply(status, body, *lines):
    """The same as JSON."""
    return reply(status, body, "Content-Type: application/json", *lines)


class Trap:
    """A port to which no connection may come. Nobody need answer: one that
    did come would wait in the listener's queue."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]
        self.url = f"https://localhost:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def untouched(self):
        """Fail if anybody connected."""
        with contextlib.suppress(BlockingIOError):
            self._socket.accept()[0].close()
            check(False, "something was sent: there was a connection")


class Gate:
    """A server that sends a reply up to a place in it, and goes on when told
    to, place by place. Without any there is one, in the middle.

    asked   counts the requests whose replies have come to the first
    """

    def __init__(self, trial, whole=WHOLE, *places):
        places = places or (len(whole) // 2,)
        self._parts = [whole[begin:end] for begin, end in
                       zip((0, *places), (*places, None))]
        self._opened = [threading.Event() for _ in places]
        self.asked = threading.Semaphore(0)
        self.server = serve(trial, self._play)

    def __enter__(self):
        self.server.start()
        self.url = self.server.url
        return self

    def __exit__(self, *_):
        self.server.stop()

    def open(self):
        """Let all replies go on from the next place."""
        next(event for event in self._opened if not event.is_set()).set()

    def _play(self, connection):
        while True:
            connection.recv_request()
            connection.send(self._parts[0])
            self.asked.release()
            for part, opened in zip(self._parts[1:], self._opened):
                while not opened.is_set():
                    connection.wait(0.02)
                connection.send(part)


def half_there(folder, more_than=0):
    """Is there a temporary file in `folder` with so much in it?"""
    return any(path.stat().st_size > more_than for path
               in folder.glob(".feishu-image-*"))


@contextlib.contextmanager
def deaf_port(host="127.0.0.1", port=0):
    """A port that takes no more connections: what else arrives is dropped."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.bind((host, port))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(8):
            filler = stack.enter_context(socket.socket(family))
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(address)
        yield address[1]
