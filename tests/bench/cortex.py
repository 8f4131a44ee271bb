"""What a download costs a Cortex-M3: instructions between caller and port, as
tests/cost counts them under QEMU.

    cortex.py       print {"byte", "full", "resumed"} as JSON

Instructions a byte of ChaCha20, and millions for a handshake with RSA.
"""

import json
import pathlib
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / name) for name in ("cost", "size")]

import cores
import cost


def measure():
    """What is printed."""
    core = next(core for core in cores.CORES if core.name == "M3")
    found = cost.measure(core, cost.firmware(core))
    return {"byte": found["byte_chacha20"],
            "full": found["handshake_rsa"] / 1e6,
            "resumed": found["handshake_resumed"] / 1e6}


if __name__ == "__main__":
    print(json.dumps(measure()))
