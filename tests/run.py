"""Run the tests and add up what they say.

    python3 tests/run.py quick|full

Each part is a command whose last line is "NAME: N passed, N failed". A part
that ends otherwise, or with a non-zero status, counts as one failure more. Two
parts run at a time. The last line printed is the sum over all of them.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WARN = "-Werror"
SANITIZE = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all " \
           "-fno-omit-frame-pointer"
VALGRIND = ["valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
            "--track-origins=no"]
M32_BEARSSL = "build/bearssl-m32/libbearssl.a"
TIMEOUT = 1200


def variant(name, compiler, cflags, **options):
    """Make arguments that build the programs of one variant."""
    words = [f"O=build/{name}", f"CC={compiler}", f"CFLAGS={cflags} {WARN}"]
    return name, words + [f"{key}={value}" for key, value in options.items()]


HOST = variant("host", "gcc", "-g -O2")
CLANG = variant("clang", "clang", "-g -O1")
ASAN = variant("asan", "gcc", SANITIZE)
# gcc-12-multilib brings no headers of the kernel's for 32 bits
M32 = variant("m32", "gcc -m32",
              "-g -O1 -idirafter /usr/include/x86_64-linux-gnu",
              BEARSSL=M32_BEARSSL, OBJCOPY=":")
SMALL = variant("4k", "gcc", "-g -O1", CONFIG="-DFIMG_RECORD_MAX=4096")
SMALL_ONLY = ["fragment", "session", "session_end", "token_taken"]
QUICK = ["quick", "quick_ec"]
LENT = variant("lent", "gcc", SANITIZE, CONFIG="-DFIMG_RECORD_LENT=1")


class Results:
    """Counts, and the names of the cases that were run."""

    def __init__(self):
        self.passed = self.failed = 0
        self.names = set()
        self.clean = {}  # variant -> nothing of it failed

    def part(self, name, status, output, seconds):
        """Take in what one part printed."""
        lines = output.strip().splitlines() or [""]
        self.names.update(line[5:] for line in lines
                          if line.startswith("case "))
        match = re.search(r"(\d+) passed, (\d+) failed$", lines[-1])
        passed, failed = map(int, match.groups()) if match else (0, 0)
        if (status != 0 and failed == 0) or not match:
            failed += 1
        self.passed += passed
        self.failed += failed
        variant = name.split("/")[0]
        self.clean[variant] = self.clean.get(variant, True) and not failed
        print(f"{'FAIL' if failed else 'ok  '} {name}: {passed} passed, "
              f"{failed} failed ({seconds:.1f} s)", flush=True)
        if failed:
            shown = [line for line in lines if not line.startswith("case ")]
            print("\n".join("     " + line for line in shown[-40:]),
                  flush=True)


def run(command, env=None):
    """Run one command; returns its status, output and time."""
    begin = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              env={**os.environ, "CHECK_NAMES": "1",
                                   **(env or {})},
                              timeout=TIMEOUT)
        status, output = done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        status = 124
        output = (late.stdout or b"").decode(errors="replace") + "\ntimed out"
    except OSError as error:  # a program that could not be built
        status, output = 127, str(error)
    return status, output, time.monotonic() - begin


def build(results, chosen, target="programs"):
    """Build a variant; a failure counts, and its programs are then missing."""
    name, words = chosen
    status, output, seconds = run(["make", "-s", "-j2", target] + words)
    if status:
        results.part(f"{name}/build", status, output, seconds)


def programs(chosen, wrapper=(), only="", label=""):
    """The parts that run a variant's programs."""
    name, _ = chosen
    parts = []
    sources = [source for suite in ("unit", "session") for source in
               sorted((ROOT / "tests" / suite).glob("test_*.c"))]
    for source in sources:
        suite = source.parent.name
        program = f"build/{name}/tests/{suite}/{source.stem}"
        if source.stem == "test_lent" and chosen is not LENT:
            continue
        if only and not re.fullmatch(only, f"{suite}/{source.stem[5:]}"):
            continue
        parts.append((f"{label or name}/{suite}/{source.stem[5:]}",
                      [*wrapper, program, "build/pki"], None))
    return parts


def runs_here(program):
    """Does this kernel run the program at all? Some run no 32-bit ones."""
    try:
        subprocess.run([ROOT / program], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return True
    except OSError:
        return False


def m32_wrapper():
    """What to run 32-bit programs with: nothing, or an emulator."""
    return [] if runs_here("build/m32/tests/unit/test_text") \
        else ["qemu-i386-static"]


def prepare():
    """Make what several parts use, once."""
    (ROOT / "build").mkdir(exist_ok=True)
    subprocess.run(["sh", "tests/session/pki.sh", "build/pki"], cwd=ROOT,
                   check=True)


def python(script, *arguments):
    """A command that runs one of the project's scripts."""
    return [sys.executable, f"tests/{script}", *arguments]


def quick_parts():
    """What needs no more than compiler, libraries, nginx and openssl."""
    return programs(HOST) + [
        ("rules", python("rules.py", "build/libfeishu-image.a"), None),
        ("headers", python("headers.py"), None),
        ("standin", python("standin/check.py"), None),
        ("command", python("command/run.py", "build/feishu-image"), None),
    ]


def quick_functions():
    """What is quicker than BearSSL's, on this CPU and on older ones."""
    return [(f"{name}/{program}", [f"build/{name}/tests/bench/test_{program}"],
             None) for name in ("host", "asan") for program in QUICK] + [
        (f"{cpu}/quick", ["qemu-x86_64-static", "-cpu", cpu,
                          "build/host/tests/bench/test_quick"], None)
        for cpu in ("Westmere", "Conroe")]


def full_parts():
    """What needs sanitizers, valgrind, other compilers and word sizes."""
    return programs(CLANG, only="unit/.*") + programs(ASAN) + \
        programs(M32, m32_wrapper(), "unit/.*|session/(download|tls)") + \
        programs(SMALL, only=f"session/({'|'.join(SMALL_ONLY)})") + \
        programs(LENT, only="session/(?!cuts|faults|reuse).*") + \
        programs(HOST, VALGRIND, "unit/.*", "memcheck") + [
        ("memcheck/command", ["sh", "tests/memcheck.sh"],
         {"PYTHON": sys.executable}),
        ("asan/command", python("command/run.py", "build/asan/feishu-image"),
         {"ASAN_OPTIONS": "detect_leaks=1"}),
        ("mutants", python("mutants/mutants.py", "--check"), None),
        ("size", python("size/size.py", "--check"), None),
        ("stack", python("stack/run.py"), None),
        ("coverage", python("coverage/coverage.py", "--check"), None),
        ("proof", python("proof/prove.py", "--test"), None),
        ("port/posix", python("port_check.py", "posix"), None),
        ("port/skeleton", python("port_skeleton.py"), None),
        ("system", python("system/run.py", "build/feishu-image"), None),
        ("differential",
         python("differential/run.py",
                "build/host/tests/differential/client", "build/pki"), None),
        ("fuzz", python("fuzz/fuzz.py", "replay"), None),
        ("fleet", ["build/host/tests/fleet/fleet", "--check"], None),
        ("gateway", python("gateway/run.py", "build/feishu-image"), None),
        ("secrets", python("secrets/run.py", "CFLAGS=-g -O2"), None),
        ("soak", python("soak/run.py", "build/feishu-image", "--images",
                        "4000", "--every", "40"), None),
        ("flash", python("flash/run.py", "build/libfeishu-image.a"), None),
        ("make_anchors", ["sh", "tests/tools/test_make_anchors.sh"], None),
        ("install", python("install.py"), None),
        *quick_functions(),
    ]


def other_machines():
    """Boards, C libraries and processors; the longest parts of all."""
    return [
        ("boards", python("boards/run.py"), None),
        ("lwip_socket",
         python("lwip_socket/run.py", "build/libfeishu-image.a"), None),
        ("network", python("network/run.py", "build/feishu-image"), None),
        *((f"cross/{arch}", python("cross/cross.py", arch), None)
          for arch in ("aarch64", "mips", "riscv64", "armhf", "mipsel")),
        *((f"static/{arch}", python("cross/static.py", arch), None)
          for arch in ("x86-64", "armhf", "mipsel")),
    ]


def main():
    """Build, run, add up."""
    full = sys.argv[1:] == ["full"]
    begin = time.monotonic()
    results = Results()
    prepare()
    build(results, ("plain", []), "all")
    build(results, HOST)
    parts = quick_parts()
    if full:
        status, output, seconds = run(
            python("lib/bearssl_source.py", "--cc", "gcc -m32", "--cflags",
                   "-O2", "--out", os.path.dirname(M32_BEARSSL)))
        if status:
            results.part("m32/bearssl", status, output, seconds)
        for chosen in (CLANG, ASAN, LENT, M32):
            build(results, chosen)
        build(results, ASAN, "build/asan/feishu-image")
        build(results, HOST, "build/host/tests/fleet/fleet")
        build(results, HOST, "build/host/tests/differential/client")
        for chosen in (HOST, ASAN):
            for program in QUICK:
                build(results, chosen,
                      f"build/{chosen[0]}/tests/bench/test_{program}")
        for name in SMALL_ONLY:
            build(results, SMALL, f"build/4k/tests/session/test_{name}")
        parts = other_machines() + full_parts() + parts
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = {pool.submit(run, command, env): name
                   for name, command, env in parts}
        for done in concurrent.futures.as_completed(running):
            results.part(running[done], *done.result())
    if full:
        if results.clean.get("asan") and results.clean.get("m32"):
            results.names.add("row 109: all of it under ASan, UBSan, -m32")
        import rows
        results.part("rows", *rows.check(results.names), 0)
    print(f"took {time.monotonic() - begin:.0f} s")
    print(f"{results.passed} passed, {results.failed} failed")
    return results.failed != 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    sys.exit(main())
