"""What the three token endpoints ask for and answer, without any memory.

The classic ones answer every refusal with HTTP 200 and a code, the OAuth one
with 400. Bodies are as the documentation and captures have them.
"""

import base64
import dataclasses
import json
import urllib.parse

JSON_TYPE = "application/json; charset=utf-8"
EXPIRE = {"internal": "expire", "store": "expire", "oauth": "expires_in"}
TOKEN = {"internal": "tenant_access_token", "store": "tenant_access_token",
         "oauth": "access_token"}


@dataclasses.dataclass
class Answer:
    """A reply. With `target`, nginx sends what lies behind that path."""

    status: int = 200
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    media_type: str = JSON_TYPE
    target: str = None


def json_answer(value, status=200, headers=None):
    """A reply of JSON as compact as Feishu's."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.encode(), headers or {})


def fields_of(body, media_type):
    """The text members of a JSON object, or of a form; {} if unfit."""
    try:
        text = body.decode()
        if media_type.startswith("application/x-www-form-urlencoded"):
            fields = dict(urllib.parse.parse_qsl(text, strict_parsing=True))
        else:
            fields = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(fields, dict):
        return {}
    return {k: v for k, v in fields.items() if isinstance(v, str) and v}


def basic_of(authorization):
    """Name and password of an Authorization header, or None."""
    scheme, _, text = authorization.partition(" ")
    if scheme != "Basic":
        return None
    try:
        name, _, password = base64.b64decode(text).decode().partition(":")
    except ValueError:
        return None
    return urllib.parse.unquote(name), urllib.parse.unquote(password)


@dataclasses.dataclass
class Claim:
    """What a token request says about who is asking."""

    fields: dict
    authorization: str

    def field(self, name):
        """A member of the body, or None."""
        return self.fields.get(name)


class Internal(Claim):
    """A self-built app, at the classic endpoint."""

    def names(self, app):
        """Does it speak of this app?"""
        return self.field("app_id") == app.app_id

    def refusal(self, app):
        """The answer if it may have no token; None if it may. `app` is the
        one it names, or None."""
        name, secret = self.field("app_id"), self.field("app_secret")
        if not name or not secret or not name.startswith("cli_"):
            return json_answer(
                {"code": 10003, "data": {}, "msg": "invalid param"})
        if not app:
            return json_answer({"code": 10014, "msg": "app id not exists"})
        if secret != app.secret:
            return json_answer({"code": 10014, "msg": "app secret invalid"})
        return None


class Store(Claim):
    """A store app, with its app access token, for one tenant."""

    def names(self, app):
        """Does it speak of this app?"""
        return self.field("app_access_token") == app.app_access_token

    def refusal(self, app):
        """As of Internal."""
        if not self.field("app_access_token") or not self.field("tenant_key"):
            return json_answer(
                {"code": 10003, "data": {}, "msg": "invalid param"})
        if not app:
            return json_answer({"code": 99991664, "msg": "invalid app token"})
        if self.field("tenant_key") != app.tenant_key:
            return json_answer(
                {"code": 10013, "msg": "get tenant access token fail"})
        return None


class OAuth(Claim):
    """RFC 6749, client credentials, by Basic or in the body."""

    def _client(self):
        return basic_of(self.authorization) or (
            self.field("client_id"), self.field("client_secret"))

    def names(self, app):
        """Does it speak of this app?"""
        return self._client()[0] == app.app_id

    def refusal(self, app):
        """As of Internal."""
        if basic_of(self.authorization) and self.field("client_secret"):
            return _oauth_error("invalid_request", 20070,
                                "multiple client authentication methods")
        if self.field("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type", 20036,
                                "The grant_type is not supported.")
        if not app or self._client()[1] != app.secret:
            return _oauth_error("invalid_grant", 20003,
                                "The client credentials are invalid.")
        return None


def _oauth_error(name, code, words):
    return json_answer({"error": name, "error_description": words,
                        "code": code}, 400)


CLAIMS = {"internal": Internal, "store": Store, "oauth": OAuth}


@dataclasses.dataclass
class Shape:
    """What a test wants success answers to look like.

    expire     in place of the seconds left: any JSON value
    token      in place of the token's text
    omit       members to leave out; `expire` means expires_in too
    extra      members to add at the end
    order      "reversed", "sorted", or names that come first
    delay_s    how long each answer takes
    """

    expire: object = None
    token: str = None
    omit: tuple = ()
    extra: dict = dataclasses.field(default_factory=dict)
    order: object = ()
    delay_s: float = 0


def success(kind, token, left_s, shape):
    """The answer that carries a token."""
    if kind == "oauth":
        fields = {"access_token": token, "token_type": "Bearer",
                  "expires_in": left_s, "code": 0}
    else:
        fields = {"code": 0, "msg": "ok" if kind == "internal" else "success",
                  "tenant_access_token": token, "expire": left_s}
    if shape.expire is not None:
        fields[EXPIRE[kind]] = shape.expire
    if shape.token is not None:
        fields[TOKEN[kind]] = shape.token
    fields |= shape.extra
    for name in shape.omit:
        fields.pop(EXPIRE[kind] if name == "expire" else name, None)
    return json_answer(_ordered(fields, shape.order))


def _ordered(fields, order):
    names = list(fields)
    if order == "reversed":
        names.reverse()
    elif order == "sorted":
        names.sort()
    else:
        first = [name for name in order if name in fields]
        names = first + [name for name in names if name not in first]
    return {name: fields[name] for name in names}
