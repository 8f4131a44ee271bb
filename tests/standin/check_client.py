"""A client of the stand-in in Python's own HTTP and TLS, and the list of what
is checked with it."""

import http.client
import json
import ssl
import urllib.parse

import resources

IMAGES = "/open-apis/im/v1/images/"
MESSAGES = "/open-apis/im/v1/messages/"
AUTH = "/open-apis/auth/v3/tenant_access_token"
CASES = []


def case(function):
    """Add a function of a Client to the list."""
    CASES.append(function)
    return function


def equal(found, wanted):
    """Fail unless the two are the same."""
    assert found == wanted, f"{found!r}, expected {wanted!r}"


class Client:
    """Asks one stand-in."""

    def __init__(self, feishu):
        self.feishu, self.app = feishu, feishu.gate.new_app()
        self._trust = ssl.create_default_context(cafile=feishu.ca_file)

    def ask(self, method, path, body=None, url=None, **headers):
        """Status, headers and body of one request."""
        place = urllib.parse.urlsplit(url or self.feishu.base_url)
        connection = http.client.HTTPSConnection(
            place.hostname, place.port, timeout=20, context=self._trust)
        names = {name.replace("_", "-"): value
                 for name, value in headers.items()}
        try:
            connection.request(method, path, body, names)
            reply = connection.getresponse()
            try:
                data = reply.read()
            except (http.client.IncompleteRead, OSError) as cut:
                data = getattr(cut, "partial", b"")
            return reply.status, reply.headers, data
        finally:
            connection.close()

    def json(self, method, path, value=None, **headers):
        """Status and JSON, for a body of JSON."""
        body = None if value is None else json.dumps(value)
        status, _, data = self.ask(method, path, body, **{
            "Content_Type": "application/json", **headers})
        return status, json.loads(data)

    def token(self):
        """The answer of the classic endpoint."""
        status, answer = self.json("POST", f"{AUTH}/internal", {
            "app_id": self.app.app_id, "app_secret": self.app.secret})
        equal(status, 200)
        return answer

    def image(self, token, name="png-tiny", path=None):
        """Status and code of an image request; code 0 for the right image."""
        key = self.feishu.key(name)
        status, headers, data = self.ask(
            "GET", path or IMAGES + key, Authorization=f"Bearer {token}")
        if headers["Content-Type"] == "application/json":
            assert headers["X-Tt-Logid"].encode() in data
        if "json" in headers["Content-Type"]:
            return status, json.loads(data)["code"]
        equal(data, self.feishu.images[key].read_bytes())
        return status, 0

    def resource(self, key, kind="file", message=resources.MESSAGE, **headers):
        """The reply to a request for what hangs on a message."""
        return self.ask("GET", f"{MESSAGES}{message}/resources/{key}"
                               f"?type={kind}", **{
                        "Authorization": f"Bearer {self.feishu.token}",
                        **headers})
