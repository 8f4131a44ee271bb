"""How much stack a download takes on this machine: measured, and held to what
the README says.

    python3 tests/stack/run.py      prints "stack: N passed, N failed" at last
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "standin"))
from standin import Standin  # noqa: E402

PROGRAM = ROOT / "build" / "stack"


def build():
    """Link at once: looking symbols up lazily would cost stack of its own."""
    subprocess.run(
        ["gcc", "-O2", "-std=gnu99", "-Wall", "-Wextra", "-Isrc",
         "-Iport/posix", "-o", PROGRAM, "tests/stack/stack.c",
         *sorted(str(path) for path in (ROOT / "build/port").glob("posix_*.o")),
         "build/libfeishu-image.a", "-l:libbearssl.a", "-lpthread",
         "-Wl,-z,now"], cwd=ROOT, check=True)


def published():
    """What the README promises: chain -> bytes."""
    block = re.search(r"<!-- stack -->(.*?)<!-- /stack -->",
                      (ROOT / "README.md").read_text(), re.S)[1]
    return {name: int(limit) for name, limit in
            re.findall(r"\| (\S+) [^|]*\| (\d+) \|", block)}


def measure(standin, server):
    """The depth of one download from this server."""
    port = standin.urls[server].rsplit(":", 1)[1]
    done = subprocess.run(
        [PROGRAM, "localhost", port, standin.ca_file, standin.token,
         standin.key("png-300k")], capture_output=True, text=True, timeout=60,
        check=True)
    return int(done.stdout)


def main():
    """Measure every chain; say what was found."""
    build()
    limits = published()
    failed = 0
    with Standin(str(ROOT / "build" / "standin")) as standin:
        for name, server in (("RSA", "rsa"), ("P-256", "ecdsa"),
                             ("P-384", "ec384")):
            depth = measure(standin, server)
            print(f"case row 111: {name} chain: {depth} bytes of stack, "
                  f"at most {limits[name]}")
            if depth > limits[name]:
                failed += 1
                print(f"FAIL {name}: {depth} bytes, published {limits[name]}")
    print(f"stack: {3 - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
