#!/usr/bin/env python3
"""Measure feishu-image beside what else one would use, all in one go.

    bench.py [--rounds N] [--command FILE] [--no-board] [--readme]

The same images come from the same nginx on loopback over TLS 1.2, which is all
that feishu-image speaks, so that the cipher is the same for all; trust is in
the same copy of the system's bundle with the test roots last (Node has its own
roots and is given the test roots). Clients take turns in changing order, and
what they fetch is compared. Files go to memory (/dev/shm) where possible.

Writes build/bench.md, bench.json and bench.svg, and prints the first; with
--readme the README's table and picture, too. Exit status 1: a target was
missed; 2: something could not be measured.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

import head
import picture
import rig
import table
from cases import COLD, COUNTED, CURL, FILES, OURS, SDK, WARM, WGET, targets
from clients import is_floor
from measured import Found
from rig import ROOT, Failure, processes

import standin

HANDSHAKES = 20  # of each kind at a time
SDK_EVERY = 3    # rounds, since a start of Node takes as long as all others


def progress(text):
    """Show how far it is, where somebody is watching."""
    if sys.stderr.isatty():
        print(f"\r{text:30}\r", end="", file=sys.stderr, flush=True)


def rounds_of(runner, found, cases, rounds):
    """All rounds of some cases; the first warms caches and is not counted."""
    for number in range(rounds + 1):
        for case in cases:
            turn = number % len(case.clients)
            for client in case.clients[turn:] + case.clients[:turn]:
                if not runner.has(client) or \
                        client == SDK and number % SDK_EVERY:
                    continue
                values = runner.spend(case, client)
                if number:
                    found.add(case, client, values)
        progress(f"{cases[0].title}: {number} of {rounds}")


def count(runner, found):
    """What repeats, and so needs no rounds."""
    for case in COUNTED:
        for client in found.clients(case):
            if is_floor(client):
                continue
            counts = found.counts.setdefault((case, client), {})
            progress(f"counting: {case.title}, {client}")
            if client != SDK:
                counts["calls"] = runner.calls(case, client)
            if case.kind != "file":
                counts["wire"] = runner.wire(case, client)
            if client in (OURS, CURL, WGET) and case in COLD:
                counts["instructions"] = runner.instructions(case, client)


def handshakes(runner, found, rounds):
    """Full and resumed handshakes in one process."""
    program = ROOT / "build" / "tests" / "bench" / "handshake"
    subprocess.run(["make", "-s", "-C", ROOT, f"O={ROOT / 'build'}", program],
                   check=True)
    feishu = runner.feishu
    port = feishu.urls["aes128"].rpartition(":")[2]
    for _ in range(rounds):
        done = subprocess.run(
            [program, port, feishu.bundle_file, "img_close_png-tiny",
             str(HANDSHAKES)], env=runner.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if done.returncode:
            raise Failure("a handshake fails")
        found.handshakes.append(tuple(map(int, done.stdout.split())))


def cortex():
    """What cortex.py says; its modules have names that ours have, too."""
    done = subprocess.run([sys.executable, rig.HERE / "cortex.py"], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    if done.returncode:
        raise Failure("the firmware for Cortex-M3 cannot be measured")
    return json.loads(done.stdout)


def version(program):
    """A program's name and version, as its --version begins."""
    done = subprocess.run([program, "--version"], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    match = re.match(r"\D*[\d.]+", done.stdout)
    return match[0] if match else str(program)


def about(runner, rounds, load):
    """What was measured, and where."""
    roots = runner.feishu.bundle_file.read_text().count("-----BEGIN CERT")
    peers = [version(runner.programs[c]) for c in (OURS, CURL, WGET)]
    if runner.has(SDK):
        peers.append(f"{rig.SDK_PACKAGE} on Node "
                     f"{version(runner.programs[SDK])}")
    return [f"Medians of {rounds} rounds (large ones fewer), clients in turn, "
            f"against one nginx on loopback, TLS 1.2;", f"{roots} roots. "
            f"{', '.join(peers)}.", f"{os.cpu_count()} CPUs, load average "
            f"{load:.1f} at the start. Cold: a new process and connection."]


def measure(options, feishu, folder):
    """Everything: what was found, and what to say about it."""
    load = os.getloadavg()[0]
    runner = rig.Rig(feishu, folder, options.command)
    for name in (OURS, CURL, WGET):
        if not runner.has(name):
            raise Failure(f"{name} is missing")
    found = Found()
    few = max(1, options.rounds // 3)
    rounds_of(runner, found, COLD, options.rounds)
    rounds_of(runner, found, [WARM], few + 1)
    for client in (OURS, CURL):
        runner.check_file(FILES[0], client)
    rounds_of(runner, found, FILES, few)
    runner.check_requests()
    handshakes(runner, found, few + 1)
    count(runner, found)
    progress("head parser")
    found.parsers = head.measure(folder)
    found.head = found.parsers["feishu-image"]
    if not options.no_board:
        progress("board")
        found.board = cortex()
    progress("")
    return found, about(runner, options.rounds, load)


def write_readme(found, text, drawing):
    """Put the README's table between its marks, and its picture in place."""
    readme = ROOT / "README.md"
    before, begin, rest = readme.read_text().partition("<!-- bench -->\n")
    _, end, after = rest.partition("<!-- /bench -->")
    if not end:
        raise Failure("README.md has no lines <!-- bench --> and "
                      "<!-- /bench -->")
    readme.write_text(before + begin + table.readme(found, text) + end + after)
    (rig.HERE / "bench.svg").write_text(drawing)


def report(found, text, readme):
    """Write it all down: 1 if a target was missed."""
    build = ROOT / "build"
    page = table.markdown(found, text)
    drawing = picture.draw(found)
    (build / "bench.md").write_text(page)
    (build / "bench.json").write_text(
        json.dumps(table.as_json(found), indent=1) + "\n")
    (build / "bench.svg").write_text(drawing)
    if readme:
        write_readme(found, text, drawing)
    print(page)
    missed = [t.name for t in targets(found) if t.verdict == "MISSED"]
    print(f"bench: {len(targets(found)) - len(missed)} targets met, "
          f"{len(missed)} missed" + "".join(f"; {name}" for name in missed))
    return bool(missed)


def main(words):
    """The command; see above."""
    parser = argparse.ArgumentParser(
        description="Measure feishu-image beside curl, wget and Node's SDK.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--command", default=ROOT / "build" / OURS)
    parser.add_argument("--no-board", action="store_true")
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args(words)
    processes.raise_on_signals()
    shm = pathlib.Path("/dev/shm")
    place = shm if os.access(shm, os.W_OK) else ROOT / "build"
    try:
        with standin.Standin(bundle=True) as feishu, \
                tempfile.TemporaryDirectory(prefix="bench-", dir=place) as name:
            return report(*measure(options, feishu, pathlib.Path(name)),
                          options.readme)
    except (Failure, RuntimeError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
