"""Certificates, good and bad, for the tests of make-anchors.

Only the openssl command is needed.
"""

import base64
import pathlib
import re
import subprocess

CONFIG = """\
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
[no_ca]
basicConstraints = critical, CA:FALSE
"""

EC = ["EC", "ec_paramgen_curve:"]
RSA = ["RSA", "rsa_keygen_bits:"]

# name: (kind of key, its size, subject, days, extensions)
RECIPES = {
    "rsa": (RSA, "2048", "/CN=r", 4000, "ca"),
    "ec": (EC, "P-256", "/CN=e/O=o", 4000, "ca"),
    "p521": (EC, "P-521", "/CN=p521", 4000, "ca"),
    "soon": (EC, "P-256", "/CN=soon", 100, "ca"),
    "strange": (EC, "P-256", "/CN=a*\\/ b??\\/õ\x1b/O=x", 4000, "ca"),
    "not_ca": (EC, "P-256", "/CN=n", 4000, "no_ca"),
    "rsa1024": (RSA, "1024", "/CN=small", 4000, "ca"),
    "rsa2047": (RSA, "2047", "/CN=smaller", 4000, "ca"),
    "rsa4160": (RSA, "4160", "/CN=large", 4000, "ca"),
    "k1": (EC, "secp256k1", "/CN=k1", 4000, "ca"),
    "long_name": (EC, "P-256", "".join(f"/OU={n:060}" for n in range(20)),
                  4000, "ca"),
}


def openssl(folder, *arguments):
    """Run the openssl command in `folder`."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"openssl {' '.join(arguments)}:\n{done.stdout}")


def sign(folder, name, key, subject, days, extensions):
    """A self-signed certificate: its path."""
    openssl(folder, "req", "-x509", "-new", "-config", "req.cnf", "-utf8",
            "-key", f"{key}.key", "-subj", subject, "-days", str(days),
            "-extensions", extensions, "-out", f"{name}.pem")
    return folder / f"{name}.pem"


def make(folder, pki):
    """Make them all in `folder`: {name: path}."""
    made = {}
    (folder / "req.cnf").write_text(CONFIG)
    for name, (kind, size, subject, days, extensions) in RECIPES.items():
        openssl(folder, "genpkey", "-algorithm", kind[0], "-pkeyopt",
                kind[1] + size, "-out", f"{name}.key")
        made[name] = sign(folder, name, name, subject, days, extensions)
    openssl(folder, "genpkey", "-algorithm", "ED25519", "-out", "ed.key")
    made["ed"] = sign(folder, "ed", "ed", "/CN=ed", 4000, "ca")
    # the same name and key twice, as when a root is issued anew
    for name in ("twin_a", "twin_b"):
        made[name] = sign(folder, name, "ec", "/CN=twin", 4000, "ca")
    chain = (pki / "bad-intermediate-expired.chain.pem").read_text()
    made["expired"] = folder / "expired.pem"
    made["expired"].write_text(re.findall(
        r"-----BEGIN.*?-----END CERTIFICATE-----\n", chain, re.S)[1])
    return made


def bad_files(made):
    """What must be refused: (name, bytes or path, exit code, message)."""
    text = made["rsa"].read_bytes()
    lines = text.splitlines(keepends=True)
    half = b"".join(lines[:len(lines) // 2])
    key = made["rsa"].with_suffix(".key").read_bytes()
    begin, end = lines[0], lines[-1]
    folder = made["rsa"].parent
    invalid = "no valid certificate"
    return [
        ("not a CA", made["not_ca"], 1, "CN=n.*not a CA"),
        ("RSA 1024", made["rsa1024"], 1, "fewer than 2048 bits"),
        ("RSA 2047", made["rsa2047"], 1, "fewer than 2048 bits"),
        ("RSA 4160", made["rsa4160"], 1, "larger than RSA with 4096"),
        ("Ed25519", made["ed"], 1, "neither RSA nor"),
        ("secp256k1", made["k1"], 1, "neither RSA nor"),
        ("long name", made["long_name"], 1, "longer than 1024"),
        ("missing file", folder / "no.pem", 2, "No such file"),
        ("a folder", folder, 2, "Is a directory"),
        ("empty", b"", 2, "no certificate"),
        ("binary", bytes(range(256)) * 64, 2, "no certificate"),
        ("a key only", key, 2, "no certificate"),
        ("cut off", half, 2, "cut short"),
        ("cut off after the first line", begin, 2, "cut short"),
        ("cut off in base64", text[:200], 2, "cut short|not valid PEM"),
        ("one inside another", half + text, 2, "not valid PEM"),
        ("not base64", begin + b"!!!!\n" + end, 2, "not valid PEM"),
        ("nothing in it", begin + end, 1, invalid),
        ("zeros in it", begin + b"AAAA\n" * 9 + end, 1, invalid),
        ("half a certificate", half + end, 1, invalid),
        ("more than a certificate", b"".join(lines[:-2]) +
         b"AAAA\n" * 9 + end, 1, invalid),
        ("oversized key", oversized_key(), 1, "larger than RSA"),
        ("key off its curve", off_curve(made["ec"]), 1, "not on its curve"),
    ]


def off_curve(path):
    """A certificate with one bit of its public key changed."""
    body = "".join(pathlib.Path(path).read_text().splitlines()[1:-1])
    der = bytearray(base64.b64decode(body))
    at = der.index(b"\x03\x42\x00\x04")
    der[at + 20] ^= 1
    return pem(bytes(der))


def oversized_key():
    """An EC key of 6000 bytes: BearSSL 0.6 writes past its buffer if it is
    fed after it has refused that."""
    def seq(*parts):
        return tlv(0x30, b"".join(parts))
    x962 = bytes.fromhex("2a8648ce3d")
    name = seq(tlv(0x31, seq(tlv(6, b"\x55\x04\x03"), tlv(12, b"x"))))
    algorithm = seq(tlv(6, x962 + b"\x04\x03\x02"))
    dates = seq(tlv(0x17, b"200101000000Z"), tlv(0x17, b"400101000000Z"))
    key = seq(seq(tlv(6, x962 + b"\x02\x01"),
                  tlv(6, x962 + b"\x03\x01\x07")),
              tlv(3, b"\0\x04" + 6000 * b"A"))
    body = seq(tlv(0xa0, tlv(2, b"\2")), tlv(2, b"\1"), algorithm, name, dates,
               name, key)
    return pem(seq(body, algorithm, tlv(3, bytes(10))))


def tlv(tag, content):
    """A DER element."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    return bytes([tag, 0x82]) + size.to_bytes(2, "big") + content


def pem(der):
    """A certificate in PEM."""
    return (b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) +
            b"-----END CERTIFICATE-----\n")
