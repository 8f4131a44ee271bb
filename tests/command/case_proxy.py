"""Through an HTTP proxy: which one, and what it sees."""
import pathlib
import re

import images
from app_runs import KEY, App
from cases import Skipped, add, case, check, equal
from proxies import NONE, PASSWORD, Proxy, comes, server_of
from servers import Gate, Trap, half_there
from spaces import works

SMALL = images.KEYS["jpeg-small"]
# What there is no proxy in; PORT stands for that of one that would notice.
BAD_URLS = [
    "https://localhost:PORT", "HTTPS://u:pass-w0rd@localhost:PORT",
    "socks5://localhost:PORT", "socks://localhost:PORT",
    "ftp://localhost:PORT", "http://u:pass-w0rd",
    "http://", "http://:PORT", "http:///", "://localhost:PORT",
    "http://localhost:", "http://localhost:0", "http://localhost:65536",
    "http://localhost:x", "http://localhost:-1", "http://localhost:PORT:1",
    "http://localhost:PORT/path", "http://localhost:PORT?x",
    "http://localhost:PORT#x", "http://local host:PORT", "http://localhost\t",
    "http://local\r\nX-Evil: pass-w0rd", "http://local%2ehost:PORT",
    "http://[::1]:PORT", "http://u:pass-w0rd@[::1]:PORT", "http://图:PORT",
    "http://u:pass-w0rd%@localhost:PORT",
    "http://u:pass-w0rd%4@localhost:PORT",
    "http://u:pass-w0rd%zz@localhost:PORT", "http://%zzu@localhost:PORT",
    "http://u:pass-w0rd%0d%0aX-Evil:%201@localhost:PORT",
    "http://u:pass-w0rd%00@localhost:PORT", "http://u%7f@localhost:PORT",
    "http://u%3av:pass-w0rd@localhost:PORT",
    "http://u:pass-w0rd\x01@localhost",
    "http://u:pass-w0rd/x@localhost:PORT",
    "http://" + "u" * 400 + ":" + "pass-w0rd" * 41 + "@localhost:PORT",
    "http://" + "h" * 254, "localhost:PORT/x", "http://u:pass-w0rd@",
    "http://u:pass-w0rd@:PORT", " http://localhost:PORT", "http://local_host",
]


@case("an image comes through a proxy, which sees only whose")
def through(trial):
    with Proxy() as proxy:
        comes(trial, "--proxy", proxy.url_for())
        equal(proxy.asked, [server_of(trial)], "asked for")
        equal(proxy.requests[0], b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" %
              ((server_of(trial).encode(),) * 2), "what the proxy was sent")
        check(trial.feishu.token.encode() not in b"".join(proxy.requests),
              "the proxy saw the token")


@case("many images through one connection of a proxy")
def many(trial):
    with Proxy() as proxy:
        trial.ok("--proxy", proxy.url_for(), KEY, SMALL, KEY)
        equal(len(proxy.asked), 1, "connections")
    trial.holds({f"{KEY}.png": trial.image("png-tiny"),
                 f"{SMALL}.jpg": trial.image("jpeg-small")})


@case("a token is fetched through the proxy as well")
def token_through(trial):
    app = App(trial)
    with Proxy() as proxy:
        app.comes(1, env={**NONE, "https_proxy": proxy.url_for()})
        equal(set(proxy.asked), {server_of(trial)}, "asked for")
        for head in proxy.requests:
            check(app.app.secret.encode() not in head, "it saw the secret")


@case("which proxy: the option, then https_proxy, then HTTPS_PROXY")
def order(trial):
    with Proxy() as one, Proxy() as two, Trap() as trap:
        bad = f"http://127.0.0.1:{trap.port}"
        for words, env, proxy in (
                (["--proxy", one.url_for()], {"https_proxy": bad}, one),
                ([f"--proxy={two.url_for()}"], {"HTTPS_PROXY": bad}, two),
                (["--proxy", bad, "--proxy", two.url_for()], {}, two),
                ([], {"https_proxy": one.url_for(), "HTTPS_PROXY": bad}, one),
                ([], {"https_proxy": "", "HTTPS_PROXY": two.url_for()}, two),
                ([], {"HTTPS_PROXY": two.url_for()}, two),
                (["--proxy", ""], {"https_proxy": bad, "HTTPS_PROXY": bad},
                 None),
                ([], {"http_proxy": bad, "HTTP_PROXY": bad}, None),
                ([], {"https_proxy": "", "HTTPS_PROXY": ""}, None),
                # an option counts more than what is said for all programs
                (["--proxy", one.url_for()], {"no_proxy": "*"}, one)):
            before = one.accepted, two.accepted
            comes(trial, *words, env=env)
            equal((one.accepted, two.accepted),
                  (before[0] + (proxy is one), before[1] + (proxy is two)),
                  f"connections with {words} {env}")
        trap.untouched()


@case("ways to write a proxy")
def spellings(trial):
    with Proxy() as proxy:
        for text in ("http://127.0.0.1:PORT", "http://127.0.0.1:PORT/",
                     "HTTP://localhost:PORT", "127.0.0.1:PORT",
                     "localhost:PORT",
                     "http://@127.0.0.1:PORT", "localhost:000PORT"):
            before = proxy.accepted
            comes(trial, "--proxy", text.replace("PORT", str(proxy.port)))
            equal(proxy.accepted - before, 1, f"connections of {text}")


USERS = {  # in a URL -> as the proxy knows it
    "user:pass-w0rd": "user:pass-w0rd", "user": "user:", "user:": "user:",
    ":pass-w0rd": ":pass-w0rd", "a%40b:c%3ad%2Fe%25": "a@b:c:d/e%",
    "u:pass:w0rd": "u:pass:w0rd", "u:p@ss": "u:p@ss",
    "%e5%9b%be:%E5%9B%BE": "图:图",
    "u:p%20w": "u:p w", "u:~!$&'()*+,;=-._": "u:~!$&'()*+,;=-._",
    "u" * 384 + ":" + "p" * 383: "u" * 384 + ":" + "p" * 383,
}


def user(trial, text, known):
    """It is let through with them, and not without."""
    with Proxy(user=known) as proxy:
        comes(trial, "--proxy", proxy.url_for(text))
        comes(trial, env={"https_proxy": proxy.url_for(text)})
        trial.fails(3, KEY, "--proxy", proxy.url_for("other:x"), env=NONE,
                    words=[KEY, "HTTP 407", "credentials"])
        trial.fails(3, KEY, "--proxy", proxy.url_for(), env=NONE,
                    words=[KEY, "HTTP 407", "credentials"])
    trial.empty()


for text_, known_ in USERS.items():
    add(f"a proxy's user: {text_[:40]}", user, text_, known_)


def bad_url(trial, text):
    """Nothing is sent, and nothing of it is repeated."""
    trial.secrets += [PASSWORD.encode(), b"Evil"]
    with Trap() as trap:
        text = text.replace("PORT", str(trap.port))
        for words, env, name in ((["--proxy", text], {}, "--proxy"),
                                 ([], {"https_proxy": text}, "https_proxy"),
                                 ([], {"HTTPS_PROXY": text}, "HTTPS_PROXY")):
            run = trial.fails(2, *words, KEY, url=trap.url,
                              env={**NONE, **env}, words=[name])
            check("; " in run.lines[0], "the message does not say what helps")
        trap.untouched()
    trial.empty()


for text_ in BAD_URLS:
    add(f"unfit proxy: {text_[:50]!r}", bad_url, text_)


@case("a proxy that wants TLS is refused, and why is said")
def tls_proxy(trial):
    trial.fails(2, "--proxy", "https://proxy.example:3128", KEY, env=NONE,
                words=["--proxy", "TLS", "not supported", "http://"])
    comes(trial, env={"https_proxy": "https://x", "no_proxy": "localhost"})
    comes(trial, "--proxy", "", env={"https_proxy": "https://x"})


def seen(trial, *arguments, env):
    """What others see of the process while an image comes."""
    with Gate(trial) as gate, Proxy(user="user:" + PASSWORD) as proxy:
        url = proxy.url_for("user:" + PASSWORD)
        run = trial.start(
            "img_x", *[url if word == "URL" else word for word in arguments],
            url=gate.url,
            env={**NONE, **{k: v.replace("URL", url) for k, v in env.items()}})
        run.until(lambda: half_there(trial.folder), "half of the image")
        for name in ("cmdline", "environ"):
            text = pathlib.Path(f"/proc/{run.pid}/{name}").read_bytes()
            check(PASSWORD.encode() not in text, f"a password is in {name}")
        check(b"img_x" in pathlib.Path(f"/proc/{run.pid}/cmdline")
              .read_bytes(), "wrong process")
        gate.open()
        equal(run.end().status, 0, "exit code")


@case("a proxy's password is not to be seen in the process")
def process_table(trial):
    seen(trial, "--proxy", "URL", env={})
    seen(trial, env={"https_proxy": "URL"})
    seen(trial, env={"https_proxy": "URL", "HTTPS_PROXY": "URL"})
    seen(trial, "--proxy", "URL", env={"HTTPS_PROXY": "URL"})


@case("a proxy's port is 1080 where none is named")
def default_port(trial):
    if not works("strace", "-V"):
        raise Skipped("no strace here")
    trace = trial.side / "trace"
    for text in ("http://127.0.0.1", "http://u:p@127.0.0.1/", "127.0.0.1"):
        trial.run("--proxy", text, "--connect-timeout", "1", KEY,
                  env={**NONE, "ASAN_OPTIONS": "detect_leaks=0"},
                  wrapper=["strace", "-f", "-qq", "-e", "trace=connect", "-o",
                           trace])
        equal(set(re.findall(r"htons\((\d+)\)", trace.read_text())), {"1080"},
              "ports")
