"""A way from ::1, which is where QEMU's IPv6 network leads, to 127.0.0.1."""

import socket
import threading


class Gateway6:
    """Passes connections to `port` of ::1 on to `target` of 127.0.0.1, byte by
    byte; use it as a context manager. `passed` counts them."""

    def __init__(self, target):
        self.target, self.passed = target, 0
        self._listener = socket.create_server(("::1", 0),
                                              family=socket.AF_INET6)
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # stopped
                return
            self.passed += 1
            far = socket.create_connection(("127.0.0.1", self.target))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=ends,
                                 daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
