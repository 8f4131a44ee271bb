"""What the parts of the benchmark have in common."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = "feishu-image"
PATH = "/open-apis/im/v1/images/"

# what it is called here: (server of the stand-in, as OpenSSL calls it)
CIPHERS = {"AES-128-GCM": ("aes128", "ECDHE-RSA-AES128-GCM-SHA256"),
           "ChaCha20-Poly1305": ("chacha", "ECDHE-RSA-CHACHA20-POLY1305")}

# what is measured: (heading, unit, divisor, decimals)
MEASURES = {"cpu": ("user+sys CPU", "ms", 1e3, 2),
            "wall": ("wall clock", "ms", 1e3, 2),
            "rss": ("peak memory", "MB", 1024, 2)}


class Failure(Exception):
    """What went wrong, in one line."""


def progress(text):
    """Show how far it is, where somebody is watching."""
    if sys.stderr.isatty():
        print(f"\r{text:20}\r", end="", file=sys.stderr, flush=True)
