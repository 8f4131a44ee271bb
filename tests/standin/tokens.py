"""Tokens by the platform's rules.

Whoever asks gets the same token as long as it has half an hour or more to
live, then a new one; both are good to their end.
"""

import base64
import json
import secrets
import string

HALF_AN_HOUR_S = 1800


def classic(length=42):
    """A token like t-g1044ghJRUIJJ5ZPPZMOHKWZISL33E4QSS3abcef."""
    return "t-" + _text(length - 2, string.ascii_lowercase + string.digits)


def jwt(length=1500):
    """A token of three parts, as the OAuth endpoint gives them."""
    head = _base64url({"alg": "ES256", "typ": "JWT", "kid": _text(8)})
    room = max(length - len(head) - 2 - 86, 64)
    claims = {"iss": "https://localhost", "jti": _text(16), "scope": ""}
    claims["scope"] = "x" * max(room * 3 // 4 - len(_compact(claims)), 0)
    payload = _base64url(claims)
    return f"{head}.{payload}." + _text(length - len(head) - len(payload) - 2)


def _text(length, letters=string.ascii_letters + string.digits):
    return "".join(secrets.choice(letters) for _ in range(length))


def _compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(value):
    return base64.urlsafe_b64encode(_compact(value)).rstrip(b"=").decode()


class Chain:
    """The tokens of one app in one tenant. Times are seconds on any clock."""

    def __init__(self):
        self._ends = {}  # token -> when it ends
        self._newest = None

    def current(self, make, now, lifetime_s, renew_below_s=HALF_AN_HOUR_S):
        """The token to hand out, and how many seconds it has left. `make()`
        gives a new one."""
        left = self._ends.get(self._newest, now) - now
        if self._newest is None or left < renew_below_s:
            self._newest, left = make(), lifetime_s
            self._ends[self._newest] = now + lifetime_s
        return self._newest, left

    def has(self, token):
        """Was it ever one of these?"""
        return token in self._ends

    def lives(self, token, now):
        """Is it one of these, and not over yet?"""
        return self._ends.get(token, now) > now

    def forget_newest(self):
        """The next to ask gets a new token."""
        self._newest = None

    def tokens(self):
        """All there ever were, the oldest first."""
        return list(self._ends)
