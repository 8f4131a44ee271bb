"""Servers that are not to be trusted: exit code 5, words of their own, and no
request; and trusted roots in all the shapes that they come in."""
import ssl

import images
from fault_server import FaultServer

from cases import add, case, check, equal
from servers import ANSWER_ALL

KEY = images.KEYS["png-tiny"]
# server: words that tell this mistake from the others.
BAD = {
    "bad-expired": "expired", "bad-not-yet": "not yet valid",
    "bad-name": "another host", "bad-self-signed": "no trusted root",
    "bad-unknown-ca": "no trusted root", "bad-sha1": "algorithm",
    "bad-order": "chain", "bad-no-intermediate": "no trusted root",
    "bad-intermediate-expired": "expired",
    "bad-intermediate-not-ca": "not meant for this use",
    "bad-key-usage": "not meant for this use", "bad-rsa1024": "2048 bits",
}
UNSUITABLE = {"tls13": "TLS 1.2", "tls11": "", "cbc": "AES-GCM",
              "rsakx": "ECDHE"}
CA_NAME = {"rsa": "root_rsa", "ecdsa": "root_ec", "ec384": "root_ec384",
           "chain5": "root_rsa"}


def bad(trial, server, word):
    """The message names the mistake; --retry does not help."""
    run = trial.fails(5, "--retry", "3", f"img_secret_{server}",
                      url=trial.feishu.urls[server],
                      words=[f"img_secret_{server}: ", word, "; "])
    check(run.seconds < 30, "it was tried again")
    trial.empty()


for name in BAD:
    add(f"certificate {name}", bad, name, BAD[name], rows=[86])
for name in UNSUITABLE:
    add(f"server {name}", bad, name, UNSUITABLE[name], rows=[93])


@case("nobody untrusted has seen a request", rows=[86])
def nothing_sent(trial):
    # nginx is asked above; here is a server that tells all it has seen
    for name in ("bad-unknown-ca", "bad-name", "bad-expired"):
        with FaultServer([ANSWER_ALL], pki=trial.feishu.pki,
                         cert=name) as server:
            trial.fails(5, "img_a", "img_b", url=server.url, lines=2)
            equal(server.accepted, 2, "connections")
            equal(server.requests, [], "requests seen")
    trial.fails(7, "img_mark_last")
    trial.requests_of("img_mark_last")
    seen = [line[1] for line in trial.feishu.requests() if "secret" in line[1]]
    equal(seen, [], "requests that nginx has seen")


@case("the next key is tried on a connection of its own", rows=[63, 86])
def no_memory_of_trust(trial):
    trial.fails(5, KEY, "img_x", lines=2,
                url=trial.feishu.urls["bad-expired"])
    trial.empty()


@case("an old TLS version is refused", rows=[93])
def old_version(trial):
    with FaultServer([ANSWER_ALL], pki=trial.feishu.pki,
                     ciphers="ALL:@SECLEVEL=0", oldest=ssl.TLSVersion.TLSv1,
                     newest=ssl.TLSVersion.TLSv1_1) as server:
        trial.fails(5, "img_x", url=server.url)
        equal(server.requests, [], "requests seen")


def roots(trial, text):
    """Trusted roots in a file that looks like this."""
    path = trial.file("roots", text)
    trial.ok("--cacert", path, KEY)
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})


def pem(trial, *names):
    """Some of the test roots as text."""
    return "".join((trial.feishu.pki / f"{name}.pem").read_text()
                   for name in names)


@case("one root is enough, and the right one is needed", rows=[86])
def single_roots(trial):
    for server, root in CA_NAME.items():
        for other in ("root_rsa", "root_ec", "root_ec384"):
            words = ["--cacert", trial.feishu.pki / f"{other}.pem", KEY]
            if other == root:
                trial.ok(*words, url=trial.feishu.urls[server])
                (trial.folder / f"{KEY}.png").unlink()
            else:
                trial.fails(5, *words, url=trial.feishu.urls[server],
                            words=["no trusted root"])
    trial.empty()


@case("the system's bundle with the test's root last")
def system_bundle(trial):
    bundle = trial.feishu.bundle_file
    for server in CA_NAME:
        trial.ok("--cacert", bundle, KEY, url=trial.feishu.urls[server])
        (trial.folder / f"{KEY}.png").unlink()
    trial.ok(KEY, env={"SSL_CERT_FILE": bundle})


@case("PEM files in many shapes")
def pem_shapes(trial):
    plain = pem(trial, "root_ec", "root_rsa")
    many = pem(trial, "root_ec", "root_ec384") * 100
    key = (trial.feishu.pki / "bad-name.key.pem").read_text()
    for text in (plain, plain.replace("\n", "\r\n"), plain.rstrip("\n"),
                 "# Root\nSubject: x\n\n" + plain.replace(
                     "-----END CERTIFICATE-----\n",
                     "-----END CERTIFICATE-----\n\nsome text\n\n"),
                 key + plain, many + plain, plain * 3):
        roots(trial, text)


@case("a file without certificates trusts nobody")
def no_roots(trial):
    half = pem(trial, "root_rsa")
    for text in ("nonsense\n", "\n" * 5000, "\0" * 3000,
                 "-----BEGIN CERTIFICATE-----\n",
                 "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
                 half[:len(half) // 2]):
        trial.fails(5, "--cacert", trial.file("roots", text), KEY,
                    words=[KEY, "--cacert"])
    trial.empty()


@case("a damaged root does not hide the others")
def damaged_root(trial):
    text = pem(trial, "root_ec")
    roots(trial, text[:200] + "!" + text[200:] + pem(trial, "root_rsa"))


@case("an intermediate that is trusted is no reason to trust a wrong name",
      rows=[86])
def trusted_leaf(trial):
    chain = (trial.feishu.pki / "bad-name.chain.pem").read_text()
    trial.fails(5, "--cacert", trial.file("chain", chain), "img_secret_name",
                url=trial.feishu.urls["bad-name"])
    trial.empty()
