"""A site behind one gateway: does feishu.conf do what it is for?

    python3 tests/gateway/run.py PATH-TO-COMMAND

Many devices (the command) ask a gateway (nginx with feishu.conf) in front of
the stand-in for Feishu, which counts what gets through. The last line is
"gateway: N passed, N failed".
"""
import json
import pathlib
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "standin")]

import processes
import standin
from gateway import Gateway
from devices import IMAGES, Site, equal

CLIENTS = 50
CASES = []


def case(function):
    """Add a function of a Site to the list."""
    CASES.append(function)
    return function


@case
def a_storm_becomes_one_request(site):
    # slow enough for all to ask before the first has it
    key = "img_slow_png-300k"
    before = site.passed_on()
    site.fetch(CLIENTS, key, site.image("png-300k"))
    equal(site.passed_on() - before, 1, "requests to Feishu")
    site.fetch(5, key, site.image("png-300k"))
    equal(site.passed_on() - before, 1, "requests to Feishu")


@case
def another_key_is_one_more(site):
    before = site.passed_on()
    for name in ("jpeg-small", "webp-small"):
        site.fetch(2, site.feishu.key(name), site.image(name))
    equal(site.passed_on() - before, 2, "requests to Feishu")


@case
def the_largest_image(site):
    before = site.passed_on()
    for _ in range(2):
        site.fetch(1, site.feishu.key("png-limit"), site.image("png-limit"))
    equal(site.passed_on() - before, 1, "requests to Feishu")


@case
def kept_whatever_feishu_says_of_keeping(site):
    before = site.passed_on()
    for key in ("img_nocache_png-20k", "img_chunked_png-20k",
                "img_octet_png-20k"):
        site.fetch(1, key, site.image("png-20k"))
        site.fetch(1, key, site.image("png-20k"))
    equal(site.passed_on() - before, 3, "requests to Feishu")


@case
def errors_are_passed_on_and_not_kept(site):
    for key, word in (("img_unknown", "234001"), ("img_err_234008", "234008"),
                      ("img_json_200", "99991663"), ("img_http_502", "502")):
        before = site.passed_on()
        site.fails(key, word)
        site.fails(key, word)
        equal(site.passed_on() - before, 2, "requests to Feishu")


@case
def an_error_of_many_at_once(site):
    ended = site.devices(10, "img_err_234005")
    equal({status for status, _, _ in ended}, {7}, "exit codes")


@case
def the_error_does_not_stay(site):
    key = site.feishu.key("gif-small")
    site.app.refuse_next("images", 5000)
    site.fails(key, "5000", "log id")
    site.fetch(1, key, site.image("gif-small"))


@case
def limits_are_passed_on(site):
    site.app.refuse_next("images", 99991400, reset="7")
    status, headers, body = site.ask("GET", IMAGES + "img_limited")
    equal((status, headers["x-ogw-ratelimit-reset"], json.loads(body)["code"]),
          (429, "7", 99991400), "the refusal")
    assert headers["X-Tt-Logid"], "no log id"


@case
def without_a_proven_end_nothing_is_kept(site):
    before = site.passed_on()
    for _ in range(2):
        site.fetch(1, "img_eof_png-20k", site.image("png-20k"))
    equal(site.passed_on() - before, 2, "requests to Feishu")


@case
def half_an_image_is_not_kept(site):
    faults = site.feishu.faults
    with Gateway(site.feishu, site.app, upstream="fault") as gateway:
        for key in ("fault_short-fin", "fault_short-rst",
                    "fault_chunked-short-fin", "fault_chunked-no-last"):
            before = len(faults.requests)
            for _ in range(2):
                (status, data, _), = site.devices(1, key, gateway)
                assert status != 0 and data is None, f"{key}: exit {status}"
            assert len(faults.requests) - before >= 2, f"{key} was kept"


@case
def nothing_but_the_path_goes_on(site):
    with Gateway(site.feishu, site.app, upstream="fault") as gateway:
        site.feishu.faults.requests.clear()
        site.ask("GET", IMAGES + "fault_good?secret=1", gateway, Cookie="a=b",
                 Authorization="Bearer placeholder", Range="bytes=0-9")
        request, = site.feishu.faults.requests
    lines = request.decode().split("\r\n")
    token = site.app.issued()[-1]
    equal(lines[0], f"GET {IMAGES}fault_good HTTP/1.1", "the request")
    equal(sorted(line for line in lines[1:] if line),
          [f"Authorization: Bearer {token}", "Host: localhost"], "headers")


@case
def other_requests_stay_here(site):
    key = site.feishu.key("png-tiny")
    before = site.app.counts()
    for method, path, wanted in (
            ("POST", IMAGES + key, 403), ("DELETE", IMAGES + key, 403),
            ("GET", IMAGES, 404), ("GET", IMAGES + "a/b", 404),
            ("GET", IMAGES + "a%0d%0ab", 404), ("GET", IMAGES + "../x", 404),
            ("GET", "/", 404), ("GET", "/open-apis/im/v1/messages/om_1/"
                                       "resources/img_1?type=image", 404),
            ("POST", "/open-apis/auth/v3/tenant_access_token/internal", 404)):
        equal(site.ask(method, path)[0], wanted, f"{method} {path}")
    equal(site.app.counts(), before, "requests to Feishu")


@case
def only_devices_come_in(site):
    before = site.app.counts()["images"]
    with Gateway(site.feishu, site.app, allowed="192.0.2.0/24") as gateway:
        site.fails(site.feishu.key("png-tiny"), "HTTP 403", gateway=gateway)
    equal(site.app.counts()["images"], before, "requests to Feishu")


@case
def feishu_must_prove_who_it_is(site):
    for server in ("bad-unknown-ca", "bad-name", "bad-expired"):
        with Gateway(site.feishu, site.app, upstream=server) as gateway:
            before = site.passed_on()
            site.fails(site.feishu.key("png-tiny"), "HTTP 502",
                       gateway=gateway)
            equal(site.passed_on(), before, "requests to Feishu")
            assert "SSL" in gateway.logs(), "it failed for another reason"
    for server in ("ecdsa", "chain5", "tls13"):
        with Gateway(site.feishu, site.app, upstream=server) as gateway:
            site.fetch(1, site.feishu.key("png-tiny"), site.image("png-tiny"),
                       gateway)


@case
def the_token_is_renewed(site):
    gateway, old = site.gateway, site.gateway.token()
    equal(gateway.renew().returncode, 0, "token.sh")
    equal(gateway.token(), old, "a token that is good for long")
    site.app.advance(7200 - 1000)
    equal(gateway.renew().returncode, 0, "token.sh")
    assert gateway.token() != old, "the old token still"
    site.app.advance(1001)  # the end of the old one
    site.until_it_works(site.feishu.key("bmp-small"))
    site.fetch(1, site.feishu.key("ico-small"), site.image("ico-small"))


@case
def a_dead_token_is_told_and_replaced(site):
    key = site.feishu.key("tiff-small")
    site.app.kill()
    site.fails(key, "99991663")
    equal(site.gateway.renew().returncode, 0, "token.sh")
    site.until_it_works(key)
    site.fetch(1, key, site.image("tiff-small"))


@case
def without_a_new_token_the_old_one_stays(site):
    gateway, old = site.gateway, site.gateway.token()
    gateway.secret("wrong")
    try:
        done = gateway.renew()
    finally:
        gateway.secret(site.app.secret)
    equal((done.returncode, done.stdout),
          (1, "token.sh: no token; Feishu says 10014: app secret invalid\n"),
          "token.sh")
    for body in ('{"code":0,"msg":"ok","tenant_access_token":"t-a\';}"}', "",
                 "<html>502</html>"):
        site.app.answer_next("internal", body)
        equal(gateway.renew().returncode, 1, "token.sh")
    equal(gateway.token(), old, "token.conf")


@case
def secrets_stay_where_they_are(site):
    folder = site.gateway.folder
    equal((folder / "token.conf").stat().st_mode & 0o777, 0o600, "mode")
    left = [path.name for path in folder.glob("token.*")]
    equal(sorted(left), ["token.conf", "token.sh"], "files")
    for secret in (*site.app.issued(), site.app.secret):
        assert secret not in site.gateway.logs(), "a secret is in a log"


def play(function, site):
    """True if the case passed."""
    print(f"case {function.__name__.replace('_', ' ')}", flush=True)
    try:
        function(site)
        return True
    except Exception:
        print(f"FAIL {function.__name__}:\n{traceback.format_exc()}"
              f"{site.gateway.logs()[-2000:]}", flush=True)
        return False


def play_all(command):
    """How many cases passed."""
    with standin.Standin() as feishu, \
            tempfile.TemporaryDirectory(dir=feishu.folder) as root, \
            Gateway(feishu, feishu.gate.new_app()) as gateway:
        site = Site(command, feishu, gateway, root)
        return sum(play(each, site) for each in CASES)


def main(arguments):
    """Play all; the exit status tells whether all passed."""
    command = str(pathlib.Path(arguments[0]).resolve())
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        passed = play_all(command)
    except processes.Interrupted as interrupted:
        print(f"interrupted by signal {interrupted.signum}")
        return 128 + interrupted.signum
    except RuntimeError as error:
        print(f"FAIL set-up: {error}")
        return 1
    finally:
        processes.stop_all_children()
    print(f"gateway: {passed} passed, {len(CASES) - passed} failed")
    return int(passed != len(CASES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
