/*
 * test_certificates.c: certificates that no authority should sign, and some
 * that are merely rare. Rows 86 and 96 of the table of wire behaviour.
 *
 * test_tls.c has the common mistakes; these are made by odd_chains.py.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    DO(PEER_REST),
};

static const struct {
    const char *server;
    const char *host; /* NULL: localhost */
    enum fimg_reason reason;
    const char *name;
} rows[] = {
    { "san_empty", NULL, FIMG_WHY_WRONG_NAME,
      "no name among the names, but a common name" },
    { "san_ip", NULL, FIMG_WHY_WRONG_NAME,
      "an address only, and a common name" },
    { "san_ip_text", NULL, FIMG_WHY_WRONG_NAME,
      "an address as a name, and a common name" },
    { "san_mail", NULL, FIMG_WHY_WRONG_NAME,
      "a mail address that looks like a name" },
    { "san_uri", NULL, FIMG_WHY_WRONG_NAME, "a URI that looks like a name" },
    { "san_nul", NULL, FIMG_WHY_WRONG_NAME, "a NUL in a name" },
    { "san_nul_end", NULL, FIMG_WHY_WRONG_NAME, "a NUL behind a name" },
    { "cn_nul", NULL, FIMG_WHY_WRONG_NAME, "a NUL in the common name" },
    { "san_dot", NULL, FIMG_WHY_WRONG_NAME, "a dot behind a name" },
    { "san_front", NULL, FIMG_WHY_WRONG_NAME, "a dot before a name" },
    { "san_blank", NULL, FIMG_WHY_NONE, "an empty name before the right one" },
    { "san_endless", NULL, FIMG_WHY_NONE,
      "a name of 300 characters before the right one" },
    { "san_late", NULL, FIMG_WHY_NONE, "120 names before the right one" },
    { "san_upper", NULL, FIMG_WHY_NONE, "the name in upper case" },
    { "san_twice", NULL, FIMG_WHY_NONE, "the right name in a second list" },
    { "san_star", NULL, FIMG_WHY_WRONG_NAME, "a lone star" },
    { "san_star_part", NULL, FIMG_WHY_WRONG_NAME,
      "stars for parts of a label" },
    { "san_star_inner", "a.b.example", FIMG_WHY_WRONG_NAME,
      "a star that is not the first label" },
    { "san_star_both", "a.b.example", FIMG_WHY_WRONG_NAME, "two stars" },
    { "san_star_glued", "aa.wild.example", FIMG_WHY_WRONG_NAME,
      "a star beside other letters" },
    { "cn_star", "a.wild.example", FIMG_WHY_NONE, "a wildcard as common name" },
    { "version_1", NULL, FIMG_WHY_NONE, "version 1, a common name" },
    { "version_1_more", NULL, FIMG_WHY_NONE, "version 1 with extensions" },
    { "version_4", NULL, FIMG_WHY_CERT_UNSUPPORTED, "version 4" },
    { "serial_negative", NULL, FIMG_WHY_NONE, "a negative serial number" },
    { "serial_zero", NULL, FIMG_WHY_NONE, "serial number 0" },
    { "serial_huge", NULL, FIMG_WHY_NONE, "a serial number of 100 bytes" },
    { "serial_empty", NULL, FIMG_WHY_NONE, "a serial number of no bytes" },
    { "basic_twice", NULL, FIMG_WHY_NONE, "basic constraints twice" },
    { "for_clients", NULL, FIMG_WHY_NONE,
      "for clients only, which is not looked at" },
    { "for_clients_critical", NULL, FIMG_WHY_KEY_USAGE,
      "for clients only, and that is critical" },
    { "for_servers_critical", NULL, FIMG_WHY_KEY_USAGE,
      "for servers only, and that is critical" },
    { "may_encipher", NULL, FIMG_WHY_KEY_USAGE, "a key that may not sign" },
    { "may_nothing", NULL, FIMG_WHY_KEY_USAGE, "a key that may do nothing" },
    { "critical_last", NULL, FIMG_WHY_KEY_USAGE,
      "unknown critical extension at the end" },
    { "sig_unknown", NULL, FIMG_WHY_CERT_UNSUPPORTED,
      "unknown signature algorithm" },
    { "sig_sha1", NULL, FIMG_WHY_CERT_UNSUPPORTED, "SHA-1 with ECDSA" },
    { "sig_two_minds", NULL, FIMG_WHY_UNKNOWN_CA,
      "two different signature algorithms" },
    { "sig_bits", NULL, FIMG_WHY_CHAIN, "a signature that ends within a byte" },
    { "sig_by_other", NULL, FIMG_WHY_UNKNOWN_CA,
      "signed by another key than the root's" },
    { "tail", NULL, FIMG_WHY_CHAIN, "something behind the signature" },
    { "leaf_cut", NULL, FIMG_WHY_CHAIN, "a certificate that ends early" },
    { "leaf_padded", NULL, FIMG_WHY_CHAIN, "zeros behind a certificate" },
    { "leaf_twice", NULL, FIMG_WHY_CHAIN, "the leaf twice" },
    { "date_long", NULL, FIMG_WHY_NONE, "dates with four digits of the year" },
    { "date_9999", NULL, FIMG_WHY_NONE, "without end" },
    { "date_reversed", NULL, FIMG_WHY_NOT_YET_VALID,
      "an end before the beginning" },
    { "date_short", NULL, FIMG_WHY_CHAIN, "a date without seconds" },
    { "date_zone", NULL, FIMG_WHY_CHAIN, "a date with a time zone" },
    { "date_month", NULL, FIMG_WHY_CHAIN, "a thirteenth month" },
    { "key_p521", NULL, FIMG_WHY_NONE, "P-521" },
    { "key_2047", NULL, FIMG_WHY_NONE,
      "RSA of 2047 bits: whole bytes are counted" },
    { "key_2040", NULL, FIMG_WHY_WEAK_KEY, "RSA of 2040 bits" },
    { "key_k1", NULL, FIMG_WHY_CERT_UNSUPPORTED, "secp256k1" },
    { "key_unknown", NULL, FIMG_WHY_CERT_UNSUPPORTED,
      "a key of an unknown kind" },
    { "key_rsa", NULL, FIMG_WHY_KEY_USAGE, "an RSA key for an ECDSA suite" },
    { "key_rsa_huge", NULL, FIMG_WHY_CERT_UNSUPPORTED, "RSA of 16384 bits" },
    { "key_compressed", NULL, FIMG_WHY_TLS_PROTOCOL, "a compressed point" },
    { "key_off_curve", NULL, FIMG_WHY_TLS_PROTOCOL, "a point off its curve" },
    { "key_none", NULL, FIMG_WHY_TLS_PROTOCOL, "a key of no bytes" },
    { "key_endless", NULL, FIMG_WHY_CERT_UNSUPPORTED,
      "an EC key of 6000 bytes" },
    { "middle", NULL, FIMG_WHY_NONE, "an intermediate" },
    { "middle_no_usage", NULL, FIMG_WHY_NONE,
      "an intermediate without key usage" },
    { "middle_no_basic", NULL, FIMG_WHY_KEY_USAGE,
      "an intermediate without basic constraints" },
    { "middle_version_1", NULL, FIMG_WHY_KEY_USAGE,
      "an intermediate of version 1" },
    { "middle_twice", NULL, FIMG_WHY_KEY_USAGE,
      "an intermediate that is no CA, and is one" },
    { "middle_path_0", NULL, FIMG_WHY_NONE, "a path as long as allowed" },
    { "middle_path_odd", NULL, FIMG_WHY_CHAIN, "a negative path length" },
    { "middle_sha1", NULL, FIMG_WHY_CERT_UNSUPPORTED,
      "an intermediate signed with SHA-1" },
    { "middle_p521", NULL, FIMG_WHY_NONE, "an intermediate with P-521" },
    { "middle_other_name", NULL, FIMG_WHY_CHAIN, "an issuer of another name" },
    { "middle_for_clients", NULL, FIMG_WHY_NONE,
      "an intermediate for clients only" },
    { "middle_permits", NULL, FIMG_WHY_NONE, "constrained to the name" },
    { "middle_forbids", NULL, FIMG_WHY_NONE,
      "constrained to another name, not looked at" },
    { "middle_forbids_critical", NULL, FIMG_WHY_KEY_USAGE,
      "the same, and that is critical" },
    { "cross_signed", NULL, FIMG_WHY_NONE,
      "an unknown root that a known one has signed" },
};

static struct rig r;

/* A server says what it has; only one that is trusted is asked. */
static void present(const struct pem_identity *server, const char *host,
                    enum fimg_reason reason, bool slow)
{
    const struct fimg_report *report;

    rig_open(&r, image);
    r.port.peer.identity = server;
    if (host)
        r.request.host = host;
    r.expect = "hello";
    r.expect_len = 5;
    r.request.wait_ms = slow ? 0 : FIMG_WAIT;
    r.port.window_in = slow ? 1 : 0;
    (void)rig_download(&r);
    rig_expect(&r, reason);
    report = fimg_report(r.f);
    if (reason != FIMG_WHY_NONE) {
        CHECK(r.port.app_records == 0 && r.port.peer.requests == 0);
        CHECK(report->tls_error != 0 && r.port.state == PORT_IDLE);
    }
    rig_close(&r);
}

int main(int argc, char **argv)
{
    static struct pem_identity server;

    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("row 86, 96: %s", rows[i].name);
        pem_load_identity(&server, rows[i].server);
        present(&server, rows[i].host, rows[i].reason, false);
        present(&server, rows[i].host, rows[i].reason, true);
    }
    check_case("row 86: no certificate at all");
    server.len = 0;
    present(&server, NULL, FIMG_WHY_TLS_PROTOCOL, false);
    return check_exit("session/certificates");
}
