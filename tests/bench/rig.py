"""Everything that runs: servers, clients, and what looks over their shoulder.
"""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "standin"))

import nginx_conf
import processes

import clients
import relay
from cases import (BIG, CURL, DECRYPT, EXTRA, MUSL, OURS, PARALLEL, PRIMITIVES,
                   RECEIVE, RECORD, SDK, SUITES, WGET)

SDK_PACKAGE = "@larksuiteoapi/node-sdk@1.74.0"

for _name, _pki in EXTRA.items():
    nginx_conf.SERVERS[_name] = {"pki": _pki, **nginx_conf.TLS12,
                                 "suites": SUITES[_name]}


class Failure(Exception):
    """What went wrong, in one line."""


@dataclasses.dataclass
class Run:
    """One run of a client: what clients.py makes a command of."""

    case: object
    client: str
    program: pathlib.Path
    url: str
    bundle: pathlib.Path
    token: str
    message: str
    keys: list
    out: pathlib.Path
    list_file: pathlib.Path
    empty: pathlib.Path
    sdk: pathlib.Path
    floor_port: int = 0


def compile_program(target, *words):
    """Compile a program with the compiler of the project."""
    done = subprocess.run(
        [os.environ.get("CC", "gcc"), "-O2", *map(str, words), "-o", target],
        text=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure(f"{target.name} does not compile: {done.stdout}")
    return target


def install_sdk():
    """Feishu's SDK for Node, below build/: its folder; None: there is no npm
    or it brings nothing."""
    folder = ROOT / "build" / "node-sdk"
    package = folder / "node_modules" / SDK_PACKAGE.rpartition("@")[0]
    if not shutil.which("node"):
        return None
    if not package.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-save", "--ignore-scripts", "--no-audit",
             "--no-fund", "--prefix", folder, SDK_PACKAGE],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
    if not package.exists():
        return None
    shutil.copy(HERE / "sdk.mjs", folder)
    return folder / "sdk.mjs"


class Rig:
    """Runs clients against a stand-in, with files in `folder`."""

    def __init__(self, feishu, folder, ours):
        self.feishu, self.folder = feishu, folder
        for name in ("out", "empty"):
            (folder / name).mkdir()
        self.sdk = install_sdk()
        floor = compile_program(folder / "floor", HERE / "floor.c",
                                "-l:libbearssl.a")
        self.meter = compile_program(folder / "measure", "-static",
                                     HERE / "measure.c")
        musl = ROOT / "build" / "static-x86-64" / "feishu-image-stripped"
        self.programs = {
            OURS: ours, PARALLEL: ours, MUSL: musl, CURL: shutil.which("curl"),
            WGET: shutil.which("wget"), SDK: self.sdk and shutil.which("node"),
            RECEIVE: floor, DECRYPT: floor}
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C",
            "HOME": str(folder / "empty"),
            "NODE_EXTRA_CA_CERTS": str(feishu.ca_file),
            "FEISHU_TENANT_ACCESS_TOKEN": feishu.token}
        self.turns = 0
        self.expected = set()  # (TLS version, suite) of all requests

    def has(self, client):
        """Can it be run here?"""
        program = self.programs[client]
        return bool(program) and os.access(program, os.X_OK)

    def prepare(self, case, client, url=None):
        """A Run, with its output folder empty."""
        self.turns += 1
        out = self.folder / "out"
        shutil.rmtree(out)
        out.mkdir()
        feishu = self.feishu
        return Run(case, client, self.programs[client],
                   url or feishu.urls[case.server], feishu.bundle_file,
                   feishu.token, feishu.message_id,
                   clients.keys_of(case, feishu, self.turns), out,
                   self.folder / "list", self.folder / "empty", self.sdk)

    @contextlib.contextmanager
    def _floor(self, run):
        """What a floor's run needs besides."""
        if run.client != RECEIVE:
            yield
            return
        more = 5 + PRIMITIVES[run.case.server][1]
        with relay.sending(RECORD + more, BIG // RECORD) as port:
            run.floor_port = port
            yield

    def spend(self, case, client, output="/dev/null"):
        """Run a client once and look at what came: {measure: value}."""
        run = self.prepare(case, client)
        with self._floor(run):
            words = self._call([self.meter, output, *clients.command(run)],
                               run).split()
        if words[0] != "0":
            raise Failure(f"{client} fails ({case.name})")
        self.check(run)
        return dict(zip(("wall", "cpu", "rss"), map(int, words[1:])))

    def _call(self, command, run):
        """Run a command: what it says."""
        child = processes.start(
            [str(word) for word in command], text=True, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment)
        out, err = child.communicate()
        if child.returncode:
            raise Failure(f"{run.client} fails ({run.case.name}): "
                          f"{err.strip() or child.returncode}")
        return out

    def check(self, run):
        """Did the images come as they were sent?"""
        if clients.is_floor(run.client):
            return
        self.expected.add(("TLSv1.2", SUITES[run.case.server]))
        if run.case.kind == "file":
            return
        image = self.feishu.images[self.feishu.key(run.case.what)]
        wanted = image.read_bytes()
        for key in run.keys:
            name = clients.file_name(run.client, key)
            if (run.out / name).read_bytes() != wanted:
                raise Failure(f"{run.client} does not give the image's bytes")

    def check_file(self, case, client):
        """Does standard output get the file's bytes?"""
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        hashes = []
        reader = threading.Thread(
            target=lambda: hashes.append(_hash(pipe)), daemon=True)
        reader.start()
        self.spend(case, client, pipe)
        reader.join()
        pipe.unlink()
        key = clients.keys_of(case, self.feishu, 0)[0]
        if hashes != [_hash(self.feishu.files[key])]:
            raise Failure(f"{client} does not give the file's bytes")

    def check_requests(self):
        """Was every request answered over the TLS that is claimed?"""
        seen = {tuple(line[5:7]) for line in self.feishu.requests()}
        if seen != self.expected:
            raise Failure(f"not what was to be measured: "
                          f"{seen ^ self.expected}")

    def calls(self, case, client):
        """How many system calls a run takes."""
        run = self.prepare(case, client)
        trace = self.folder / "trace"
        self._call(["strace", "-f", "-c", "-o", trace,
                    *clients.command(run)], run)
        total = re.search(r"^100\.00 +[\d.]+ +\d* +(\d+) +(?:\d+ +)?total$",
                          trace.read_text(), re.M)
        return int(total[1])

    def wire(self, case, client):
        """How many bytes a run has on the wire, in both directions."""
        port = int(self.feishu.urls[case.server].rpartition(":")[2])
        with relay.counting(port) as (through, counts):
            run = self.prepare(case, client, f"https://localhost:{through}")
            self._call(clients.command(run), run)
            time.sleep(0.05)  # for the last alert
        return counts["in"] + counts["out"]

    def instructions(self, case, client):
        """How many instructions a run executes outside the kernel."""
        run = self.prepare(case, client)
        log = self.folder / "callgrind"
        self._call(["valgrind", "--tool=callgrind", f"--log-file={log}",
                    "--callgrind-out-file=/dev/null",
                    *clients.command(run)], run)
        return int(re.search(r"Collected : (\d+)", log.read_text())[1])


def _hash(path):
    """The SHA-256 of what a file, or pipe, holds."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()
