"""A small HTTP server by which nginx, and tests, speak with the Gatekeeper.

  POST /token/<kind>       a token endpoint's request, as it came
  GET /decide              about the image request described in the headers
                           X-Kind, X-Target and Authorization
  GET /control             JSON: the counts
  POST /control/new_app    JSON: credentials of a new app
  POST /control/<method>   call a method of apps.CONTROLS; the body is a JSON
                           object of its arguments, or empty; the answer is
                           JSON: what it returned. With ?app=<app id> it is
                           about that app, not the one of the fixed token.

The last three are for whoever is not in this process. The server listens on a
port of 127.0.0.1, in plain HTTP.
"""

import contextlib
import http.server
import json
import threading

import apps
from token_api import Answer, fields_of, json_answer

BODY_MAX = 65536


class GateServer:
    """Answers for a Gatekeeper; use it as a context manager.

    port   where it listens
    url    of the control paths
    """

    def __init__(self, gate):
        self.gate = gate

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                       _Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.gate = self.gate
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/control"
        self._thread = threading.Thread(target=self._server.serve_forever,
                                        kwargs={"poll_interval": 0.05},
                                        daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.gate.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one piece
    timeout = 60

    def handle(self):
        """One request after the other, until nginx has ended."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self):
        """Decisions and counts."""
        if self.path.split("?")[0] == "/decide":
            self._send(self.server.gate.decide(
                self.headers.get("X-Kind"),
                self.headers.get("Authorization", ""),
                self.headers.get("X-Target"), self._log_id()))
        elif self.path.split("?")[0] == "/control":
            self._send(self._control("counts", b""))
        else:
            self._send(Answer(404, b"no such path\n", {}, "text/plain"))

    def do_POST(self):
        """Tokens and wishes."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(min(length, BODY_MAX))
        self.close_connection |= length > BODY_MAX
        _, where, name = (self.path.split("?")[0] + "//").split("/")[:3]
        if where == "token" and name in apps.TOKEN_KINDS:
            fields = fields_of(body, self.headers.get("Content-Type", ""))
            self._send(self.server.gate.token(
                name, fields, self.headers.get("Authorization", ""),
                self._log_id()))
        elif where == "control" and name == "new_app":
            self._send(json_answer(self.server.gate.new_app().credentials()))
        elif where == "control" and name in apps.CONTROLS:
            self._send(self._control(name, body))
        else:
            self._send(Answer(404, b"no such path\n", {}, "text/plain"))

    def _control(self, name, body):
        try:
            arguments = json.loads(body or "{}")
            gate, wanted = self.server.gate, self.path.partition("?app=")[2]
            app = gate.app_of(wanted) if wanted else gate.app
            result = getattr(app, name)(**arguments)
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"error": str(error)}, 400)
        return json_answer(result)

    def _log_id(self):
        return self.headers.get("X-Log-Id", "")

    def _send(self, answer):
        self.send_response_only(answer.status)
        if answer.target:
            self.send_header("X-Accel-Redirect", answer.target)
        elif answer.media_type:
            self.send_header("Content-Type", answer.media_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_):
        """nginx has a log."""
