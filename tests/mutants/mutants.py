"""Plant single faults in src/ and see whether the tests notice.

    python3 tests/mutants/mutants.py [--count N|all] [--seed N] [--file NAME]
    python3 tests/mutants/mutants.py --check

Of all faults a part is chosen, the same in every run, spread over the files.
Faults that do not compile, or compile to what is there without them or with
another fault, are not counted. Nor are those in `equivalent`, which nobody
could notice, each for the reason given there. --check tries a single fault in
each of SAMPLE's functions, with the one program that must notice it.
"""
import argparse
import concurrent.futures
import hashlib
import pathlib
import queue
import resource
import sys
import time

import plant
import suite

HERE = pathlib.Path(__file__).resolve().parent
WORKERS = 2
ENOUGH = 0.95
SAMPLE = [
    ("fimg_text.c", "fimg_parse_u32", "unit/test_text"),
    ("fimg_chunk.c", "size_digit", "unit/test_chunk"),
    ("fimg_body.c", "feed_length", "unit/test_body"),
    ("fimg_der.c", "header_byte", "unit/test_der"),
    ("fimg_head.c", "status_line", "unit/test_head"),
    ("fimg_field.c", "number_before", "unit/test_range"),
    ("fimg_limiter.c", "draw", "unit/test_limiter"),
    ("fimg_timer.c", "rate_left", "unit/test_timer"),
    ("fimg_request.c", "last_segment", "unit/test_request"),
    ("fimg_roots.c", "add_anchor", "unit/test_roots"),
    ("fimg_session.c", "fimg_session_load", "unit/test_session"),
    ("fimg_retry.c", "fimg_retry_helps", "unit/test_retry"),
]


def equivalents():
    """The faults listed as such: {key: the reason}."""
    listed = {}
    for block in filter(None, (HERE / "equivalent").read_text().split("\n\n")):
        lines = block.strip().split("\n")
        listed["\n".join(lines[:3])] = " ".join(lines[3:])
    return listed


def all_faults(sources):
    """Every fault that can be planted: {key: fault}."""
    headers = [path.read_text() for path in (suite.ROOT / "src").glob("*.h")]
    following = plant.enumerators([*headers, *sources.values()])
    return {fault.key(): fault for name, source in sources.items()
            for fault in plant.faults(name, source, following)}


def shuffled(faults, seed="1"):
    """The faults in an order of chance, which hangs on nothing else."""
    return sorted(faults, key=lambda fault: hashlib.sha256(
        f"{seed} {fault.key()}".encode()).digest())


def choose(faults, count, seed):
    """So many of the faults, from each file its share."""
    chosen = []
    for name in sorted({fault.file for fault in faults}):
        own = [fault for fault in faults if fault.file == name]
        share = round(len(own) * count / len(faults))
        chosen += shuffled(own, seed)[:share]
    return chosen


class Trial:
    """Faults on their way through compiler and tests."""

    def __init__(self, sources, pool):
        self.sources = sources
        self.pool = pool
        self.folders = queue.SimpleQueue()
        for number in range(WORKERS):
            self.folders.put(suite.WORK / f"worker{number}")
        self.objects = suite.WORK / "faults"
        self.objects.mkdir(parents=True, exist_ok=True)
        self.killers = {}  # of each function, the last first

    def compile(self, fault):
        """The object of a file with a fault in it, or None."""
        key = hashlib.sha256(fault.key().encode()).hexdigest()
        target = self.objects / f"{key[:16]}.o"
        source = fault.plant(self.sources[fault.file])
        return target if suite.compile_text(source, target) else None

    def original(self, name):
        """What a file is compiled to without a fault."""
        target = self.objects / f"{name}.o"
        suite.compile_text(self.sources[name], target)
        return target.read_bytes()

    def sort_out(self, faults):
        """The faults that make a difference, with their objects, and how many
        do not compile, change nothing, or are the same as another."""
        kept, invalid, same, double = [], 0, 0, 0
        files = sorted({fault.file for fault in faults})
        plain = dict(zip(files, self.pool.map(self.original, files)))
        seen = set()
        for fault, made in zip(faults, self.pool.map(self.compile, faults)):
            content = made and made.read_bytes()
            if made is None:
                invalid += 1
            elif content == plain[fault.file]:
                same += 1
            elif content in seen:
                double += 1
            else:
                seen.add(content)
                kept.append((fault, made))
        return kept, (invalid, same, double)

    def killer(self, fault, made, coverage):
        """The program that notices a fault, or None."""
        reaching = coverage.reaching(fault)
        known = self.killers.setdefault((fault.file, fault.function), [])
        order = sorted(reaching, key=lambda name: name not in known)
        folder = self.folders.get()
        try:
            suite.link(folder, {f"{pathlib.Path(fault.file).stem}.o": made})
            for name in order:
                if not suite.run(name, folder, coverage.allowed(name))[0]:
                    known.append(name)
                    return name
            return self.small(fault, made, folder) or \
                self.sanitized(fault, made, folder, order, coverage)
        finally:
            self.folders.put(folder)

    def again(self, fault, made, folder, variant):
        """Make a folder's library once more, as this variant."""
        source = fault.plant(self.sources[fault.file])
        suite.compile_text(source, made, variant)
        suite.link(folder, {f"{pathlib.Path(fault.file).stem}.o": made},
                   variant)

    def small(self, fault, made, folder):
        """Where records are small, there is more that may go wrong."""
        self.again(fault, made, folder, "4k")
        passed, _ = suite.run(suite.SMALL, folder, variant="4k")
        return None if passed else f"{suite.SMALL} with small records"

    def sanitized(self, fault, made, folder, order, coverage):
        """The same under sanitizers, which see more."""
        self.again(fault, made, folder, "asan")
        for name in filter(coverage.is_quick, order):
            allowed = coverage.allowed(name)
            if not suite.run_sanitized(name, folder, allowed)[0]:
                return f"{name} under sanitizers"
        return None


def stale(listed, faults):
    """Says which entries of a list fit no fault any more."""
    lost = [key for key in listed if key not in faults]
    for key in lost:
        print(f"no such fault, so take it off the list:\n{key}\n")
    return len(lost)


def run_all(sources, faults, chosen, pool):
    """Try the chosen faults. Returns the exit status."""
    begin = time.monotonic()
    listed = equivalents()
    lost = stale(listed, faults)
    suite.compile_all("plain", pool)
    suite.compile_all("asan", pool)
    suite.compile_all("4k", pool)
    suite.link_programs(suite.programs(), pool)
    suite.link_programs([suite.SMALL], pool, "4k")
    trial = Trial(sources, pool)
    coverage = suite.Coverage(pool)
    equivalent = [fault for fault in chosen if fault.key() in listed]
    kept, numbers = trial.sort_out(
        [fault for fault in chosen if fault.key() not in listed])
    print(f"{len(faults)} faults, {len(chosen)} chosen; not compiled "
          "{}, without effect {}, same as another {}".format(*numbers),
          flush=True)
    killers = pool.map(lambda one: trial.killer(*one, coverage), kept)
    killed = 0
    with (suite.WORK / "log").open("w", buffering=1) as log:
        for (fault, _), name in zip(kept, killers):
            killed += name is not None
            log.write(f"{fault.key()}\n  {name}\n\n")
            if name is None:
                print(f"survived, line {fault.line}:\n{fault.key()}\n",
                      flush=True)
    print(f"{len(equivalent)} more are equivalent, for the reasons in "
          f"tests/mutants/equivalent; took {time.monotonic() - begin:.0f} s")
    print(f"killed {killed} of {len(kept)}")
    return lost > 0 or killed < ENOUGH * len(kept)


def check(sources, faults, pool):
    """Try the sample, and see that the list is true. Returns the exit
    status."""
    listed = equivalents()
    suite.compile_all("plain", pool)
    suite.link_programs(sorted({program for *_, program in SAMPLE}), pool)
    trial = Trial(sources, pool)
    folder = suite.WORK / "worker0"
    failed = stale(listed, faults)
    for file, function, program in SAMPLE:
        own = [fault for key, fault in faults.items() if key not in listed and
               (fault.file, fault.function) == (file, function)]
        kept, _ = trial.sort_out(shuffled(own)[:3])
        noticed = bool(kept) and suite.run(program, suite.WORK / "plain")[0]
        for fault, made in kept[:1]:
            suite.link(folder, {f"{pathlib.Path(file).stem}.o": made})
            noticed = noticed and not suite.run(program, folder, 2)[0]
            if not noticed:
                print(f"{program} does not notice:\n{fault.key()}\n")
        failed += not noticed
    cases = len(SAMPLE) + len(listed)
    print(f"mutants: {cases - failed} passed, {failed} failed")
    return failed > 0


def main():
    """Build, then try."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", default="550")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--file", action="append")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sources = {path.name: path.read_text()
               for path in sorted((suite.ROOT / "src").glob("*.c"))}
    faults = all_faults(sources)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        if options.check:
            return check(sources, faults, pool)
        count = len(faults) if options.count == "all" else int(options.count)
        chosen = choose(faults.values(), count, options.seed)
        if options.file:
            chosen = [fault for fault in chosen if fault.file in options.file]
        return run_all(sources, faults, chosen, pool)


if __name__ == "__main__":
    sys.exit(main())
