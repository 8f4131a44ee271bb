"""How each client is told to fetch something."""

from cases import (BIG, CURL, DECRYPT, IMAGES, MUSL, OURS, PARALLEL,
                   PRIMITIVES, RECEIVE, RECORD, SDK, WGET)

API = "/open-apis/im/v1"


def _ours(run):
    words = [run.program, "-s", "--base-url", run.url, "--cacert", run.bundle]
    if run.client == PARALLEL:
        words += ["-P", "4"]
    if run.case.kind == "file":
        return [*words, "-m", run.message, "--type", "file", "--max-size",
                "300M", "-o", "-", run.keys[0]]
    if run.case.kind == "cold":
        return [*words, "-d", run.out, run.keys[0]]
    run.list_file.write_text("".join(f"{key}\n" for key in run.keys))
    return [*words, "-d", run.out, "-i", run.list_file]


def _address(run, key):
    """The URL of a key."""
    if run.case.kind == "file":
        return f"{run.url}{API}/messages/{run.message}/resources/{key}?type=file"
    return f"{run.url}{API}/images/{key}"


def _curl(run):
    words = [run.program, "-q", "-sSf", "--tlsv1.2", "--tls-max", "1.2",
             "--cacert", run.bundle, "-H", f"Authorization: Bearer {run.token}"]
    if run.case.kind == "file":
        return [*words, _address(run, run.keys[0])]
    run.list_file.write_text("".join(
        f"url = {_address(run, key)}\noutput = {run.out}/{key}.png\n"
        for key in run.keys))
    return [*words, "-K", run.list_file]


def _wget(run):
    # Without a folder of its own wget would read the system's roots besides.
    words = [run.program, "--no-config", "-q", "--no-hsts",
             "--secure-protocol=TLSv1_2", f"--ca-certificate={run.bundle}",
             f"--ca-directory={run.empty}", "--header",
             f"Authorization: Bearer {run.token}"]
    if run.case.kind == "file":
        return [*words, "-O", "-", _address(run, run.keys[0])]
    run.list_file.write_text("".join(
        f"{_address(run, key)}\n" for key in run.keys))
    return [*words, "-P", run.out, "-i", run.list_file]


def _sdk(run):
    place = run.message if run.case.kind == "file" else run.out
    return [run.program, run.sdk, run.url, place, *run.keys]


def _receive(run):
    return [run.program, "receive", run.floor_port]


def _decrypt(run):
    return [run.program, PRIMITIVES[run.case.server][0], BIG // RECORD]


_WORDS = {OURS: _ours, MUSL: _ours, PARALLEL: _ours, CURL: _curl, WGET: _wget,
          SDK: _sdk, RECEIVE: _receive, DECRYPT: _decrypt}


def command(run):
    """The words of the command for a run (rig.Run)."""
    return [str(word) for word in _WORDS[run.client](run)]


def file_name(client, key):
    """What the file of an image is called in the end."""
    return key if client == WGET else f"{key}.png"


def is_floor(client):
    """Is it no client, but what no client can do without?"""
    return client in (RECEIVE, DECRYPT)


def keys_of(case, feishu, turn):
    """The keys that a run asks for; of many, ones never asked for before."""
    if case.kind == "warm":
        return [f"img_many_{turn:04}{number:04}" for number in range(IMAGES)]
    if case.kind == "file":
        return [next(key for key in feishu.files if key.endswith(case.what))]
    return [feishu.key(case.what)]
