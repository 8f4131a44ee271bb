"""The token: where it can be seen, which is nowhere."""
import pathlib

import images
from cases import add, case, check, equal
from servers import ANSWER_ALL, Gate, answering, half_there, reply, serve

KEY = images.KEYS["png-tiny"]
VARIABLE = "FEISHU_TENANT_ACCESS_TOKEN"


def seen(trial, *arguments, env=None):
    """What others see of the process while an image arrives."""
    token = trial.feishu.token.encode()
    with Gate(trial) as gate:
        run = trial.start("img_x", *arguments, url=gate.url, env=env)
        run.until(lambda: half_there(trial.folder), "half of the image")
        process = pathlib.Path("/proc") / str(run.pid)
        for name in ("cmdline", "environ", "comm", "status"):
            check(token not in (process / name).read_bytes(),
                  f"the token is in /proc/PID/{name}")
        check(b"img_x" in (process / "cmdline").read_bytes(), "wrong process")
        gate.open()
        equal(run.end().status, 0, "exit code")


@case("the token is not to be seen in the process", rows=[113])
def process_table(trial):
    seen(trial)
    path = trial.file("token", trial.feishu.token)
    seen(trial, "--token-file", path, env={VARIABLE: None})
    seen(trial, "--token-file", path)


# Replies that repeat the token: TOKEN stands for it, LENGTH for the body's.
ECHOES = {
    "msg": '{"code":99991663,"msg":"bad TOKEN"}',
    "msg twice": '{"code":99991663,"msg":"TOKENTOKEN, Bearer TOKEN"}',
    "msg with an escape": '{"code":99991663,"msg":"\\u0074TOKEN"}',
    "log id in JSON": '{"code":5,"msg":"m","error":{"log_id":"TOKEN"}}',
    "text": "TOKEN", "HTML": "<html>TOKEN</html>",
    "name": '{"code":5,"TOKEN":"TOKEN"}',
}
HEADS = {
    "log id": "X-Tt-Logid: TOKEN", "request id": "Request-Id: TOKEN",
    "Location": "Location: https://x/?t=TOKEN&u=TOKEN",
    "authorization": "Authorization: Bearer TOKEN",
    "odd field": "TOKEN: TOKEN", "broken field": "TOKEN",
    "Content-Length": "Content-Length: TOKEN",
    "Content-Type": "Content-Type: TOKEN",
    "Date": "Date: TOKEN", "Retry-After": "Retry-After: TOKEN",
}


def echo(trial, status, line, body):
    """Whatever the server does with the token, no message has it. (Trial
    looks through all output.)"""
    body = body.replace("TOKEN", token(trial))
    text = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
    if "Content-Length" not in line:
        text += f"Content-Length: {len(body)}\r\n"
    text += f"{line}\r\n\r\n" if line else "\r\n"
    answer = (text.replace("TOKEN", token(trial)) + body).encode()

    def play(connection):
        connection.recv_request()
        connection.send(answer)
    for words in ([], ["-v"]):
        with serve(trial, play) as server:
            run = trial.run(*words, "img_x", url=server.url)
        check(run.status in (6, 7), f"exit code {run.status}")
    trial.empty()


def token(trial):
    """The stand-in's."""
    return trial.feishu.token


for name, text_ in ECHOES.items():
    add(f"the token comes back as {name}", echo, "400 Bad Request", "", text_,
        rows=[113])
for name, text_ in HEADS.items():
    for number in ("302 Found", "400 Bad"):
        add(f"the token comes back in {name}, {number}", echo, number, text_,
            "{}", rows=[113])
add("the token comes back as reason", echo, "400 TOKEN", "", "{}", rows=[113])
add("the token comes back as status", echo, "TOKEN", "", "{}", rows=[113])


# What is cut off somewhere; x stands before the token so often.
CUTS = {
    "msg": (range(100, 165, 4), "400 Bad", "",
            '{"code":5,"msg":"xTOKEN"}'),
    "end of what is kept": (range(880, 1024, 6), "400 Bad", "",
                            '{"code":5,"a":"x","msg":"TOKENTOKEN"}'),
    "Location": (range(60, 128, 4), "302 Found", "Location: https://xTOKEN",
                 "{}"),
    "log id": (range(0, 64, 4), "400 Bad", "X-Tt-Logid: xTOKEN", "{}"),
}


def cut(trial, lengths, status, line, body):
    """No part of the token is left where a text was cut off within it."""
    trial.secrets.append(token(trial).encode()[:8])
    replies = [reply(status, body.replace("x", "x" * n, 1)
                     .replace("TOKEN", token(trial)).encode(),
                     "Content-Type: application/json",
                     line.replace("x", "x" * n, 1)
                     .replace("TOKEN", token(trial)) or "X-None: 1")
               for n in lengths]
    with answering(trial, *replies) as server:
        keys = [f"img_{number}" for number in lengths]
        run = trial.run(*keys, url=server.url)
    check(run.status in (6, 7), f"exit code {run.status}")
    equal(len(run.lines), len(keys), "lines on standard error")
    check("***" in run.err.decode(), "nothing was masked")


for name, row in CUTS.items():
    add(f"the token at a cut: {name}", cut, *row, rows=[113])


@case("a token in an image is not touched")
def in_an_image(trial):
    body = b"\x89PNG\r\n\x1a\n" + token(trial).encode() * 100
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def play(connection):
        connection.recv_request()
        connection.send(head + body)
    with serve(trial, play) as server:
        trial.ok("img_x", url=server.url)
    trial.holds({"img_x.png": body})


@case("every request carries the token once", rows=[71])
def carried(trial):
    with serve(trial, [ANSWER_ALL]) as server:
        trial.ok("img_a", "img_b", url=server.url)
        for head in server.requests:
            equal(head.count(token(trial).encode()), 1, "tokens")
            equal(head.lower().count(b"authorization:"), 1, "fields")
            equal(head.lower().count(b"\r\nhost:"), 1, "Host fields")
