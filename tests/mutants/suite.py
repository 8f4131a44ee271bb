"""The test programs, linked to a shared library that can be exchanged.

A fault then costs one compiled file and one linked library: the programs stay
as they are. Which of them runs which line is measured once.
"""
import json
import os
import pathlib
import resource
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build/mutants"
LIBRARY = "libfimg.so"
CFLAGS = ["-std=c99", "-w", "-fPIC", f"-I{ROOT}/src"]
VARIANTS = {"plain": ["-O2"],
            "coverage": ["-O0", "--coverage"],
            "asan": ["-O1", "-fsanitize=address,undefined",
                     "-fno-sanitize-recover=all"],
            "4k": ["-O2", "-DFIMG_RECORD_MAX=4096"]}
SMALL = "session/test_fragment"  # has more to say with records of 4 KB
BUILDS = {"plain": ["programs", "O=build/host", "CFLAGS=-g -O2 -Werror"],
          "4k": [f"build/4k/tests/{SMALL}", "O=build/4k",
                 "CFLAGS=-g -O1 -Werror", "CONFIG=-DFIMG_RECORD_MAX=4096"]}
SLOWER = 5  # times as long as usual: it will not end by itself
MEMORY = 1 << 30
PATIENCE = 120
QUICK = 0.5


def compile_text(source, target, variant="plain"):
    """Compile the text of a file of src/; false if it is not valid C."""
    done = subprocess.run(["gcc", *CFLAGS, *VARIANTS[variant], "-c", "-o",
                           target, "-x", "c", "-"], input=source.encode(),
                          stderr=subprocess.DEVNULL)
    return done.returncode == 0


def compile_all(variant, pool):
    """Compile src/ as it is, and make the library of it."""
    folder = WORK / variant
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.o"):
        old.unlink()

    def compile_one(path):
        subprocess.run(["gcc", *CFLAGS, *VARIANTS[variant], "-c", "-o",
                        folder / f"{path.stem}.o", path], check=True)

    list(pool.map(compile_one, (ROOT / "src").glob("*.c")))
    link(folder, {}, variant)


def link(folder, replaced, variant="plain"):
    """Make a variant's library in a folder, with some objects replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    objects = [replaced.get(path.name, path)
               for path in sorted((WORK / variant).glob("*.o"))]
    subprocess.run(["gcc", "-shared", f"-Wl,-soname,{LIBRARY}",
                    *VARIANTS[variant], "-o", folder / LIBRARY, *objects],
                   check=True)


def link_programs(names, pool, variant="plain"):
    """Link these programs to a variant's library, which can be exchanged."""
    goal, folder, *flags = BUILDS[variant]
    subprocess.run(["make", "-s", "-j2", goal, folder, "CC=gcc", *flags],
                   cwd=ROOT, check=True)
    subprocess.run(["sh", "tests/session/pki.sh", "build/pki"], cwd=ROOT,
                   check=True)
    made = ROOT / folder.removeprefix("O=") / "tests"
    support = [path for path in sorted((made / "session").glob("*.o"))
               if not path.name.startswith("test_")]
    for suite in ("unit", "session"):
        (WORK / variant / suite).mkdir(exist_ok=True)

    def link_one(name):
        shared = support if name.startswith("session/") else []
        subprocess.run(["gcc", "-o", WORK / variant / name, made / f"{name}.o",
                        *shared, WORK / variant / LIBRARY, "-l:libbearssl.a"],
                       check=True)

    list(pool.map(link_one, names))


def programs():
    """The names of all programs, such as "unit/test_text"."""
    return [f"{suite}/{path.stem}" for suite in ("unit", "session")
            for path in sorted((ROOT / "tests" / suite).glob("test_*.c"))
            if path.stem != "test_lent"]


def limit(process, seconds, memory):
    """Bound what a program may take; it may have ended already."""
    try:
        resource.prlimit(process.pid, resource.RLIMIT_CPU,
                         (seconds, seconds + 1))
        if memory:
            resource.prlimit(process.pid, resource.RLIMIT_DATA,
                             (memory, memory))
    except ProcessLookupError:
        pass


def run(program, folder, seconds=PATIENCE, memory=MEMORY, env=None,
        variant="plain"):
    """Run a program with the library of this folder. Returns whether it has
    passed in time, and the seconds it had of a processor."""
    process = subprocess.Popen(
        [WORK / variant / program, "build/pki"], cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "CHECK_STOP": "1", "LD_LIBRARY_PATH": str(folder),
             **(env or {})})
    limit(process, seconds, memory)
    asleep = threading.Timer(PATIENCE + seconds, process.kill)
    asleep.start()
    _, status, usage = os.wait4(process.pid, 0)
    asleep.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode == 0, usage.ru_utime + usage.ru_stime


def run_sanitized(program, folder, seconds):
    """The same where reading or writing too far is noticed as well: blocks of
    the heap have guards, though only src/ is compiled with checks."""
    asan = subprocess.check_output(["gcc", "-print-file-name=libasan.so"],
                                   text=True).strip()
    return run(program, folder, 4 * seconds, None,
               {"LD_PRELOAD": asan, "ASAN_OPTIONS": "detect_leaks=0"})


def counts(folder):
    """The lines of each file that a run has left counts of: {file: {line:
    count}}."""
    done = subprocess.run(["gcov", "--json-format", "--stdout",
                           *sorted(folder.glob("*.gcda"))], cwd=folder,
                          check=True, capture_output=True, text=True)
    files = [file for text in done.stdout.splitlines()
             for file in json.loads(text)["files"]]
    return {pathlib.Path(file["file"]).name:
            {line["line_number"]: line["count"] for line in file["lines"]}
            for file in files}


def count_of(lines):
    """How often any of the lines has been run."""
    return sum(lines.values())


def measure(program):
    """How long a program takes, and what it runs of src/."""
    folder = WORK / "runs" / program
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.gc*"):
        old.unlink()
    for notes in (WORK / "coverage").glob("*.gcno"):
        (folder / notes.name).symlink_to(notes)
    passed, seconds = run(program, WORK / "coverage", env={
        "GCOV_PREFIX": str(folder), "GCOV_PREFIX_STRIP": "99"})
    if not passed:
        raise SystemExit(f"{program} fails without any fault")
    return seconds, counts(folder)


class Coverage:
    """Which program runs which line how often, and how long each takes."""

    def __init__(self, pool):
        compile_all("coverage", pool)
        self.seconds, self.runs, self.steps = {}, {}, {}
        for name, (seconds, files) in zip(programs(),
                                          pool.map(measure, programs())):
            self.seconds[name] = seconds
            self.runs[name] = files
            self.steps[name] = sum(map(count_of, files.values()))

    def allowed(self, program):
        """Whole seconds that a program may take."""
        return int(SLOWER * self.seconds[program]) + 1

    def is_quick(self, program):
        """May it be run under sanitizers too, for every fault?"""
        return self.seconds[program] < QUICK

    def reaching(self, fault):
        """The programs that run a fault's line, those first which it is a
        large part of, in little time. A line without code belongs to the code
        above it; outside functions, to all."""
        worth = {}
        for name, files in self.runs.items():
            lines = files.get(fault.file, {})
            line = max((line for line in lines if line <= fault.line),
                       default=0)
            runs = count_of(lines) if fault.function == "-" else \
                lines.get(line, 0)
            if runs:
                worth[name] = runs / self.steps[name] / self.seconds[name]
        return sorted(worth, key=worth.get, reverse=True)
