"""What lwIP meets on the host's end of the tap device: a name server, and the
stand-in's ports, which listen on 127.0.0.1 only."""
import contextlib
import ipaddress
import selectors
import socket
import struct
import threading

ADDRESSES = {1: "192.0.2.1", 28: "fd00::1"}  # by type of record: A, AAAA
LATE_S = 0.4  # for names with `late`; lwIP asks for A, then for AAAA


def dns_reply(query):
    """What a name server says to this query: localhost is the host's end of
    the tap device, names with `silence` get no reply, others have no address."""
    end = query.index(b"\0", 12)
    name = query[12:end].lower()
    kind = struct.unpack_from(">H", query, end + 1)[0]
    if b"silence" in name:
        return None
    known = name == b"\x09localhost" and kind in ADDRESSES
    head = query[:2] + struct.pack(">5H", 0x8180 if known else 0x8183, 1,
                                   int(known), 0, 0)
    reply = head + query[12:end + 5]
    if known:
        data = ipaddress.ip_address(ADDRESSES[kind]).packed
        reply += struct.pack(">3HIH", 0xc00c, kind, 1, 60, len(data)) + data
    return reply


class Names:
    """The name server, in a thread that ends with the process."""

    def __init__(self, host):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 53))

    def __enter__(self):
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _run(self):
        while True:
            try:
                query, peer = self._socket.recvfrom(512)
            except OSError:
                return
            reply = dns_reply(query)
            late_s = LATE_S if b"late" in query else 0
            if reply:
                threading.Timer(late_s, self._send, (reply, peer)).start()

    def _send(self, reply, peer):
        with contextlib.suppress(OSError):
            self._socket.sendto(reply, peer)


class Relay:
    """Hands on what comes to the stand-in's ports at other addresses."""

    def __init__(self, hosts, urls):
        self._selector = selectors.DefaultSelector()
        for port in {int(url.rsplit(":", 1)[1]) for url in urls.values()}:
            for host in hosts:
                family = socket.AF_INET6 if ":" in host else socket.AF_INET
                listener = socket.create_server((host, port), family=family)
                self._selector.register(listener, selectors.EVENT_READ, port)

    def __enter__(self):
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_):
        pass  # the process ends soon, and the namespace with it

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                near = key.fileobj.accept()[0]
                far = socket.create_connection(("127.0.0.1", key.data))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=hand_on, args=pair,
                                     daemon=True).start()


def hand_on(source, target):
    """Until the one ends; then the other."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
