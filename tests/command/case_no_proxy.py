"""no_proxy: hosts to which the environment's proxy does not apply."""
import fault_steps as steps
from app_runs import KEY
from cases import add, case, check, equal
from proxies import NONE, Answering, Proxy, comes, server_of

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
# no_proxy -> does it except the host a.open.example.test? As curl 7.88 has it.
HOST = "a.open.example.test"
EXCEPTIONS = {
    "a.open.example.test": True, "open.example.test": True, "test": True,
    ".test": True, ".a.open.example.test": True, "example.test": True,
    "A.OPEN.Example.TEST": True, "a.open.example.test.": True, "test.": True,
    "pen.example.test": False, "xample.test": False, "est": False,
    "b.a.open.example.test": False, "a.open.example.test.x": False,
    "*": True, "* ,x": False, "*.test": False, "x,*": False, "*,x": False,
    "*test": False, "..test": False, ".": False, ",": False, " ": False,
    "a.open.example.test:443": False, "a.open.example.test:8443": False,
    ".test:443": False, "x,test": True, "x, test": True, "x test": True,
    "x y test z": True, "x\ttest": True, "test,x": True, ",,test": True,
    "test,": True, " test ": True, "x;test": False, "test/8": False,
    "a": False, "a.open": False, "127.0.0.0/8": False, "localhost": False,
}


def asked(trial, proxy, env):
    """Is the proxy asked for HOST? Where it is not, there is no such host."""
    before = proxy.accepted
    run = trial.run("--connect-timeout", "0.3", KEY, url=f"https://{HOST}",
                    # glibc leaks what a name that was given up has taken
                    env={**NONE, "ASAN_OPTIONS": "detect_leaks=0",
                         "https_proxy": proxy.url_for(), **env})
    check(run.status in (3, 4), f"exit code {run.status}")
    return proxy.accepted > before


def excepted(trial, name, text, wanted):
    """As one of the variables has it."""
    with Answering(steps.send(BAD_GATEWAY)) as proxy:
        equal(asked(trial, proxy, {name: text}), not wanted, "the proxy asked")


for number_, (text_, wanted_) in enumerate(EXCEPTIONS.items()):
    add(f"no_proxy {text_!r}", excepted,
        "NO_PROXY" if number_ % 3 else "no_proxy", text_, wanted_)


@case("no_proxy counts more than NO_PROXY, unless it is empty")
def variables(trial):
    with Answering(steps.send(BAD_GATEWAY)) as proxy:
        for lower, upper, wanted in (("x", "*", True), ("*", "x", False),
                                     ("", "*", False), ("", "", True)):
            equal(asked(trial, proxy, {"no_proxy": lower, "NO_PROXY": upper}),
                  wanted, f"the proxy asked, {lower!r} and {upper!r}")


@case("no_proxy and a host with a port")
def with_port(trial):
    with Proxy() as proxy:
        env = {"https_proxy": proxy.url_for()}
        port = server_of(trial).rsplit(":", 1)[1]
        for text, wanted in (("localhost", 0), (f"localhost:{port}", 1),
                             ("LOCALHOST", 0), (".localhost", 0),
                             ("ocalhost", 1), ("127.0.0.1", 1), ("", 1)):
            before = proxy.accepted
            comes(trial, env={**env, "no_proxy": text})
            equal(proxy.accepted - before, wanted, f"connections with {text}")
