"""A stand-in for Feishu on this machine: real TLS, real images, no network.

As a command:

  python3 tests/standin/standin.py [--state DIR] serve
      run until interrupted; print shell assignments with which feishu-image
      talks to it, and keys to try
  python3 tests/standin/standin.py [--state DIR] run -- COMMAND...
      run COMMAND with the first three of them, and exit as it does; besides
      it gets STANDIN_DIR (a folder with images/, files/ and roots.pem),
      STANDIN_URL_<SERVER>, STANDIN_APP_ID, STANDIN_APP_SECRET and
      STANDIN_CONTROL (the control URL of gate_server.py)

As a library (with this folder on sys.path):

    with standin.Standin() as feishu:
        fetch(feishu.base_url, feishu.token, feishu.key("png-small"))

nginx does the serving (api_conf.py tells what there is to ask for), a small
server behind it what needs a memory (gatekeeper.py: tokens, limits), the fault
server what nginx will not do (faults.py, range_faults.py). All listen on
127.0.0.1 at ports the system chooses; all end with this process; all files lie
below the state folder. Copies may run side by side.
"""

import argparse
import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

# Nothing is to be written outside the state folder.
sys.dont_write_bytecode = True

import api
import fault_server
import faults
import folders
import gate_server
import gatekeeper
import images
import nginx_conf
import pki
import processes
import range_faults
import resources

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
    files       the same of the files that hang on the message
    message_id  of that message; all images hang on it too
    app         the App that owns the token: what tests set and count
    gate        the Gatekeeper; new_app() gives a test an App of its own
    control_url the same for other processes (gate_server.py)
    pki         the folder that pki.make gave
    faults      the FaultServer behind urls["fault"]
    token, ca_file, bundle_file, access_log, error_log
    """

    def __init__(self, state=None, *, bundle=None, token=TOKEN):
        self.state = pathlib.Path(state or STATE).resolve()
        self.token = token
        self.bundle_file = None
        self.message_id = resources.MESSAGE
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

    def app_environment(self):
        """The same with an app's id and secret in place of the token."""
        return {"FEISHU_BASE_URL": self.base_url,
                "SSL_CERT_FILE": str(self.ca_file),
                **self.app.environment()}

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
        self.folder = folders.run_folder(self.state, stack)
        self.access_log = self.folder / "access.log"
        self.error_log = self.folder / "error.log"
        self.images = folders.take_images(made, self.folder / "images")
        self.files = resources.make(self.folder / "files")
        self.ca_file = self.folder / "roots.pem"
        shutil.copy(self.pki / "roots.pem", self.ca_file)
        if self._bundle:
            self.bundle_file = self.folder / "bundle.pem"
            self._write_bundle()
        self.faults = stack.enter_context(
            fault_server.FaultServer(
                faults.by_key(range_faults.scripts()), pki=self.pki))
        self.gate = gatekeeper.Gatekeeper(self.token, self.folder / "ask")
        self.app = self.gate.app
        server = stack.enter_context(gate_server.GateServer(self.gate))
        self._gate_port, self.control_url = server.port, server.url
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
            ports = dict(zip(names, folders.free_ports(len(names))))
            nginx_conf.write(
                self.folder, token=self.token, ports=ports,
                chain_file=lambda name: pki.chain_file(self.pki, name),
                key_file=lambda name: pki.key_file(self.pki, name),
                image_files=self.images, other_files=self.files,
                gate_port=self._gate_port, ask_file=self.gate.ask_file)
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


def _serve(feishu):
    values = feishu.environment() | feishu.app_environment()
    for name, value in values.items():
        print(f"{name}={shlex.quote(value)}")
    print("# app id and secret count only without FEISHU_TENANT_ACCESS_TOKEN")
    print("# keys to try:")
    for key, path in feishu.images.items():
        print(f"#   {key:26} {path.stat().st_size:9} bytes  "
              f"{images.media_type(path)}")
    print("# the same slowly: img_slow_png-300k; chunked: img_chunked_png-300k")
    print(f"# in the message {feishu.message_id}: the same, and with "
          "--type file")
    for key, path in feishu.files.items():
        print(f"#   {key:26} {path.stat().st_size:9} bytes")
    print("# an error: img_err_234008; all codes: "
          + " ".join(str(code) for _, code, _ in api.ERRORS))
    print(f"# a lying server: FEISHU_BASE_URL={feishu.urls['fault']}, keys:")
    for name in [*faults.FAULTS, *range_faults.ANSWERS]:
        print(f"#   fault_{name}")
    for name, url in feishu.urls.items():
        print(f"# {name}: FEISHU_BASE_URL={url}")
    print(f"# counts, and what can be set: {feishu.control_url}")
    sys.stdout.flush()
    feishu.wait()
    print(f"nginx ended:\n{feishu.error_log.read_text()}", file=sys.stderr)
    return 1


def _run(feishu, command):
    environment = {**os.environ, **feishu.environment(),
                   "STANDIN_DIR": str(feishu.folder),
                   "STANDIN_APP_ID": feishu.app.app_id,
                   "STANDIN_APP_SECRET": feishu.app.secret,
                   "STANDIN_CONTROL": feishu.control_url}
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
