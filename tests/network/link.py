"""A bad cable: Ethernet frames between two tap devices, some of them lost,
late, overtaken, doubled or damaged.

The kernels of many machines have no netem; this needs tap devices only.
"""
import dataclasses
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import threading
import time

import namespace

SERVER = "192.0.2.1"  # at the near end of every cable
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 2, 0x1000
IPV4 = b"\x08\x00"
HEADER = 14
OVERTAKEN_S = 0.02  # how much later comes what others overtake
AFTER_S = 0.005  # ... and the second of two
LONGEST_S = 0.05  # between two looks whether the cable is still needed


@dataclasses.dataclass(frozen=True)
class Weather:
    """What happens to frames: shares of all of them, and more."""

    lost: float = 0
    overtaken: float = 0
    doubled: float = 0
    flipped: float = 0  # one bit of it
    cut: float = 0  # ends too early
    delay_s: tuple = (0, 0)  # anything between, each frame for itself
    dead_after: int = None  # so many frames for the client
    dead_s: float = 1e9  # for this long
    dead_ways: tuple = (0, 1)  # to the server, to the client


def tap(name):
    """The descriptor of a new tap device of the namespace we are in."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                           IFF_TAP | IFF_NO_PI))
    return fd


class Link:
    """A cable from a namespace of its own to the one that we are in; use it
    as a context manager, and begin in the main thread.

    space    the far namespace's descriptor, for the client
    counts   how many frames came, and what happened to them
    """

    def __init__(self, number, weather, seed):
        self.weather = weather
        self.counts = dict.fromkeys(
            ("came", "lost", "overtaken", "doubled", "flipped", "cut",
             "buried"), 0)
        self._random = random.Random(seed)
        self._order = itertools.count()  # of what is due at the same time
        self._due = []  # (when, order, frame, way)
        self._delivered = 0  # to the client
        self._died = None
        self._stopped = False
        near, far = f"10.0.{number}.1", f"10.0.{number}.2"
        macs = [f"02:00:00:00:{number:02x}:{end:02x}" for end in (1, 2)]
        self._near = self._plug(f"near{number}", near, macs[0], far, macs[1])
        with namespace.another() as self.space:
            self._far = self._plug("far", far, macs[1], near, macs[0])
            namespace.ip(f"route add {SERVER} via {near}")
        self._thread = threading.Thread(target=self._carry, daemon=True)

    @staticmethod
    def _plug(name, own, own_mac, other, other_mac):
        """One end. It knows the other: a damaged ARP reply would be believed,
        as nothing in it tells of damage."""
        fd = tap(name)
        namespace.ip(f"link set {name} address {own_mac} up",
                     f"address add {own}/24 dev {name}",
                     f"neighbour add {other} lladdr {other_mac} dev {name}")
        return fd

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped = True
        self._thread.join()
        for fd in (self._near, self._far, self.space):
            os.close(fd)

    def _carry(self):
        ends = (self._near, self._far)
        while not self._stopped:
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                _, _, frame, way = heapq.heappop(self._due)
                os.write(ends[way], frame)
            patience = self._due[0][0] - now if self._due else LONGEST_S
            for fd in select.select(ends, [], [], min(patience, LONGEST_S))[0]:
                frame = os.read(fd, 4096)
                if frame[HEADER - 2:HEADER] == IPV4:
                    self._meet(frame, int(fd == self._near))

    def _meet(self, frame, way):
        """Decide a frame's fate."""
        self.counts["came"] += 1
        if self._is_dead(way):
            self.counts["buried"] += 1
        elif not self._happens("lost"):
            frame = self._damaged(frame)
            late_s = self._random.uniform(*self.weather.delay_s)
            if self._happens("overtaken"):
                late_s += OVERTAKEN_S
            self._send(frame, way, late_s)
            if self._happens("doubled"):
                self._send(frame, way, late_s + AFTER_S)

    def _happens(self, what):
        """Draw whether it does, to this frame."""
        drawn = self._random.random() < getattr(self.weather, what)
        self.counts[what] += drawn
        return drawn

    def _damaged(self, frame):
        """The frame, perhaps with one bit flipped, perhaps cut short."""
        if self._happens("flipped"):
            bit = self._random.randrange(HEADER * 8, len(frame) * 8)
            number = int.from_bytes(frame, "little") ^ 1 << bit
            frame = number.to_bytes(len(frame), "little")
        if self._happens("cut"):
            frame = frame[:self._random.randrange(HEADER, len(frame))]
        return frame

    def _send(self, frame, way, late_s):
        self._delivered += way
        heapq.heappush(self._due, (time.monotonic() + late_s,
                                   next(self._order), frame, way))

    def _is_dead(self, way):
        """Is the cable cut at this moment?"""
        if self.weather.dead_after is None or way not in \
                self.weather.dead_ways:
            return False
        if self._died is None and self._delivered >= self.weather.dead_after:
            self._died = time.monotonic()
        return self._died is not None and \
            time.monotonic() < self._died + self.weather.dead_s
