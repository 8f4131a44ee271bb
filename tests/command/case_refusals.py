"""What Feishu says instead of an image, and what comes of it."""
import re

import api
from cases import add, case, check, equal
from servers import Trap, answering, json_reply, reply

LOG_ID = r"log id \d{14}[0-9a-f]{20}\b"
USER_IMAGE = ["messages/:message_id/resources/:file_key", "-m"]
ADVICE = {
    234001: USER_IMAGE, 234008: USER_IMAGE, 234007: ["bot"],
    234041: ["administrator"], 234042: ["administrator"],
    99991400: ["slow down"], 99991672: ["permission"],
    99991663: ["tenant_access_token"], 99991677: ["tenant_access_token"],
}
PLAIN_CODES = {name: 7 if status >= 400 else 6
               for name, (status, *_) in api.PLAIN_REPLIES.items()}
PLAIN_ROWS = {"http_204": [16], "http_304": [16, 59], "http_206": [81],
              "empty": [103], "empty_400": [103], "json_cut": [103],
              "json_ok": [102], "json_no_code": [103]}


def advice_of(line):
    """What stands behind the details."""
    return line.rsplit("); ", 1)[-1] if "); " in line else ""


def refusal(trial, status, code, msg):
    """One line with all that helps; nothing left behind."""
    key = f"img_err_{code}"
    run = trial.fails(7, key, words=[
        f"feishu-image: {key}: ", f"HTTP {status}", f"code {code}",
        f"msg: {msg[:50]}"])
    line = run.lines[0]
    check(re.search(LOG_ID, line), "no log id")
    shown = line.split("msg: ")[1].split(", log id")[0]
    check(msg.startswith(shown) and len(shown.encode()) <= 160,
          "the words are not Feishu's")
    equal(shown, msg if len(msg.encode()) <= 160 else shown, "Feishu's words")
    check(advice_of(line), "no advice")
    for word in ADVICE.get(code, []):
        check(word in advice_of(line), f"no {word!r} in the advice")
    trial.empty()


for entry in api.ERRORS:
    add(f"code {entry[1]}", refusal, *entry, rows=[101])


@case("a code in a 200 is a refusal", rows=[102])
def code_in_200(trial):
    trial.fails(7, "img_json_200", words=["img_json_200", "HTTP 200",
                                          "code 99991663", "Invalid access"])
    trial.empty()


@case("HTTP 429 with its code", rows=[101])
def too_many(trial):
    trial.fails(7, "img_err_99991400",
                words=["HTTP 429", "code 99991400", "slow down"])


def plain(trial, name, code):
    """A reply without a code."""
    key = f"img_{name}"
    status = api.PLAIN_REPLIES[name][0]
    run = trial.fails(code, key, words=[key, f"HTTP {status}"])
    check(advice_of(run.lines[0]), "no advice")
    trial.empty()


for reply_name, exit_code in PLAIN_CODES.items():
    if reply_name != "html_200":
        add(f"reply {reply_name}", plain, reply_name, exit_code,
            rows=PLAIN_ROWS.get(reply_name, [101]))


@case("HTML in a 200 is an image of unknown type", rows=[103, 108])
def html_in_200(trial):
    trial.ok("img_html_200")
    trial.holds({"img_html_200": api.PLAIN_REPLIES["html_200"][2].encode()})


def redirect(trial, status):
    """It tells where it points, and is not followed."""
    key = f"img_http_{status}"
    trial.fails(6, key, words=[key, f"HTTP {status}", "redirect",
                               api.REDIRECTS[status]])
    trial.empty()


for number in api.REDIRECTS:
    add(f"redirect {number}", redirect, number, rows=[75])


@case("a redirect is not followed, and no error is retried", rows=[75, 107])
def never_followed(trial):
    with Trap() as trap:
        place = f"Location: {trap.url}/image.png"
        for status, code in (("302 Found", 6), ("307 Temporary", 6),
                             ("400 Bad", 7), ("401 No", 7), ("404 No", 7),
                             ("500 Oops", 7), ("501 Oops", 7), ("204 None", 6)):
            with answering(trial, reply(status, b"", place)) as server:
                trial.fails(code, "--retry", "3", "img_x", url=server.url)
                equal(len(server.requests), 1, "requests")
        trap.untouched()
    trial.empty()


PLACES = {
    "C1": b"https://x/\xc2\x9b31m", "bad UTF-8": b"https://x/\xff\xfe\xc3",
    "overlong": b"https://x/\xc0\x9b", "surrogate": b"https://x/\xed\xa0\x80",
    "ESC": b"https://x/\x1b[31m", "DEL": b"https://x/\x7f",
    "long": b"https://x/" + b"y" * 5000, "tab": b"https://x/\ty",
    "none": b"", "UTF-8": "https://x/图片".encode(),
}


def place(trial, location):
    """Whatever a Location holds, the message stays one readable line."""
    found = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " \
        + location + b"\r\n\r\n"
    with answering(trial, found) as server:
        run = trial.fails(6, "img_x", url=server.url)
    run.err.decode()  # must be UTF-8
    check("\x9b" not in run.err.decode(), "a C1 control is shown")
    check(len(run.err) < 700, "the message is too long")


for place_name, location_ in PLACES.items():
    add(f"Location with {place_name}", place, location_, rows=[75, 113])

# Error bodies under HTTP 400: what the message must show of them.
BODIES = {
    "escapes": (b'{"code":5,"msg":"a\\u001b[31mb\\nc\\u009bd\\u007f"}',
                ["code 5", "msg: a"]),
    "raw controls": (b'{"code":5,"msg":"a\x1b[31m\x07"}', []),
    "bad UTF-8": (b'{"code":5,"msg":"a\xff\xfe\xc3"}', ["code 5"]),
    "lone surrogate": (b'{"code":5,"msg":"a\\ud83d b"}', ["code 5"]),
    "NUL": (b'{"code":5,"msg":"a\\u0000b"}', ["code 5"]),
    "text code": (b'{"code":"234001","msg":"m"}', []),
    "broken number": (b'{"code":2340.01,"msg":"m"}', []),
    "huge code": (b'{"code":99999999999999999999,"msg":"m"}', []),
    "negative code": (b'{"code":-1,"msg":"m"}', []),
    "nested code": (b'{"data":{"code":234008},"code":234005,"msg":"m"}',
                    ["code 234005"]),
    "only a nested code": (b'{"data":{"code":234008}}', []),
    "array": (b"[" * 2000, []), "objects": (b'{"a":' * 2000, []),
    "many values": (b'{"x":[' + b"1," * 100000 + b'1],"code":5}', []),
    "long msg": (b'{"code":5,"msg":"' + "图".encode() * 300 + b'"}',
                 ["code 5", "msg: 图图"]),
    "100 KB": (b'{"code":5,"msg":"m","x":"' + b"x" * 100000 + b'"}',
               ["code 5", "msg: m"]),
    "nothing": (b"", []), "blank": (b" ", []), "null": (b"null", []),
}


def error_body(trial, body, words):
    """A refusal in any case; the message is one readable line."""
    with answering(trial, json_reply("400 Bad Request", body)) as server:
        run = trial.fails(7, "img_x", url=server.url,
                          words=["img_x", "HTTP 400", *words])
    text = run.err.decode()
    check("\x9b" not in text, "a C1 control is shown")
    check(len(run.err) < 800, "the message is too long")
    trial.empty()


for body_name, body_ in BODIES.items():
    add(f"error body: {body_name}", error_body, *body_, rows=[103])
