"""An HTTP proxy that connects, or does not, and says whom it was asked for."""
import base64
import contextlib
import select
import socket

from app_runs import KEY
from fault_server import FaultServer

NONE = {name: None for name in ("https_proxy", "HTTPS_PROXY", "no_proxy",
                                "NO_PROXY")}
PASSWORD = "pass-w0rd"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy(FaultServer):
    """On 127.0.0.1; whatever host it is asked for, it goes to that port of
    this machine. `user` is "name:password" if it wants that; `reply` is what
    it says to who may pass; `to` is a port to go to instead.

    asked    the hosts and ports that it was asked for, as text
    """

    def __init__(self, user=None, reply=ESTABLISHED, to=None):
        super().__init__(self._play, tls=False)
        self.user, self.reply, self.to = user, reply, to

    @property
    def asked(self):
        return [head.split(b" ")[1].decode() for head in self.requests]

    def url_for(self, user=""):
        """Its URL, with a user."""
        return f"http://{user}{'@' * bool(user)}127.0.0.1:{self.port}"

    def _play(self, connection):
        head = connection.recv_request()
        wanted = base64.b64encode((self.user or "").encode())
        field = b"\r\nProxy-Authorization: Basic " + wanted + b"\r\n"
        if self.user is not None and field not in head:
            connection.send(b"HTTP/1.1 407 Who are you\r\n"
                            b"Proxy-Authenticate: Basic realm=\"x\"\r\n"
                            b"Content-Length: 0\r\n\r\n")
            return
        port = int(head.split(b" ")[1].rsplit(b":", 1)[1])
        with contextlib.closing(socket.create_connection(
                ("127.0.0.1", self.to or port))) as server:
            connection.send(self.reply)
            self._carry(connection, server)

    def _carry(self, connection, server):
        """Bytes in both directions until one side has ended."""
        sides = {connection.sock: server, server: connection.sock}
        connection.sock.setblocking(True)
        while True:
            ready, _, _ = select.select([*sides, self._stop_read], [], [])
            if self._stop_read in ready:
                return
            for side in ready:
                data = side.recv(65536)
                if not data:
                    connection.ended = True
                    return
                sides[side].sendall(data)


class Answering(FaultServer):
    """A proxy that answers every CONNECT in one way, by these steps."""

    def __init__(self, *steps):
        super().__init__([[lambda c: c.recv_request(), *steps]], tls=False)

    def url_for(self, user=""):
        """Its URL, with a user."""
        return f"http://{user}{'@' * bool(user)}127.0.0.1:{self.port}"


def comes(trial, *arguments, env=None, **options):
    """The stand-in's image arrives, and nothing is said."""
    trial.ok("-o", "image", *arguments, KEY, env={**NONE, **(env or {})},
             **options)
    trial.holds({"image": trial.image("png-tiny")})
    (trial.folder / "image").unlink()


def server_of(trial):
    """The stand-in's name and port, as a proxy is asked for them."""
    return trial.feishu.base_url.removeprefix("https://")
