"""The store in a flash, and the main loop of flash_example.c.

    python3 tests/flash/run.py PATH-TO-LIBRARY [CC [CFLAGS]]

Builds below build/flash/. Runs the test programs of the store on a simulated
flash, under sanitizers. Then tests/flash/example.c over the POSIX port
downloads images from the stand-in for Feishu over real TLS, and what is in the
flash is looked at, and whether the light kept its rhythm. The last line is
"flash: N passed, N failed".
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "standin"))

import processes
import standin

OUT = ROOT / "build" / "flash"
STORE = ["tests/flash/nor.c", "tests/flash/nor_heap.c",
         "port/flash_store/flash_record.c", "port/flash_store/flash_store.c"]
EXAMPLE = ["tests/flash/example.c", *STORE,
           "port/flash_store/flash_example.c", "port/posix/posix_dial.c",
           "port/posix/posix_port.c", "port/posix/posix_resolver.c",
           "port/posix/posix_system.c", "port/posix/trust_file.c",
           "port/posix/line.c"]
INCLUDES = ["src", "tests", "port/posix", "port/flash_store"]
TESTS = ("store", "damage", "cuts")
SANITIZE = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
WARN = "-std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
OLD = b"older"
PERIOD_MS = 20
# What is done in one step when the server's part of the handshake has come in:
# its signature is checked (for RSA that is next to nothing) and keys are
# exchanged. The longest step may last so many times as long, by the CPU's time.
LONGEST = {"rsa": ["exchange_us"], "chain5": ["exchange_us"],
           "ecdsa": ["exchange_us", "verify256_us"],
           "ec384": ["exchange_us", "verify384_us"]}
WORST = 2
FAULTS = ("short-fin", "short-close-notify", "short-rst", "chunked-short-fin",
          "chunked-no-last", "until-fin", "stall-in-body", "record-damaged",
          "length-zero")
TRIES = 5  # other programs' share of the caches is none of our doing


def build(name, sources, cc, cflags, *libraries):
    """Compile a program; returns its path."""
    OUT.mkdir(parents=True, exist_ok=True)
    subprocess.run([*shlex.split(cc), *shlex.split(cflags), *WARN.split(),
                    *(f"-I{ROOT / folder}" for folder in INCLUDES), "-o",
                    OUT / name, *(ROOT / source for source in sources),
                    *libraries], check=True)
    return OUT / name


def build_example(library, cc="gcc", cflags="-g -O2"):
    """The program that downloads."""
    bearssl = shlex.split(os.environ.get("BEARSSL", "-l:libbearssl.a"))
    return build("example", EXAMPLE, cc, cflags, library, *bearssl,
                 "-lpthread")


def run_test(name, cc="gcc", *_):
    """Run one of the store's test programs: how many passed, how many not."""
    program = build(f"test_{name}", [f"tests/flash/test_{name}.c", *STORE],
                    cc, SANITIZE)
    child = processes.start([program], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    try:
        text = child.communicate(timeout=300)[0]
    finally:
        processes.stop(child)
    print(text, end="", flush=True)
    found = re.search(r": (\d+) passed, (\d+) failed\n$", text)
    passed, failed = map(int, found.groups()) if found else (0, 1)
    if child.returncode != 0 and not failed:
        print(f"FAIL {name}: exit {child.returncode}")
        failed = 1
    return passed, failed


def play(program, feishu, server, key, ca_file=None):
    """Run it once: its exit status, its figures and what is in the flash."""
    port = feishu.urls[server].rsplit(":", 1)[1]
    saved = feishu.folder / "flash.out"
    saved.unlink(missing_ok=True)
    child = processes.start(
        [program, "localhost", port, key, feishu.token,
         ca_file or feishu.ca_file, saved],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        text = child.communicate(timeout=60)[0]
    finally:
        processes.stop(child)
    figures = {name: int(value) for name, value
               in re.findall(r"(\w+)=(-?\d+)", text)}
    bytes_ = saved.read_bytes() if saved.exists() else None
    return child.returncode, figures, bytes_, text


def check_image(program, feishu, server, key):
    """A whole image comes to be in the flash, and the light blinks on."""
    original = feishu.images[key].read_bytes()
    wrong = []
    for _ in range(TRIES):
        status, figures, stored, text = play(program, feishu, server, key)
        if status != 0 or stored != original:
            return [f"exit {status}: {text}"]
        allowed = WORST * sum(figures[name] for name in LONGEST[server])
        toggles = figures["elapsed_ms"] // PERIOD_MS
        wrong = []
        if figures["worst_us"] > allowed:
            wrong.append(f"a step of {figures['worst_us']} us, allowed are "
                         f"{allowed}")
        if abs(toggles - figures["toggles"]) > 1 + figures["late_ms"] // \
                PERIOD_MS:
            wrong.append(f"{figures['toggles']} toggles, not {toggles}")
        print(f"     {server} {key}: {text.strip()}")
        if not wrong:
            break
    return wrong


def check_failure(program, feishu, server, key, ca_file=None):
    """What is not a whole image leaves the old one."""
    status, _, stored, text = play(program, feishu, server, key, ca_file)
    return [] if status == 1 and stored == OLD else [f"exit {status}: {text}"]


def checks(program, feishu):
    """All of them: name, function."""
    for name in ("png-tiny", "png-16385", "png-300k", "webp-300k"):
        yield (f"{name} over RSA into the flash",
               check_image, "rsa", feishu.key(name))
    for server in ("ecdsa", "ec384", "chain5"):
        yield (f"png-20k over {server} into the flash",
               check_image, server, feishu.key("png-20k"))
    for fault in FAULTS:
        yield (f"{fault} leaves the old image", check_failure, "fault",
               f"fault_{fault}")
    yield ("a refusal leaves the old image", check_failure, "rsa",
           "img_err_234008")
    yield ("an image larger than a slot leaves the old one", check_failure,
           "rsa", feishu.key("png-1m"))
    yield ("an unknown root leaves the old image", check_failure,
           "bad-unknown-ca", feishu.key("png-20k"))


def main(arguments):
    """Build, play all, say how each went."""
    library = str(pathlib.Path(arguments[0]).resolve())
    passed = failed = 0
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        for name in TESTS:
            right, wrong = run_test(name, *arguments[1:])
            passed, failed = passed + right, failed + wrong
        program = build_example(library, *arguments[1:])
        with standin.Standin() as feishu:
            for name, function, *rest in checks(program, feishu):
                print(f"case {name}", flush=True)
                wrong = function(program, feishu, *rest)
                for line in wrong:
                    print(f"FAIL {name}: {line}")
                passed, failed = passed + (not wrong), failed + bool(wrong)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"FAIL set-up: {error}")
        print(f"flash: {passed} passed, {failed + 1} failed")
        return 1
    finally:
        processes.stop_all_children()
    print(f"flash: {passed} passed, {failed} failed")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
