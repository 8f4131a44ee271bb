"""The gateway of feishu.conf, on this machine and in front of the stand-in.

The file is used as it is, but for the lines to be changed by whoever copies
it: each of CHANGES must be found in it exactly once.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import folders
import pki
import processes

HERE = pathlib.Path(__file__).resolve().parent
MAIN = """
daemon off;
worker_processes 2;
pid nginx.pid;
lock_file nginx.lock;
error_log error.log warn;
USER
events { worker_connections 256; }
http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    access_log access.log;
    include feishu.conf;
}
"""
ALLOWED = "127.0.0.0/8"


class Gateway:
    """A running gateway; use it as a context manager.

    It asks the server `upstream` of the Standin `feishu`, as `app`, and lets
    only `allowed` addresses in.

    folder   its configuration, cache and logs
    url      for devices
    """

    def __init__(self, feishu, app, *, upstream="rsa", allowed=ALLOWED):
        self.feishu, self.app = feishu, app
        self._upstream = feishu.urls[upstream].rpartition(":")[2]
        self._allowed = allowed

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(
            prefix="gateway-", dir=self.feishu.folder))
        shutil.copy(HERE / "token.sh", self.folder)
        self.secret(self.app.secret)
        done = self.renew("true")
        if done.returncode:
            raise RuntimeError(f"token.sh: {done.stderr}")
        self._start()
        return self

    def __exit__(self, *_):
        processes.stop(self._nginx)

    def secret(self, secret):
        """Write app.json."""
        (self.folder / "app.json").write_text(json.dumps(
            {"app_id": self.app.app_id, "app_secret": secret}))

    def renew(self, reload=None):
        """Run token.sh; what came of it."""
        return subprocess.run(
            [self.folder / "token.sh"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=60, env={
                "PATH": os.environ["PATH"],
                "FEISHU_BASE_URL": self.feishu.base_url,
                "CURL_CA_BUNDLE": str(self.feishu.ca_file),
                "RELOAD": reload or f"kill -HUP {self._nginx.pid}"})

    def token(self):
        """What nginx is told: the text of token.conf."""
        return (self.folder / "token.conf").read_text()

    def logs(self):
        """All that nginx has written down."""
        return "".join((self.folder / name).read_text()
                       for name in ("access.log", "error.log"))

    def _changes(self, port):
        """Text of feishu.conf -> what it becomes here."""
        server = f"127.0.0.1:{self._upstream};"
        chain = pki.chain_file(self.feishu.pki, "rsa")
        key = pki.key_file(self.feishu.pki, "rsa")
        return {
            "server open.feishu.cn:443;": f"server {server}",
            "default open.feishu.cn;": "default localhost;",
            "/etc/nginx/feishu/token.conf": f"{self.folder}/token.conf",
            "/var/lib/nginx/feishu": f"{self.folder}/cache",
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "server_name images.example;": "server_name localhost;",
            "/etc/nginx/feishu/chain.pem": str(chain),
            "/etc/nginx/feishu/key.pem": str(key),
            "allow 192.168.0.0/16;": f"allow {self._allowed};",
            "/etc/ssl/certs/ca-certificates.crt": str(self.feishu.ca_file)}

    def _configure(self, port):
        text = (HERE / "feishu.conf").read_text()
        for old, new in self._changes(port).items():
            if text.count(old) != 1:
                raise RuntimeError(f"feishu.conf: {old!r} is not there once")
            text = text.replace(old, new)
        (self.folder / "feishu.conf").write_text(text)
        # started as root, its workers would not get at this folder
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.replace("USER", user))

    def _start(self, tries=5):
        places = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
        log = self.folder / "error.log"
        for _ in range(tries):
            port, = folders.free_ports(1)
            self._configure(port)
            log.write_text("")
            with open(log, "a") as output:
                self._nginx = processes.start(
                    [shutil.which("nginx", path=places), "-p",
                     f"{self.folder}/", "-c", "nginx.conf", "-e", "error.log"],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    start_new_session=True)
            if self._is_up():
                self.url = f"https://localhost:{port}"
                return
        raise RuntimeError(f"nginx did not start:\n{log.read_text()}")

    def _is_up(self):
        pid_file = self.folder / "nginx.pid"
        while self._nginx.poll() is None:
            if pid_file.exists() and pid_file.read_text().strip():
                return True
            time.sleep(0.005)
        return False
