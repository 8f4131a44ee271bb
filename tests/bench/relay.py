"""A relay on loopback that counts the bytes which go through it."""

import contextlib
import socket
import threading


def _pump(source, target, counts, way):
    """Pass bytes on until they end."""
    with contextlib.suppress(OSError):
        while data := source.recv(262144):
            counts[way] += len(data)
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _serve(listener, server_port, counts):
    """Relay connections until the listener is closed."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", server_port))
        for pair in ((client, server, counts, "out"),
                     (server, client, counts, "in")):
            threading.Thread(target=_pump, args=pair, daemon=True).start()


@contextlib.contextmanager
def counting(server_port):
    """A relay to that port: (its own port, {"in": bytes, "out": bytes})."""
    counts = {"in": 0, "out": 0}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, server_port, counts),
                         daemon=True).start()
        yield listener.getsockname()[1], counts
        listener.shutdown(socket.SHUT_RDWR)


def _send(listener, record, records):
    """Send so many records to whoever connects."""
    data = bytes(record)
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, contextlib.suppress(OSError):
            for _ in range(records):
                client.sendall(data)


@contextlib.contextmanager
def sending(record, records):
    """A server that sends records of so many bytes: its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_send, args=(listener, record, records),
                         daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
