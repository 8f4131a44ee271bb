"""A server for what nginx will not do: break off, lie, stall, drip.

A FaultServer plays a script to each connection it accepts. A script is either
a function that is given the Connection, or a list of lists of steps: one list
for each successive connection, the last one for all further ones. Steps are
made by the functions of fault_steps.py; faults.py has scripts for replies that
are wrong in one way each.

    with FaultServer([[recv_request(), send(reply), rst()]], pki=folder) as s:
        fetch(f"https://localhost:{s.port}")
        assert s.accepted == 1 and b"Bearer" in s.requests[0]

With TLS, the handshake comes before the first step, and a script that ends
without an end of its own ends with close_notify and FIN. Nothing waits past
stop().
"""

import contextlib
import os
import re
import select
import socket
import ssl
import struct
import threading

import pki as pki_files


class PeerGone(Exception):
    """The client ended the connection: "close_notify", "fin" or "rst"."""


class Stopped(Exception):
    """The server is to stop."""


class FaultServer:
    """A listener on 127.0.0.1 with a thread for each connection.

    `pki` is a folder made by pki.make and `cert` the server of it to pose as.
    With tls=False scripts begin in plain TCP; if there is a `pki` they can
    begin TLS by the step start_tls. `oldest` and `newest` are ssl.TLSVersion
    values, `ciphers` an OpenSSL list for TLS 1.2.

    accepted      how many connections there were
    requests      the head of every request read, as bytes, in order
    bodies        the body of every request that had one
    connections   the Connection objects, in order
    errors        texts of handshakes that failed and of broken scripts
    """

    def __init__(self, script, *, tls=True, pki=None, cert="rsa", ciphers=None,
                 oldest=ssl.TLSVersion.TLSv1_2, newest=ssl.TLSVersion.TLSv1_2):
        self.script = script if callable(script) else in_turn(script)
        self.requests, self.bodies = [], []
        self.connections, self.errors = [], []
        self.tls, self.context = tls, None
        if pki or tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.minimum_version = oldest
            self.context.maximum_version = newest
            if ciphers:
                self.context.set_ciphers(ciphers)
            self.context.load_cert_chain(pki_files.chain_file(pki, cert),
                                         pki_files.key_file(pki, cert))
        self._threads = []
        self._stop_write = None

    @property
    def accepted(self):
        return len(self.connections)

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def start(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        # Readable from stop() on, which ends every wait.
        self._stop_read, self._stop_write = os.pipe()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def stop(self):
        """End all connections and threads. Harmless when repeated."""
        if self._stop_write is None:
            return
        os.close(self._stop_write)
        self._stop_write = None
        self._acceptor.join()
        for thread in self._threads:
            thread.join()
        self._listener.close()
        os.close(self._stop_read)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _accept(self):
        while True:
            ready, _, _ = select.select([self._listener, self._stop_read],
                                        [], [])
            if self._stop_read in ready:
                return
            sock, _ = self._listener.accept()
            connection = Connection(self, sock, len(self.connections))
            self.connections.append(connection)
            thread = threading.Thread(target=self._play, args=[connection],
                                      daemon=True)
            thread.start()
            self._threads = [t for t in self._threads if t.is_alive()]
            self._threads.append(thread)

    def _play(self, connection):
        try:
            if self.tls:
                connection.start_tls()
            self.script(connection)
            connection.end()
        except (Stopped, PeerGone):
            pass
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.sock.close()


class Connection:
    """One client, seen by a script.

    number     how many connections there were before
    peer_end   how the client ended: "close_notify", "fin", "rst", or None
    """

    def __init__(self, server, sock, number):
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server, self.sock, self.number = server, sock, number
        self.peer_end = None
        self.ended = False
        self._tls = None
        self._unread = b""

    def wait(self, seconds=None, *, read=False, write=False):
        """True when the socket is ready, False when the time is over."""
        stop = self.server._stop_read
        readable, writable, _ = select.select(
            [stop] + [self.sock] * read, [self.sock] * write, [], seconds)
        if stop in readable:
            raise Stopped
        return bool(readable or writable)

    def _gone(self, how):
        self.peer_end = self.peer_end or how
        raise PeerGone(how)

    def recv_raw(self):
        """Some bytes from the wire."""
        self.wait(read=True)
        try:
            data = self.sock.recv(65536)
        except OSError:
            self._gone("rst")
        return data or self._gone("fin")

    def send_raw(self, data):
        """Put bytes on the wire as they are, past TLS."""
        view = memoryview(data)
        while view:
            self.wait(write=True)
            try:
                view = view[self.sock.send(view):]
            except BlockingIOError:
                continue
            except OSError:
                self._gone("rst")

    def start_tls(self, send=None):
        """Do the handshake; `send` may take the place of send_raw."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = self.server.context.wrap_bio(
            self._incoming, self._outgoing, server_side=True)
        self._drive(self._tls.do_handshake, send or self.send_raw)

    def _drive(self, operation, send):
        """Run an operation of the TLS engine with what it wants to be fed."""
        while True:
            try:
                return operation()
            except ssl.SSLWantReadError:
                pass
            finally:
                if self._outgoing.pending:
                    send(self._outgoing.read())
            self._incoming.write(self.recv_raw())

    def recv(self):
        """Some bytes of plaintext."""
        if not self._tls:
            return self.recv_raw()
        try:
            data = self._drive(lambda: self._tls.read(65536), self.send_raw)
        except ssl.SSLZeroReturnError:
            data = b""
        return data or self._gone("close_notify")

    def encrypt(self, data):
        """The records (one for each 16384 bytes) that would carry `data`."""
        if not self._tls:
            return data
        view = memoryview(data)
        while view:
            view = view[self._tls.write(view[:16384]):]
        return self._outgoing.read()

    def send(self, data):
        for start in range(0, len(data), 65536):
            self.send_raw(self.encrypt(data[start:start + 65536]))

    def peek_request(self):
        """The next request head, to the blank line, left unread."""
        while b"\r\n\r\n" not in self._unread:
            self._unread += self.recv()
        return self._unread[:self._unread.index(b"\r\n\r\n") + 4]

    def recv_request(self):
        """Take the next request; its head is returned."""
        request = self.peek_request()
        length = re.search(rb"\r\ncontent-length: *(\d+)", request, re.I)
        size = len(request) + int(length[1] if length else 0)
        while len(self._unread) < size:
            self._unread += self.recv()
        if length:
            self.server.bodies.append(self._unread[len(request):size])
        self._unread = self._unread[size:]
        self.server.requests.append(request)
        return request

    def drain(self):
        """Throw away what comes until the client is gone."""
        while True:
            self.recv_raw()

    def close_notify(self):
        """Say that no more will come, without waiting for the answer."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self.send_raw(self._outgoing.read())

    def fin(self):
        """End the TCP stream in order, whatever TLS thinks of it.

        Closing with bytes unread would send RST instead, so wait for the
        client to end its side.
        """
        self.ended = True
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)
        self.drain()

    def rst(self):
        self.ended = True
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.sock.close()

    def end(self):
        """An orderly end, unless there was an end already."""
        if not self.ended:
            if self._tls:
                self.close_notify()
            self.fin()


def in_turn(script):
    """A function that plays the lists of steps to successive connections."""
    def play(connection):
        for step in script[min(connection.number, len(script) - 1)]:
            step(connection)
    return play
