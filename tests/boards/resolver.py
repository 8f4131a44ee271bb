"""A resolver for the boards: a few names, on 127.0.0.1, a port of its own."""

import socket
import struct
import threading

A, AAAA = 1, 28
HEADER = struct.Struct(">HHHHHH")
ANSWER, NO_SUCH_NAME = 0x8180, 0x8183
MUTE = "mute.test"


class Resolver:
    """Answers until it is stopped; use it as a context manager.

    addresses   (name, type) -> packed address. Other names do not exist,
                except MUTE, which is never answered.
    asked       the names asked for, in order
    """

    def __init__(self, addresses):
        self.addresses, self.asked = addresses, []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
            stopper.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            query, sender = self._socket.recvfrom(2048)
            if not query:
                return
            answer = self._answer(query)
            if answer:
                self._socket.sendto(answer, sender)

    def _answer(self, query):
        labels, at = [], HEADER.size
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[HEADER.size:at + 5]
        kind = struct.unpack_from(">H", query, at + 1)[0]
        name = ".".join(labels)
        self.asked.append(name)
        if name == MUTE:
            return None
        address = self.addresses.get((name, kind))
        known = any(name == other for other, _ in self.addresses)
        head = HEADER.pack(struct.unpack_from(">H", query)[0],
                           ANSWER if known else NO_SUCH_NAME,
                           1, 1 if address else 0, 0, 0)
        if not address:
            return head + question
        return (head + question + struct.pack(">HHHIH", 0xc00c, kind, 1, 60,
                                              len(address)) + address)
