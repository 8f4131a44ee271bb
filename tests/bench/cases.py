"""What is fetched, by whom, and what it may cost.

A case is one kind of download; its clients take turns. Ratios are of medians.
"""

import dataclasses

OURS, MUSL, PARALLEL = "feishu-image", "feishu-image musl", "feishu-image -P 4"
CURL, WGET, SDK = "curl", "wget", "Node SDK"
RECEIVE, DECRYPT = "receive only", "decrypt only"
PEERS = (CURL, WGET, SDK)

# The stand-in's servers that speak one suite only, as OpenSSL calls it.
SUITES = {"aes128": "ECDHE-RSA-AES128-GCM-SHA256",
          "aes256": "ECDHE-RSA-AES256-GCM-SHA384",
          "chacha": "ECDHE-RSA-CHACHA20-POLY1305",
          "p256": "ECDHE-ECDSA-AES128-GCM-SHA256",
          "p384": "ECDHE-ECDSA-AES256-GCM-SHA384"}
# Those of them that the stand-in does not have by itself: their certificates.
EXTRA = {"p256": "ecdsa", "p384": "ec384"}

SHOWN = {"aes128": "AES-128-GCM", "aes256": "AES-256-GCM",
         "chacha": "ChaCha20", "p256": "P-256", "p384": "P-384"}
PRIMITIVES = {"aes128": ("aes128", 24), "aes256": ("aes256", 24),
              "chacha": ("chacha20", 16)}  # of floor.c; bytes more a record
IMAGES = 1000
BIG = 256 * 1024 * 1024
RECORD = 16384


@dataclasses.dataclass(frozen=True)
class Case:
    """One kind of download.

    kind      cold: one image, to a file; warm: IMAGES of them over one
              connection; file: a message's file, to standard output
    server    of SUITES
    what      name of the image or file in the stand-in
    clients   who takes part
    """

    kind: str
    server: str
    what: str
    title: str
    clients: tuple

    @property
    def name(self):
        return f"{self.title}, {SHOWN[self.server]}"


def _cold(server, what, title, clients=(OURS, *PEERS)):
    return Case("cold", server, what, title, clients)


def _file(server, *more):
    return Case("file", server, "256m", "256 MB",
                (OURS, CURL, *more, RECEIVE, DECRYPT))


COLD = [
    _cold("aes128", "png-small", "10 KB", (OURS, MUSL, *PEERS)),
    _cold("aes128", "png-300k", "300 KB", (OURS, MUSL, *PEERS)),
    _cold("aes128", "png-10m", "10 MB", (OURS, MUSL, *PEERS)),
    _cold("aes256", "png-300k", "300 KB", (OURS, CURL, WGET)),
    _cold("chacha", "png-300k", "300 KB", (OURS, CURL, WGET)),
    _cold("p256", "png-300k", "300 KB", (OURS, CURL, WGET)),
    _cold("p384", "png-300k", "300 KB", (OURS, CURL, WGET)),
]
WARM = Case("warm", "aes128", "png-20k", f"{IMAGES} of 20 KB",
            (OURS, PARALLEL, *PEERS))
FILES = [_file("aes128", WGET, SDK), _file("aes256"), _file("chacha", WGET)]
# Where more is looked at than time and memory.
COUNTED = [COLD[0], COLD[1], WARM, FILES[0]]


@dataclasses.dataclass(frozen=True)
class Target:
    """A figure, what it must not exceed, and what it should not."""

    name: str
    must: float
    aim: float
    value: float

    @property
    def verdict(self):
        if self.value > self.must:
            return "MISSED"
        return "met" if self.value > self.aim else "aim met"


def targets(found):
    """All of them, from what was measured (measured.Found)."""
    small, middle, large = COLD[:3]
    cold = [(f"{case.title} cold: {word} / curl", must, aim,
             found.ratio(case, client, CURL, measure))
            for case in (small, middle)
            for word, measure, client, must, aim in (
                ("CPU", "cpu", OURS, 0.15, 0.10),
                ("memory", "rss", OURS, 0.17, 0.15),
                ("memory, static musl,", "rss", MUSL, 0.10, 0.07))]
    cold.append((f"{large.title} cold: CPU / curl", 0.30, 0.20,
                 found.ratio(large, OURS, CURL, "cpu")))
    cold += [(f"{case.name} cold: wall / curl", 0.35, 0.20,
              found.ratio(case, OURS, CURL, "wall")) for case in COLD]
    aes, _, chacha = FILES
    rest = [
        (f"{WARM.title} warm: CPU / curl", 0.50, 0.35,
         found.ratio(WARM, OURS, CURL, "cpu")),
        (f"{aes.name}: CPU / floor", 1.30, 1.20, found.above_floor(aes)),
        (f"{aes.name}: CPU / curl", 0.58, 0.50,
         found.ratio(aes, OURS, CURL, "cpu")),
        (f"{chacha.name}: CPU / floor", 1.25, 1.10,
         found.above_floor(chacha)),
        ("handshake: CPU resumed / full", 0.10, 0.08, found.resumed()),
        ("head parser: instructions a byte", 8, 5, found.head),
    ]
    rest += [(f"Cortex-M3: {name}", must, aim, found.board[key])
             for name, key, must, aim in (
                 ("instructions a byte, ChaCha20", "byte", 37, 35),
                 ("million, full RSA handshake", "full", 36, 30),
                 ("million, resumed handshake", "resumed", 0.9, 0.7))
             if found.board]
    return [Target(*line) for line in cold + rest if line[3] is not None]
