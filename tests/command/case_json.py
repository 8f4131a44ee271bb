"""--json: one object a KEY on standard output, whatever comes."""
import json
import os
import subprocess

import images
import resources
from app_runs import App
from cases import add, case, check, equal
from faults import FAULTS
from keyed import files, image, keys, play
from servers import Trap, answering, json_reply, reply, serve

KEY = images.KEYS["png-tiny"]
MEMBERS = ["key", "file", "ok", "exit", "http_status", "code", "msg",
           "log_id", "bytes", "type", "end", "attempts", "resumed", "reused"]
TYPES = {"key": str, "ok": bool, "exit": int, "http_status": int, "code": int,
         "msg": str, "log_id": str, "bytes": int, "type": str,
         "attempts": int, "resumed": bool, "reused": bool}


def objects(run):
    """What stands on standard output: an object a line, all members there."""
    text = run.out.decode()  # UTF-8, or it fails
    check(text == "" or text.endswith("\n"), "the last line has no end")
    found = [json.loads(line) for line in text.splitlines()]
    for each in found:
        equal(list(each), MEMBERS, "members")
        for name, kind in TYPES.items():
            check(type(each[name]) is kind, f"{name} is {each[name]!r}")
        check(each["file"] is None or isinstance(each["file"], str), "file")
        check(each["end"] in (None, "length", "chunked", "close_notify"),
              f"end is {each['end']}")
        check(each["ok"] == (each["exit"] == 0) == (each["file"] is not None),
              "ok, exit and file do not agree")
    return found


def one(run, **wanted):
    """There must be one object, with these members."""
    found = objects(run)
    equal(len(found), 1, "objects")
    for name, value in wanted.items():
        equal(found[0][name], value, name)
    return found[0]


@case("--json of a success")
def success(trial):
    run = trial.ok("--json", KEY)
    found = one(run, key=KEY, file=f"{KEY}.png", ok=True, exit=0,
                http_status=200, code=0, msg="", bytes=100, type="png",
                end="length", attempts=1, resumed=False, reused=False)
    check(found["log_id"].startswith("20"), "no log id")
    for words, file in ((["-o", "x"], "x"), (["-d", "."], f"{KEY}.png"),
                        (["-d", "../out"], f"../out/{KEY}.png"),
                        (["-d", str(trial.folder)],
                         f"{trial.folder}/{KEY}.png")):
        one(trial.ok("--json", *words, KEY), file=file, ok=True)


ENDS = {"img_chunked_png-300k": ("chunked", "png"),
        "img_eof_png-300k": ("close_notify", "png"),
        images.KEYS["gif-small"]: ("length", "gif"),
        images.KEYS["webp-small"]: ("length", "webp"),
        images.KEYS["bmp-small"]: ("length", "bmp"),
        images.KEYS["ico-small"]: ("length", "ico"),
        images.KEYS["tiff-small"]: ("length", "tiff"),
        images.KEYS["jpeg-small"]: ("length", "jpg")}


@case("--json of types and ends, over one connection")
def types_and_ends(trial):
    found = objects(trial.ok("--json", *ENDS))
    equal([each["key"] for each in found], list(ENDS), "keys")
    for each in found:
        equal((each["end"], each["type"]), ENDS[each["key"]], each["key"])
        equal(each["bytes"], os.stat(trial.folder / each["file"]).st_size,
              "bytes")
    equal([each["reused"] for each in found],
          [False, True, False] + [True] * 5, "reused")
    equal([each["resumed"] for each in found],
          [False, False, True] + [False] * 5, "resumed")


@case("--json of a type that is not known")
def unknown_type(trial):
    key = resources.KEYS["small"]
    run = trial.ok("--json", "-m", resources.MESSAGE, "--type", "file", key)
    one(run, key=key, file=key, type="unknown", bytes=10000)


@case("--json of refusals")
def refusals(trial):
    run = trial.fails(7, "--json", "img_err_234005", words=["234005"])
    found = one(run, key="img_err_234005", file=None, ok=False, exit=7,
                http_status=400, code=234005, msg="Image has been deleted",
                bytes=0, end="length", attempts=1)
    check(found["log_id"] in run.lines[0], "another log id is told")
    one(trial.fails(7, "--json", "img_http_404"), http_status=404, code=0)
    one(trial.fails(7, "--json", "img_json_200"), http_status=200,
        code=99991663)
    one(trial.fails(6, "--json", "img_http_302"), http_status=302, code=0)
    one(trial.fails(6, "--json", "img_empty"), http_status=200, code=0,
        bytes=0)
    trial.empty()


def fault(trial, name):
    """Whatever a server does wrong, the object is right."""
    with serve(trial, FAULTS[name]) as server:
        run = trial.run("--json", "--idle-timeout", "1", "img_x",
                        url=server.url)
    found = one(run, key="img_x", exit=run.status)
    if run.status == 0:
        equal(found["bytes"], os.stat(trial.folder / found["file"]).st_size,
              "bytes")
        return
    check(found["msg"], "it does not say what is wrong")
    equal(len(run.lines), 1, "lines on standard error")
    trial.empty()


for fault_name in FAULTS:
    if "endless" not in fault_name and "drip" not in fault_name:
        add(f"--json of {fault_name}", fault, fault_name, slow=True)


@case("--json of what goes wrong before")
def before(trial):
    with Trap() as trap:
        nobody = trap.url
    one(trial.fails(3, "--json", "img_x", url=nobody), exit=3, http_status=0,
        attempts=1, msg="no connection to the server")
    one(trial.fails(3, "--json", "img_x", url="https://nowhere.invalid"),
        exit=3, msg="the host name has no address")
    url = trial.feishu.urls["bad-expired"]
    one(trial.fails(5, "--json", KEY, url=url), exit=5,
        msg="a certificate has expired")
    with Trap() as trap:
        one(trial.fails(4, "--json", "--connect-timeout", "0.3", "img_x",
                        url=trap.url), exit=4)
    trial.empty()


@case("--json of local failures")
def local(trial):
    (trial.folder / f"{KEY}.png").mkdir()
    found = one(trial.fails(8, "--json", KEY), exit=8, http_status=200,
                bytes=100, file=None)
    check("directory" in found["msg"], f"msg is {found['msg']}")
    found = one(trial.fails(8, "--json", "-o", "nowhere/x", KEY), exit=8,
                attempts=0, file=None)
    check("No such file" in found["msg"], f"msg is {found['msg']}")


@case("--json of unfit arguments: nothing")
def unfit(trial):
    with Trap() as trap:
        for words in ([".."], [KEY, ".."], ["-d", "x", "--nonsense", KEY]):
            run = trial.fails(2, "--json", *words, url=trap.url)
            equal(run.out, b"", "standard output")
        run = trial.fails(8, "--json", "-d", "nowhere", KEY, url=trap.url)
        equal(run.out, b"", "standard output")
        trap.untouched()


@case("--json of unfit lines")
def lines(trial):
    bad = [b"..", b"a\"b\\c", b"\x01\x1b", "图".encode(), b"\xff\xfe", b"/x",
           b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe0\x80\x80", b"\xc3",
           b"x" * 4000, b"a\0b", b"\x7f", b"\xf4\x90\x80\x80"]
    with serve(trial, play) as server:
        run = trial.run("--json", "-i", trial.file("list", b"\n".join(
            [b"img_a", *bad, b"img_b"]) + b"\n"), url=server.url)
    equal((run.status, len(run.lines)), (2, len(bad)), "exit code, lines")
    found = objects(run)
    equal(len(found), len(bad) + 2, "objects")
    equal([each["exit"] for each in found], [0, *[2] * len(bad), 0], "exit")
    equal([each["key"] for each in found[1:5]],
          ["..", 'a"b\\c', "\x01\x1b", "图"], "keys")
    equal(found[5]["key"], "\ufffd\ufffd", "key that is not UTF-8")
    equal({each["msg"] for each in found[1:-1]}, {"not an image key"}, "msg")
    trial.holds(files(["img_a", "img_b"]))


MESSAGES = [
    '"', "\\", '\\"', "a\tb\nc\r", "\x00\x01\x1f\x7f", "图片已被删除", "é",
    "\U0001f600", "</script>", "{}", "null", "'", "%s%n",
    "\x1b[2J", "\u200f", "\ud800", "x" * 1000, "图" * 300, '"' * 500,
]


def message(trial, text, escaped):
    """What Feishu says, it is one line and JSON again."""
    body = json.dumps({"code": 234005, "msg": text}, ensure_ascii=escaped)
    with answering(trial, json_reply("400 Bad Request", body.encode(
            errors="surrogatepass"))) as server:
        run = trial.fails(7, "--json", "img_x", url=server.url)
    found = one(run, code=234005, exit=7)
    if text.isprintable() and len(text) < 100 and max(text) < "\uffff":
        equal(found["msg"], text, "msg")
    check(len(found["msg"].encode()) <= 160, "msg is too long")


for number, text_ in enumerate(MESSAGES):
    add(f"--json of message {number}, escaped", message, text_, True)
    add(f"--json of message {number}, as it is", message, text_, False)


@case("--json of codes and log ids out of the ordinary")
def codes(trial):
    for code in (-1, -2147483648, 2147483647, 1):
        body = json.dumps({"code": code, "msg": "x"}).encode()
        with answering(trial, json_reply(
                "400 Bad Request", body, 'X-Tt-Logid: a"b\\c\t\xe9')) as server:
            run = trial.run("--json", "img_x", url=server.url)
        equal(run.status, 7, "exit code")
        one(run, exit=7)


@case("--json of file names out of the ordinary")
def names(trial):
    with serve(trial, play) as server:
        for name in ('a"b', "a\\b", "a\nb", "图", "\x1b[2J", " ", "a\tb"):
            run = trial.ok("--json", "-o", name, "img_a", url=server.url)
            equal(one(run, ok=True)["file"], name, "file")
        run = trial.ok("--json", "-o", b"\xff\xc3\xa9", "img_a",
                       url=server.url)
        equal(one(run, ok=True)["file"], "\ufffdé", "file")
        deep = trial.folder.joinpath(*["\x01" * 200] * 18)
        deep.mkdir(parents=True)
        run = trial.ok("--json", "-d", deep, "img_a", url=server.url)
        equal(one(run, ok=True)["file"], f"{deep}/img_a.png", "file")
    equal((deep / "img_a.png").read_bytes(), image("img_a"), "image")


@case("--json of what is there already")
def there(trial):
    (trial.folder / f"{KEY}.webp").write_bytes(b"older")
    with Trap() as trap:
        one(trial.ok("--json", "-n", KEY, url=trap.url), ok=True,
            file=f"{KEY}.webp", http_status=0, bytes=0, attempts=0)
        (trial.folder / "x").write_bytes(b"older")
        one(trial.ok("--json", "-n", "-o", "x", KEY, url=trap.url), ok=True,
            file="x")


@case("--json with -s, with -v, and with a device")
def other_options(trial):
    one(trial.ok("--json", "-s", KEY), ok=True)
    run = trial.run("--json", "-v", KEY)
    one(run, ok=True)
    check(len(run.lines) > 3, "-v says nothing")
    one(trial.fails(7, "--json", "-s", "img_err_234005"), exit=7)
    null = trial.device("null", 3)
    one(trial.ok("--json", "-o", null, KEY), file=null, bytes=100)


@case("--json of attempts")
def attempts(trial):
    busy = reply("503 Busy", b"")
    with answering(trial, busy, busy) as server:
        run = trial.ok("--json", "--retry", "2", "img_x", url=server.url)
        one(run, attempts=3, ok=True)
    with answering(trial, busy, busy) as server:
        run = trial.fails(7, "--json", "--retry", "1", "img_x",
                          url=server.url)
        one(run, attempts=2, exit=7, http_status=503)


@case("--json of a token that is not given")
def token(trial):
    app = App(trial)
    app.app.answer_next("internal", '{"code":10014,"msg":"wrong secret"}')
    run = app.run("--json", "img_x")
    equal(run.status, 7, "exit code")
    one(run, code=10014, msg="wrong secret", exit=7)
    run = app.run("--json", KEY)
    one(run, ok=True)


@case("--json -P: an object for each, as they end")
def parallel(trial):
    wanted = ["stall_a", *keys(30), "refuse_a", "cut_a", "img_z"]
    with serve(trial, play) as server:
        run = trial.run("--json", "-P", "6", "--idle-timeout", "1", *wanted,
                        url=server.url)
    found = objects(run)
    equal(run.status, 4, "exit code")
    equal(sorted(each["key"] for each in found), sorted(wanted), "keys")
    equal(found[-1]["key"], "stall_a", "the last to end")
    for each in found:
        good = each["key"].startswith("img")
        equal(each["ok"], good, each["key"])
        equal(each["bytes"] if good else 3000, 3000, "bytes")
    trial.holds(files(key for key in wanted if key.startswith("img")))


@case("--json as it comes, through a pipe")
def as_it_comes(trial):
    with serve(trial, play) as server:
        run = trial.start("--json", "-i", "-", url=server.url,
                          stdin=subprocess.PIPE)
        for number, key in enumerate(keys(5), 1):
            run.child.stdin.write(f"{key}\n".encode())
            run.child.stdin.flush()
            run.until(lambda: run.out.count(b"\n") == number, "an object")
        run.child.stdin.close()
        equal(run.end().status, 0, "exit code")
    equal([each["key"] for each in objects(run)], keys(5), "keys")


@case("--json that cannot be written")
def lost(trial):
    with serve(trial, play) as server:
        with open("/dev/full", "w") as full:
            trial.fails(8, "--json", *keys(3), url=server.url, stdout=full,
                        words=["standard output", "No space left"])
        trial.fails(7, "--json", "refuse_a", "img_x", url=server.url, lines=2,
                    wrapper=["sh", "-c", 'exec "$@" >&-', "sh"],
                    words=["standard output"])
        read, write = os.pipe()
        os.close(read)
        trial.fails(8, "--json", "img_y", url=server.url, stdout=write,
                    words=["standard output"])
        os.close(write)
    trial.holds(files([*keys(3), "img_x", "img_y"]))
