"""What the token endpoint may answer: mistakes end in exit codes of their own,
and none is kept."""
import json

from app_runs import App, folder, no_file, token_file
from cases import add, case, check, equal

GOOD = {"code": 0, "msg": "ok", "tenant_access_token": "t-g1044",
        "expire": 7200}


def answered(trial, body, code, words, status=200, media_type=None):
    """This is what the request for a token is answered."""
    app = App(trial)
    trial.secrets.append(b"t-g1044")
    text = body if isinstance(body, str) else json.dumps(body)
    options = {"media_type": media_type} if media_type else {}
    app.app.answer_next("internal", text, status, **options, times=2)
    for _ in range(2):
        app.fails(code, words=words)
    equal(app.app.counts()["images"], 0, "image requests")
    no_file(trial)
    app.comes(1)
    check(folder(trial).is_dir(), "no folder")


def but(**changes):
    """A good answer with changes; None leaves a member out."""
    return {k: v for k, v in {**GOOD, **changes}.items() if v is not None}


NO_TOKEN = "no usable token"
ANSWERS = {  # body -> exit code, words
    "10003": ({"code": 10003, "data": {}, "msg": "invalid param"}, 7,
              ["10003", "invalid param"]),
    "10014": ({"code": 10014, "msg": "app secret invalid"}, 7,
              ["10014", "app secret invalid"]),
    "an unknown code": ({"code": 123456, "msg": "what?"}, 7, ["123456"]),
    "a code and a token": (but(code=10014), 7, ["10014"]),
    "no expire": (but(expire=None), 6, [NO_TOKEN]),
    "expire 0": (but(expire=0), 6, [NO_TOKEN]),
    "expire -1": (but(expire=-1), 6, [NO_TOKEN]),
    "expire 1e12": (but(expire=10 ** 12), 6, [NO_TOKEN]),
    "expire 2 to the 32nd": (but(expire=2 ** 32), 6, [NO_TOKEN]),
    "expire 2 to the 32nd and 1": (but(expire=2 ** 32 + 1), 6, [NO_TOKEN]),
    "expire 2 to the 64th": (but(expire=2 ** 64 + 7200), 6, [NO_TOKEN]),
    "expire 1.5": (but(expire=1.5), 6, [NO_TOKEN]),
    "expire true": (but(expire=True), 6, [NO_TOKEN]),
    "expire in words": (but(expire="two hours"), 6, [NO_TOKEN]),
    "expire null": (json.dumps(GOOD).replace("7200", "null"), 6, [NO_TOKEN]),
    "expire a list": (but(expire=[7200]), 6, [NO_TOKEN]),
    "no token": (but(tenant_access_token=None), 6, [NO_TOKEN]),
    "an empty token": (but(tenant_access_token=""), 6, [NO_TOKEN]),
    "a token that is a number": (but(tenant_access_token=5), 6, [NO_TOKEN]),
    "a token with a blank": (but(tenant_access_token="t-g1044 x"), 6,
                             [NO_TOKEN]),
    "a token with CR LF": (but(tenant_access_token="t-g1044\r\nX: 1"), 6,
                           [NO_TOKEN]),
    "a token with NUL": (but(tenant_access_token="t-g1044\0"), 6, [NO_TOKEN]),
    "a token with a raw control character": (
        json.dumps(but(tenant_access_token="t-g1044?")).replace("?", "\x01"),
        6, [NO_TOKEN]),
    "a token with DEL": (but(tenant_access_token="t-g1044\x7f"), 6,
                         [NO_TOKEN]),
    "a token in UTF-8": (json.dumps(but(tenant_access_token="t-g1044图"),
                                    ensure_ascii=False), 6, [NO_TOKEN]),
    "a token of 4097": (but(tenant_access_token="t-g1044" + "x" * 4090), 6,
                        ["token"]),
    "a token of 60000": (but(tenant_access_token="t-g1044" + "x" * 59993), 6,
                         ["memory"]),
    "an empty object": ({}, 6, []), "a list": ([], 6, []),
    "half of an object": (json.dumps(GOOD)[:-9], 6, []),
    "no JSON": ("hello", 6, []), "nothing": ("", 6, []),
}
for name, row in ANSWERS.items():
    add(f"a token's answer: {name}", answered, *row)
STATUSES = {400: 7, 401: 7, 403: 7, 404: 7, 500: 7, 502: 7, 503: 7, 204: 6,
            302: 6}
for status_, code_ in STATUSES.items():
    add(f"a token's answer: HTTP {status_}", answered, "<html>", code_,
        [f"HTTP {status_}"], status_, "text/html")


def believed(trial, expire, life):
    """It is taken, for as long as makes sense."""
    app = App(trial)
    if expire is not None:
        app.app.shape(expire=expire)
    app.comes(1)
    if life == 0:
        return
    text = token_file(trial).read_text().split("\n")
    check(life - 3 <= int(text[4]) - int(text[3]) <= life,
          f"its life in the file: {text[3]} to {text[4]}")


for expire_, life_ in ((7200, 7200), (3600, 3600), (1, 0), (10 ** 9, 7200),
                       (2 ** 31 - 1, 7200)):
    add(f"a token's answer: expire {expire_}", believed, expire_, life_)


@case("a token of 4096 characters is fetched, kept and used")
def long_token(trial):
    app = App(trial)
    app.app.lengths(classic=4096)
    app.comes(1)
    equal(len(app.app.issued()[0]), 4096, "its length")
    app.comes(0)


@case("members of a token's answer in any order, and others beside them")
def orders(trial):
    for order in ("reversed", "sorted", ["expire"], ["tenant_access_token"]):
        app = App(trial, order=order,
                  extra={"data": {"expire": -1}, "x": [1, {"code": 5}]})
        app.comes(1)
        app.comes(0)


@case("a token request that is refused for its rate, or fails, is repeated",
      slow=True)
def repeated(trial):
    app = App(trial)
    app.app.refuse_next("internal", 99991400)
    app.app.answer_next("internal", "<html>", 503, media_type="text/html")
    run = app.run("--retry", "3", "-o", "image",
                  "img_v3_0001_png-tiny")
    equal((run.status, run.err), (0, b""), "exit code and message")
    equal(app.fetches(), 3, "token requests")
