"""What was measured, and what follows from it."""

import statistics

from cases import DECRYPT, OURS, RECEIVE

# what: (heading, unit, divisor, decimals)
MEASURES = {"cpu": ("CPU", "ms", 1e3, 1), "wall": ("wall", "ms", 1e3, 1),
            "rss": ("memory", "MB", 1024, 2)}
COUNTS = {"calls": "system calls", "wire": "bytes on the wire",
          "instructions": "instructions"}


class Found:
    """All figures of one run of the benchmark.

    runs        (case, client) -> [{measure: value}]
    counts      (case, client) -> {count: value}
    handshakes  [(ns of a full one, ns of a resumed one)]
    head        instructions a byte of the head parser, or None
    parsers     name -> the same, of others as well
    board       of tests/cost: {"byte", "full", "resumed"}, or {}
    """

    def __init__(self):
        self.runs, self.counts, self.handshakes = {}, {}, []
        self.head, self.parsers, self.board = None, {}, {}

    def add(self, case, client, values):
        """Another run."""
        self.runs.setdefault((case, client), []).append(values)

    def clients(self, case):
        """Those that were run, in the order of the case."""
        return [c for c in case.clients if (case, c) in self.runs]

    def median(self, case, client, measure):
        """The median of a measure; None: it was not run."""
        runs = self.runs.get((case, client))
        return runs and statistics.median(run[measure] for run in runs)

    def quartiles(self, case, client, measure):
        """The median, and the limits of the middle half."""
        values = sorted(run[measure] for run in self.runs[case, client])
        return (statistics.median(values), values[len(values) // 4],
                values[-1 - len(values) // 4])

    def ratio(self, case, client, peer, measure):
        """What a client takes as a part of what a peer takes; None: one of
        them was not run."""
        ours, other = (self.median(case, name, measure)
                       for name in (client, peer))
        return ours / other if ours and other else None

    def floor(self, case):
        """CPU of receiving and decrypting without anything else."""
        parts = [self.median(case, name, "cpu") for name in (RECEIVE, DECRYPT)]
        return sum(parts) if all(parts) else None

    def above_floor(self, case):
        """Our CPU as a multiple of that."""
        floor = self.floor(case)
        return floor and self.median(case, OURS, "cpu") / floor

    def handshake(self, which):
        """The median of full (0) or resumed (1) handshakes, in ns."""
        return statistics.median(pair[which] for pair in self.handshakes)

    def resumed(self):
        """CPU of a resumed handshake as a part of a full one."""
        return statistics.median(b / a for a, b in self.handshakes)
