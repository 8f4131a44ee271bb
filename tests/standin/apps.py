"""An app as the platform knows it: credentials, tokens, limits, and what a
test wants to happen to it.

Everything here is of one app, so that tests with an app each do not disturb
each other. Kinds of requests are those in KINDS. What other processes may call
(gate_server.py) are the methods named in CONTROLS.
"""

import collections
import secrets
import threading
import time

import api
import limits
import token_api
import tokens
from token_api import Answer, Shape

TOKEN_KINDS = ("internal", "store", "oauth")
IMAGE_KINDS = ("images", "messages")
KINDS = TOKEN_KINDS + IMAGE_KINDS
CONTROLS = ("watch", "counts", "issued", "lifetime", "lengths", "shape",
            "kill", "limit", "no_limit", "answer_next", "refuse_next",
            "advance", "credentials")
# What the token endpoints refuse with, whatever the code.
TOKEN_STATUS = {"internal": 200, "store": 200, "oauth": 400}


class App:
    """One app, in one tenant.

    `watch()` is called when image requests begin to depend on what is here.

    app_id, secret                   for the classic and the OAuth endpoint
    app_access_token, tenant_key     for the store endpoint
    fixed_token                      a token that is always good, or None
    """

    def __init__(self, watch, app_id=None, secret=None, fixed_token=None):
        self.app_id = app_id or f"cli_{secrets.token_hex(8)}"
        self.secret = secret or secrets.token_hex(16)
        self.app_access_token = f"a-{secrets.token_hex(20)}"
        self.tenant_key = secrets.token_hex(8)
        self.fixed_token, self.watch = fixed_token, watch
        self.lock = threading.RLock()
        self._chains = {kind: tokens.Chain() for kind in TOKEN_KINDS}
        self._orders = {kind: collections.deque() for kind in KINDS}
        self._counts = collections.Counter()
        self._dead, self._limiters = {}, {}
        self._lifetime_s, self._renew_below_s = 7200, tokens.HALF_AN_HOUR_S
        self._lengths = {"classic": 42, "jwt": 1500}
        self._offset_s = 0
        self.shape_now = Shape()

    # What tests call.

    def environment(self):
        """What a command should have in its environment."""
        return {"FEISHU_APP_ID": self.app_id,
                "FEISHU_APP_SECRET": self.secret}

    def credentials(self):
        """All that this app can be asked for, by name."""
        return {"app_id": self.app_id, "app_secret": self.secret,
                "app_access_token": self.app_access_token,
                "tenant_key": self.tenant_key}

    def counts(self):
        """kind -> how many requests so far, answered well or not; `limited`:
        how many of them were refused by a limit. Image requests are counted
        from watch() on, which comes with the first token."""
        with self.lock:
            return {kind: self._counts[kind] for kind in (*KINDS, "limited")}

    def issued(self):
        """All tokens given out, of each endpoint the oldest first."""
        with self.lock:
            return [token for chain in self._chains.values()
                    for token in chain.tokens()]

    def lifetime(self, seconds, renew_below_s=tokens.HALF_AN_HOUR_S):
        """How long tokens made from now on live, and with how much less left
        than `renew_below_s` a new one is made."""
        with self.lock:
            self._lifetime_s, self._renew_below_s = seconds, renew_below_s

    def lengths(self, classic=42, jwt=1500):
        """How long tokens made from now on are, in characters."""
        with self.lock:
            self._lengths = {"classic": classic, "jwt": jwt}

    def shape(self, **wishes):
        """What success answers look like from now on; see Shape."""
        with self.lock:
            self.shape_now = Shape(**wishes)

    def kill(self, code=None, status=400, keep=False):
        """Refuse all tokens given out so far: with 99991663, those like
        eyJ... with 99991668, or with `code`. The next request for a token
        gets a new one, or with `keep` the dead one again."""
        with self.lock:
            for token in self.issued():
                self._dead[token] = (status, code or dead_code(token))
            for chain in self._chains.values():
                if not keep:
                    chain.forget_newest()
        self.watch()

    def limit(self, per_second=50, per_minute=1000, kinds=IMAGE_KINDS):
        """Refuse what is more. Each kind is counted by itself."""
        with self.lock:
            self._limiters = {kind: limits.Limiter(per_second, per_minute)
                              for kind in kinds}
        self.watch()

    def no_limit(self):
        """The end of limit()."""
        self._limiters = {}

    def answer_next(self, kind, body="", status=200, headers=None,
                    media_type=token_api.JSON_TYPE, times=1):
        """Give the next requests of that kind this reply instead."""
        answer = Answer(status, body.encode(), headers or {}, media_type)
        self._order(kind, lambda _: answer, times)

    def refuse_next(self, kind, code, times=1, reset="1"):
        """Give the next requests of that kind the error with this code.
        `reset` is what x-ogw-ratelimit-reset says with 99991400."""
        status, _ = api.BY_CODE[code]
        headers = dict(api.EXTRA_HEADERS.get(code, {}))
        if code == 99991400:
            headers["x-ogw-ratelimit-reset"] = reset
        else:
            status = TOKEN_STATUS.get(kind, status)
        self._order(kind, lambda log_id: error(status, code, log_id, headers),
                    times)

    def advance(self, seconds):
        """Move the clock of tokens and limits forward."""
        with self.lock:
            self._offset_s += seconds

    # What the Gatekeeper calls, with the lock held.

    def now(self):
        """Seconds on the clock of tokens and limits."""
        return time.monotonic() + self._offset_s

    def special(self, kind, log_id, limited=True):
        """Count; then what was ordered, or the refusal of a limit, or None."""
        self._counts[kind] += 1
        if self._orders[kind]:
            return self._orders[kind].popleft()(log_id)
        limiter = self._limiters.get(kind) if limited else None
        refused = limiter and limiter.take(self.now())
        if not refused:
            return None
        self._counts["limited"] += 1
        return error(429, 99991400, log_id, refused)

    def give(self, kind):
        """The answer with the token that is due."""
        def make():
            if kind == "oauth":
                return tokens.jwt(self._lengths["jwt"])
            return tokens.classic(self._lengths["classic"])
        token, left_s = self._chains[kind].current(
            make, self.now(), self._lifetime_s, self._renew_below_s)
        self.watch()
        return token_api.success(kind, token, int(left_s), self.shape_now)

    def owns(self, token):
        """Was it given to this app, at any time?"""
        return token == self.fixed_token or any(
            chain.has(token) for chain in self._chains.values())

    def token_error(self, token):
        """HTTP status and code, or None for a good token."""
        if token in self._dead:
            return self._dead[token]
        now = self.now()
        if token == self.fixed_token or any(
                chain.lives(token, now) for chain in self._chains.values()):
            return None
        return 400, dead_code(token)

    def _order(self, kind, answer_to, times):
        with self.lock:
            self._orders[kind].extend([answer_to] * times)
        if kind in IMAGE_KINDS:
            self.watch()


def dead_code(token):
    """With what a token is refused: JWTs are taken for a user's."""
    return 99991668 if token.startswith("eyJ") else 99991663


def error(status, code, log_id, headers=None):
    """The reply of an error, as nginx would give it."""
    body = api.error_json(code, api.BY_CODE[code][1], log_id)
    return Answer(status, body.encode(), headers or {})
