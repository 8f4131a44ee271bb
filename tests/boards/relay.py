"""A bad network: frames between two ends, some lost, doubled or overtaken."""

import random
import select
import socket
import threading


class Relay:
    """Carries frames between a board and QEMU's user network, both of which
    are in one QEMU; use it as a context manager. Frames travel as datagrams
    on 127.0.0.1.

    share     of the frames that are lost, doubled, and held back until others
              have gone past: each so many
    options   what QEMU needs to be told
    counts    how many frames came, were lost, doubled, held back
    """

    HOLD_S = 0.02

    def __init__(self, share, seed):
        self.share = share
        self.counts = dict.fromkeys(("came", "lost", "doubled", "held"), 0)
        self._random = random.Random(seed)
        # For each end: our socket, and the port that QEMU takes.
        self._ends = [self._end(), self._end()]
        board, user = ((ours.getsockname()[1], theirs)
                       for ours, theirs in self._ends)
        self.options = [
            "-netdev", f"socket,id=n0,udp=127.0.0.1:{board[0]},"
                       f"localaddr=127.0.0.1:{board[1]}",
            "-netdev", f"socket,id=s1,udp=127.0.0.1:{user[0]},"
                       f"localaddr=127.0.0.1:{user[1]}",
            "-netdev", "user,id=u0,ipv6=off",
            "-netdev", "hubport,id=h0,hubid=0,netdev=u0",
            "-netdev", "hubport,id=h1,hubid=0,netdev=s1"]
        self._held = []
        self._stopped = False
        self._thread = threading.Thread(target=self._carry, daemon=True)

    @staticmethod
    def _end():
        ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ours.bind(("127.0.0.1", 0))
        # QEMU wants to be told its own port; the system has one to spare.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as spare:
            spare.bind(("127.0.0.1", 0))
            return ours, spare.getsockname()[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped = True
        self._thread.join()
        for ours, _ in self._ends:
            ours.close()

    def _carry(self):
        sockets = [ours for ours, _ in self._ends]
        while not self._stopped:
            ready, _, _ = select.select(sockets, [], [], self.HOLD_S)
            for sock in ready:
                frame = sock.recv(4096)
                self._pass_on(frame, 1 - sockets.index(sock))
            if not ready:
                self._release()

    def _pass_on(self, frame, to):
        """Decide a frame's fate."""
        self.counts["came"] += 1
        fate = self._random.random() / self.share if self.share else 9
        if fate < 1:
            self.counts["lost"] += 1
        elif fate < 2:
            self.counts["held"] += 1
            self._held.append((frame, to))
        else:
            self._send(frame, to)
            if fate < 3:
                self.counts["doubled"] += 1
                self._send(frame, to)
            self._release()

    def _release(self):
        """Send what was held back: others have gone past."""
        held, self._held = self._held, []
        for frame, to in held:
            self._send(frame, to)

    def _send(self, frame, to):
        ours, theirs = self._ends[to]
        ours.sendto(frame, ("127.0.0.1", theirs))
