/*
 * test_tls.c: who is trusted and who is not, and that nobody is asked for
 * anything before that is known. Rows J of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define DAY 86400
#define X60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define X61 "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
#define LONG X60 "aaa." X60 "aaa." X60 "aaa." X61 /* 253 characters */
#define YEAR_2038 2147483647

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    DO(PEER_REST),
};

static const struct {
    const char *name;
    const char *server;
    const char *host;  /* NULL: localhost */
    const char *roots; /* NULL: test */
    uint32_t now;      /* 0: RIG_NOW */
    enum fimg_reason reason;
} rows[] = {
    { "row 86: P-256", "ec", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: a leaf below the root", "direct", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: RSA", "rsa", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: P-384", "p384", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: P-256 below RSA, SHA-512", "mixed", NULL, NULL, 0,
      FIMG_WHY_NONE },
    { "row 86: the root is sent, too", "with_root", NULL, NULL, 0,
      FIMG_WHY_NONE },
    { "row 86: something else is sent, too", "with_more", NULL, NULL, 0,
      FIMG_WHY_NONE },
    { "row 86: an expired one is sent, too", "with_over", NULL, NULL, 0,
      FIMG_WHY_NONE },
    { "row 86: too many are sent, too", "bad_nine", NULL, NULL, 0,
      FIMG_WHY_CHAIN_LENGTH },
    { "row 86: a chain of 5", "chain_of_5", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: a chain of 8", "chain_of_8", NULL, NULL, 0, FIMG_WHY_NONE },
    { "row 86: a chain of 9", "chain_of_9", NULL, NULL, 0,
      FIMG_WHY_CHAIN_LENGTH },
    { "row 86: name mismatch", "bad_name", NULL, NULL, 0, FIMG_WHY_WRONG_NAME },
    { "row 86: unknown issuer", "bad_unknown", NULL, NULL, 0,
      FIMG_WHY_UNKNOWN_CA },
    { "row 86: no root for it", "rsa", NULL, "ec_only", 0,
      FIMG_WHY_UNKNOWN_CA },
    { "row 86: a root of the same name", "direct", NULL, "only_twin", 0,
      FIMG_WHY_UNKNOWN_CA },
    { "row 86: expired", "bad_over", NULL, NULL, 0, FIMG_WHY_EXPIRED },
    { "row 86: not yet valid", "bad_to_come", NULL, NULL, 0,
      FIMG_WHY_NOT_YET_VALID },
    { "row 86: self-signed", "bad_self", NULL, NULL, 0, FIMG_WHY_UNKNOWN_CA },
    { "row 86: leaf for signing certificates", "bad_usage", NULL, NULL, 0,
      FIMG_WHY_KEY_USAGE },
    { "row 86: unknown critical extension", "bad_critical", NULL, NULL, 0,
      FIMG_WHY_KEY_USAGE },
    { "row 86: SHA-1", "bad_sha1", NULL, NULL, 0, FIMG_WHY_CERT_UNSUPPORTED },
    { "row 86: MD5", "bad_md5", NULL, NULL, 0, FIMG_WHY_CERT_UNSUPPORTED },
    { "row 86: Ed25519", "bad_ed", NULL, NULL, 0, FIMG_WHY_CERT_UNSUPPORTED },
    { "row 86: RSA of 1024 bits", "bad_weak", NULL, NULL, 0,
      FIMG_WHY_WEAK_KEY },
    { "row 86: an intermediate with RSA of 1024 bits", "bad_int_weak", NULL,
      NULL, 0, FIMG_WHY_WEAK_KEY },
    { "row 86: out of order", "bad_order", NULL, NULL, 0, FIMG_WHY_CHAIN },
    { "row 86: no intermediate", "bad_no_int", NULL, NULL, 0,
      FIMG_WHY_UNKNOWN_CA },
    { "row 86: forged", "bad_forged", NULL, NULL, 0, FIMG_WHY_CHAIN },
    { "row 86: expired intermediate", "bad_int_over", NULL, NULL, 0,
      FIMG_WHY_EXPIRED },
    { "row 86: intermediate not yet valid", "bad_int_to_come", NULL, NULL, 0,
      FIMG_WHY_NOT_YET_VALID },
    { "row 86: intermediate that is no CA", "bad_int_no_ca", NULL, NULL, 0,
      FIMG_WHY_KEY_USAGE },
    { "row 86: intermediate that may not sign", "bad_int_no_sign", NULL, NULL,
      0, FIMG_WHY_KEY_USAGE },
    { "row 86: path longer than allowed", "bad_path", NULL, NULL, 0,
      FIMG_WHY_KEY_USAGE },
    { "row 86: not the key of the certificate", "bad_key", NULL, NULL, 0,
      FIMG_WHY_TLS_PROTOCOL },

    { "row 87: first second of the leaf", "ec", NULL, NULL, 1767225600,
      FIMG_WHY_NONE },
    { "row 87: a second before", "ec", NULL, NULL, 1767225599,
      FIMG_WHY_NOT_YET_VALID },
    { "row 87: last second of the leaf", "ec", NULL, NULL, 1798761599,
      FIMG_WHY_NONE },
    { "row 87: a second later", "ec", NULL, NULL, 1798761600,
      FIMG_WHY_EXPIRED },
    { "row 87: clock at 1970", "ec", NULL, NULL, 3600, FIMG_WHY_NOT_YET_VALID },
    { "row 87: clock after 2038", "far", NULL, NULL, YEAR_2038 + 2u,
      FIMG_WHY_NONE },
    { "row 87: clock in 2054", "far", NULL, NULL, 2682288000u, FIMG_WHY_NONE },
    { "row 87: clock in 2056", "far", NULL, NULL, 2713910400u,
      FIMG_WHY_EXPIRED },
    { "row 87: clock after 2038, leaf of 2026", "ec", NULL, NULL,
      YEAR_2038 + 2u, FIMG_WHY_EXPIRED },

    { "row 96: upper case", "ec", "LocalHOST", NULL, 0, FIMG_WHY_NONE },
    { "row 96: the other name", "ec", "www.example", NULL, 0, FIMG_WHY_NONE },
    { "row 96: part of a name", "ec", "example", NULL, 0, FIMG_WHY_WRONG_NAME },
    { "row 96: below a name", "ec", "a.www.example", NULL, 0,
      FIMG_WHY_WRONG_NAME },
    { "row 96: longer name", "ec", "localhosts", NULL, 0, FIMG_WHY_WRONG_NAME },
    { "row 96: wildcard", "wild", "A.wild.example", NULL, 0, FIMG_WHY_NONE },
    { "row 96: wildcard for two labels", "wild", "a.b.wild.example", NULL, 0,
      FIMG_WHY_WRONG_NAME },
    { "row 96: wildcard for none", "wild", "wild.example", NULL, 0,
      FIMG_WHY_WRONG_NAME },
    { "row 96: 253 characters", "long", LONG, NULL, 0, FIMG_WHY_NONE },
    { "row 96: 253 characters, another", "ec", LONG, NULL, 0,
      FIMG_WHY_WRONG_NAME },
    { "row 96: common name only", "plain", "localhost", NULL, 0,
      FIMG_WHY_NONE },
    { "row 96: another common name", "plain", "www.example", NULL, 0,
      FIMG_WHY_WRONG_NAME },
};

static void run_row(size_t i, bool slow)
{
    static struct pem_identity server;
    static struct pem_roots roots;
    static struct rig r;
    const struct fimg_report *report;

    pem_load_identity(&server, rows[i].server);
    rig_open(&r, image);
    r.port.peer.identity = &server;
    if (rows[i].host)
        r.request.host = rows[i].host;
    if (rows[i].now)
        r.port.unix_time = rows[i].now;
    if (rows[i].roots) {
        pem_load_roots(&roots, rows[i].roots);
        r.anchors = (struct fimg_anchors){ roots.list, roots.count };
    }
    r.expect = "hello";
    r.expect_len = 5;
    r.request.wait_ms = slow ? 0 : FIMG_WAIT;
    r.port.window_in = slow ? 1 : 0;
    r.request.retry_max = 3; /* none of this is tried again */
    (void)rig_download(&r);
    rig_expect(&r, rows[i].reason);
    report = fimg_report(r.f);
    CHECK(report->attempts == 1 && r.port.connects == 1);
    CHECK((report->tls_error != 0) == (rows[i].reason != FIMG_WHY_NONE));
    if (rows[i].reason != FIMG_WHY_NONE) {
        CHECK(r.port.app_records == 0 && r.port.peer.requests == 0);
        CHECK(report->stage == FIMG_STAGE_HANDSHAKE);
        CHECK(r.port.state == PORT_IDLE);
    }
    CHECK(strcmp(br_ssl_engine_get_server_name(&r.port.peer.server.eng),
                 r.request.host) == 0);
    rig_close(&r);
}

/* Without clock or randomness the network is not even touched. */
static void test_clock(void)
{
    static const struct {
        const char *name;
        const char *server;
        enum fimg_clock_policy policy;
        uint32_t now, built;
        enum fimg_reason reason;
    } cases[] = {
        { "required, and none", "ec", FIMG_CLOCK_REQUIRED, 0, RIG_NOW,
          FIMG_WHY_NO_CLOCK },
        { "required, and there", "ec", FIMG_CLOCK_REQUIRED, RIG_NOW, 0,
          FIMG_WHY_NONE },
        { "optional, and none", "ec", FIMG_CLOCK_OPTIONAL, 0, RIG_NOW,
          FIMG_WHY_NONE },
        { "optional, built long ago", "bad_over", FIMG_CLOCK_OPTIONAL, 0,
          RIG_NOW - 365 * DAY, FIMG_WHY_NONE },
        { "optional, built after the end", "bad_over", FIMG_CLOCK_OPTIONAL, 0,
          RIG_NOW, FIMG_WHY_EXPIRED },
        { "optional, built a second after the end", "ec", FIMG_CLOCK_OPTIONAL,
          0, 1798761600, FIMG_WHY_EXPIRED },
        { "optional, built in the last second", "ec", FIMG_CLOCK_OPTIONAL, 0,
          1798761599, FIMG_WHY_NONE },
        { "optional, the beginning is not known", "bad_to_come",
          FIMG_CLOCK_OPTIONAL, 0, RIG_NOW, FIMG_WHY_NONE },
        { "optional, an expired intermediate", "bad_int_over",
          FIMG_CLOCK_OPTIONAL, 0, RIG_NOW, FIMG_WHY_EXPIRED },
        { "optional, but there: expired", "bad_over", FIMG_CLOCK_OPTIONAL,
          RIG_NOW, RIG_NOW - 365 * DAY, FIMG_WHY_EXPIRED },
        { "optional, but there: to come", "bad_to_come", FIMG_CLOCK_OPTIONAL,
          RIG_NOW, RIG_NOW, FIMG_WHY_NOT_YET_VALID },
        { "optional, but there: long before it was built", "ec",
          FIMG_CLOCK_OPTIONAL, 3600, RIG_NOW, FIMG_WHY_NOT_YET_VALID },
    };
    static struct pem_identity server;
    static struct rig r;

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_case("row 87: clock %s", cases[i].name);
        pem_load_identity(&server, cases[i].server);
        rig_open(&r, image);
        r.port.peer.identity = &server;
        r.port.unix_time = cases[i].now;
        r.trust.clock = cases[i].policy;
        r.trust.built = cases[i].built;
        r.expect = "hello";
        r.expect_len = 5;
        (void)rig_download(&r);
        rig_expect(&r, cases[i].reason);
        if (cases[i].reason == FIMG_WHY_NO_CLOCK)
            CHECK(r.port.dials == 0);
        if (cases[i].reason != FIMG_WHY_NONE)
            CHECK(r.port.app_records == 0);
        rig_close(&r);
    }

    check_case("row 87: the clock jumps back between two downloads");
    rig_open(&r, image);
    r.port.peer.script[0] =
        (const struct peer_step[]){ image[0], image[1], image[0], image[1],
                                    DO(PEER_REST) };
    r.expect = "hello";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    r.port.unix_time = 3600;
    if (RIG_KEEPS) { /* the server was verified in its time */
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(fimg_report(r.f)->reused);
    }
    fimg_close(r.f);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NOT_YET_VALID);
    rig_close(&r);
}

static void test_entropy(void)
{
    static const int results[] = {
        FIMG_PORT_FAILED, FIMG_PORT_AGAIN, 1, 31, 32, -77
    };
    static struct rig r;

    for (size_t i = 0; i < COUNT(results); i++) {
        check_case("row 95: entropy returns %d", results[i]);
        rig_open(&r, image);
        r.port.entropy_result = results[i];
        r.request.retry_max = 2;
        r.request.wait_ms = i % 2 ? 0 : FIMG_WAIT;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NO_ENTROPY);
        CHECK(r.port.dials == 0 && rig_took(&r) == 0);
        r.port.entropy_result = 0;
        r.expect = "hello";
        r.expect_len = 5;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        rig_close(&r);
    }
}

/* What a request may not say: nothing happens at all. */
static void test_requests(void)
{
    static const struct {
        const char *host, *prefix, *key, *token;
        enum fimg_reason reason;
    } cases[] = {
        { "127.0.0.1", "", "k", "t", FIMG_WHY_HOST },
        { "1", "", "k", "t", FIMG_WHY_HOST },
        { "0x7f.1", "", "k", "t", FIMG_WHY_HOST },
        { "::1", "", "k", "t", FIMG_WHY_HOST },
        { "[::1]", "", "k", "t", FIMG_WHY_HOST },
        { "", "", "k", "t", FIMG_WHY_HOST },
        { ".", "", "k", "t", FIMG_WHY_HOST },
        { "localhost.", "", "k", "t", FIMG_WHY_HOST },
        { "a..b", "", "k", "t", FIMG_WHY_HOST },
        { "a b", "", "k", "t", FIMG_WHY_HOST },
        { "a@b", "", "k", "t", FIMG_WHY_HOST },
        { "a/b", "", "k", "t", FIMG_WHY_HOST },
        { "a:443", "", "k", "t", FIMG_WHY_HOST },
        { "a\r\nb", "", "k", "t", FIMG_WHY_HOST },
        { LONG "d", "", "k", "t", FIMG_WHY_HOST },
        { "a", "x", "k", "t", FIMG_WHY_PREFIX },
        { "a", "/x y", "k", "t", FIMG_WHY_PREFIX },
        { "a", "/x?y", "k", "t", FIMG_WHY_PREFIX },
        { "a", "/../x", "k", "t", FIMG_WHY_PREFIX },
        { "a", "", "", "t", FIMG_WHY_KEY },
        { "a", "", "a/b", "t", FIMG_WHY_KEY },
        { "a", "", "a b", "t", FIMG_WHY_KEY },
        { "a", "", "a?b", "t", FIMG_WHY_KEY },
        { "a", "", "a#b", "t", FIMG_WHY_KEY },
        { "a", "", "a%41", "t", FIMG_WHY_KEY },
        { "a", "", "..", "t", FIMG_WHY_KEY },
        { "a", "", "-a", "t", FIMG_WHY_KEY },
        { "a", "", "a\r\nb", "t", FIMG_WHY_KEY },
        { "a", "", "a\tb", "t", FIMG_WHY_KEY },
        { "a", "", "a\x7f", "t", FIMG_WHY_KEY },
        { "a", "", "a\xe5", "t", FIMG_WHY_KEY },
        { "a", "", X60 X60 "aaaaaaaaa", "t", FIMG_WHY_KEY },
        { "a", "", "k", "", FIMG_WHY_TOKEN },
        { "a", "", "k", "t t", FIMG_WHY_TOKEN },
        { "a", "", "k", "t\r\nX: y", FIMG_WHY_TOKEN },
        { "a", "", "k", "t\xe5", FIMG_WHY_TOKEN },
    };
    static struct rig r;

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_case("row 68, 69, 70, 71, 96: unfit request %u", (unsigned)i);
        rig_open(&r, image);
        r.request.host = cases[i].host;
        r.request.prefix = cases[i].prefix;
        r.request.image_key = cases[i].key;
        r.request.token = cases[i].token;
        CHECK(rig_start(&r) == FIMG_ERR_REQUEST);
        CHECK(fimg_report(r.f)->reason == cases[i].reason);
        CHECK(rig_read(&r) == FIMG_ERR_REQUEST);
        CHECK(rig_read(&r) == FIMG_ERR_REQUEST);
        CHECK(fimg_report(r.f)->reason == cases[i].reason);
        CHECK(r.port.calls == 0 && r.port.dials == 0);
        CHECK(fimg_next_ms(r.f) == 0);
        rig_close(&r);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("%s", rows[i].name);
        run_row(i, false);
        run_row(i, true);
    }
    test_clock();
    test_entropy();
    test_requests();
    return check_exit("session/tls");
}
