"""A server that gives each key an image of its own, and some keys trouble."""
import re
import threading

import encoders
from servers import json_reply, reply, serve

PNG = encoders.png(300)
REFUSAL = json_reply("400 Bad Request",
                     b'{"code":234005,"msg":"Image has been deleted"}')


def image(key, size=3000):
    """The image of that key: other bytes for each."""
    return (PNG + key.encode() * (size // len(key) + 1))[:size]


def key_of(request):
    """The key that a request head asks for."""
    path = request.split(b" ")[1].decode().split("?")[0]
    return path.rsplit("/", 1)[1]


def keys(count, word="img"):
    """So many keys."""
    return [f"{word}_{number:03}" for number in range(count)]


def files(wanted):
    """What a folder holds when the images of these keys have come."""
    return {f"{key}.png": image(key) for key in wanted}


def answer(connection):
    """Take one request, and do what its key says: refuse..., stall..., cut...
    or lose...; any other gets its image. False: the connection is over."""
    key = key_of(connection.recv_request())
    kind = re.match("[a-z]*", key)[0]
    whole = reply("200 OK", image(key), "Content-Type: image/png")
    if kind == "stall":
        connection.drain()
    elif kind == "refuse":
        connection.send(REFUSAL)
    elif kind in ("cut", "lose"):
        connection.send(whole[:len(whole) // 2 if kind == "cut" else 0])
        connection.fin()
        return False
    else:
        connection.send(whole)
    return True


def play(connection):
    """A script for a FaultServer: one request after the other."""
    while answer(connection):
        pass


class Meeting:
    """Holds up requests until so many have come, to see that they can be
    under way together."""

    def __init__(self, trial, count):
        self.barrier = threading.Barrier(count)
        self.server = serve(trial, self._play)

    def __enter__(self):
        self.server.start()
        self.url = self.server.url
        return self

    def __exit__(self, *_):
        self.barrier.abort()
        self.server.stop()

    def _play(self, connection):
        while True:
            connection.peek_request()
            self.barrier.wait(20)
            answer(connection)
