"""What an HTTP proxy may answer: each mistake has its own end, and none passes
for one of the server's."""
import fault_steps as steps
from app_runs import KEY
from cases import add, case, check, equal
from proxies import ESTABLISHED, NONE, PASSWORD, Answering, Proxy, comes
from servers import Trap

HTML = b"<html><h1>no</h1></html>"


def reply(status, *lines, body=b""):
    """An answer to CONNECT."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines,
                        f"Content-Length: {len(body)}"]).encode() \
        + b"\r\n\r\n" + body


ANSWERS = {  # steps after the request -> exit code, words of the message
    "403": ([steps.send(reply("403 Forbidden", body=HTML))], 3,
            ["proxy does not connect", "HTTP 403"]),
    "502": ([steps.send(reply("502 Bad Gateway", body=HTML))], 3,
            ["proxy does not connect", "HTTP 502"]),
    "504 and silence": ([steps.send(reply("504 Late")), steps.stall()], 3,
                        ["proxy does not connect", "HTTP 504"]),
    "302": ([steps.send(reply("302 Found", "Location: http://login/"))], 3,
            ["proxy does not connect", "HTTP 302"]),
    "405": ([steps.send(b"HTTP/1.0 405 Method Not Allowed\r\n\r\n")], 3,
            ["proxy does not connect", "HTTP 405"]),
    "407": ([steps.send(reply("407 Who", "Proxy-Authenticate: Basic"))], 3,
            ["credentials", "HTTP 407"]),
    "407 for Negotiate": ([steps.send(reply(
        "407 Who", "Proxy-Authenticate: Negotiate"))], 3, ["HTTP 407"]),
    "garbage": ([steps.send(b"\x00\x01\x02 what is this?\r\n\r\n")], 3,
                ["proxy gave no proper answer"]),
    "HTML": ([steps.send(HTML + b"\r\n\r\n")], 3, ["no proper answer"]),
    "TLS": ([steps.send(b"\x15\x03\x01\x00\x02\x02\x46")], 3,
            ["no proper answer"]),
    "SSH": ([steps.send(b"SSH-2.0-OpenSSH_9.2\r\n")], 3,
            ["no proper answer"]),
    "200 and more": ([steps.send(ESTABLISHED + b"hello"), steps.stall()], 3,
                     ["no proper answer"]),
    "200 without an end": ([steps.send(b"HTTP/1.1 200 OK\r\nX: "),
                            steps.send_endlessly(b"y" * 1000)], 3,
                           ["no proper answer"]),
    "an end at once": ([steps.fin_without_close_notify()], 3, ["lost"]),
    "RST": ([steps.rst()], 3, ["lost"]),
    "half a head": ([steps.send(b"HTTP/1.1 200 Conn"),
                     steps.fin_without_close_notify()], 3, ["lost"]),
    "200 and an end": ([steps.send(ESTABLISHED),
                        steps.fin_without_close_notify()], 3, ["lost"]),
    "200 and RST": ([steps.send(ESTABLISHED), steps.rst()], 3, ["lost"]),
    "200 and no TLS": ([steps.send(ESTABLISHED), lambda c: c.recv_raw(),
                        steps.send(HTML)], 5, ["TLS"]),
}


def answer(trial, script, code, words):
    """Each has its own end, and none passes for a server's."""
    trial.secrets.append(PASSWORD.encode())
    with Answering(*script) as proxy:
        url = proxy.url_for("u:" + PASSWORD)
        trial.fails(code, KEY, "--proxy", url, env=NONE, words=[KEY, *words])
        trial.fails(code, KEY, env={**NONE, "https_proxy": url}, words=words)
        run = trial.run("-v", KEY, "--proxy", url, env=NONE)
        equal(run.status, code, "exit code")
        equal(proxy.accepted, 3, "connections")
        check(trial.feishu.token.encode() not in b"".join(proxy.requests),
              "the proxy saw the token")
    trial.empty()


for name_, row in ANSWERS.items():
    add(f"a proxy answers with {name_}", answer, *row)


def silent(trial, *script):
    """The limit of connecting counts for the proxy as well."""
    with Answering(*script, steps.stall()) as proxy:
        run = trial.fails(4, KEY, "--connect-timeout", "1", env=NONE,
                          *["--proxy", proxy.url_for()],
                          words=[KEY, "--connect-timeout"])
        check(run.seconds < 5, "too late")
    trial.empty()


add("a proxy that says nothing", silent, slow=True)
add("a proxy that stops half way", silent, steps.send(b"HTTP/1.1 200 "),
    slow=True)
add("a proxy that connects to nobody", silent, steps.send(ESTABLISHED),
    slow=True)
add("a proxy that drips", silent,
    steps.send_slowly(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 99, 0.1),
    slow=True)


@case("replies of a proxy that are fine")
def fine(trial):
    for text in (b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200\r\n\r\n",
                 b"HTTP/1.1 200 OK\r\nVia: 1.1 x\r\nX: " + b"y" * 5000
                 + b"\r\n\r\n", b"HTTP/1.1 299 Fine\r\n\r\n",
                 # RFC 9110, 9.3.6: neither has a meaning here
                 b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"):
        with Proxy(reply=text) as proxy:
            comes(trial, "--proxy", proxy.url_for())


@case("no proxy where one should be")
def nobody_listens(trial):
    with Trap() as trap:
        url = f"http://127.0.0.1:{trap.port}"
    trial.fails(3, "--proxy", url, KEY, env=NONE,
                words=[KEY, "Connection refused"])
    run = trial.run("--proxy", "http://nowhere.invalid:1", KEY, env=NONE,
                    *["--connect-timeout", "4"])
    check(run.status in (3, 4), f"exit code {run.status}")
    trial.empty()


@case("a proxy that leads to another server")
def another_server(trial):
    for name, words in (("bad-name", "another host"),
                        ("bad-unknown-ca", "trusted root")):
        port = int(trial.feishu.urls[name].rsplit(":", 1)[1])
        with Proxy(to=port) as proxy:
            trial.fails(5, "--proxy", proxy.url_for(), KEY, env=NONE,
                        words=[KEY, words])
    trial.empty()


@case("the server's name is the proxy's to resolve")
def names(trial):
    with Answering(steps.send(reply("502 Bad Gateway"))) as proxy:
        trial.fails(3, "--proxy", proxy.url_for(), KEY, env=NONE,
                    url="https://nowhere.invalid/x", words=["HTTP 502"])
        check(proxy.requests[0].startswith(
            b"CONNECT nowhere.invalid:443 HTTP/1.1\r\nHost: "
            b"nowhere.invalid:443\r\n"), "another request")
