"""Devices, a gateway, and the stand-in behind it."""

import http.client
import pathlib
import ssl
import subprocess
import tempfile
import time
import urllib.parse

import processes

IMAGES = "/open-apis/im/v1/images/"


def equal(found, wanted, what):
    """Fail unless the two are the same."""
    assert found == wanted, f"{what}: {found!r}, expected {wanted!r}"


class Site:
    """Devices, a gateway, and the stand-in behind it."""

    def __init__(self, command, feishu, gateway, root):
        self.command, self.feishu, self.gateway = command, feishu, gateway
        self.app, self.root = gateway.app, pathlib.Path(root)
        self._trust = ssl.create_default_context(cafile=feishu.ca_file)

    def passed_on(self):
        """How many image requests have reached Feishu so far."""
        return self.app.counts()["images"]

    def image(self, name):
        """The bytes of an image."""
        return self.feishu.images[self.feishu.key(name)].read_bytes()

    def start(self, key, gateway=None):
        """A device that asks for a key: its folder and its process."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        url = (gateway or self.gateway).url
        with open(folder / "said", "w") as said:
            # not by processes.start, which is too slow for a storm; it ends
            # by itself
            return folder, subprocess.Popen(
                [self.command, "--retry", "0", "--max-time", "60",
                 "--base-url", url, "--cacert", self.feishu.ca_file,
                 "-o", folder / "image", key],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env={"FEISHU_TENANT_ACCESS_TOKEN": "placeholder"})

    def devices(self, count, key, gateway=None):
        """So many at once: exit code, file (or None) and words of each."""
        started = [self.start(key, gateway) for _ in range(count)]
        ended = []
        try:
            for folder, child in started:
                status = child.wait(90)
                file = folder / "image"
                ended.append((status,
                              file.read_bytes() if file.exists() else None,
                              (folder / "said").read_text()))
        finally:
            for _, child in started:
                processes.stop(child)
        return ended

    def fetch(self, count, key, wanted, gateway=None):
        """The same; all must get these bytes."""
        for status, data, said in self.devices(count, key, gateway):
            equal((status, said), (0, ""), "exit code and words")
            assert data == wanted, "another image"

    def fails(self, key, *words, gateway=None):
        """One device, which must be refused in these words."""
        (status, data, said), = self.devices(1, key, gateway)
        equal((status, data), (7, None), "exit code and file")
        for word in words:
            assert word in said, f"no {word!r} in {said!r}"

    def ask(self, method, path, gateway=None, **headers):
        """Status, headers and body that anything else than the command gets."""
        place = urllib.parse.urlsplit((gateway or self.gateway).url)
        connection = http.client.HTTPSConnection(
            place.hostname, place.port, timeout=20, context=self._trust)
        try:
            connection.request(method, path, headers=headers)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def until_it_works(self, key):
        """Ask until nginx has taken over its new configuration."""
        deadline = time.monotonic() + 20
        while (status := self.ask("GET", IMAGES + key)[0]) != 200:
            assert time.monotonic() < deadline, f"still {status}"
            time.sleep(0.05)
