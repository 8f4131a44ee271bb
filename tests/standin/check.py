"""Is the stand-in what it says? Asks it with Python's own HTTP and TLS.

    python3 tests/standin/check.py [STATE-FOLDER]

The last line is "standin: N passed, N failed".
"""
import importlib
import sys
import traceback

sys.dont_write_bytecode = True

import processes
import standin
from check_client import CASES, Client

for part in ("check_tokens", "check_messages"):
    importlib.import_module(part)


def play(function, feishu):
    """True if the case passed."""
    print(f"case {function.__name__}")
    try:
        function(Client(feishu))
        return True
    except Exception:
        print(f"FAIL {function.__name__}:\n{traceback.format_exc()}")
        return False


def main(arguments):
    """Play all; the exit status tells whether all passed."""
    processes.raise_on_signals()
    try:
        with standin.Standin(*arguments[:1]) as feishu:
            passed = sum(play(each, feishu) for each in CASES)
            warned = feishu.error_log.read_text()
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    if warned:
        print(warned)
    print(f"standin: {passed} passed, {len(CASES) - passed} failed")
    return int(passed != len(CASES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
