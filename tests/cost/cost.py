#!/usr/bin/env python3
"""What downloads cost on a processor: stack, and instructions, under QEMU.

    cost.py [CORE]...       print what the firmware says; all cores by default

The firmware (main.c) is the library and its server in one image, so it needs
no network and does the same each time. QEMU runs it with -icount shift=0:
each instruction takes a nanosecond of the time that the firmware measures.
What it said is kept beside it until it is another, or another QEMU's.
"""

import hashlib
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "size")]

import cores
import bearssl_source
import build
import identities
from targets import BUILD, ROOT

QEMU = "qemu-system-arm"
TIMEOUT_S = 120
EXITS = {2: "an instruction is not a nanosecond, or too many came in one go",
         3: "a download failed, or a stack overflowed"}
PORT = ["startup", "console", "clock", "lan9118"]


def firmware(core):
    """Build the firmware. Returns the path of its image."""
    target = core.target
    cortexm = ROOT / "port" / "cortexm"
    with cores.alone():
        flags = [*cores.flags_of(core), "-I", cortexm, "-I", HERE]
        sources = [*sorted(HERE.glob("*.c")), *identities.sources(),
                   *(cortexm / f"{name}.c" for name in PORT),
                   ROOT / "port" / target.folder / "board.c"]
        objects = cores.library(core) + cores.compile_all(
            core, sources, BUILD / target.name, flags)
        return build.link(target, objects + cores.bearssl(core, objects))


def run(core, image):
    """What the firmware says."""
    command = [QEMU, "-M", core.target.machine, "-kernel", str(image),
               "-icount", "shift=0,sleep=off", "-display", "none", "-nic",
               "none", "-serial", "none", "-monitor", "none", "-chardev",
               "stdio,id=c0,signal=off", "-semihosting-config",
               "enable=on,target=native,chardev=c0"]
    try:
        done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT_S)
    except FileNotFoundError:
        raise build.Failure(f"{QEMU} is missing; run tests/setup.sh") from None
    except subprocess.TimeoutExpired:
        raise build.Failure(f"{image}: no end after {TIMEOUT_S} s") from None
    if done.returncode:
        why = EXITS.get(done.returncode, f"exit code {done.returncode}")
        raise build.Failure(f"{image}: {why}\n{done.stdout}{done.stderr}")
    return done.stdout


def said(core, image):
    """The same. An image that has run before is not run again."""
    version = build.run(QEMU, "--version")
    wanted = hashlib.sha256(image.read_bytes() + version.encode()).hexdigest()
    kept = image.with_suffix(".said")
    head, _, text = (kept.read_text() if kept.exists() else "").partition("\n")
    if head != wanted:
        kept.unlink(missing_ok=True)
        text = run(core, image)
        kept.write_text(f"{wanted}\n{text}")
    return text


def parse(text):
    """{(kind, chain, suite, body): {name: value}} of what it says."""
    found = {}
    for line in text.splitlines():
        kind, chain, suite, body, *values = line.split()
        found[kind, chain, suite, int(body)] = {
            name: int(value) for name, value in
            (word.split("=") for word in values)}
    return found


def per_byte(runs, suite):
    """Instructions per byte of body: of what a longer body costs more."""
    (short, low), (long, high) = sorted(
        (key[3], values["transfer"]) for key, values in runs.items()
        if key[:3] == ("full", "rsa", suite))
    return (high - low) / (long - short)


def most(runs, name, *words):
    """The largest value of that name in runs with these words in their key."""
    return max(values[name] for key, values in runs.items()
               if set(words) <= set(key))


def measure(core, image):
    """The figures of a processor, {name: number}; stack in bytes."""
    runs = parse(said(core, image))
    found = {}
    for chain in identities.NAMES:
        for name, value in (("stack", "handshake_stack"),
                            ("handshake", "handshake"),
                            ("longest", "longest")):
            found[f"{name}_{chain}"] = most(runs, value, "full", chain)
    for suite in ("chacha20", "aes-gcm"):
        found[f"stack_{suite}"] = most(runs, "transfer_stack", suite)
        found[f"byte_{suite}"] = per_byte(runs, suite)
    if any(key[0] == "resumed" for key in runs):
        found["handshake_resumed"] = most(runs, "handshake", "resumed")
    return found


def main(names):
    """The command; see above."""
    try:
        for core in cores.CORES:
            if core.target and (not names or core.name in names):
                print(f"{core.name}:\n{said(core, firmware(core))}", end="",
                      flush=True)
    except (build.Failure, bearssl_source.Failure) as failure:
        print(f"cost: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
