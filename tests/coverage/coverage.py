"""Every branch of src/ is taken, by bytes and by what a port returns.

    coverage.py [--check]

Builds the library without optimisation as gcov wants it, in three variants,
runs the unit and session tests on it, and adds up the branches they took.
Prints what is missing as file:line, and as its last line

    branches: 100.0 % (N), unreachable: M

With --check it prints a case a source file, as a part of the tests does.
"""
import collections
import concurrent.futures
import pathlib
import sys

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests")]

import branches
import run

CFLAGS = "-g -O0 --coverage"
# Long programs: what they reach, others reach in a tenth of the time.
LONG = {"body", "cuts", "faults", "flips", "proxy_end", "session_end"}
SESSION = {path.stem[5:] for path in (ROOT / "tests/session").glob("test_*.c")}
# Each with the session programs to run there.
VARIANTS = [
    (run.variant("coverage", "gcc", CFLAGS), SESSION - LONG - {"lent"}),
    (run.variant("coverage-4k", "gcc", CFLAGS,
                 CONFIG="-DFIMG_RECORD_MAX=4096"), run.SMALL_ONLY),
    (run.variant("coverage-lent", "gcc", CFLAGS,
                 CONFIG="-DFIMG_RECORD_LENT=1"), {"lent"}),
]


def programs(name, session):
    """The test programs of a variant; of the session's, those named."""
    return [f"build/{name}/tests/{suite}/{source.stem}"
            for suite in ("session", "unit")
            for source in sorted((ROOT / "tests" / suite).glob("test_*.c"))
            if suite == "unit" or source.stem[5:] in session]


def build():
    """Build all variants, with their counters at zero; returns programs."""
    run.prepare()
    chosen = []
    for (name, words), session in VARIANTS:
        for counter in (ROOT / "build" / name).rglob("*.gcda"):
            counter.unlink()
        found = programs(name, session)
        status, output, _ = run.run(["make", "-s", "-j2", *found, *words])
        if status:
            sys.exit(output)
        chosen += found
    return chosen


def run_all(chosen):
    """Run test programs, two at a time; returns the complaints."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda program: run.run([program, "build/pki"]),
                        chosen)
        return [f"{program}: {output}" for program, (status, output, _)
                in zip(chosen, done) if status]


def judge():
    """Source file -> complaints; the sums of branches, of those taken and
    of those marked as unreachable."""
    objects = [f"build/{name}/src/{path.stem}.gcno"
               for (name, _), _ in VARIANTS
               for path in sorted((ROOT / "src").glob("*.c"))]
    counts = branches.taken(objects)
    missing = collections.defaultdict(collections.Counter)
    for (file, line, _, _), count in counts.items():
        missing[file][line] += count == 0
    wrong, marked = {}, 0
    for file in sorted(missing):
        wrong[file], right = branches.judge((ROOT / file).read_text(),
                                            +missing[file])
        marked += right
    return wrong, len(counts), sum(map(bool, counts.values())), marked


def main():
    """Build, run, judge, print; the exit status tells whether all is taken."""
    check = sys.argv[1:] == ["--check"]
    failures = run_all(build())
    print("\n".join(failures), end="\n" * bool(failures))
    wrong, count, reached, marked = judge()
    for file, complaints in wrong.items():
        if check:
            print(f"case every branch of {file} is taken")
        for complaint in complaints:
            print(f"FAIL {file}:{complaint}")
    failed = sum(map(bool, wrong.values())) + len(failures)
    if check:
        print(f"coverage: {sum(not w for w in wrong.values())} passed, "
              f"{failed} failed")
    else:
        # 99.96 % is not 100.0 %
        share = 1000 * reached // (count - marked) / 10
        print(f"branches: {share} % ({count - marked}), "
              f"unreachable: {marked}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
