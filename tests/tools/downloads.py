"""Download from the stand-in with no other trust than anchors compiled in."""

import os
import subprocess

from helpers import BEARSSL, ROOT, WARN, must


def compile_client(folder):
    """The objects of the library, the port and anchored.c."""
    sources = [*(ROOT / "src").glob("*.c"),
               *(ROOT / "port" / "posix").glob("posix_*.c"),
               ROOT / "tests" / "tools" / "anchored.c"]
    objects = folder / "objects"
    objects.mkdir()
    must("gcc", "-std=c99", "-O1", "-I", ROOT / "src", "-I",
         ROOT / "port" / "posix", "-c", *sources, cwd=objects)
    return sorted(objects.glob("*.o"))


def client(folder, objects, name, source):
    """A program with these anchors."""
    (folder / f"{name}.c").write_text(source)
    must("gcc", *WARN, "-I", ROOT / "src", folder / f"{name}.c", *objects,
         BEARSSL, "-lpthread", "-o", folder / name)
    return folder / name


def test_downloads(checks, tool, feishu, folder):
    """An image from each kind of server, by anchors and nothing else."""
    objects = compile_client(folder)
    roots = client(folder, objects, "roots", tool.source(feishu.ca_file))
    many = client(folder, objects, "many", tool.source(feishu.bundle_file))
    wrong = client(folder, objects, "wrong",
                   tool.source(feishu.pki / "root_ec.pem"))
    key = feishu.key("png-300k")
    image = feishu.images[key].read_bytes()

    def fetch(program, server):
        port = feishu.urls[server].rpartition(":")[2]
        return subprocess.run([program, "localhost", port, key],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env={**os.environ, "TOKEN": feishu.token})
    for server in ("rsa", "ecdsa", "ec384", "chain5"):
        done = fetch(roots, server)
        checks.that(done.returncode == 0 and done.stdout == image,
                    f"download: {server}", done.stderr.decode())
    done = fetch(many, "rsa")
    checks.that(done.returncode == 0 and done.stdout == image,
                "download: a whole bundle compiled in", done.stderr.decode())
    done = fetch(wrong, "rsa")
    checks.that(done.returncode == 5 and done.stdout == b"",
                "download: root not compiled in", done.stderr.decode())
