"""Downloads with a command, perhaps under an emulator, from the stand-in."""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "standin"))

import nginx_conf
import processes
from standin import Standin

LIMIT_S = 60
SERVERS = {
    "ecdsa-gcm": ("ECDHE-ECDSA-AES128-GCM-SHA256", "ecdsa"),
    "ecdsa-chacha": ("ECDHE-ECDSA-CHACHA20-POLY1305", "ecdsa"),
    "rsa-gcm": ("ECDHE-RSA-AES128-GCM-SHA256", "rsa"),
    "rsa-gcm256": ("ECDHE-RSA-AES256-GCM-SHA384", "rsa"),
    "rsa-chacha": ("ECDHE-RSA-CHACHA20-POLY1305", "rsa"),
}
for name, (suites, pki) in SERVERS.items():
    nginx_conf.SERVERS[name] = {"pki": pki, **nginx_conf.TLS12,
                                "suites": suites}


class Trial:
    """One command and one stand-in. Counts cases and names those that fail.

    `command` is a list of words; further arguments follow them.
    """

    def __init__(self, name, command, feishu):
        self.name, self.command, self.feishu = name, command, feishu
        self.passed = self.failed = 0

    def check(self, case, problem):
        """One case: what is wrong with it, or None."""
        self.passed += problem is None
        self.failed += problem is not None
        print(f"case {self.name}: {case}" if problem is None else
              f"FAIL {self.name}: {case}: {problem}", flush=True)

    def all(self):
        """Run every case."""
        for server in SERVERS:
            self._download(server, "png-1m")
        self._download("ec384", "jpeg-300k")
        self._download("rsa", "webp-300k", ca_file=self.feishu.bundle_file)
        self._download("chain5", "gif-small", way="chunked")
        self._refusal()
        if len(self.command) > 1:
            self._calls()
        for server in ("bad-unknown-ca", "bad-expired", "bad-not-yet",
                       "bad-name"):
            self._bad_certificate(server)

    def _run(self, server, key, folder, ca_file=None):
        env = {**self.feishu.environment(), "HOME": folder,
               "FEISHU_BASE_URL": self.feishu.urls[server],
               "SSL_CERT_FILE": str(ca_file or self.feishu.ca_file)}
        try:
            done = subprocess.run(
                [*map(str, self.command), "--retry", "0", "-d", folder, key],
                env=env, text=True, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            return None, f"took more than {LIMIT_S} s"
        return done.returncode, done.stdout

    def _download(self, server, image, way=None, ca_file=None):
        """The file is whole, and came over the wire as it should have."""
        original = self.feishu.images[self.feishu.key(image)]
        key = f"img_{way}_{image}" if way else self.feishu.key(image)
        with tempfile.TemporaryDirectory() as folder:
            status, text = self._run(server, key, folder, ca_file)
            made = [path.read_bytes() for path
                    in pathlib.Path(folder).iterdir()]
        problem = None
        if status != 0:
            problem = f"exit code {status}: {text}"
        elif made != [original.read_bytes()]:
            problem = "the file is not the one that was sent"
        elif server in SERVERS and not self._was_used(SERVERS[server][0]):
            problem = f"{SERVERS[server][0]} was not used"
        self.check(f"{image} from {server}", problem)

    def _was_used(self, suite):
        return any(fields[6] == suite for fields in self.feishu.requests())

    def _refusal(self):
        """What Feishu says arrives, and no file."""
        with tempfile.TemporaryDirectory() as folder:
            status, text = self._run("rsa", "img_err_234008", folder)
            left = list(pathlib.Path(folder).iterdir())
        good = status == 7 and "234008" in text and not left
        self.check("refusal 234008",
                   None if good else f"exit code {status}: {text} {left}")

    def _calls(self):
        """Emulators pass no filter on: see here that all calls that come
        behind it are among those that it allows."""
        text = (ROOT / "port/posix/sandbox_calls.c").read_text()
        allowed = {*re.findall(r"__NR_(\w+)", text), "mmap", "mmap2"}
        command, self.command = self.command, [
            self.command[0], "-strace", *self.command[1:]]
        with tempfile.TemporaryDirectory() as folder:
            _, text = self._run("rsa", self.feishu.key("png-small"), folder)
        self.command = command
        calls = re.findall(r"^\d+ (\w+)\(", text, re.M)
        last = max(at for at, name in enumerate(["seccomp", *calls])
                   if name == "seccomp")
        others = sorted({*calls[last:]} - allowed)
        self.check("no system call that a filter would refuse",
                   None if 0 < last < len(calls) and not others
                   else f"{others or calls[:9]}")

    def _bad_certificate(self, server):
        """Exit code 5, no file, and not one request."""
        before = len(self.feishu.requests())
        with tempfile.TemporaryDirectory() as folder:
            status, text = self._run(server, self.feishu.key("png-small"),
                                     folder)
            left = list(pathlib.Path(folder).iterdir())
        good = (status == 5 and not left
                and len(self.feishu.requests()) == before)
        self.check(f"certificate of {server}",
                   None if good else f"exit code {status}: {text} {left}")


def run(commands):
    """Try commands, a dict from name to words. Returns (passed, failed)."""
    passed = failed = 0
    with Standin(bundle=True) as feishu:
        for name, words in commands.items():
            trial = Trial(name, words, feishu)
            trial.all()
            passed += trial.passed
            failed += trial.failed
    return passed, failed


def tidily(main, arguments):
    """main(arguments); whatever ends it, nothing of it goes on running."""
    processes.die_with_parent()
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        return main(arguments)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    finally:
        processes.stop_all_children()
