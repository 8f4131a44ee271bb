"""Certificates that the openssl command would not write.

    python3 odd_chains.py KEYS OUT

pki.sh calls it with its folder of keys and roots. Each server below is a chain
in OUT; its leaf's key is k_leaf, and a root has signed it, unless it says
otherwise. openssl makes the signatures.
"""
import base64
import functools
import pathlib
import subprocess
import sys

ECDSA_SHA256 = "1.2.840.10045.4.3.2"
ECDSA_SHA1 = "1.2.840.10045.4.1"
KEY_USAGE, SAN, BASIC, CONSTRAINTS, EXT_USAGE = (
    f"2.5.29.{n}" for n in (15, 17, 19, 30, 37))
YEAR = ("260101000000Z", "261231235959Z")


def tlv(tag, *parts):
    """A DER element."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*parts):
    return tlv(0x30, *parts)


def oid(text):
    """An object identifier."""
    first, second, *rest = map(int, text.split("."))
    out = [first * 40 + second]
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(arc & 127 | 128)
        out += reversed(digits)
    return tlv(6, bytes(out))


def extension(number, value, critical=False):
    return seq(oid(number), *[tlv(1, b"\xff")] * critical, tlv(4, value))


def names(*texts, tag=0x82):
    """A subjectAltName of DNS names, or of another kind."""
    return extension(SAN, seq(*(tlv(tag, text if isinstance(text, bytes) else
                                    text.encode()) for text in texts)))


def basic(ca, path=None):
    """Basic constraints."""
    return extension(BASIC, seq(*[tlv(1, b"\xff")] * ca, *(
        [] if path is None else [tlv(2, bytes([path]))])), True)


def usage(bits):
    """Key usage; bit 7 is digitalSignature, 5 keyEncipherment, 2 certSign."""
    return extension(KEY_USAGE, tlv(3, b"\0", bytes([bits])), True)


def purpose(number, critical=False):
    """Extended key usage."""
    return extension(EXT_USAGE, seq(oid("1.3.6.1.5.5.7.3." + number)),
                     critical)


def only_below(text, critical=False):
    """Name constraints: this DNS name and those below."""
    return extension(CONSTRAINTS, seq(tlv(0xa0, seq(
        tlv(0x82, text.encode())))), critical)


def common_name(text):
    """A name as pki.sh's roots have it, or CN alone."""
    return seq(tlv(0x31, seq(oid("2.5.4.3"), tlv(12, text))))


def serial(content):
    return tlv(2, content)


def date(text):
    return tlv(0x18 if len(text) > 13 else 0x17, text.encode())


GOOD = names("localhost")
CA = [basic(True), usage(4)]


class Maker:
    """Signs certificates with the keys of a folder."""

    def __init__(self, keys, out):
        self.keys, self.out = pathlib.Path(keys), pathlib.Path(out)

    def openssl(self, *words, data=None):
        done = subprocess.run(["openssl", *words], cwd=self.keys, input=data,
                              capture_output=True)
        if done.returncode:
            raise SystemExit(f"odd_chains: openssl {words}: {done.stderr}")
        return done.stdout

    @functools.lru_cache
    def key(self, name):
        """A public key as certificates have it."""
        return self.openssl("pkey", "-in", f"{name}.key", "-pubout",
                            "-outform", "DER")

    @functools.lru_cache
    def subject(self, name):
        """The name of a certificate of pki.sh's."""
        text = (self.keys / f"{name}.pem").read_text()
        der = base64.b64decode("".join(text.splitlines()[1:-1]))
        at = 4 + 4  # into the certificate, into its body
        for _ in range(5):  # version, serial, algorithm, issuer, dates
            at += size(der, at)
        return der[at:at + size(der, at)]

    def issue(self, extensions=(GOOD,), *, by="k_root", issuer=None,
              subject=b"leaf", key="k_leaf", number=b"\x01", version=b"\x02",
              dates=YEAR, algorithm=ECDSA_SHA256, outer=None, public=None,
              tail=b"", unused=b"\0"):
        """A certificate as DER, of parts that may be wrong."""
        body = seq(
            *([] if version is None else [tlv(0xa0, tlv(2, version))]),
            serial(number), seq(oid(algorithm)),
            issuer or self.subject("root"), seq(*map(date, dates)),
            common_name(subject), public or self.key(key),
            *([tlv(0xa3, seq(*extensions))] if extensions else []))
        signature = self.openssl(
            "dgst", "-sha1" if algorithm == ECDSA_SHA1 else "-sha256",
            "-sign", f"{by}.key", data=body)
        return seq(body, seq(oid(outer or algorithm)),
                   tlv(3, unused, signature), tail)

    def server(self, name, *chain, key="k_leaf"):
        """Write down what a server presents."""
        text = b"".join(b"-----BEGIN CERTIFICATE-----\n" +
                        base64.encodebytes(der) +
                        b"-----END CERTIFICATE-----\n" for der in chain)
        (self.out / f"{name}.chain.pem").write_bytes(text)
        (self.out / f"{name}.key.pem").write_bytes(
            (self.keys / f"{key}.key").read_bytes())

    def below(self, name, extensions, leaf=(GOOD,), issuer=None, **options):
        """A leaf below an intermediate with these extensions."""
        middle = self.issue(extensions, subject=b"middle", key="k_int",
                            **options)
        self.server(name, self.issue(leaf, by="k_int", issuer=issuer or
                                     common_name(b"middle")), middle)


def size(der, at):
    """How long the element at `at` is, with its header."""
    if der[at + 1] < 128:
        return 2 + der[at + 1]
    n = der[at + 1] - 128
    return 2 + n + int.from_bytes(der[at + 2:at + 2 + n], "big")


def leaf_servers():
    """name: what is odd about its leaf."""
    dns = {"empty": [], "ip": None, "nul": ["localhost\0.evil.example"],
           "nul_end": ["localhost\0"], "dot": ["localhost."],
           "front": [".localhost"], "upper": ["LOCALHOST"],
           "star": ["*"], "star_part": ["l*", "*t", "loc*ost"],
           "star_inner": ["a.*.example"], "star_both": ["*.*.example"],
           "star_glued": ["*a.wild.example", "a*.wild.example",
                          "**.wild.example"],
           "late": [f"n{i}.example" for i in range(120)] + ["localhost"],
           "endless": ["x" * 300, "localhost"], "blank": ["", "localhost"]}
    made = {f"san_{name}": {"extensions": [names(*texts)]}
            for name, texts in dns.items() if texts is not None}
    cn = {"subject": b"localhost"}
    made["san_empty"] |= cn
    made["san_ip"] = {"extensions": [names(b"\x7f\0\0\1", tag=0x87)], **cn}
    made["san_ip_text"] = {"extensions": [names("127.0.0.1")], **cn}
    made["san_mail"] = {"extensions": [names("localhost", tag=0x81)], **cn}
    made["san_uri"] = {"extensions": [names("localhost", tag=0x86)], **cn}
    made["cn_nul"] = {"extensions": [basic(False)],
                      "subject": b"localhost\0.evil.example"}
    made["cn_star"] = {"extensions": [basic(False)],
                       "subject": b"*.wild.example"}
    return made | {
        "version_1": {"extensions": (), "version": None, **cn},
        "version_1_more": {"version": None},
        "version_4": {"version": b"\3"},
        "serial_negative": {"number": b"\xff\x01"},
        "serial_zero": {"number": b"\0"},
        "serial_huge": {"number": b"\x7f" * 100},
        "serial_empty": {"number": b""},
        "san_twice": {"extensions": [names("other.example"), GOOD]},
        "basic_twice": {"extensions": [basic(False), basic(False), GOOD]},
        "for_clients": {"extensions": [purpose("2"), GOOD]},
        "for_clients_critical": {"extensions": [purpose("2", True), GOOD]},
        "for_servers_critical": {"extensions": [purpose("1", True), GOOD]},
        "may_encipher": {"extensions": [usage(0x20), GOOD]},
        "may_nothing": {"extensions": [usage(0), GOOD]},
        "critical_last": {"extensions": [
            GOOD, extension("1.2.3.4", b"\5\0", True)]},
        "sig_unknown": {"algorithm": "1.2.3.4.5"},
        "sig_sha1": {"algorithm": ECDSA_SHA1},
        "sig_two_minds": {"outer": "1.2.840.10045.4.3.3"},
        "sig_bits": {"unused": b"\1"},
        "sig_by_other": {"by": "k_other"},
        "tail": {"tail": b"\5\0"},
        "date_long": {"dates": ("20260101000000Z", "20261231235959Z")},
        "date_9999": {"dates": (YEAR[0], "99991231235959Z")},
        "date_reversed": {"dates": YEAR[::-1]},
        "date_short": {"dates": ("2601010000Z", YEAR[1])},
        "date_zone": {"dates": ("260101000000+0000", YEAR[1])},
        "date_month": {"dates": ("261301000000Z", YEAR[1])},
    }


def key_servers(maker):
    """name: a public key that is odd."""
    p256 = oid("1.2.840.10045.3.1.7")
    ec, rsa = oid("1.2.840.10045.2.1"), oid("1.2.840.113549.1.1.1")
    good = maker.key("k_leaf")
    point = good[-65:]

    def of_ec(curve, content):
        return seq(seq(ec, curve), tlv(3, b"\0", content))

    def of_rsa(modulus, exponent):
        return seq(seq(rsa, tlv(5)), tlv(3, b"\0", seq(
            tlv(2, b"\0", modulus), tlv(2, exponent))))

    return {
        "key_k1": maker.key("k_k1"),
        "key_compressed": of_ec(p256, b"\2" + point[1:33]),
        "key_off_curve": of_ec(p256, point[:-1] + bytes([point[-1] ^ 1])),
        "key_none": of_ec(p256, b""), "key_endless": of_ec(
            p256, b"\4" + b"A" * 6000),
        "key_unknown": seq(seq(oid("1.2.3.4")), tlv(3, b"\0" + point)),
        "key_rsa": of_rsa(b"\xff" * 256, b"\1\0\1"),
        "key_rsa_huge": of_rsa(b"\xff" * 2048, b"\1\0\1"),
    }


def make(maker):
    """All servers."""
    for name, options in leaf_servers().items():
        maker.server(name, maker.issue(**options))
    for name, public in key_servers(maker).items():
        maker.server(name, maker.issue(public=public))
    maker.server("key_p521", maker.issue(key="k_521"), key="k_521")
    maker.server("key_2047", maker.issue(key="r_2047"), key="r_2047")
    maker.server("key_2040", maker.issue(key="r_2040"), key="r_2040")
    maker.below("middle", CA)
    maker.below("middle_no_usage", [basic(True)])
    maker.below("middle_no_basic", [usage(4)])
    maker.below("middle_version_1", (), version=None)
    maker.below("middle_path_0", [basic(True, 0), usage(4)])
    maker.below("middle_path_odd", [basic(True, 200), usage(4)])
    maker.below("middle_twice", [basic(False), *CA])
    maker.below("middle_sha1", CA, algorithm=ECDSA_SHA1)
    maker.server("middle_p521", maker.issue(
        by="k_521", issuer=common_name(b"middle")), maker.issue(
            CA, subject=b"middle", key="k_521"))
    maker.below("middle_other_name", CA, issuer=common_name(b"muddle"))
    maker.below("middle_permits", [*CA, only_below("localhost")])
    maker.below("middle_forbids", [*CA, only_below("other.example")])
    maker.below("middle_forbids_critical",
                [*CA, only_below("other.example", True)])
    maker.below("middle_for_clients", [*CA, purpose("2")])
    leaf = maker.issue(by="k_int", issuer=common_name(b"middle"))
    maker.server("leaf_twice", leaf, leaf, maker.issue(
        CA, subject=b"middle", key="k_int"))
    leaf = maker.issue()
    maker.server("leaf_cut", leaf[:-20])
    maker.server("leaf_padded", leaf + bytes(20))
    # the root of others, signed by one of ours as well
    cross = maker.issue(CA, subject=b"theirs", key="k_other")
    maker.server("cross_signed", maker.issue(
        by="k_other", issuer=common_name(b"theirs")), cross)


if __name__ == "__main__":
    make(Maker(*sys.argv[1:]))
