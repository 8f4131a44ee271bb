"""1000 images of 20 KB, each under a key of its own, by one command over one
connection: feishu-image against curl, into memory and onto a disk.

Into memory (a tmpfs) both do the same work. On a disk feishu-image has each
file synced before it gets its name, which curl does not.
"""

import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from common import CIPHERS, MEASURES, OURS, PATH, ROOT, Failure, progress

IMAGES = 1000
IMAGE = "png-20k"
SERVER, CIPHER = CIPHERS["AES-128-GCM"]
# how it is called: the client, and what more is on its command line
WAYS = {OURS: (OURS, []), f"{OURS} -P 4": (OURS, ["-P", "4"]),
        "curl": ("curl", [])}
LIMIT = 0.60  # CPU, of curl's
SHOWN = 10    # system calls


def arguments(way, programs, feishu, keys, folder):
    """The command line that fetches all keys into `folder`/out."""
    client, more = WAYS[way]
    url, bundle = feishu.urls[SERVER], feishu.bundle_file
    out = folder / "out"
    if client == OURS:
        (folder / "keys").write_text("".join(f"{key}\n" for key in keys))
        return [programs[client], "-s", "--base-url", url, "--cacert", bundle,
                "-d", out, "-i", folder / "keys", *more]
    (folder / "curlrc").write_text("".join(
        f"url = {url}{PATH}{key}\noutput = {out}/{key}.png\n"
        for key in keys))
    return [programs[client], "-q", "-sSf", "--tlsv1.2", "--tls-max", "1.2",
            "--cacert", bundle, "-H", f"Authorization: Bearer {feishu.token}",
            "-K", folder / "curlrc"]


class Many:
    """Runs of all ways, in a folder.

    found         way -> [{measure: value}], of all images together
    connections   way -> how many a run took, at most
    """

    def __init__(self, bench, folder):
        self.bench, self.folder = bench, pathlib.Path(folder)
        self.found = {way: [] for way in WAYS}
        self.connections = dict.fromkeys(WAYS, 0)

    def measure(self, rounds):
        """All rounds; the first is not counted."""
        for number in range(rounds + 1):
            for way in WAYS:
                values = self._run(way)
                if number:
                    self.found[way].append(values)
            progress(f"many: {number} of {rounds}")
        progress("")

    def _command(self, way):
        """Keys nobody has asked for, and the command for them."""
        turn = self.bench.next_many()
        keys = [f"img_many_{turn:04}{number:04}" for number in range(IMAGES)]
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        (self.folder / "out").mkdir()
        return keys, arguments(way, self.bench.programs, self.bench.feishu,
                               keys, self.folder)

    def _run(self, way):
        keys, command = self._command(way)
        values = self.bench.spend(way, command)
        self._check(way, keys)
        return values

    def _check(self, way, keys):
        """All images must be there, and come over the connections that a
        client may have."""
        feishu = self.bench.feishu
        image = feishu.images[feishu.key(IMAGE)].read_bytes()
        for key in keys:
            if (self.folder / "out" / f"{key}.png").read_bytes() != image:
                raise Failure(f"{way} does not give the image's bytes")
        lines = self._requests(keys)
        if {line[6] for line in lines} != {CIPHER}:
            raise Failure(f"{way}: not the cipher that was to be measured")
        most = max(self.connections[way], len({line[3] for line in lines}))
        self.connections[way] = most
        if most > (4 if "-P" in way else 1):
            raise Failure(f"{way} took {most} connections")

    def _requests(self, keys):
        """The access log's lines for these keys, of which the last may come
        a moment late; one for each."""
        deadline = time.monotonic() + 10
        while True:
            lines = [line for line in self.bench.feishu.requests()
                     if line[1].rsplit("/", 1)[1][:-4] == keys[0][:-4]]
            if len(lines) == len(keys):
                return lines
            if time.monotonic() > deadline:
                raise Failure(f"{len(lines)} requests for {len(keys)} images")
            time.sleep(0.05)

    def calls(self, way):
        """System calls by name, and of all, an image."""
        trace = self.folder / "trace"
        _, command = self._command(way)
        subprocess.run(["strace", "-f", "-c", "-o", trace, *command],
                       env=self.bench.environment, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        found = re.findall(r"^ *[\d.]+ +[\d.]+ +\d* +(\d+) +(?:\d+ +)?(\w+)$",
                           trace.read_text(), re.M)
        return {name: int(number) / IMAGES for number, name in found}

    def median(self, way, name):
        """Of a run, an image."""
        return statistics.median(v[name] for v in self.found[way]) / IMAGES

    def lines(self):
        """A line for each way."""
        lines = []
        for way in WAYS:
            cpu, wall = (self.median(way, name) for name in ("cpu", "wall"))
            memory = self.median(way, "rss") * IMAGES / MEASURES["rss"][2]
            lines.append(f"  {way:26}{cpu:24.1f}{wall:24.1f}{memory:24.2f}"
                         f"{self.connections[way]:16}")
        return lines

    def ratio(self):
        """CPU as a part of curl's."""
        return self.median(OURS, "cpu") / self.median("curl", "cpu")


def call_lines(many):
    """What system calls an image takes."""
    if not shutil.which("strace"):
        return ["  system calls: strace is missing"]
    lines = []
    for way in (OURS, "curl"):
        calls = many.calls(way)
        total = calls.pop("total")
        most = sorted(calls, key=calls.get, reverse=True)[:SHOWN]
        lines.append(f"  system calls an image, {way}: {total:.1f}: "
                     + ", ".join(f"{n} {calls[n]:.1f}" for n in most))
    return lines


def report(bench, rounds):
    """Measure; the lines to print, the ratio, and whether it is good."""
    lines = [f"{IMAGES} images of 20 KB".ljust(28) + "".join(
        text.rjust(24) for text in ("CPU, us an image", "wall, us an image",
                                    "peak memory, MB"))
             + "connections".rjust(16)]
    memory = Many(bench, bench.folder)
    memory.measure(rounds)
    lines += [f" into memory ({bench.folder.parent})", *memory.lines(),
              f"  CPU, ratio to curl        {memory.ratio():24.2f}",
              *call_lines(memory)]
    with tempfile.TemporaryDirectory(prefix="bench-",
                                     dir=ROOT / "build") as name:
        disk = Many(bench, name)
        disk.measure(max(1, rounds // 3))
        lines += [f" onto the disk ({ROOT / 'build'}); {OURS} syncs each",
                  *disk.lines(),
                  f"  CPU, ratio to curl        {disk.ratio():24.2f}", ""]
    return lines, round(memory.ratio(), 2)
