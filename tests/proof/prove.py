"""Prove with Frama-C/Eva that no input makes a stage of src/ go wrong.

    python3 tests/proof/prove.py [--test] [STAGE...]

Each stage is analysed for a 64-bit machine and for a 32-bit one; with --test
for the first only. Two analyses run at a time. For each is printed how much
of the stage was reached, and each alarm that explained.txt does not explain.
The last line is "N stages, 0 unexplained alarms"; with --test "proof: N
passed, N failed". README.md tells what is assumed.
"""
import concurrent.futures
import csv
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
from stages import FAULT, STAGES, UNREACHED  # noqa: E402

OUT = ROOT / "build" / "proof"
TIMEOUT = 600
# Alarms are told elsewhere; pointers to locals may be kept, but not used.
NO_MATTER = ("[eva:alarm]", "[kernel:inline]", "[eva:locals-escaping]")
MACHINES = {"64": "gcc_x86_64", "32": "ppc_32"}
COMMON = [
    "-c11", "-warn-invalid-pointer", "-eva", "-eva-slevel", "100",
    "-eva-ilevel", "16", "-eva-split-return", "auto", "-eva-no-show-progress",
    "-eva-msg-key=-final-states,-initial-state",
]


class Result:
    """What an analysis found: alarms, other faults, and what was reached."""

    def __init__(self, stage, machine):
        self.stage = stage
        self.name = f"{stage.name}/{machine}"
        self.alarms = set()  # "STAGE FILE FUNCTION: PROPERTY"
        self.wrong = []
        self.reached = {}    # function -> (statements reached, of)
        self.seconds = 0.0

    def line(self):
        """A summary: the functions that the stage is about, or what they were
        inlined into."""
        inlined = self.stage.inlined()
        names = set(self.stage.functions(ROOT)) - inlined
        if inlined:
            names.add(self.stage.host)
        own = [self.reached[name] for name in names if name in self.reached]
        return f"{self.name}: {sum(n for n, _ in own)} of " \
            f"{sum(n for _, n in own)} statements, {self.seconds:.0f} s"


def frama_c(stage, machine, table):
    """Run Eva; its status and what it prints. Properties go to `table`."""
    command = [
        "frama-c", "-machdep", MACHINES[machine],
        "-cpp-extra-args=-Isrc -Itests/proof -I/usr/include " + stage.defines,
        *stage.sources(), *COMMON, *stage.options.split(),
        "-then", "-report-csv", str(table), "-metrics", "-metrics-eva-cover"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=TIMEOUT)
    return done.returncode, done.stdout.decode(errors="replace")


def unproved(stage, table):
    """The properties that Eva could not prove."""
    found = set()
    with open(table, encoding="utf-8") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            folder, name, _, function, kind, status, text = row
            if status in ("Unknown", "Invalid", "Invalid or unreachable") and \
                    folder != "FRAMAC_SHARE/libc" and \
                    "clause" not in kind and function != "must_hold":
                text = re.sub(r"_\d+\b", "", text)  # of copies of a name
                found.add(f"{stage.name} {name} {function}: {kind}: {text}")
    return found


def complaints(stage, text):
    """Rules of the driver that are broken; warnings other than alarms."""
    found = sorted({f"{stage.driver or stage.name}.c:{line}: must not be"
                    for line in re.findall(r"broken_line: \{(\d+)\}", text)})
    for warning in re.findall(r"^\[(?:kernel|eva)[^\n]*Warning:.*(?:\n  .*)*",
                              text, re.M):
        if not warning.startswith(NO_MATTER):
            found.append(" ".join(warning.split()))
    return found


def analyse(stage, machine):
    """Run one stage for one machine."""
    result = Result(stage, machine)
    begin = time.monotonic()
    base = OUT / f"{stage.name}-{machine}"
    try:
        status, text = frama_c(stage, machine, base.with_suffix(".csv"))
    except subprocess.TimeoutExpired:
        status, text = 1, "timed out"
    base.with_suffix(".log").write_text(text)
    result.seconds = time.monotonic() - begin
    if status != 0:
        result.wrong = text.strip().splitlines()[-8:]
        return result
    result.alarms = unproved(stage, base.with_suffix(".csv"))
    result.wrong = complaints(stage, text)
    result.reached = {
        name: (int(reached), int(total)) for name, reached, total in
        re.findall(r"^  (\w+): (\d+) stmts out of (\d+)", text, re.M)}
    return result


def explained():
    """The alarms that explained.txt gives a reason for."""
    text = (HERE / "explained.txt").read_text(encoding="utf-8")
    return {line for line in text.splitlines()
            if line and line[0] not in " #"}


def gaps(results):
    """Functions of which less was reached, by all stages, than expected."""
    best, wanted, inlined = {}, set(), set()
    for result in results:
        wanted.update(result.stage.functions(ROOT))
        if result.stage.inlined():
            inlined |= result.stage.inlined() | {result.stage.host}
            wanted.add(f"{result.stage.name}:{result.stage.host}")
        for name, (reached, total) in result.reached.items():
            for key in (name, f"{result.stage.name}:{name}"):
                best[key] = min(best.get(key, total), total - reached)
    found = []
    for name in sorted(wanted - inlined):
        missed, expected = best.get(name, "all"), UNREACHED.get(name, (0,))[0]
        if missed != expected:
            found.append(f"{name}: {missed} statements not reached, "
                         f"{expected} expected")
    return found


def sees_faults():
    """Are a look beyond the input and a broken promise noticed? Else nothing
    is proved here."""
    result = analyse(FAULT, "64")
    return any("mem_access" in alarm for alarm in result.alarms) and \
        result.wrong == ["fault.c:14: must not be"]


def report(result, known):
    """Print what one analysis found; how many faults it has."""
    wrong = result.wrong + sorted(result.alarms - known)
    print(("FAIL " if wrong else "ok   ") + result.line(), flush=True)
    for text in wrong:
        print("     " + text, flush=True)
    return len(wrong)


def main():
    """Run the stages named, or all."""
    test = "--test" in sys.argv
    names = set(sys.argv[1:]) - {"--test"}
    chosen = [s for s in STAGES if not names or s.name in names]
    machines = ["64"] if test else list(MACHINES)
    known = explained()
    OUT.mkdir(parents=True, exist_ok=True)
    faults, failed, results = 0, 0, []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for result in pool.map(analyse, *zip(*[(stage, machine)
                                               for stage in chosen
                                               for machine in machines])):
            results.append(result)
            n = report(result, known)
            faults, failed = faults + n, failed + bool(n)
    others = [] if names else gaps(results) + sorted(
        f"explained, but no alarm: {line}" for line in
        known - set().union(*(result.alarms for result in results)))
    if not sees_faults():
        others.append("a planted fault was not seen")
    for text in others:
        print(f"FAIL {text}")
    if test:
        passed = len(results) - failed + (not others)
        print(f"proof: {passed} passed, {failed + bool(others)} failed")
    else:
        print(f"{len(chosen)} stages, {faults + len(others)} unexplained "
              f"alarms")
    return faults + len(others) != 0


if __name__ == "__main__":
    sys.exit(main())
