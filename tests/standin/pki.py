"""A test PKI made at run time: good chains, and every mistake a client must
notice.

`make(folder)` gives a folder of PEM files:

  root_rsa.pem root_ec.pem root_ec384.pem   the test roots, one a file
  roots.pem                                 all of them
  <server>.chain.pem <server>.key.pem       what a TLS server presents

for each server in SERVERS. All leaves but one are for DNS:localhost. The
roots of `bad-unknown-ca` and `bad-self-signed` are in none of the files.
Only the openssl command is needed.
"""

import concurrent.futures
import datetime
import os
import pathlib
import shutil
import subprocess

import cache

DAY_S = 86400

# key: kind. One key serves several leaves, as a server's key does in life.
KEYS = {
    "root_rsa": "rsa:4096", "int_rsa": "rsa:2048", "leaf_rsa": "rsa:2048",
    "root_ec": "ec:P-256", "int_ec": "ec:P-256", "leaf_ec": "ec:P-256",
    "root_ec384": "ec:P-384", "int_ec384": "ec:P-384",
    "leaf_ec384": "ec:P-384",
    "int5_a": "rsa:2048", "int5_b": "rsa:2048", "int5_c": "rsa:2048",
    "root_unknown": "ec:P-256", "int_unknown": "ec:P-256",
    "leaf_1024": "rsa:1024",
}

# Days from now. A generation is used for a day, so what is to be over or to
# come must be so by more than a day.
CA_DAYS = (-5, 366)
LEAF_DAYS = (-3, 365)
OVER_DAYS = (-3, -1)
TO_COME_DAYS = (30, 365)

# certificate: (key, issuer or None for self-signed, extensions, days, digest)
CERTIFICATES = {
    "root_rsa": ("root_rsa", None, "ca", CA_DAYS, "sha256"),
    "root_ec": ("root_ec", None, "ca", CA_DAYS, "sha256"),
    "root_ec384": ("root_ec384", None, "ca", CA_DAYS, "sha384"),
    "root_unknown": ("root_unknown", None, "ca", CA_DAYS, "sha256"),
    "int_rsa": ("int_rsa", "root_rsa", "ca", CA_DAYS, "sha256"),
    "int_ec": ("int_ec", "root_ec", "ca", CA_DAYS, "sha256"),
    "int_ec384": ("int_ec384", "root_ec384", "ca", CA_DAYS, "sha384"),
    "int_unknown": ("int_unknown", "root_unknown", "ca", CA_DAYS, "sha256"),
    "int_expired": ("int_rsa", "root_rsa", "ca", OVER_DAYS, "sha256"),
    "int_not_ca": ("int_rsa", "root_rsa", "not_ca", CA_DAYS, "sha256"),
    "int5_a": ("int5_a", "root_rsa", "ca", CA_DAYS, "sha256"),
    "int5_b": ("int5_b", "int5_a", "ca", CA_DAYS, "sha256"),
    "int5_c": ("int5_c", "int5_b", "ca", CA_DAYS, "sha256"),
    "leaf": ("leaf_rsa", "int_rsa", "leaf", LEAF_DAYS, "sha256"),
    "leaf_ec": ("leaf_ec", "int_ec", "leaf", LEAF_DAYS, "sha256"),
    "leaf_ec384": ("leaf_ec384", "int_ec384", "leaf", LEAF_DAYS, "sha384"),
    "leaf_chain5": ("leaf_rsa", "int5_c", "leaf", LEAF_DAYS, "sha256"),
    "leaf_expired": ("leaf_rsa", "int_rsa", "leaf", OVER_DAYS, "sha256"),
    "leaf_to_come": ("leaf_rsa", "int_rsa", "leaf", TO_COME_DAYS, "sha256"),
    "leaf_other": ("leaf_rsa", "int_rsa", "leaf_other", LEAF_DAYS, "sha256"),
    "leaf_self": ("leaf_rsa", None, "leaf", LEAF_DAYS, "sha256"),
    "leaf_unknown": ("leaf_rsa", "int_unknown", "leaf", LEAF_DAYS, "sha256"),
    "leaf_sha1": ("leaf_rsa", "int_rsa", "leaf", LEAF_DAYS, "sha1"),
    "leaf_1024": ("leaf_1024", "int_rsa", "leaf", LEAF_DAYS, "sha256"),
    "leaf_usage": ("leaf_rsa", "int_rsa", "leaf_usage", LEAF_DAYS, "sha256"),
    "leaf_int_expired":
        ("leaf_rsa", "int_expired", "leaf", LEAF_DAYS, "sha256"),
    "leaf_int_not_ca":
        ("leaf_rsa", "int_not_ca", "leaf", LEAF_DAYS, "sha256"),
}

# server: the certificates it sends, in this order, its own first.
SERVERS = {
    "rsa": ["leaf", "int_rsa"],
    "ecdsa": ["leaf_ec", "int_ec"],
    "ec384": ["leaf_ec384", "int_ec384"],
    "chain5": ["leaf_chain5", "int5_c", "int5_b", "int5_a"],
    "bad-expired": ["leaf_expired", "int_rsa"],
    "bad-not-yet": ["leaf_to_come", "int_rsa"],
    "bad-name": ["leaf_other", "int_rsa"],
    "bad-self-signed": ["leaf_self"],
    "bad-unknown-ca": ["leaf_unknown", "int_unknown"],
    "bad-sha1": ["leaf_sha1", "int_rsa"],
    "bad-order": ["leaf_chain5", "int5_a", "int5_b", "int5_c"],
    "bad-no-intermediate": ["leaf"],
    "bad-intermediate-expired": ["leaf_int_expired", "int_expired"],
    "bad-intermediate-not-ca": ["leaf_int_not_ca", "int_not_ca"],
    "bad-key-usage": ["leaf_usage", "int_rsa"],
    "bad-rsa1024": ["leaf_1024", "int_rsa"],
}

ROOTS = ["root_rsa", "root_ec", "root_ec384"]

CONFIG = """\
[ca]
default_ca = standin
[standin]
database = index.txt
new_certs_dir = .
rand_serial = yes
policy = any
unique_subject = no
email_in_dn = no
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = name
[name]

[ca_ext]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[not_ca_ext]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf_ext]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf_other_ext]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:other.example
[leaf_usage_ext]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyCertSign
subjectAltName = DNS:localhost
"""


def make(folder):
    """The path of a complete PKI under `folder`, at most a day old."""
    return cache.generation(folder, cache.recipe_of(__file__), DAY_S, _build)


def chain_file(pki, server):
    """The PEM file of what `server` sends."""
    return pathlib.Path(pki) / f"{server}.chain.pem"


def key_file(pki, server):
    """The PEM file of the private key of `server`."""
    return pathlib.Path(pki) / f"{server}.key.pem"


def _build(folder):
    work = folder / "work"
    work.mkdir()
    (work / "openssl.cnf").write_text(CONFIG)
    (work / "index.txt").write_text("")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda item: _make_key(work, *item), KEYS.items()))
    for name in CERTIFICATES:
        _issue(work, name)
    for name in ROOTS:
        shutil.copy(work / f"{name}.pem", folder)
    _join(work, ROOTS, folder / "roots.pem")
    for server, sent in SERVERS.items():
        _join(work, sent, chain_file(folder, server))
        key = CERTIFICATES[sent[0]][0]
        shutil.copy(work / f"{key}.key", key_file(folder, server))
    shutil.rmtree(work)


def _openssl(work, *arguments):
    environment = {"PATH": os.environ.get("PATH", os.defpath),
                   "OPENSSL_CONF": "openssl.cnf"}
    done = subprocess.run(["openssl", *arguments], cwd=work, text=True,
                          env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"openssl {' '.join(arguments)}:\n{done.stdout}")


def _make_key(work, name, kind):
    """A private key, and a signing request that carries its public half."""
    algorithm, _, size = kind.partition(":")
    options = {
        "rsa": ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{size}"],
        "ec": ["-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{size}"],
    }
    _openssl(work, "genpkey", *options[algorithm], "-out", f"{name}.key")
    os.chmod(work / f"{name}.key", 0o600)
    _openssl(work, "req", "-new", "-key", f"{name}.key", "-subj",
             f"/CN={name}", "-out", f"{name}.csr")


def _issue(work, name):
    key, issuer, extensions, days, digest = CERTIFICATES[name]
    if issuer:
        signer = ["-cert", f"{issuer}.pem",
                  "-keyfile", f"{CERTIFICATES[issuer][0]}.key"]
    else:
        signer = ["-selfsign", "-keyfile", f"{key}.key"]
    start, end = (_date(day) for day in days)
    _openssl(work, "ca", "-batch", "-notext", "-config", "openssl.cnf",
             "-in", f"{key}.csr", "-subj", _subject(name),
             "-md", digest, "-startdate", start, "-enddate", end,
             "-extensions", f"{extensions}_ext", *signer,
             "-out", f"{name}.pem")


def _subject(name):
    if name == "leaf_other":
        return "/CN=other.example"
    if name.startswith("leaf"):
        return "/CN=localhost"
    return f"/O=feishu-image stand-in/CN=Test {name}"


def _date(days):
    """Now and so many days, as `openssl ca` wants it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return f"{now + datetime.timedelta(days=days):%y%m%d%H%M%SZ}"


def _join(work, names, target):
    target.write_text("".join((work / f"{n}.pem").read_text() for n in names))
