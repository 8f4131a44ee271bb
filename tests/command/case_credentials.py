"""An app's id and secret: which credentials count, and which are refused."""
import contextlib
import pathlib
import re

import images
from app_runs import KEY, TOKEN, App, folder, no_file
from cases import Skipped, add, case, check, equal
from servers import WHOLE, Gate, Trap, half_there, json_reply, serve
from spaces import works

APP_ID, SECRET = "FEISHU_APP_ID", "FEISHU_APP_SECRET"
SMALL = images.KEYS["jpeg-small"]
STRACE = ["strace", "-f", "-qq", "-s", "9999", "-o"]
BAD_IDS = {
    "blank": " ", "slash": "cli/x", "dot first": ".cli", "dash first": "-cli",
    "space last": "cli_x ", "LF": "cli\nx", "CR LF": "cli_x\r\nX-Evil: 1",
    "quote": 'cli"x', "comma": "cli,x", "8-bit": b"cli\xe9", "UTF-8": "cli图",
    "percent": "cli%2e", "ampersand": "a&b", "129 long": "c" * 129,
    "5000 long": "c" * 5000,
}
BAD_SECRETS = {
    "blank": " ", "space inside": "s3cret x", "TAB": "s3cret\tx",
    "LF": "s3cret\nx", "CR LF": "s3cret\r\nX-Evil: 1", "quote": 's3cret"x',
    "backslash": "s3cret\\x", "8-bit": b"s3cret\xe9", "DEL": "s3cret\x7f",
    "ampersand": "s3cret&x", "plus": "s3cret+x", "slash": "s3cret/x",
    "4097 long": "s3cret" + "x" * 4091, "9000 long": "s3cret" * 1500,
}
BAD_SECRET_FILES = {
    "empty": b"", "LF": b"\n", "CR LF": b"\r\n", "two LF": b"s3cret\n\n",
    "two lines": b"s3cret\ns3cret\n", "lone CR": b"s3cret\r",
    "NUL": b"s3cret\0", "NUL first": b"\0s3cret", "BOM": b"\xef\xbb\xbfs3cret",
    "100000 long": b"s3cret" * 17000,
}


def refused(trial, trap, *arguments, env, words=()):
    """Exit code 2, one line, nothing sent, nothing kept."""
    env = {TOKEN: None, **env}
    run = trial.fails(2, *(arguments or [KEY]), env=env, words=words,
                      url=trap.url)
    equal(run.out, b"", "standard output")
    check("; " in run.lines[0], "the message does not say what to do")
    trial.empty()
    trap.untouched()
    no_file(trial)


def bad_id(trial, value):
    """It is refused and not repeated."""
    trial.secrets += [b"cli_x", b"Evil", b"s3cret"]
    with Trap() as trap:
        refused(trial, trap, env={APP_ID: value, SECRET: "s3cret"},
                words=[APP_ID, "not an app id"])


for name, value_ in BAD_IDS.items():
    add(f"unfit app id: {name}", bad_id, value_)


def bad_secret(trial, value):
    """From the environment and from a file; it is not repeated."""
    trial.secrets += [b"s3cret", b"Evil"]
    with Trap() as trap:
        refused(trial, trap, env={APP_ID: "cli_a", SECRET: value},
                words=[SECRET, "not an app's secret"])
        path = trial.file("bad", value)
        refused(trial, trap, KEY, "--app-secret-file", path,
                env={APP_ID: "cli_a"}, words=[path, "not an app's secret"])


for name, value_ in BAD_SECRETS.items():
    add(f"unfit app secret: {name}", bad_secret, value_)


def bad_secret_file(trial, content):
    """A file that holds no secret, or more than that."""
    trial.secrets.append(b"s3cret")
    path = trial.file("bad", content)
    with Trap() as trap:
        refused(trial, trap, KEY, "--app-secret-file", path,
                env={APP_ID: "cli_a"}, words=[path])


for name, value_ in BAD_SECRET_FILES.items():
    add(f"unfit app secret file: {name}", bad_secret_file, value_)


@case("an app's id without a secret, or the other way round")
def halves(trial):
    path = trial.file("secret", "s3cret")
    trial.secrets.append(b"s3cret")
    with Trap() as trap:
        for value in (None, ""):
            refused(trial, trap, env={APP_ID: "cli_a", SECRET: value},
                    words=[APP_ID, SECRET, "--app-secret-file"])
            refused(trial, trap, env={APP_ID: value, SECRET: "s3cret"},
                    words=["no credentials", APP_ID, SECRET, TOKEN])
            refused(trial, trap, KEY, "--app-secret-file", path,
                    env={APP_ID: value}, words=["--app-secret-file", APP_ID])
            refused(trial, trap, KEY, "--app-secret-file", "",
                    env={APP_ID: value}, words=["no credentials"])
        refused(trial, trap, KEY, "--app-secret-file", "nowhere/file",
                env={APP_ID: "cli_a"}, words=["nowhere/file", "No such file"])
        refused(trial, trap, KEY, "--app-secret-file", str(trial.side),
                env={APP_ID: "cli_a"}, words=[str(trial.side)])


@case("an app's id and secret bring an image", rows=[106])
def app_works(trial):
    app = App(trial)
    app.comes(1)
    head, = [line for line in trial.feishu.requests()
             if app.app.issued()[0] in " ".join(line)] or [None]
    check(head is None, "the token is in nginx' log")


@case("several images with one fetched token")
def several(trial):
    app = App(trial)
    run = app.run(KEY, SMALL, KEY, "img_err_234008", SMALL)
    equal(run.status, 7, "exit code")
    trial.holds({f"{KEY}.png": trial.image("png-tiny"),
                 f"{SMALL}.jpg": trial.image("jpeg-small")})
    equal(app.fetches(), 1, "tokens fetched")


@case("a token that is given wins over an app")
def token_wins(trial):
    app = App(trial)
    given = {TOKEN: trial.feishu.token}
    app.comes(0, env=given)
    app.comes(0, env={**given, SECRET: "un fit", APP_ID: "un fit"})
    app.comes(1, env={TOKEN: ""})
    path = trial.file("token", trial.feishu.token)
    run = app.run("--token-file", path, "-o", "image", KEY)
    equal((run.status, run.err), (0, b""), "exit code and message")
    # The order of the contract: a file with a secret does not change it.
    run = app.run("--app-secret-file", "nowhere", "-o", "image", KEY,
                  env=given)
    equal((run.status, run.err), (0, b""), "exit code and message")
    equal(app.fetches(), 1, "tokens fetched")


@case("--app-secret-file wins over FEISHU_APP_SECRET")
def secret_file_wins(trial):
    app = App(trial)
    path = trial.file("secret", app.app.secret)
    words = ["--app-secret-file", path, "-o", "image", KEY]
    for number, value in enumerate(("wrong", "un fit", "", None)):
        run = app.run(*words, env={SECRET: value,
                                   "HOME": str(trial.side / str(number))})
        equal((run.status, run.err), (0, b""), "exit code and message")
    bad = trial.file("bad", "wrong")
    (trial.folder / "image").unlink()
    app.fails(7, "--app-secret-file", bad, KEY, words=["10014"],
              env={"HOME": "/nowhere"})


def secret_file(trial, ending):
    """One line end behind the secret is none of its own."""
    app = App(trial)
    path = trial.file("secret", app.app.secret + ending)
    run = app.run("--app-secret-file", path, KEY, env={SECRET: None})
    equal((run.status, run.err), (0, b""), "exit code and message")


for name, text in {"LF": "\n", "CR LF": "\r\n", "no line end": ""}.items():
    add(f"secret file that ends with {name}", secret_file, text)


@case("the longest id and secret")
def longest(trial):
    app_id, secret = "c" * 128, "s3cret" + "x" * 4090
    trial.secrets += [secret.encode(), b"t-tok3n"]
    body = b'{"code":0,"tenant_access_token":"t-tok3n","expire":7200}'

    def play(connection):
        connection.recv_request()
        connection.send(json_reply("200 OK", body))
        connection.recv_request()
        connection.send(WHOLE)
    with serve(trial, play) as server:
        trial.ok("img_x", url=server.url,
                 env={TOKEN: None, APP_ID: app_id, SECRET: secret})
        equal(server.bodies,
              [f'{{"app_id":"{app_id}","app_secret":"{secret}"}}'.encode()],
              "what was sent")
        check(b"Bearer t-tok3n\r\n" in server.requests[1], "no token sent")
        check(b"uthorization" not in server.requests[0],
              "a token request with a token")


@case("wrong secret, unknown app: Feishu's words, and nothing kept")
def wrong_secret(trial):
    app = App(trial)
    trial.secrets.append(b"wr0ngSecret")
    app.fails(7, env={SECRET: "wr0ngSecret"},
              words=["10014", "app secret invalid"])
    app.fails(7, env={APP_ID: "cli_nobody"},
              words=["10014", "app id not exists"])
    no_file(trial)


class TokenGate(Gate):
    """The same, but it gives a token to who asks for one."""

    TOKEN = "t-g1044tokenGate"

    def _play(self, connection):
        body = f'{{"tenant_access_token":"{self.TOKEN}","expire":7200}}'
        connection.recv_request()
        connection.send(json_reply(
            "200 OK", body.replace("{", '{"code":0,', 1).encode()))
        super()._play(connection)


def seen(trial, *arguments, secret, env):
    """What others see of the process while an image arrives."""
    trial.secrets += [secret.encode(), TokenGate.TOKEN.encode()]
    with TokenGate(trial) as gate:
        run = trial.start("img_x", *arguments, url=gate.url,
                          env={TOKEN: None, APP_ID: "cli_seen", **env,
                               "HOME": "/nowhere"})
        run.until(lambda: half_there(trial.folder), "half of the image")
        process = pathlib.Path("/proc") / str(run.pid)
        for name in ("cmdline", "environ", "comm", "status"):
            for text in (secret, TokenGate.TOKEN):
                check(text.encode() not in (process / name).read_bytes(),
                      f"a secret is in /proc/PID/{name}")
        for link in (process / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                check("secret" not in str(link.readlink()), "an open file")
        gate.open()
        equal(run.end().status, 0, "exit code")
    (trial.folder / "img_x.png").unlink()


@case("secret and fetched token are not to be seen in the process")
def process_table(trial):
    secret = "s3cretOfTheApp4"
    path = trial.file("secret", secret)
    seen(trial, secret=secret, env={SECRET: secret})
    seen(trial, "--app-secret-file", path, secret=secret, env={})
    seen(trial, "--app-secret-file", path, secret=secret,
         env={SECRET: secret})
    # overwritten although the other one is used
    given = trial.file("token", TokenGate.TOKEN)
    with Gate(trial) as gate:
        run = trial.start("img_x", "--token-file", given, url=gate.url,
                          env={APP_ID: "cli_seen", SECRET: secret})
        run.until(lambda: half_there(trial.folder), "half of the image")
        environ = pathlib.Path(f"/proc/{run.pid}/environ").read_bytes()
        check(secret.encode() not in environ, "the secret is still there")
        gate.open()
        equal(run.end().status, 0, "exit code")


@case("no system call carries the secret; the token goes to its file only")
def system_calls(trial):
    if not works("strace", "-V"):
        raise Skipped("no strace here")
    app = App(trial)
    trace = trial.side / "trace"
    for fetches in (1, 0):
        run = app.run("-v", KEY, wrapper=[*STRACE, trace],
                      env={"ASAN_OPTIONS": "detect_leaks=0"})
        equal(run.status, 0, "exit code")
        text = trace.read_text(errors="replace")
        check("execve" in text and "connect(" in text, "no trace")
        # a sanitizer reads all of its environment
        lines = [line for line in text.splitlines() if "HOME=" not in line]
        check(not any(app.app.secret in line for line in lines),
              "a call carries the secret")
        token = app.app.issued()[0]
        calls = [re.sub(r"^\d+ +", "", line).split("(")[0]
                 for line in lines if token in line]
        equal(calls, ["write"] if fetches else ["read"],
              "calls with the token")
        equal(app.fetches(), 1, "tokens fetched")
    check(folder(trial).is_dir(), "no folder")


@case("downloads at once share one token, also when it dies")
def shared(trial):
    app = App(trial, delay_s=0.1)
    for count, change in ((1, lambda: None), (1, lambda: None),
                          (2, app.app.kill)):
        change()
        run = app.run("-P", "6", "-d", trial.side, KEY, SMALL, KEY,
                      *(key for name, key in images.KEYS.items()
                        if name.endswith(("small", "20k", "300k"))))
        equal(run.status, 0, "exit code")
        equal(run.err, b"", "standard error")
        equal(app.fetches(), count, "tokens fetched")
