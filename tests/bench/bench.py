#!/usr/bin/env python3
"""Measure feishu-image against curl and wget, all in one go.

    bench.py [--rounds N] [--command FILE] [--output FILE]

The same images come from the same nginx over TLS 1.2 (which is all that
feishu-image speaks, so that the cipher is the same for all), trust is in the
same copy of the system's bundle with the test root as its last. Every run is a
new process on a new connection, and its bytes are compared. The clients take
turns in changing order. Files go to memory (/dev/shm) where that is possible:
feishu-image writes through to the disk (fsync), the others do not.

Then 1000 images by one command each (many.py).

Prints medians, with the middle half of the values in brackets, and whether the
targets are met; writes the same to build/bench.txt.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "standin"))

import many
import processes
import standin
from common import CIPHERS, MEASURES, OURS, PATH, ROOT, Failure, progress

CLIENTS = [OURS, "curl", "wget"]

# what it is called here: image of the stand-in
SIZES = {"10 KB": "png-small", "300 KB": "png-300k", "10 MB": "png-10m"}
CASES = [(size, cipher) for cipher in CIPHERS for size in SIZES]

# (size, measure, at most so much of curl's)
TARGETS = [("300 KB", "cpu", 0.30), ("300 KB", "rss", 0.20),
           ("10 MB", "cpu", 1.00), ("10 MB", "wall", 1.00)]


def build_meter(folder):
    """Compile measure.c: the path of the program."""
    target = folder / "measure"
    done = subprocess.run(
        [os.environ.get("CC", "cc"), "-O2", "-static", HERE / "measure.c",
         "-o", target], text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"measure.c does not compile: {done.stdout}")
    return target


def arguments(client, program, feishu, url, key, target):
    """The command line with which a client fetches an image."""
    bearer = f"Authorization: Bearer {feishu.token}"
    bundle = feishu.bundle_file
    if client == OURS:
        return [program, "-s", "--base-url", url, "--cacert", bundle,
                "-o", target, key]
    if client == "curl":
        return [program, "-q", "-sSf", "--tlsv1.2", "--tls-max", "1.2",
                "--cacert", bundle, "-H", bearer, "-o", target,
                url + PATH + key]
    # Without a folder of its own wget would read the system's roots besides.
    return [program, "--no-config", "-q", "--no-hsts",
            "--secure-protocol=TLSv1_2", f"--ca-certificate={bundle}",
            f"--ca-directory={target.parent / 'empty'}", "--header", bearer,
            "-O", target, url + PATH + key]


class Bench:
    """What all runs have in common."""

    def __init__(self, feishu, folder, programs):
        self.feishu, self.folder, self.programs = feishu, folder, programs
        self.meter = build_meter(folder)
        (folder / "empty").mkdir()
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C",
            "HOME": str(folder / "empty"),
            "FEISHU_TENANT_ACCESS_TOKEN": feishu.token}
        self.runs = self.many = 0

    def next_many(self):
        """A number for keys that were not used before."""
        self.many += 1
        return self.many

    def spend(self, what, command):
        """Run a command: {measure: value}."""
        child = processes.start(
            [str(word) for word in [self.meter, *command]], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment)
        out, err = child.communicate()
        words = out.split()
        if child.returncode or words[0] != "0":
            raise Failure(f"{what} fails: {err.strip()}")
        return dict(zip(("wall", "cpu", "rss"), map(int, words[1:])))

    def run(self, client, size, cipher):
        """One cold download: {measure: value}."""
        key = self.feishu.key(SIZES[size])
        target = self.folder / "image"
        target.unlink(missing_ok=True)
        command = arguments(client, self.programs[client], self.feishu,
                            self.feishu.urls[CIPHERS[cipher][0]], key, target)
        values = self.spend(f"{client} ({size}, {cipher})", command)
        if target.read_bytes() != self.feishu.images[key].read_bytes():
            raise Failure(f"{client} does not give the image's bytes")
        self.runs += 1
        return values

    def measure(self, rounds):
        """All rounds: {(size, cipher, client): [{measure: value}]}."""
        found = {}
        for number in range(-1, rounds):  # -1: not counted, warms caches
            turn = number % len(CLIENTS)
            for size, cipher in CASES:
                for client in CLIENTS[turn:] + CLIENTS[:turn]:
                    values = self.run(client, size, cipher)
                    if number >= 0:
                        found.setdefault((size, cipher, client),
                                         []).append(values)
            progress(f"round {number + 1} of {rounds}")
        progress("")
        return found

    def check_ciphers(self):
        """Was every request answered over the TLS that is claimed?"""
        seen = [tuple(line[5:7]) for line in self.feishu.requests()]
        wanted = {("TLSv1.2", name) for _, name in CIPHERS.values()}
        if set(seen) != wanted or len(seen) != self.runs:
            raise Failure(f"not what was to be measured: {set(seen)}")


def median(found, size, cipher, client, measure):
    """The median of what a client took."""
    return statistics.median(v[measure]
                             for v in found[size, cipher, client])


def ratio(found, size, cipher, measure, peer="curl"):
    """Ours as a part of a peer's, by medians."""
    return (median(found, size, cipher, OURS, measure) /
            median(found, size, cipher, peer, measure))


def cell(found, size, cipher, client, measure):
    """A median with the middle half of the values."""
    _, _, divisor, decimals = MEASURES[measure]
    values = sorted(v[measure] / divisor for v in found[size, cipher, client])
    low, high = values[len(values) // 4], values[-1 - len(values) // 4]
    return (f"{statistics.median(values):.{decimals}f} "
            f"({low:.{decimals}f}-{high:.{decimals}f})")


def table(found):
    """The lines of the table."""
    lines = []
    for size, cipher in CASES:
        lines.append(f"{size}, {cipher}".ljust(28) + "".join(
            f"{heading}, {unit}".rjust(24)
            for heading, unit, _, _ in MEASURES.values()))
        for client in CLIENTS:
            lines.append(f"  {client:26}" + "".join(
                cell(found, size, cipher, client, m).rjust(24)
                for m in MEASURES))
        for peer in CLIENTS[1:]:
            lines.append(f"  ratio to {peer:17}" + "".join(
                f"{ratio(found, size, cipher, m, peer):.2f}".rjust(24)
                for m in MEASURES))
        lines.append("")
    return lines


def verdict(found, many_cpu):
    """The lines on targets; the last one sums up."""
    lines, missed = [], []
    name = f"{many.IMAGES} of 20 KB: {MEASURES['cpu'][0]}"
    met = many_cpu <= many.LIMIT
    lines.append(f"{name:44}{many_cpu:.2f} of curl's, at most "
                 f"{many.LIMIT:.2f}: {'met' if met else 'MISSED'}")
    if not met:
        missed.append(f"{name} {many_cpu:.2f}")
    for size, measure, limit in TARGETS:
        for cipher in CIPHERS:
            value = round(ratio(found, size, cipher, measure), 2)
            name = f"{size} {cipher}: {MEASURES[measure][0]}"
            met = value <= limit
            lines.append(f"{name:44}{value:.2f} of curl's, at most "
                         f"{limit:.2f}: {'met' if met else 'MISSED'}")
            if not met:
                missed.append(f"{name} {value:.2f}")
    aes = "AES-128-GCM"
    summary = (f"300 KB {aes}: CPU {ratio(found, '300 KB', aes, 'cpu'):.2f} "
               f"of curl's, memory {ratio(found, '300 KB', aes, 'rss'):.2f}; "
               f"10 MB {aes}: CPU {ratio(found, '10 MB', aes, 'cpu'):.2f}, "
               f"wall {ratio(found, '10 MB', aes, 'wall'):.2f}; "
               f"many: CPU {many_cpu:.2f}; ")
    summary += "targets missed: " + "; ".join(missed) if missed \
        else "targets met"
    return lines + ["", summary]


def version(program):
    """A program's name and version, as its --version begins."""
    done = subprocess.run([program, "--version"], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    found = re.match(r"\D*[\d.]+", done.stdout)
    return found[0] if found else str(program)


def heading(bench, rounds, load):
    """What was measured, and where."""
    roots = bench.feishu.bundle_file.read_text().count("-----BEGIN CERT")
    programs = ", ".join(version(bench.programs[c]) for c in CLIENTS)
    return [f"{rounds} rounds of cold starts against one nginx on loopback, "
            f"TLS 1.2 for all; {roots} roots,", "the test root last; medians, "
            f"in brackets the middle half. {programs}.",
            f"{os.cpu_count()} CPUs, load average {load:.1f} at the start, "
            f"files on {bench.folder.parent}.", ""]


def find_programs(command):
    """{client: path}; all must be there."""
    found = {OURS: command, **{c: shutil.which(c) for c in CLIENTS[1:]}}
    if not os.access(command, os.X_OK):
        raise Failure(f"{command} is missing: run make first")
    for client, path in found.items():
        if not path:
            raise Failure(f"{client} is missing (Debian: {client})")
    return found


def bench(options):
    """Measure, and give the lines to print."""
    programs = find_programs(options.command)
    shm = pathlib.Path("/dev/shm")
    place = shm if os.access(shm, os.W_OK) else ROOT / "build"
    load = os.getloadavg()[0]
    with standin.Standin(bundle=True) as feishu, \
            tempfile.TemporaryDirectory(prefix="bench-", dir=place) as name:
        runner = Bench(feishu, pathlib.Path(name), programs)
        found = runner.measure(options.rounds)
        runner.check_ciphers()
        lines, many_cpu = many.report(runner, min(options.rounds, 9))
        return (heading(runner, options.rounds, load) + table(found) + lines +
                verdict(found, many_cpu))


def main(words):
    """The command; see above."""
    parser = argparse.ArgumentParser(
        description="Measure feishu-image against curl and wget.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--command", default=ROOT / "build" / OURS)
    parser.add_argument("--output", default=ROOT / "build" / "bench.txt")
    options = parser.parse_args(words)
    if options.rounds < 1:
        parser.error("at least one round")
    processes.raise_on_signals()
    try:
        text = "\n".join(bench(options)) + "\n"
    except (Failure, RuntimeError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    pathlib.Path(options.output).write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
