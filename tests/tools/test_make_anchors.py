#!/usr/bin/env python3
"""Test make-anchors: what it writes, what it refuses, and that anchors
compiled in are good for a real download from the stand-in.

The tool is built here, with sanitizers, since it reads files from anywhere.
Last line: "tools/make_anchors: N passed, N failed".
"""

import base64
import hashlib
import pathlib
import re
import shutil
import sys
import tempfile

# Nothing is to be written outside build/.
sys.dont_write_bytecode = True

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "standin"))

import certificates
import downloads
import standin
from helpers import BEARSSL, ROOT, WARN, Checks, must, run

TOOLS = ROOT / "port" / "tools"
STRICT = [*WARN, "-Wshadow", "-Wconversion"]
SANITIZE = ["-g", "-O1", "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all"]
COMPILERS = [cc for cc in ("gcc", "clang") if shutil.which(cc)]
PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n(.*?)-----END", re.S)


class Tool:
    """make-anchors, built in `folder`."""

    def __init__(self, folder):
        self.path = folder / "make-anchors"
        must("gcc", *STRICT, *SANITIZE, *TOOLS.glob("*.c"), BEARSSL,
             "-o", self.path)

    def __call__(self, *arguments, **options):
        """The finished process."""
        return run(self.path, *arguments, **options)

    def source(self, *arguments):
        """What it prints for arguments that are fine."""
        return must(self.path, *arguments)


def test_build(checks):
    """The tool compiles with every compiler here."""
    for cc in COMPILERS:
        for source in sorted(TOOLS.glob("*.c")):
            done = run(cc, *STRICT, "-O2", "-fsyntax-only", source)
            checks.that(done.returncode == 0, f"{cc} {source.name}",
                        done.stderr)


def test_output(checks, tool, roots, folder):
    """The output compiles without a warning, to constants only."""
    source = folder / "anchors.c"
    source.write_text(tool.source(roots))
    target = folder / "anchors.o"
    for cc in COMPILERS:
        for kind in ("-fno-pic", "-fPIE"):
            done = run(cc, *WARN, "-O2", kind, "-I", ROOT / "src", "-c",
                       source, "-o", target)
            checks.that(done.returncode == 0, f"compiles: {cc} {kind}",
                        done.stderr)
            used = used_sections(target)
            allowed = {".rodata"} if kind == "-fno-pic" else {
                ".rodata", ".data.rel.ro", ".data.rel.ro.local"}
            checks.that(".rodata" in used and used <= allowed,
                        f"constants only: {cc} {kind}", str(used))
    symbols = must("nm", "-g", target).split()
    checks.equal(symbols[2:], ["fimg_anchors_builtin"], "one symbol")


def used_sections(target):
    """Sections that take memory and are not empty."""
    words = [line.split() for line
             in must("size", "-A", target).splitlines()]
    return {w[0] for w in words if len(w) == 3 and w[0].startswith(
        (".text", ".rodata", ".data", ".bss")) and w[1] != "0"}


def test_same_output(checks, tool, made, folder):
    """The set of roots decides, and nothing else."""
    text = made["rsa"].read_text() + made["ec"].read_text()
    wanted = tool.source(made["rsa"], made["ec"])
    checks.equal(wanted.count("BR_X509_TA_CA"), 2, "two anchors")
    forms = {
        "again": text,
        "other order": made["ec"].read_text() + made["rsa"].read_text(),
        "twice": text + text,
        "CRLF": text.replace("\n", "\r\n"),
        "blanks behind the lines": text.replace("\n", " \t\n"),
        "no end of line": text.rstrip("\n"),
        "byte order mark": "\ufeff" + text,
        "text around": "# roots\n\n" + text.replace(
            "-----BEGIN", "subject: x\n  y\n-----BEGIN") + "-- \nend\n",
        "one long line a certificate": PEM.sub(
            lambda m: "-----BEGIN CERTIFICATE-----\n" +
            m[1].replace("\n", "") + "\n-----END", text),
    }
    for name, form in forms.items():
        path = folder / "form.pem"
        path.write_bytes(form.encode())
        checks.equal(tool.source(path), wanted, name)
    checks.equal(tool.source(made["ec"], made["rsa"], made["ec"]), wanted,
                 "several files")
    one, other = made["twin_a"], made["twin_b"]
    twins = tool.source(one, other)
    checks.equal(twins.count("BR_X509_TA_CA"), 1, "twins make one anchor")
    checks.equal(tool.source(other, one), twins, "twins in other order")


def anchors_of(source):
    """What a generated file holds: {SHA-256 of the certificate: [name, key]}.
    """
    blocks = re.findall(r"SHA-256 (\w+)\n \*/\n(.*?)(?=\n/\*|\nstatic const "
                        r"br_)", source, re.S)
    return {fingerprint: [bytes(int(x, 16) for x in re.findall("0x(..)", part))
                          for part in block.split("};")[:-1]]
            for fingerprint, block in blocks}


def test_content(checks, tool, bundle):
    """Names and keys are those of the certificates, found by SHA-256."""
    source = tool.source(bundle)
    anchors = anchors_of(source)
    ders = {}
    for body in PEM.findall(bundle.read_text()):
        der = base64.b64decode(body)
        ders[hashlib.sha256(der).hexdigest()] = der
    for fingerprint, parts in anchors.items():
        der = ders.get(fingerprint, b"")
        checks.that(len(parts) in (2, 3) and all(p in der for p in parts)
                    and sum(map(len, parts[1:])) >= 65,
                    f"content of {fingerprint}")
    for fingerprint in set(ders) - set(anchors):
        checks.that(any(all(p in ders[fingerprint] for p in parts)
                        for parts in anchors.values()),
                    f"left out without a twin: {fingerprint}")
    checks.that(len(anchors) > 3, "a bundle's worth of roots")
    checks.that(all(len(line) <= 160 + 3 for line in source.splitlines()),
                "line length")


def test_refusals(checks, tool, made, folder):
    """Everything unfit: exit code, one line that says so, no output."""
    for name, content, code, message in certificates.bad_files(made):
        path = folder / "bad.pem"
        if isinstance(content, pathlib.Path):
            path = content
        else:
            path.write_bytes(content)
        done = tool(made["ec"], path)
        checks.equal((done.returncode, done.stdout), (code, ""), name)
        lines = [line for line in done.stderr.splitlines()
                 if "warning" not in line]
        checks.that(len(lines) == 1 and re.search(message, lines[0]) and
                    lines[0].startswith(f"make-anchors: {path}"),
                    f"{name}: message", done.stderr)
    both = tool(made["not_ca"], made["ec"], made["rsa1024"])
    checks.equal(len(both.stderr.splitlines()), 2, "every refusal is told")


def test_usage(checks, tool, made):
    """The command line."""
    for arguments in ([], ["-x", made["ec"]], ["-n"], ["-n", "a"],
                      ["-n", "1a", made["ec"]], ["-n", "", made["ec"]],
                      ["-n", "a-b", made["ec"]], ["-n", "ä", made["ec"]]):
        done = tool(*arguments)
        checks.equal((done.returncode, done.stdout), (2, ""),
                     f"usage: {arguments}")
    done = tool("-h")
    checks.that(done.returncode == 0 and "usage" in done.stdout, "-h")
    source = tool.source("-n", "my_roots_2", made["ec"])
    checks.that("const struct fimg_anchors my_roots_2 = {" in source, "-n")
    with open("/dev/full", "w") as full:
        done = tool(made["ec"], stdout=full)
    checks.equal(done.returncode, 1, "full disk")
    checks.that("No space" in done.stderr, "full disk: message", done.stderr)


def test_warnings(checks, tool, made):
    """Dates are told on standard error and change nothing else."""
    done = tool(made["expired"])
    checks.that(done.returncode == 0 and "has expired" in done.stderr and
                "BR_X509_TA_CA" in done.stdout, "expired", done.stderr)
    done = tool(made["soon"])
    checks.that(done.returncode == 0 and "within a year" in done.stderr,
                "soon", done.stderr)
    done = tool(made["ec"])
    checks.equal(done.stderr, "", "no warning")
    done = tool(made["strange"])
    checks.that("* CN=a_/ b__/__, O=x" in done.stdout, "strange name",
                done.stdout[:300])


def main():
    """Run all of it in a folder of its own."""
    checks = Checks()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="anchors-",
                                     dir=ROOT / "build") as name, \
            standin.Standin(bundle=True) as feishu:
        folder = pathlib.Path(name)
        made = certificates.make(folder, feishu.pki)
        tool = Tool(folder)
        test_build(checks)
        test_output(checks, tool, feishu.ca_file, folder)
        test_same_output(checks, tool, made, folder)
        test_content(checks, tool, feishu.bundle_file)
        test_refusals(checks, tool, made, folder)
        test_usage(checks, tool, made)
        test_warnings(checks, tool, made)
        downloads.test_downloads(checks, tool, feishu, folder)
    print(f"tools/make_anchors: {checks.passed} passed, "
          f"{checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
