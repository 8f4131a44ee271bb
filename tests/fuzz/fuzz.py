"""Run the fuzz entries.

    python3 tests/fuzz/fuzz.py replay           each file of the corpora, once
    python3 tests/fuzz/fuzz.py run SECONDS      libFuzzer, two entries at a time
    python3 tests/fuzz/fuzz.py run SECONDS ENTRY...
    python3 tests/fuzz/fuzz.py merge            what was found and reaches more

`run` gives each entry its share of the seconds, more to whole sessions than to
a stage; as two run at a time, half of them pass. What reaches new edges is kept
in build/fuzz/found and is where the next run begins. A line for each entry
tells executions per second of processor time, and the edges reached so far.
Exit status 1: something was found, and where its input is.

`merge` puts the smallest of what reaches edges that the corpora do not into
build/fuzz/merged. It joins them under a name that tells what it does, and so
does an input that broke something.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "tests" / "fuzz"
OUT = ROOT / "build" / "fuzz"
WEIGHTS = {"session": 8, "tls": 8, "head": 3, "bundle": 2, "x509": 3,
           "cache": 2, "request": 2, "api": 2}
SANITIZE = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all " \
           "-fno-omit-frame-pointer"
COUNT_EDGES = "-fsanitize=fuzzer-no-link -fsanitize-coverage-ignorelist=" \
              "tests/fuzz/uncounted.txt"
LENGTHS = {"files": 600, "tls": 400, "type": 40, "retry": 20, "import": 130}


def make(folder, **variables):
    """Build the entries."""
    words = [f"{name}={value}" for name, value in variables.items()]
    subprocess.run(["make", "-s", "-j2", "fuzzers", f"O={folder}", *words],
                   cwd=ROOT, check=True)


def entries():
    """Their names, as their files have them."""
    return sorted(path.stem[5:] for path in HERE.glob("fuzz_*.c"))


def environment(place):
    """For a program: its own folder for temporary files."""
    return {**os.environ, "TMPDIR": str(place), "ASAN_OPTIONS":
            "quarantine_size_mb=8:allocator_release_to_os_interval_ms=-1"}


def replay():
    """Run all files of the corpora under sanitizers."""
    make("build/asan", CC="gcc", CFLAGS=SANITIZE + " -Werror")
    passed = failed = 0
    for entry in entries():
        files = sorted(str(path.relative_to(ROOT)) for path in
                       (HERE / "corpus" / entry).iterdir())
        with tempfile.TemporaryDirectory() as place:
            done = subprocess.run(
                [ROOT / "build/asan/tests/fuzz" / entry, *files], cwd=ROOT,
                env=environment(place), stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
        output = done.stdout.decode(errors="replace")
        match = re.search(r"(\d+) passed, (\d+) failed$", output.strip())
        counts = tuple(map(int, match.groups())) if match else (0, 1)
        passed += counts[0]
        failed += counts[1]
        if counts[1]:
            print(output)
    print(f"fuzz: {passed} passed, {failed} failed")
    return failed != 0


def shares(names, seconds):
    """How long each entry runs."""
    whole = sum(WEIGHTS.get(name, 1) for name in names)
    return {name: max(1, seconds * WEIGHTS.get(name, 1) // whole)
            for name in names}


def execute(command, place):
    """Run a program; returns its status, standard error, and CPU seconds."""
    with tempfile.TemporaryFile(dir=place) as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(place),
                                   stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return (process.returncode, said.read().decode(errors="replace"),
                usage.ru_utime + usage.ru_stime)


def fuzz(entry, seconds):
    """Run one entry; returns whether nothing was found."""
    found = OUT / "found" / entry
    found.mkdir(parents=True, exist_ok=True)
    broke = OUT / f"{entry}-broke"
    broke.unlink(missing_ok=True)
    words = [f"-max_total_time={seconds}", "-print_final_stats=1",
             "-timeout=20", f"-exact_artifact_path={broke}",
             f"-max_len={LENGTHS.get(entry, 4096)}"]
    words += [f"-dict={path}" for path in [HERE / "dict" / entry]
              if path.exists()]
    with tempfile.TemporaryDirectory() as place:
        status, text, cpu = execute([OUT / "tests/fuzz" / entry, *words, found,
                                     HERE / "corpus" / entry], place)
    report(entry, text, cpu)
    if status == 0:
        return True
    print("\n".join(line for line in text.splitlines()
                    if not re.match(r"#\d+\t|\tNEW_FUNC", line))[-6000:])
    print(f"{entry}: FOUND {broke}", flush=True)
    return False


def report(entry, text, cpu):
    """The line that an entry gets."""
    runs = re.findall(r"number_of_executed_units: (\d+)", text)
    edges = re.findall(r"cov: (\d+)", text)
    runs = int(runs[-1]) if runs else 0
    print(f"{entry}: {runs} executions, {runs / max(cpu, 1):.0f} a second,"
          f" {edges[-1] if edges else 0} edges, {cpu:.0f} CPU seconds",
          flush=True)


def run(seconds, chosen):
    """Run the entries, two at a time."""
    make("build/fuzz", CC="clang", RUNNER="", LDFLAGS="-fsanitize=fuzzer",
         CFLAGS=f"{SANITIZE} {COUNT_EDGES} -Werror")
    parts = shares(chosen or entries(), seconds)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        clean = list(pool.map(lambda name: fuzz(name, parts[name]), parts))
    print(f"fuzz: {clean.count(True)} entries found nothing, "
          f"{clean.count(False)} something")
    return not all(clean)


def merge():
    """Collect found inputs that the corpora lack."""
    for entry in entries():
        corpus, out = HERE / "corpus" / entry, OUT / "merged" / entry
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(corpus, out)
        with tempfile.TemporaryDirectory() as place:
            execute([OUT / "tests/fuzz" / entry, "-merge=1", "-use_counters=0",
                     out, OUT / "found" / entry], place)
        for path in corpus.iterdir():
            (out / path.name).unlink()
        print(f"{entry}: {len(list(out.iterdir()))} in {out}", flush=True)
    return 0


def main():
    """What the command line asks for."""
    if sys.argv[1:] == ["replay"]:
        return replay()
    if sys.argv[1:] == ["merge"]:
        return merge()
    if len(sys.argv) > 2 and sys.argv[1] == "run":
        return run(int(sys.argv[2]), sys.argv[3:])
    print(__doc__.strip())
    return 2


if __name__ == "__main__":
    sys.exit(main())
