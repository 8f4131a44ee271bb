"""QEMU: run a firmware, and take apart what it has said."""

import dataclasses
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "standin")]

import processes

QEMU = "qemu-system-arm"
PROMPT = b"\n(qemu) "
USER_NET = ["-netdev", "user,id=n0,ipv6=off"]


def names_of(enum):
    """The constants of one of fimg.h's enums, in their order from 0 on."""
    text = (HERE.parents[1] / "src" / "fimg.h").read_text()
    body = re.search(rf"enum {enum} \{{(.*?)\}};", text, re.S)[1]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    return re.findall(r"FIMG_\w+", body)


REASONS = names_of("fimg_reason")

_lock = threading.Lock()
_running = set()
_stopped = False


def stop_all():
    """End all machines, and let no other begin: a signal wants us to end."""
    global _stopped
    with _lock:
        _stopped = True
        for process in _running:
            process.kill()


@dataclasses.dataclass
class Outcome:
    """What came of a run.

    status    the firmware's exit code; None: it had to be stopped
    said      what it printed, NAME: VALUE
    text      the same as it was
    seconds   how long it took
    """

    status: object
    said: dict
    text: str
    seconds: float

    @property
    def reason(self):
        """The name of the report's reason, without FIMG_WHY_."""
        number = self.said.get("reason")
        return REASONS[int(number)][9:] if number else None


class Machine:
    """A running QEMU; use it as a context manager, and call wait.

    `arguments` are the firmware's. `net` are options that make the netdev n0,
    `options` others of QEMU's. With `monitor`, a path, tell() gives orders.
    """

    def __init__(self, target, image, arguments, *, net=USER_NET, monitor=None,
                 options=()):
        self.begin = time.monotonic()
        self.monitor, self._link = monitor, None
        words = "".join(f",arg={name}={str(value).replace(',', ',,')}"
                        for name, value in arguments.items())
        self.command = [
            QEMU, "-M", target.machine, "-kernel", str(image), "-display",
            "none", "-serial", "none", "-monitor",
            f"unix:{monitor},server=on,wait=off" if monitor else "none",
            *options, *net, "-net", f"nic,netdev=n0,model={target.nic}",
            "-chardev", "stdio,id=c0,signal=off", "-semihosting-config",
            f"enable=on,target=native,chardev=c0,arg=firmware{words}"]

    def __enter__(self):
        with _lock:
            if _stopped:
                raise RuntimeError("stopped")
            self._process = processes.start(
                self.command, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            _running.add(self._process)
        return self

    def __exit__(self, *_):
        processes.stop(self._process)
        with _lock:
            _running.discard(self._process)
        self._process.stdout.close()
        self._process.stderr.close()
        if self._link is not None:
            self._link.close()

    def tell(self, order):
        """Give the monitor an order. It takes one connection only, ever."""
        if self._link is None:
            self._link = socket.socket(socket.AF_UNIX)
            self._link.connect(str(self.monitor))
            self._prompt()
        self._link.sendall(order.encode() + b"\n")
        self._prompt()

    def is_running(self):
        """Has it not ended yet?"""
        return self._process.poll() is None

    def _prompt(self):
        """Wait until the monitor is ready for another order."""
        text = b""
        while not text.endswith(PROMPT):
            more = self._link.recv(4096)
            if not more:
                return
            text += more

    def wait(self, timeout_s):
        """Wait for the end: the Outcome."""
        try:
            text, errors = self._process.communicate(timeout=timeout_s)
            status = self._process.returncode
        except subprocess.TimeoutExpired:
            self._process.kill()
            text, errors = self._process.communicate()
            status = None
        said = dict(re.findall(r"^(\w+): (.*)$", text, re.M))
        errors = "\n".join(line for line in errors.splitlines()
                           if "Timer with period zero" not in line)
        return Outcome(status, said, text + errors,
                       time.monotonic() - self.begin)
