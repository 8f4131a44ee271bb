"""A server that is out of order every now and then, at random.

    flaky = Flaky(random.Random(seed), every=50)
    with FaultServer(flaky, pki=folder) as server: ...

Gives tokens to the app and images to whoever has the newest of them. What
image there is under a key only depends on the key.
"""
import collections
import hashlib
import json
import threading

APP_ID, APP_SECRET = "cli_soak", "soak0secret1of2the3app"
PNG = b"\x89PNG\r\n\x1a\n"
SIZES = (100, 3000, 20000, 60000)
STALL_S = 0.3  # less than any limit of the client's


def image(key):
    """The bytes under a key."""
    seed = hashlib.sha256(key.encode()).digest()
    size = SIZES[seed[0] % len(SIZES)] + seed[1]
    return PNG + (seed * (size // len(seed) + 1))[:size]


def reply(status, body, *lines):
    """A reply with a length."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def refusal(status, code, *lines):
    """The same as Feishu says no."""
    body = json.dumps({"code": code, "msg": "no"}).encode()
    return reply(status, body, "Content-Type: application/json", *lines)


def chunked(body):
    """An image in chunks."""
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part)
                      for part in (body[:half], body[half:]) if part)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + \
        chunks + b"0\r\n\r\n"


class Flaky:
    """The script of every connection.

    met      fault -> how often it was played
    served   images sent whole
    """

    def __init__(self, random, every):
        self.met, self.served = collections.Counter(), 0
        self._random, self._every = random, every
        self._lock, self._serial = threading.Lock(), 1
        self._faults = [getattr(self, name) for name in dir(self)
                        if name.startswith("fault_")]

    def __call__(self, connection):
        """Serve until one of both ends it."""
        while not connection.ended:
            head = connection.recv_request().decode()
            if head.startswith("POST "):
                connection.send(self._token())
            else:
                self._answer(connection, head)

    def _token(self):
        body = {"code": 0, "msg": "ok", "expire": 7200,
                "tenant_access_token": f"t-soak-{self._serial}"}
        return reply("200 OK", json.dumps(body).encode(),
                     "Content-Type: application/json")

    def _answer(self, connection, head):
        body = image(head.split()[1].rsplit("/", 1)[1])
        with self._lock:
            fault = self._random.choice(self._faults) \
                if self._random.randrange(self._every) == 0 else None
            whole = reply("200 OK", body) if self._random.random() < 0.7 \
                else chunked(body)
        if fault:
            self.met[fault.__name__[6:].replace("_", " ")] += 1
            fault(connection, whole)
        elif f"\r\nAuthorization: Bearer t-soak-{self._serial}\r\n" not in head:
            connection.send(refusal("400 Bad Request", 99991663))
        else:
            connection.send(whole)
            self.served += 1

    # What can go wrong. `whole` is the reply that would have been right.

    def fault_reset(self, connection, whole):
        connection.rst()

    def fault_reset_in_the_head(self, connection, whole):
        connection.send(whole[:20])
        connection.rst()

    def fault_reset_in_the_body(self, connection, whole):
        connection.send(whole[:len(whole) // 2])
        connection.rst()

    def fault_cut_in_the_body(self, connection, whole):
        connection.send(whole[:-7])
        connection.fin()

    def fault_ended_in_the_body(self, connection, whole):
        connection.send(whole[:-7])
        connection.close_notify()
        connection.fin()

    def fault_damaged_record(self, connection, whole):
        records = bytearray(connection.encrypt(whole))
        records[-3] ^= 1
        connection.send_raw(bytes(records))
        connection.fin()

    def fault_stall(self, connection, whole):
        connection.send(whole[:50])
        connection.wait(STALL_S)
        connection.send(whole[50:])

    def fault_closed_when_idle(self, connection, whole):
        connection.send(whole)
        connection.close_notify()
        connection.fin()

    def fault_busy(self, connection, whole):
        connection.send(reply("503 Busy", b"later", "Retry-After: 1"))

    def fault_bad_gateway(self, connection, whole):
        connection.send(reply("502 Bad Gateway", b""))

    def fault_too_many(self, connection, whole):
        connection.send(refusal("429 Too Many Requests", 99991400,
                                "x-ogw-ratelimit-reset: 1"))

    def fault_token_expired(self, connection, whole):
        with self._lock:
            self._serial += 1
        connection.send(refusal("400 Bad Request", 99991663))
