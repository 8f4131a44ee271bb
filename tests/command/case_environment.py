"""Where server, token and trusted roots come from, and in which order."""
import contextlib
import re

import images
from cases import Skipped, add, case, check, equal
from servers import Trap, answering, deaf_port
from spaces import with_hosts

KEY = images.KEYS["png-tiny"]
TOKEN = "FEISHU_TENANT_ACCESS_TOKEN"
# Nobody would hear of a server that is only named; the query does.
TRACED = ["strace", "-f", "-qq", "-s", "400", "-e",
          "trace=connect,send,sendto,sendmsg,sendmmsg"]
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0"}  # impossible under strace


def image_comes(trial, *arguments, **options):
    """The stand-in's image arrives."""
    trial.ok(*arguments, KEY, **options)
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})
    (trial.folder / f"{KEY}.png").unlink()


@case("--base-url wins over FEISHU_BASE_URL")
def base_url_wins(trial):
    with Trap() as trap:
        image_comes(trial, "--base-url", trial.feishu.base_url, url=trap.url)
        trap.untouched()
    image_comes(trial)


@case("FEISHU_BASE_URL is not looked at when --base-url is given")
def bad_variable(trial):
    image_comes(trial, "--base-url", trial.feishu.base_url, url="nonsense")


@case("--cacert wins over SSL_CERT_FILE")
def cacert_wins(trial):
    good, wrong = trial.feishu.ca_file, trial.feishu.pki / "root_ec.pem"
    image_comes(trial, "--cacert", good, env={"SSL_CERT_FILE": wrong})
    image_comes(trial, "--cacert", good, env={"SSL_CERT_FILE": "nowhere"})
    image_comes(trial, "--cacert", good, env={"SSL_CERT_FILE": None})
    for extra in ([], ["--cacert", good, "--cacert", wrong]):
        trial.fails(5, *extra, KEY, words=[KEY, "trusted root"],
                    env={"SSL_CERT_FILE": good if extra else wrong})


@case("without SSL_CERT_FILE the system's roots count")
def system_roots(trial):
    for value in (None, ""):
        trial.fails(5, KEY, env={"SSL_CERT_FILE": value},
                    words=[KEY, "trusted root", "--cacert"])


@case("--token-file wins over the variable")
def token_file_wins(trial):
    good = trial.file("good", trial.feishu.token)
    bad = trial.file("bad", "t-someone-elses")
    trial.secrets.append(b"t-someone-elses")
    image_comes(trial, "--token-file", good, env={TOKEN: "t-someone-elses"})
    image_comes(trial, "--token-file", good, env={TOKEN: None})
    image_comes(trial, "--token-file", good, env={TOKEN: "un fit"})
    image_comes(trial, "--token-file", "")
    trial.fails(7, "--token-file", bad, KEY, words=[KEY, "99991663"])
    trial.fails(7, KEY, env={TOKEN: "t-someone-elses"}, words=["99991663"])


def token_file(trial, ending):
    """One line end behind the token is none of its own."""
    path = trial.file("token", trial.feishu.token + ending)
    image_comes(trial, "--token-file", path, env={TOKEN: None})


for name, text in {"LF": "\n", "CR LF": "\r\n", "no line end": ""}.items():
    add(f"token file that ends with {name}", token_file, text)


@case("the longest token from a file", rows=[72])
def longest_token(trial):
    token = "t-" + "x" * 4094
    trial.secrets.append(token.encode())
    path = trial.file("token", token + "\r\n")
    with answering(trial) as server:
        trial.ok("--token-file", path, KEY, url=server.url)
        check(f"Bearer {token}\r\n".encode() in server.requests[0],
              "the token is not in the request as it should be")


def asked_for(trial, *arguments, env=None):
    """The host names that the command asks the resolver for."""
    trace = trial.side / "trace"
    run = trial.run(*arguments, "--connect-timeout", "1.5", KEY,
                    wrapper=[*TRACED, "-o", trace],
                    env={**NO_LEAK_CHECK, **(env or {})})
    # No network: 3, or 4 if nobody answers. With one: Feishu's certificate is
    # not the test's, so nothing is sent.
    check(run.status in (3, 4, 5), f"exit code {run.status}")
    trial.empty()
    return set(re.findall(r"open(?:\\[6t]|\.)(feishu|larksuite)",
                          trace.read_text()))


@case("the default server is Feishu's, with --lark Lark's")
def default_server(trial):
    for words, value, name in [([], None, "feishu"), ([], "", "feishu"),
                               (["--lark"], None, "larksuite"),
                               (["--lark"], trial.feishu.base_url,
                                "larksuite")]:
        found = asked_for(trial, *words, env={"FEISHU_BASE_URL": value})
        equal(found, {name}, "asked for")


@case("a host without an address")
def no_address(trial):
    run = trial.run("--connect-timeout", "4", KEY,
                    url="https://nowhere.invalid")
    # 4 where there is not even a name server that says so
    check(run.status in (3, 4), f"exit code {run.status}")
    equal(len(run.lines), 1, "lines on standard error")
    trial.says(run, KEY, "; ")
    trial.empty()


# Where localhost has two addresses, IPv6 comes first; the stand-in listens at
# the other only.
TWO_ADDRESSES = "::1 localhost\n127.0.0.1 localhost\n"


@case("every address of a name is tried")
def two_addresses(trial):
    wrapper = with_hosts(trial, TWO_ADDRESSES)
    image_comes(trial, wrapper=wrapper)
    trial.fails(3, "-6", KEY, words=[KEY], wrapper=wrapper)


@case("an address that is silent does not hold up the other", rows=[97])
def silent_address(trial):
    wrapper = with_hosts(trial, TWO_ADDRESSES)
    port = int(trial.feishu.base_url.rsplit(":", 1)[1])
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(deaf_port("::1", port))
        except OSError as error:
            raise Skipped(f"no IPv6 here: {error}") from None
        image_comes(trial, wrapper=wrapper)
        trial.fails(4, "-6", "--connect-timeout", "0.5", KEY, wrapper=wrapper)


@case("a port where nobody listens")
def nobody_listens(trial):
    with Trap() as trap:
        url = trap.url
    trial.fails(3, KEY, url=url, words=[KEY, "Connection refused"])
    trial.empty()
