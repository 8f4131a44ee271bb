#!/usr/bin/env python3
"""Many images by one command, from a server that is out of order at random.

    run.py COMMAND [--images N] [--every N] [--seed N]

One request in `every` meets a fault (flaky.py). Keys go in through a pipe; each
file that appears is compared and taken away, each image that failed is asked
for again. Held are: no wrong file, none left over, no unexpected failure,
memory that does not grow, no descriptor leaked. The last line is "soak: N
passed, N failed"; the line before it is a table's.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "standin")]

import flaky
import processes
import standin
from fault_server import FaultServer

AT_ONCE = 8
WAITING = 64  # keys given and not yet answered
# What a fault may end in, where the library may not repeat: exit code -> why.
MAY_END = {3: "lost", 5: "damaged", 6: "cut short"}
DESCRIPTORS = 64  # that the command may have
SAMPLES = 50
WARM_UP = 0.2  # of the images
# the command's own, one a connection, and of each look-up two
MOST_OPEN = 8 + 3 * AT_ONCE
GROWTH_KB = 64  # of all memory, from then on


class Soak:
    """One run of the command, and what is found on the way."""

    def __init__(self, command, folder, server, feishu, images):
        self.folder, self.images = folder, images
        self.wrong = []
        self.repeats = 0  # by the library
        self.failures = collections.Counter()  # exit code -> how often
        self.memory, self.descriptors = [], []
        self._next, self._again, self._open = 0, [], 0
        self._child = processes.start(
            [command, "--json", "-s", "-i", "-", "-d", folder, "-P",
             str(AT_ONCE), "--idle-timeout", "10"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0,
            env={"FEISHU_APP_ID": flaky.APP_ID,
                 "FEISHU_APP_SECRET": flaky.APP_SECRET,
                 "FEISHU_BASE_URL": server.url,
                 "SSL_CERT_FILE": str(feishu.ca_file)})
        resource.prlimit(self._child.pid, resource.RLIMIT_NOFILE,
                         (DESCRIPTORS, DESCRIPTORS))

    def run(self):
        """Fetch all; the exit code must tell of what could not be repeated."""
        done = 0
        self._give()
        for line in self._child.stdout:
            done += self._take(json.loads(line))
            if done % max(1, self.images // SAMPLES) == 0:
                self._look()
            if self._hopeless():
                self.stop()
                break
            self._give()
            if done == self.images:
                self._child.stdin.close()
        status = self._child.wait()
        if status not in (0, *MAY_END):
            self.wrong.append(f"exit code {status}")
        if done != self.images:
            self.wrong.append(f"{done} of {self.images} images came")
        self.wrong += [f"{path.name} is left" for path in self.folder.iterdir()]

    def stop(self):
        """End the command, whatever became of it."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()

    def _give(self):
        """Keep the command in keys."""
        keys = []
        while self._open < WAITING and (self._again or
                                        self._next < self.images):
            if self._again:
                keys.append(self._again.pop())
            else:
                keys.append(f"img_soak_{self._next}")
                self._next += 1
            self._open += 1
        if keys:
            self._child.stdin.write("".join(f"{key}\n"
                                            for key in keys).encode())

    def _take(self, said):
        """One image has ended. Returns how many are whole: 1 or 0."""
        key, code = said["key"], said["exit"]
        self._open -= 1
        self.repeats += max(0, said["attempts"] - 1)
        if code == 0:
            path = pathlib.Path(said["file"])
            if path.read_bytes() != flaky.image(key):
                self.wrong.append(f"{key} is not what was sent")
            path.unlink()
            return 1
        self.failures[code] += 1
        if code not in MAY_END:
            self.wrong.append(f"{key}: exit {code}, {said['msg']}")
        self._again.append(key)
        return 0

    def _hopeless(self):
        """Is there more wrong already than will do for a failure?"""
        return len(self.wrong) > 20 or max(self.descriptors, default=0) > \
            MOST_OPEN or self.failures.total() > 50 + self.images // 10

    def _look(self):
        """Note how much memory and how many descriptors it has."""
        process = pathlib.Path("/proc") / str(self._child.pid)
        text = (process / "status").read_text()
        self.memory.append(int(re.search(r"VmRSS:\s+(\d+)", text)[1]))
        if os.geteuid() == 0:  # others may not look
            self.descriptors.append(len(os.listdir(process / "fd")))

    def warm(self, values):
        """Of a row of samples those after the warm-up."""
        return values[int(len(values) * WARM_UP):] or [0]

    def judge(self):
        """What has to hold: name -> why it does not, or None."""
        memory = self.warm(self.memory)
        grown = memory[-1] - memory[0]
        most = max(self.descriptors, default=0)
        return {
            "every file is right": "; ".join(self.wrong[:5]) or None,
            "memory does not grow":
                f"{grown} KB more" if grown > GROWTH_KB else None,
            "no descriptor is leaked":
                f"{most} are open" if most > MOST_OPEN else None,
        }


def shown(soak, server_side, begin):
    """The table's line."""
    memory, open_ = soak.warm(soak.memory), soak.warm(soak.descriptors)
    return (f"| images {soak.images} | faults {sum(server_side.met.values())} "
            f"of {len(server_side.met)} kinds | repeats {soak.repeats} by the "
            f"library, {sum(soak.failures.values())} by us | memory "
            f"{memory[0]} to {memory[-1]} KB | descriptors {open_[0]} to "
            f"{open_[-1]}, at most {max(open_)} | "
            f"{time.monotonic() - begin:.0f} s |")


def main(arguments):
    """Run it, say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--images", type=int, default=100000)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    begin = time.monotonic()
    server_side = flaky.Flaky(random.Random(options.seed), options.every)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with standin.Standin() as feishu, \
            FaultServer(server_side, pki=feishu.pki) as server, \
            tempfile.TemporaryDirectory(dir=memory) as folder:
        soak = Soak(pathlib.Path(options.command).resolve(),
                    pathlib.Path(folder), server, feishu, options.images)
        try:
            soak.run()
        finally:
            soak.stop()
    results = soak.judge()
    for name, why in results.items():
        print(f"case soak: {name}" if why is None else
              f"FAIL soak: {name}: {why}")
    print("met: " + ", ".join(f"{name} {count}" for name, count
                              in sorted(server_side.met.items())))
    print(shown(soak, server_side, begin))
    failed = sum(why is not None for why in results.values())
    print(f"soak: {len(results) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    processes.raise_on_signals()
    sys.exit(main(sys.argv[1:]))
