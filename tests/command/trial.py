"""One case's own folder, and ways to run the command in it and judge the end.

Whatever a case is about, after every run these hold, or the case fails: the
token is in no output; messages are lines that begin with the command's name,
without control characters; no sanitizer spoke; no temporary file is left.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time

from cases import Failed, Skipped, check, equal

HUNG_S = 100
# So that a case which goes wrong ends soon; later options override these.
LIMITS = ["--retry", "0", "--connect-timeout", "15", "--idle-timeout", "15",
          "--max-time", "60"]
NAME = b"feishu-image: "
SANITIZER = (b"Sanitizer", b"runtime error:")
PASSED_ON = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


class Bench:
    """What the cases share: the command, the running stand-in, a folder."""

    def __init__(self, command, feishu, root):
        self.command, self.feishu = command, feishu
        self.root = pathlib.Path(root)
        self._children, self._lock = set(), threading.Lock()
        self._stopped = False

    def start(self, *arguments, **options):
        """A child process that stop() ends, if nobody else does."""
        with self._lock:
            check(not self._stopped, "interrupted")
            child = subprocess.Popen(*arguments, **options,
                                     start_new_session=True)
            self._children.add(child)
        return child

    def forget(self, child):
        """A child that was waited for."""
        self._children.discard(child)

    def stop(self):
        """End what still runs; for the end of all cases."""
        with self._lock:
            self._stopped = True
            for child in list(self._children):
                kill(child)


def kill(child):
    """End a child and what it has started."""
    if child.poll() is None:
        # whoever waits for it may be quicker
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


class Run:
    """One run of the command.

    status    its exit code, or minus the number of the signal it died of;
              None while it runs
    out, err  what it has written, as bytes
    seconds   how long it took
    """

    def __init__(self, trial, command, options):
        self.trial, self.command, self.status = trial, command, None
        self._files = []
        for stream in ("stdout", "stderr"):
            if options.get(stream) is None:
                file = tempfile.TemporaryFile(dir=trial.side)
                options[stream] = file
                self._files.append(file)
            else:
                self._files.append(None)
        self.begin = time.monotonic()
        self.child = trial.bench.start(command, **options)
        self.pid = self.child.pid

    def _text(self, file):
        return os.pread(file.fileno(), 1 << 26, 0) if file else b""

    @property
    def out(self):
        return self._text(self._files[0])

    @property
    def err(self):
        return self._text(self._files[1])

    @property
    def lines(self):
        """Standard error, line by line, as text."""
        return self.err.decode(errors="replace").splitlines()

    def end(self, timeout=HUNG_S):
        """Wait until it has ended; one that hangs is killed and fails."""
        try:
            self.status = self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            kill(self.child)
            self.child.wait()
            raise Failed(f"still running after {timeout} s") from None
        finally:
            self.seconds = time.monotonic() - self.begin
            self.trial.bench.forget(self.child)
        self.trial.judge(self)
        return self

    def until(self, condition, what, timeout=30):
        """Wait until condition() holds, while the command runs."""
        deadline = time.monotonic() + timeout
        while not condition():
            check(self.child.poll() is None, f"ended before {what}")
            check(time.monotonic() < deadline, f"{what} did not come")
            time.sleep(0.01)

    def close(self):
        """Its output will not be looked at again."""
        for file in self._files:
            if file:
                file.close()

    def show(self):
        """For a failure: what was run and what came of it."""
        words = [repr(os.fsdecode(word)) for word in self.command]
        words = " ".join(word if len(word) < 99 else "..." for word in words)
        return [f"$ {words}",
                f"status {self.status}, {len(self.out)} bytes of output",
                *(line[:400] for line in self.lines[-12:])]


class Trial:
    """A case at work.

    folder   empty, the command's current folder
    side     for files that the command is given
    secrets  what may be in no output
    """

    def __init__(self, bench):
        self.bench, self.feishu = bench, bench.feishu
        self.home = pathlib.Path(tempfile.mkdtemp(dir=bench.root))
        self.folder, self.side = self.home / "out", self.home / "side"
        self.folder.mkdir()
        self.side.mkdir()
        self.runs = []
        self.secrets = [bench.feishu.token.encode()]

    def start(self, *arguments, url=None, env=None, limits=True, wrapper=(),
              **options):
        """Start the command. `url` is the base URL, `env` changes variables
        (None: not set), `wrapper` comes before the command."""
        variables = {name: os.environ[name] for name in PASSED_ON
                     if name in os.environ}
        variables |= {"HOME": str(self.side), **self.feishu.environment()}
        if url:
            variables["FEISHU_BASE_URL"] = url
        variables |= env or {}
        command = [*wrapper, self.bench.command, *(LIMITS if limits else []),
                   *arguments]
        options = {"cwd": self.folder, "stdin": subprocess.DEVNULL, **options}
        run = Run(self, [os.fsencode(word) for word in command], {
            "env": {k: v for k, v in variables.items() if v is not None},
            **options})
        self.runs.append(run)
        return run

    def run(self, *arguments, **options):
        """Run the command to its end."""
        return self.start(*arguments, **options).end()

    def ok(self, *arguments, **options):
        """Run it; it must succeed, and say nothing."""
        run = self.run(*arguments, **options)
        equal(run.status, 0, "exit code")
        equal(run.err, b"", "standard error")
        return run

    def fails(self, code, *arguments, words=(), lines=1, **options):
        """Run it; it must end with this exit code and so many lines on
        standard error, which contain all these words."""
        run = self.run(*arguments, **options)
        equal(run.status, code, "exit code")
        equal(len(run.lines), lines, "lines on standard error")
        self.says(run, *words)
        return run

    def says(self, run, *words):
        """Standard error must contain all these words."""
        text = run.err.decode(errors="replace")
        for word in words:
            check(word in text, f"no {word!r} in the message")

    def judge(self, run):
        """What holds of every run."""
        for secret in self.secrets:
            check(secret not in run.out and secret not in run.err,
                  "a token is in the output")
        check(not any(word in run.err for word in SANITIZER),
              "a sanitizer has complained")
        for line in run.err.splitlines():
            check(line.startswith(NAME), "a message without the command's name")
            check(not any(c < 32 or c == 127 for c in line),
                  "a control character in a message")

    def finish(self):
        """What holds when all of a case is over."""
        left = [path.name for path in self.home.rglob(".feishu-image-*")]
        check(not left, f"a temporary file is left: {left}")

    def remove(self):
        """Drop the case's files."""
        for run in self.runs:
            run.close()
        shutil.rmtree(self.home, ignore_errors=True)

    # What cases ask for often.

    def image(self, name):
        """The bytes of an image of the stand-in, by its short name."""
        return self.feishu.images[self.feishu.key(name)].read_bytes()

    def file(self, name, content):
        """A file beside the folder; returns its path as text."""
        path = self.side / name
        path.write_bytes(content.encode() if isinstance(content, str)
                         else content)
        return str(path)

    def device(self, name, number):
        """A device like /dev/null or /dev/full that a command which is wrong
        cannot replace, or can without harm; returns its path as text."""
        if os.geteuid() != 0:
            return f"/dev/{name}"
        path = str(self.side / name)
        try:
            os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, number))
            os.close(os.open(path, os.O_WRONLY))
        except OSError as error:
            raise Skipped(f"no devices here: {error}") from None
        return path

    def holds(self, wanted):
        """The folder must hold exactly these files: name -> bytes."""
        found = {str(path.relative_to(self.folder)): path
                 for path in self.folder.rglob("*") if not path.is_dir()}
        equal(sorted(found), sorted(wanted), "files")
        for name, content in wanted.items():
            data = found[name].read_bytes()
            check(data == content, f"{name} has {len(data)} bytes, not the "
                                   f"{len(content)} expected, or other ones")

    def empty(self):
        """Nothing may be left in the folder."""
        self.holds({})

    def requests_of(self, key, count=1, timeout=10):
        """The access log's lines for `key`, once there are so many."""
        deadline = time.monotonic() + timeout
        while True:
            lines = [line for line in self.feishu.requests()
                     if line[1].endswith("/" + key)]
            if len(lines) >= count:
                return lines
            check(time.monotonic() < deadline,
                  f"{len(lines)} requests for {key}, not {count}")
            time.sleep(0.01)
