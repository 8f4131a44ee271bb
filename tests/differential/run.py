"""Four clients read the same responses: the library, Node's http module
(llhttp), h11 and curl. Where one of them differs from the library, the table
in README.md has to tell why.

    python3 tests/differential/run.py CLIENT PKI [SEED [TIMES]]

CLIENT is the program built from client.c, PKI what tests/session/pki.sh made.
TIMES as many responses as usual are read. The last line is
"differential: N passed, N failed": a case a kind of response, and one a row.
"""
import collections
import pathlib
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import forms
import records
import strokes
import table
import wire

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_PYTHON = "/usr/bin/python3"  # which has Debian's h11
OTHERS = ("node", "h11", "curl")
SHOWN = 2  # examples of a failure


def responses(seed, times):
    """(kind, bytes), the same ones for the same seed."""
    rng = random.Random(seed)
    return [(kind, wire.join(parts)) for kind, parts in
            (*forms.cases(rng, 8 * times), *strokes.cases(rng, 3 * times))]


def commands(client, pki):
    """How each client is started, but for the two files."""
    return {"fimg": [client, pki],
            "node": ["node", HERE / "peer_node.js"],
            "h11": [DEBIAN_PYTHON, "-B", HERE / "peer_h11.py"],
            "curl": [sys.executable, "-B", HERE / "peer_curl.py"]}


def verdicts(command, name, cases, folder):
    """What one client makes of every response."""
    out = f"{folder}/{name}"
    subprocess.run([*command, f"{folder}/responses", out], check=True)
    found = list(records.read_verdicts(out))
    if len(found) != len(cases):
        raise SystemExit(f"{name}: {len(found)} verdicts on {len(cases)}")
    return found


def names_of(peer):
    """What the table may call a peer."""
    if peer != "node":
        return {peer}
    version = subprocess.run(["node", "-p", "process.versions.node"],
                             capture_output=True, text=True, check=True)
    old = int(version.stdout.split(".")[0]) < 20
    return {"node", "node < 20" if old else "node >= 20"}


def difference(ours, theirs):
    """How a peer differs from us, or None."""
    if ours[0] != theirs[0]:
        return "accept" if theirs[0] == "+" else "refuse"
    return "misread" if ours[0] == "+" and ours[1] != theirs[1] else None


def faults(kind, judged, rows, names):
    """What is wrong about the verdicts on one response."""
    ours = judged["fimg"]
    if kind.startswith("valid: ") and ours[0] == "-":
        yield "fimg refuses a valid response"
    if ours[0] == "+" and not any(judged[peer] == ours for peer in OTHERS):
        yield "fimg alone accepts this, or reads this body"
    for peer in OTHERS:
        how = difference(ours, judged[peer])
        # every row is asked, as each notes whether it is of use
        if how and not any([row.covers(names[peer], how, kind)
                            for row in rows]):
            yield f"{peer} {how}s, fimg does not"


def show(kind, fault, response, judged):
    """Print one failure."""
    print(f"FAIL {kind}: {fault}\n     {response[:400]!r}")
    for name, (verdict, text) in judged.items():
        print(f"     {name} {verdict} {text[:100]!r}")


def compare(cases, found, rows, names):
    """The kinds that failed; prints the first responses of each."""
    failed = collections.Counter()
    for i, (kind, response) in enumerate(cases):
        judged = {name: found[name][i] for name in found}
        for fault in faults(kind, judged, rows, names):
            failed[kind] += 1
            if failed[kind] <= SHOWN:
                show(kind, fault, response, judged)
    return failed


def unused(rows, names):
    """Rows on which nobody differs any more; prints them."""
    here = set().union(*names.values())
    found = [row for row in rows if row.peers & here and not row.used]
    for row in found:
        print(f"FAIL no such disagreement: {row.text}")
    return found


def main():
    """Ask all clients, compare, add up."""
    client, pki, *rest = sys.argv[1:]
    seed, times = (int(number) for number in (*rest, 1, 1)[:2])
    cases = responses(seed, times)
    names = {peer: names_of(peer) for peer in OTHERS}
    rows = table.rows()
    with tempfile.TemporaryDirectory() as folder:
        records.write_responses(f"{folder}/responses",
                                [response for _, response in cases])
        found = {name: verdicts(command, name, cases, folder)
                 for name, command in commands(client, pki).items()}
    failed = compare(cases, found, rows, names)
    kinds = len({kind for kind, _ in cases})
    print(f"{len(cases)} responses of {kinds} kinds; accepted:", ", ".join(
        f"{name} {sum(v == '+' for v, _ in found[name])}" for name in found))
    bad = len(failed) + len(unused(rows, names))
    print(f"differential: {kinds + len(rows) - bad} passed, {bad} failed")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
