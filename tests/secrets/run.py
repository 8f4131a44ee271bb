"""What downloads leave in memory, with a record buffer of the object's own and
with one that is lent.

    python3 tests/secrets/run.py [MAKE-ARGUMENT...]

Builds secrets.c, with these arguments, once for each. The last line is
"secrets: N passed, N failed".
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VARIANTS = {"own": "", "lent": "-DFIMG_RECORD_LENT=1"}


def depth():
    """The most stack that the README says a download takes."""
    block = re.search(r"<!-- stack -->(.*?)<!-- /stack -->",
                      (ROOT / "README.md").read_text(), re.S)[1]
    return max(int(limit) for limit in re.findall(r"\| (\d+) \|", block))


def main(arguments):
    """Build, run, add up."""
    passed = failed = 0
    subprocess.run(["sh", "tests/session/pki.sh", "build/pki"], cwd=ROOT,
                   check=True)
    for name, config in VARIANTS.items():
        program = f"build/secrets-{name}/tests/secrets/secrets"
        subprocess.run(["make", "-s", "-j2", f"O=build/secrets-{name}",
                        f"CONFIG={config}", *arguments, program], cwd=ROOT,
                       check=True)
        done = subprocess.run([program, "build/pki", str(depth())], cwd=ROOT,
                              text=True, stdout=subprocess.PIPE)
        *lines, last = done.stdout.splitlines() or [""]
        print("\n".join(re.sub("^(case|FAIL) ", rf"\1 {name}: ", line)
                        for line in lines))
        counts = re.fullmatch(r"secrets: (\d+) passed, (\d+) failed", last)
        passed += int(counts[1]) if counts else 0
        failed += int(counts[2]) if counts else 1
    print(f"secrets: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
