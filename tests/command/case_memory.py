"""What the command leaves in its memory when it ends: no secret."""
import functools
import hmac
import os
import pathlib
import re
import subprocess
import threading

import images
from app_runs import App
from cases import Skipped, add, case, check, equal
from servers import ANSWER_ALL, WHOLE, answering, json_reply, serve

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = images.KEYS["png-tiny"]
WINDOW = 8  # bytes of a secret in a row that are already too much
BUILDING = threading.Lock()


@functools.lru_cache
def build(folder):
    """Compile tests/secrets/at_exit.c: its path."""
    program = str(pathlib.Path(folder) / "at_exit")
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-o", program,
                    ROOT / "tests/secrets/at_exit.c"], check=True)
    return program


def regions(pid):
    """The memory of a process that may be read and written: (name, bytes)."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for begin, end, name in re.findall(
                r"^(\w+)-(\w+) rw\S+ \S+ \S+ \S+ *(.*)$", maps, re.M):
            memory.seek(int(begin, 16))
            yield name, memory.read(int(end, 16) - int(begin, 16))


def traces(data, secret):
    """The offsets in `data` of any part of the secret."""
    for start in range(len(secret) - WINDOW + 1):
        at = data.find(secret[start:start + WINDOW])
        if at >= 0:
            yield at


def left_over(trial, secrets, *arguments, status=0, **options):
    """Run the command, hold it where it ends: secrets() -> name -> bytes, of
    which nothing may be in its memory then."""
    if os.geteuid() != 0:
        raise Skipped("only root may look into its memory")
    if b"__asan_init" in pathlib.Path(trial.bench.command).read_bytes():
        raise Skipped("sanitizers keep copies")
    held = trial.side / "held"
    with BUILDING:
        program = build(trial.bench.root)
    env = {**(options.pop("env", None) or {}), "HELD": str(held)}
    run = trial.start(*arguments, wrapper=[program], env=env, **options)
    run.until(lambda: held.exists() and held.read_text().endswith("\n"),
              "the end")
    try:
        found = {name: at for memory, data in regions(int(held.read_text()))
                 for what, secret in secrets().items()
                 for at in traces(data, secret)
                 for name in [f"{what} in {memory or 'memory'}"]}
    finally:
        held.unlink()
    equal(run.end().status, status, "exit code")
    check(not found, f"found: {found}")


def masters(path):
    """Of a file of TLS secrets: name -> master secret."""
    lines = re.findall(r"^CLIENT_RANDOM \w+ (\w+)$", path.read_text(), re.M)
    check(lines, "the server tells no master secret")
    return {f"master secret {number}": bytes.fromhex(line)
            for number, line in enumerate(lines)}


def with_token(trial, *arguments, status=0, server=None, **options):
    """A run with a token that was given; the server tells the TLS secrets."""
    keys = trial.side / "keys"
    with server or serve(trial, [ANSWER_ALL]) as server:
        server.context.keylog_filename = str(keys)
        left_over(trial, lambda: {"token": trial.feishu.token.encode(),
                                  **masters(keys)},
                  *arguments, status=status, url=server.url, **options)


def key_block(master, randoms):
    """What TLS 1.2 makes of a master secret with AES-128-GCM (RFC 5246, 5 and
    6.3): two keys and two salts."""
    seed = b"key expansion" + randoms
    block, a = b"", seed
    while len(block) < 2 * (16 + 4):
        a = hmac.digest(master, a, "sha256")
        block += hmac.digest(master, a + seed, "sha256")
    return block[:2 * (16 + 4)]


@case("memory: no key of a connection is left at the end", rows=[113])
def keys_of_a_connection(trial):
    keys, sent = trial.side / "keys", []

    def tap(connection, data):
        sent.append(data)
        connection.send_raw(data)

    def play(connection):
        connection.start_tls(lambda data: tap(connection, data))
        connection.recv_request()
        connection.send(WHOLE)

    def secrets():
        client, master = map(bytes.fromhex, re.findall(
            r"^CLIENT_RANDOM (\w+) (\w+)$", keys.read_text(), re.M)[0])
        server = b"".join(sent)[11:43]  # behind three headers
        return {"keys": key_block(master, server + client)}
    with serve(trial, play, tls=False,
               ciphers="ECDHE-RSA-AES128-GCM-SHA256") as server:
        server.context.keylog_filename = str(keys)
        left_over(trial, secrets, "img_x", url=server.url)


@case("memory: no token and no key is left at the end", rows=[113])
def token_given(trial):
    with_token(trial, "img_x")
    with_token(trial, "img_x", "img_y", "img_z", "-P", "3", "-v")


@case("memory: a token from a file is not left", rows=[113])
def token_file(trial):
    path = trial.file("token", trial.feishu.token)
    with_token(trial, "--token-file", path, "img_x",
               env={"FEISHU_TENANT_ACCESS_TOKEN": None})


@case("memory: a token that the server repeats is not left", rows=[113])
def token_repeated(trial):
    token = trial.feishu.token
    body = f'{{"code":99991663,"msg":"bad {token}"}}'.encode()
    with_token(trial, "img_x", status=7, server=answering(
        trial, json_reply("400 Bad Request", body, f"X-Tt-Logid: {token}")))
    with_token(trial, "img_x", status=6, server=answering(
        trial, json_reply("302 Found", body, f"Location: https://{token}/")))


@case("memory: no secret of an app is left", rows=[113])
def app(trial):
    for arguments, status in (([KEY], 0), ([KEY, "img_err_234001"], 7)):
        one = App(trial)
        for _ in ("fetched", "kept"):
            left_over(trial, lambda: {"secret": one.app.secret.encode(),
                                      **{"token": token.encode() for token
                                         in one.app.issued()}},
                      *arguments, status=status, env=one.env)


def unfit(trial, arguments, env):
    """Credentials are not left where they were of no use, either."""
    left_over(trial, lambda: {"secret": b"s3cret-that-is-not-told"},
              *arguments, status=2, env=env)


TOKEN = "FEISHU_TENANT_ACCESS_TOKEN"
SECRET = "s3cret-that-is-not-told"
for name_, arguments_, env_ in [
        ("no key", [], {TOKEN: SECRET}),
        ("unfit key", [".."], {TOKEN: SECRET}),
        ("unfit option", ["--retry", "x", KEY], {TOKEN: SECRET}),
        ("unfit token", [KEY], {TOKEN: SECRET + " x"}),
        ("no app id", [KEY], {TOKEN: None, "FEISHU_APP_SECRET": SECRET}),
        ("unfit secret", [KEY], {TOKEN: None, "FEISHU_APP_ID": "cli_x",
                                 "FEISHU_APP_SECRET": SECRET + "&"}),
        ("unfit URL", ["--base-url", "http://x", KEY], {TOKEN: SECRET}),
        ("no certificates", ["--cacert", "nowhere", KEY], {TOKEN: SECRET}),
        ("no key, but a proxy", [], {"https_proxy": f"http://u:{SECRET}@x:1"}),
        ("unfit proxy", [KEY], {"https_proxy": f"http://u:{SECRET}@[::1]"}),
        ("proxy", ["..", "--proxy", f"http://u:{SECRET}@x:1"], {})]:
    add(f"memory: {name_}, and no secret is left", unfit, arguments_, env_)
