"""What a firmware needs to be tried: the stand-in, a resolver, a machine."""

import contextlib
import hashlib
import pathlib
import socket
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "standin")]

import build
import standin
from machine import Machine, USER_NET
from programs import FIRMWARE
from resolver import A, AAAA, Resolver
from targets import TARGETS

HOST = "localhost"  # what the stand-in's certificates are for
GATEWAY = "10.0.2.2"  # what QEMU's network calls 127.0.0.1
GATEWAY6 = "fec0::2"  # and ::1


class Lab:
    """The stand-in and a resolver, running; use it as a context manager.

    feishu     the Standin
    resolver   the Resolver, which only knows HOST
    """

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.feishu = stack.enter_context(standin.Standin())
            self.resolver = stack.enter_context(Resolver(
                {(HOST, A): socket.inet_aton(GATEWAY)}))
            self.resolver6 = stack.enter_context(Resolver(
                {(HOST, AAAA): socket.inet_pton(socket.AF_INET6, GATEWAY6)}))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def port_of(self, server):
        """The port number of one of the stand-in's servers."""
        return int(self.feishu.urls[server].rpartition(":")[2])

    def key(self, name):
        """The image key of a name of images.py; others are keys already."""
        return (name if name.startswith(("img_", "fault_")) or not name
                else self.feishu.key(name))

    def machine(self, name, key, *, server="rsa", program=FIRMWARE,
                net=USER_NET, monitor=None, options=(), **arguments):
        """The Machine of a target that is to fetch `key`. An argument that is
        None is left out."""
        given = {"host": HOST, "port": self.port_of(server),
                 "key": self.key(key), "token": self.feishu.token,
                 "time": int(time.time()), "seed": f"{name} {key}".replace(
                     " ", "-"),
                 "dns": f"{GATEWAY}:{self.resolver.port}", **arguments}
        given = {n: v for n, v in given.items() if v is not None}
        return Machine(TARGETS[name], build.image(name, program), given,
                       net=net, monitor=monitor, options=options)

    def run(self, name, key, *, timeout_s=60, **options):
        """The Outcome of one run."""
        with self.machine(name, key, **options) as machine:
            return machine.wait(timeout_s)

    def wrong(self, key, outcome, original=None):
        """What is wrong with a download that should have succeeded; None if
        nothing is."""
        if original is None:
            original = self.feishu.images[self.key(key)].read_bytes()
        if outcome.status != 0:
            return f"exit code {outcome.status}, {outcome.reason}"
        if outcome.said.get("sha256") != hashlib.sha256(original).hexdigest():
            return "the image is not the one that was sent"
        if outcome.said.get("delivered") != str(len(original)):
            return f"delivered: {outcome.said.get('delivered')}"
        return None
