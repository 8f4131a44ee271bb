"""Pins: only servers with one of these public keys."""
import base64
import functools
import hashlib
import subprocess

import pki
from app_runs import KEY, App
from cases import add, case, check, equal
from servers import Trap, answering

MARK = "sha256//"
RANDOM = MARK + base64.b64encode(hashlib.sha256(b"x").digest()).decode()
B64 = RANDOM.removeprefix(MARK)
BAD_PINS = {
    "empty": "", "no mark": B64, "mark alone": MARK, "another mark":
    "sha1//" + B64, "one slash": "sha256/" + B64, "upper case":
    "SHA256//" + B64, "short": MARK + B64[1:], "long": MARK + "A" + B64,
    "hex": MARK + "0123456789abcdef" * 4, "no padding": MARK + B64[:-1],
    "two paddings": RANDOM + "=", "padding early": MARK + B64[:-2] + "==",
    "space last": RANDOM + " ", "space first": " " + RANDOM,
    "LF last": RANDOM + "\n", "URL alphabet": MARK + "-_" * 21 + "A=",
    "bits left over": MARK + B64[:-2] + "B=", "semicolon last": RANDOM + ";",
    "semicolon first": ";" + RANDOM, "two semicolons": f"{RANDOM};;{RANDOM}",
    "comma": f"{RANDOM},{RANDOM}", "second unfit": f"{RANDOM};{RANDOM}x",
    "second without mark": f"{RANDOM};{B64}", "nine": ";".join([RANDOM] * 9),
    "a file": "/etc/ssl/cert.pem", "UTF-8": MARK + "图" * 44,
    "control character": MARK + "\x01" * 43 + "=",
}


@functools.lru_cache
def pin(folder, server):
    """The pin of a server of pki.SERVERS, by openssl."""
    key = subprocess.run(["openssl", "x509", "-noout", "-pubkey", "-in",
                          pki.chain_file(folder, server)],
                         check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"],
                         input=key, check=True, capture_output=True).stdout
    return MARK + base64.b64encode(hashlib.sha256(der).digest()).decode()


def pins(trial):
    """The right one of each server, and a wrong one."""
    return {name: pin(trial.feishu.pki, name)
            for name in ("rsa", "ecdsa", "ec384")} | {"wrong": RANDOM}


def accepted(trial, server, words):
    """The image comes; {} in the words stand for pins."""
    trial.ok("-o", "image", KEY, url=trial.feishu.urls[server],
             *[word.format(**pins(trial)) for word in words])
    trial.holds({"image": trial.image("png-tiny")})


def turned_down(trial, server, words):
    """It does not come; the message says why."""
    run = trial.fails(5, "-o", "image", KEY, url=trial.feishu.urls[server],
                      *[word.format(**pins(trial)) for word in words],
                      words=[KEY, "none of the pins"])
    check("; " in run.lines[0], "no word of what helps")
    trial.empty()


RIGHT = {
    "the right pin": ("rsa", ["--pin", "{rsa}"]),
    "--pin=": ("rsa", ["--pin={rsa}"]),
    "ECDSA": ("ecdsa", ["--pin", "{ecdsa}"]),
    "P-384": ("ec384", ["--pin", "{ec384}"]),
    "a spare one first": ("rsa", ["--pin", "{wrong}", "--pin", "{rsa}"]),
    "a spare one last": ("rsa", ["--pin", "{rsa}", "--pin", "{wrong}"]),
    "two in one": ("rsa", ["--pin", "{wrong};{rsa}"]),
    "two in one, the other way": ("ecdsa", ["--pin", "{ecdsa};{wrong}"]),
    "eight": ("rsa", ["--pin", "{wrong};{wrong};{wrong}", "--pin",
                      "{wrong};{wrong};{wrong};{wrong}", "--pin", "{rsa}"]),
}
WRONG = {
    "a wrong pin": ("rsa", ["--pin", "{wrong}"]),
    "another server's": ("rsa", ["--pin", "{ecdsa}", "--pin", "{ec384}"]),
    "its own, as another is asked": ("ecdsa", ["--pin", "{rsa}"]),
}
for name_, row in RIGHT.items():
    add(f"pins: {name_}", accepted, *row, rows=[88])
for name_, row in WRONG.items():
    add(f"pins: {name_}", turned_down, *row, rows=[88])


@case("a pin does not make up for a bad certificate")
def checked_all_the_same(trial):
    folder = trial.feishu.pki
    for server, words in (("bad-expired", "expired"),
                          ("bad-name", "another host"),
                          ("bad-unknown-ca", "trusted root")):
        trial.fails(5, KEY, "--pin", pin(folder, server), words=[KEY, words],
                    url=trial.feishu.urls[server])
    trial.empty()


@case("only the server's own key is pinned, not its issuer's")
def issuer(trial):
    own, issuers = pin(trial.feishu.pki, "rsa"), []
    text = pki.chain_file(trial.feishu.pki, "rsa").read_text()
    for part in text.split("-----BEGIN CERTIFICATE-----")[2:]:
        path = trial.file("issuer.pem", "-----BEGIN CERTIFICATE-----" + part)
        key = subprocess.run(
            f"openssl x509 -noout -pubkey -in {path} | openssl pkey -pubin "
            "-outform der | openssl dgst -sha256 -binary | base64",
            shell=True, check=True, capture_output=True, text=True).stdout
        issuers.append(MARK + key.strip())
    check(issuers and own not in issuers, "no issuer")
    trial.fails(5, KEY, "--pin", issuers[0], words=["none of the pins"])
    trial.empty()


@case("nothing is sent to a server with another key")
def nothing_sent(trial):
    app = App(trial)
    with answering(trial) as server:
        app.fails(5, "--pin", RANDOM, KEY, url=server.url,
                  words=["none of the pins"])
        trial.fails(5, "--pin", RANDOM, KEY, url=server.url)
        equal(server.requests, [], "requests")


def bad_pin(trial, text):
    """Nothing is sent."""
    with Trap() as trap:
        for words in (["--pin", text], ["--pin", RANDOM, f"--pin={text}"]):
            trial.fails(2, *words, KEY, url=trap.url, words=["--pin"])
        trap.untouched()
    trial.empty()


for name_, text_ in BAD_PINS.items():
    add(f"unfit pin: {name_}", bad_pin, text_)
