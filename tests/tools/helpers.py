"""What the tests of make-anchors share: counting cases, running commands."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WARN = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
BEARSSL = "-l:libbearssl.a"


class Checks:
    """Counts cases and names those that fail."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, ok, name, detail=""):
        """One case."""
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAIL {name}" + (f": {detail}" if detail else ""))

    def equal(self, got, wanted, name):
        """One case: two values are the same."""
        self.that(got == wanted, name, f"{got!r:.300}, not {wanted!r:.300}")


def run(*command, **options):
    """Run a command to its end, with its output as text."""
    return subprocess.run([str(c) for c in command], text=True,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          **{"stdout": subprocess.PIPE, **options})


def must(*command, **options):
    """The same for a command that only prepares something."""
    done = run(*command, **options)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout
