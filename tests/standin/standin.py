"""A stand-in for Feishu on this machine: real TLS, real images, no network.

As a command:

  python3 tests/standin/standin.py [--state DIR] serve
      run until interrupted; print shell assignments with which feishu-image
      talks to it, and keys to try
  python3 tests/standin/standin.py [--state DIR] run -- COMMAND...
      run COMMAND with those variables, and STANDIN_DIR (a folder with images/
      and roots.pem) and STANDIN_URL_<SERVER> besides, and exit as it does

As a library (with this folder on sys.path):

    with standin.Standin() as feishu:
        fetch(feishu.base_url, feishu.token, feishu.key("png-small"))

nginx does the serving (nginx_conf.py tells what there is to ask for), the
fault server what nginx will not do (faults.py). All listen on 127.0.0.1 at
ports the system chooses; all end with this process; all files lie below the
state folder. Copies may run side by side.
"""

import argparse
import contextlib
import fcntl
import os
import pathlib
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time

# Nothing is to be written outside the state folder.
sys.dont_write_bytecode = True

import api
import fault_server
import faults
import images
import nginx_conf
import pki
import processes

STATE = pathlib.Path(__file__).resolve().parents[2] / "build" / "standin"
TOKEN = "t-g1044ghJRUIJJ5ZPPZMOHKWZISL33E4QSS3standin"
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Standin:
    """A running stand-in; use it as a context manager.

    Start it from a thread that lives as long: nginx ends with that thread.
    With `bundle` (True, or the path of a PEM file to use instead of the
    system's) bundle_file is made: that bundle with the test roots last.

    folder      this run's own folder, removed at the end
    base_url    of the server `rsa`
    urls        server (of nginx_conf.SERVERS or pki.SERVERS) -> base URL, and
                `fault`: the fault server, where keys are fault_<name>
    images      key -> path, in the run's folder
    pki         the folder that pki.make gave
    faults      the FaultServer behind urls["fault"]
    token, ca_file, bundle_file, access_log, error_log
    """

    def __init__(self, state=None, *, bundle=None, token=TOKEN):
        self.state = pathlib.Path(state or STATE).resolve()
        self.token = token
        self.bundle_file = None
        self._bundle = SYSTEM_BUNDLE if bundle is True else bundle

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def base_url(self):
        return self.urls["rsa"]

    def key(self, name):
        """The key of the image called `name` in images.py."""
        return images.KEYS[name]

    def environment(self):
        """What a command under test should have in its environment."""
        return {"FEISHU_BASE_URL": self.base_url,
                "SSL_CERT_FILE": str(self.ca_file),
                "FEISHU_TENANT_ACCESS_TOKEN": self.token}

    def requests(self):
        """The access log, a list of fields for each request, as log_format
        of nginx_conf.py has them. A line comes a moment after its reply."""
        return [line.split(" ") for line
                in self.access_log.read_text().splitlines()]

    def wait(self):
        """Return only if nginx ends by itself: its status."""
        return self._nginx.wait()

    def _start(self, stack):
        self.pki = pki.make(self.state / "pki")
        made = images.make(self.state / "images")
        self.folder = _run_folder(self.state, stack)
        self.access_log = self.folder / "access.log"
        self.error_log = self.folder / "error.log"
        self.images = _take_images(made, self.folder / "images")
        self.ca_file = self.folder / "roots.pem"
        shutil.copy(self.pki / "roots.pem", self.ca_file)
        if self._bundle:
            self.bundle_file = self.folder / "bundle.pem"
            self._write_bundle()
        self.faults = stack.enter_context(
            fault_server.FaultServer(faults.by_key(), pki=self.pki))
        self._start_nginx(stack)
        self.urls["fault"] = self.faults.url

    def _write_bundle(self):
        system = pathlib.Path(self._bundle)
        text = system.read_text() if system.exists() else ""
        self.bundle_file.write_text(text + self.ca_file.read_text())

    def _start_nginx(self, stack, tries=5):
        """Start nginx on free ports; on others if it finds one taken."""
        names = list(nginx_conf.servers(pki.SERVERS))
        for last in range(tries - 1, -1, -1):
            ports = dict(zip(names, _free_ports(len(names))))
            nginx_conf.write(
                self.folder, token=self.token, ports=ports,
                chain_file=lambda name: pki.chain_file(self.pki, name),
                key_file=lambda name: pki.key_file(self.pki, name),
                image_files=self.images)
            self._nginx = self._run_nginx()
            stack.callback(processes.stop, self._nginx)
            if self._is_up():
                break
            log = self.error_log.read_text()
            if not last or "Address already in use" not in log:
                raise RuntimeError(f"nginx did not start:\n{log}")
        self.urls = {name: f"https://localhost:{port}"
                     for name, port in ports.items()}

    def _run_nginx(self):
        places = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
        nginx = shutil.which("nginx", path=places)
        if not nginx:
            raise RuntimeError("nginx is missing (Debian: nginx-light)")
        self.error_log.write_text("")
        with open(self.error_log, "a") as log:
            # A session of its own keeps Ctrl-C from it while whatever uses it
            # tidies up. Log ids are in China's time.
            return processes.start(
                [nginx, "-p", f"{self.folder}/", "-c", "nginx.conf",
                 "-e", "error.log"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                env={**os.environ, "TZ": "CST-8"})

    def _is_up(self):
        """Wait until nginx listens (True) or has given up (False)."""
        pid_file = self.folder / "nginx.pid"
        while self._nginx.poll() is None:
            if pid_file.exists() and pid_file.read_text().strip():
                return True
            time.sleep(0.005)
        return False


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


def _run_folder(state, stack):
    """A new folder that is removed at the end.

    Remains of runs that could not do so are removed here: a run holds a lock
    on its folder as long as it lives.
    """
    for old in state.glob("run-*"):
        if time.time() - old.stat().st_mtime > 60 and not _is_held(old):
            shutil.rmtree(old, ignore_errors=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=state))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    held = os.open(folder, os.O_RDONLY)
    stack.callback(os.close, held)
    fcntl.flock(held, fcntl.LOCK_EX)
    return folder


def _is_held(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)


def _take_images(made, folder):
    """Link the images into the run's folder, so that they stay."""
    folder.mkdir()
    taken = {}
    for key, path in made.items():
        taken[key] = folder / path.name
        try:
            os.link(path, taken[key])
        except OSError:
            shutil.copy(path, taken[key])
    return taken


def _serve(feishu):
    for name, value in feishu.environment().items():
        print(f"{name}={shlex.quote(value)}")
    print("# keys to try:")
    for key, path in feishu.images.items():
        print(f"#   {key:26} {path.stat().st_size:9} bytes  "
              f"{images.media_type(path)}")
    print("# the same slowly: img_slow_png-300k; chunked: img_chunked_png-300k")
    print("# an error: img_err_234008; all codes: "
          + " ".join(str(code) for _, code, _ in api.ERRORS))
    print(f"# a lying server: FEISHU_BASE_URL={feishu.urls['fault']}, keys:")
    for name in faults.FAULTS:
        print(f"#   fault_{name}")
    for name, url in feishu.urls.items():
        print(f"# {name}: FEISHU_BASE_URL={url}")
    sys.stdout.flush()
    feishu.wait()
    print(f"nginx ended:\n{feishu.error_log.read_text()}", file=sys.stderr)
    return 1


def _run(feishu, command):
    environment = {**os.environ, **feishu.environment(),
                   "STANDIN_DIR": str(feishu.folder)}
    for name, url in feishu.urls.items():
        variable = "STANDIN_URL_" + name.upper().replace("-", "_")
        environment[variable] = url
    try:
        child = processes.start(command, env=environment)
    except OSError as error:
        print(f"standin: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    try:
        status = child.wait()
    except processes.Interrupted as interrupted:
        processes.stop(child, interrupted.signum)
        raise
    return status if status >= 0 else 128 - status


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="standin.py", description="A stand-in for Feishu on loopback.")
    parser.add_argument("--state", metavar="DIR", default=STATE,
                        help="folder for all files (build/standin)")
    parser.add_argument("--outlive", action="store_true",
                        help="keep running when the parent process ends")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("serve", help="run until interrupted")
    run = actions.add_parser("run", help="run a command against it")
    run.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    command = getattr(options, "command", [])
    if command[:1] == ["--"]:
        del command[0]
    if options.action == "run" and not command:
        parser.error("run: no command")
    if not options.outlive:
        processes.die_with_parent()
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        with Standin(options.state) as feishu:
            return _run(feishu, command) if command else _serve(feishu)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum if command else 0
    except RuntimeError as error:
        print(f"standin: {error}", file=sys.stderr)
        return 1
    finally:
        processes.stop_all_children()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
