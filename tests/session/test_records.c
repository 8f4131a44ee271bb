/*
 * test_records.c: TLS records and alerts of every kind, good and bad. Rows J
 * of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define HEAD TEXT("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n")
#define STEPS_MAX 8
#define ANY_ERROR (-1)
#define HELLO_OF(minor) /* a ServerHello of SSL 3.minor */                     \
    "\x16\3" minor "\0\52\2\0\0\46\3" minor                                    \
    "01234567890123456789012345678901\0\xc0\x2b\0"

/* A server that does something at some point, and how far the image gets. */
/* clang-format off */
static const struct {
    const char *name;
    struct peer_step script[STEPS_MAX];
    enum fimg_reason reason;
    int tls_error;
    uint64_t stored;
} rows[] = {
    { "row 90: 10000 empty records before the head", { DO(PEER_REQUEST),
      DO_N(PEER_EMPTY, 10000), HEAD, PATTERN(40000) }, FIMG_WHY_NONE, 0, 40000
      },
    { "row 90: 10000 empty records in the image", { DO(PEER_REQUEST), HEAD,
      PATTERN(20000), DO_N(PEER_EMPTY, 10000), PATTERN(20000), DO_N(PEER_EMPTY,
      3) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 90: records of 1 byte", { DO(PEER_REQUEST),
      TEXT_BY("HTTP/1.1 200 OK\r\nContent-Length: 40000" "\r\n\r\n", 1),
      PATTERN_BY(40000, 1) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 90: records of 16384 bytes", { DO(PEER_REQUEST), HEAD,
      PATTERN_BY(40000, 16384) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 90: a record of 16385 bytes", { DO(PEER_REQUEST), HEAD,
      PATTERN_BY(100, 100), PATTERN_BY(39900, 16385) }, FIMG_WHY_TLS_PROTOCOL,
      ANY_ERROR, 100 },
    { "row 90: head and image in one record", { DO(PEER_REQUEST),
      TEXT("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
      "\xff\xd8\xff\xe0\0\20JFIF\0\1") }, FIMG_WHY_NONE, 0, 12 },
    { "row 91: close_notify in the image", { DO(PEER_REQUEST), HEAD,
      PATTERN(10000), DO(PEER_NOTIFY) }, FIMG_WHY_CUT_SHORT, 0, 10000 },
    { "row 91: close_notify in the handshake", { DO(PEER_NOTIFY),
      DO(PEER_REQUEST), HEAD }, FIMG_WHY_TLS_PROTOCOL, 0, 0 },
    { "row 91: fatal alert in the handshake", { DO_N(PEER_ALERT, 40),
      DO(PEER_FIN) }, FIMG_WHY_TLS_ALERT, 256 + 40, 0 },
    { "row 91: fatal alert before the head", { DO(PEER_REQUEST),
      DO_N(PEER_ALERT, 80) }, FIMG_WHY_TLS_ALERT, 256 + 80, 0 },
    { "row 91: fatal alert in the image", { DO(PEER_REQUEST), HEAD,
      PATTERN(10000), DO_N(PEER_ALERT, 20) }, FIMG_WHY_TLS_ALERT, 256 + 20,
      10000 },
    { "row 91: warning alert before the handshake", { DO_N(PEER_WARN, 112),
      DO(PEER_REQUEST), HEAD, PATTERN(40000) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 91: warning alerts in the image", { DO(PEER_REQUEST),
      DO_N(PEER_WARN, 90), HEAD, PATTERN(1), DO_N(PEER_WARN, 90),
      DO_N(PEER_WARN, 41), PATTERN(39999) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 91: renegotiation before the head", { DO(PEER_REQUEST),
      DO(PEER_HELLO), HEAD, PATTERN(40000) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 91: renegotiation in the image", { DO(PEER_REQUEST), HEAD,
      PATTERN(1), DO(PEER_HELLO), PATTERN(39999) }, FIMG_WHY_NONE, 0, 40000 },
    { "row 91: alert 70 is about the version", { DO_N(PEER_ALERT, 70) },
      FIMG_WHY_TLS_VERSION, 256 + 70, 0 },
    { "row 92: damage in the head's record", { DO(PEER_REQUEST),
      DO(PEER_DAMAGE), HEAD, PATTERN(40000) }, FIMG_WHY_TLS_DAMAGED, ANY_ERROR,
      0 },
    { "row 92: damage in the first record of the image", { DO(PEER_REQUEST),
      HEAD, DO(PEER_DAMAGE), PATTERN(40000) }, FIMG_WHY_TLS_DAMAGED, ANY_ERROR,
      0 },
    { "row 92: damage in the second record of the image", { DO(PEER_REQUEST),
      HEAD, PATTERN_BY(16384, 16384), DO(PEER_DAMAGE), PATTERN(23616) },
      FIMG_WHY_TLS_DAMAGED, ANY_ERROR, 16384 },
    { "row 92: damage in a refusal", { DO(PEER_REQUEST),
      TEXT("HTTP/1.1 400 Bad\r\nContent-Length: 10\r\n\r\n{\"code\":5"),
      DO(PEER_DAMAGE), TEXT("}") }, FIMG_WHY_TLS_DAMAGED, ANY_ERROR, 0 },
    { "row 92: damage in a close_notify", { DO(PEER_REQUEST),
      TEXT("HTTP/1.1 200 OK\r\n\r\n"), PATTERN(100), DO(PEER_DAMAGE),
      DO(PEER_NOTIFY) }, FIMG_WHY_TLS_DAMAGED, ANY_ERROR, 100 },
    { "row 92: bytes that are no record", { DO(PEER_REQUEST), HEAD, PATTERN(1),
      { PEER_RAW, "GARBAGE", 7, 0 } }, FIMG_WHY_TLS_PROTOCOL, ANY_ERROR, 1 },
    { "row 92: a record that is not encrypted", { DO(PEER_REQUEST), HEAD, {
      PEER_RAW, "\x17\3\3\0\5hello", 10, 0 } }, FIMG_WHY_TLS_PROTOCOL,
      ANY_ERROR, 0 },
    { "row 93: a ServerHello of TLS 1.1", { { PEER_RAW, HELLO_OF("\2"), 47, 0 }
      }, FIMG_WHY_TLS_VERSION, ANY_ERROR, 0 },
    { "row 93: a ServerHello of TLS 1.0", { { PEER_RAW, HELLO_OF("\1"), 47, 0 }
      }, FIMG_WHY_TLS_VERSION, ANY_ERROR, 0 },
    { "row 9: an SSH server", { { PEER_RAW, "SSH-2.0-OpenSSH_9.2\r\n", 21, 0 }
      }, FIMG_WHY_TLS_PROTOCOL, ANY_ERROR, 0 },
    { "row 9: an HTTP server", { { PEER_RAW,
      "HTTP/1.1 400 Bad Request\r\n\r\n", 28, 0 } }, FIMG_WHY_TLS_PROTOCOL,
      ANY_ERROR, 0 },
    { "row 9: zeros", { { PEER_RAW, "\0\0\0\0\0\0\0\0", 8, 0 } },
      FIMG_WHY_TLS_PROTOCOL, ANY_ERROR, 0 },
};
/* clang-format on */

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

static void run_row(size_t i, const uint16_t *suite, uint32_t wait_ms,
                    size_t window)
{
    static struct rig r;
    const struct fimg_report *report;

    rig_open(&r, rows[i].script);
    r.port.peer.suites = suite;
    r.port.peer.suites_len = 1;
    r.port.window_in = window;
    r.request.wait_ms = wait_ms;
    (void)rig_download(&r);
    report = fimg_report(r.f);
    if (strncmp(rows[i].name, "row 9:", 6) != 0)
        rig_expect(&r, rows[i].reason);
    else /* what is no TLS at all has no version, either */
        rig_expect(&r, report->reason == FIMG_WHY_TLS_VERSION
                           ? FIMG_WHY_TLS_VERSION
                           : FIMG_WHY_TLS_PROTOCOL);
    CHECK(report->record_needed == 0);
    CHECK(r.stored == rows[i].stored);
    if (rows[i].tls_error == ANY_ERROR)
        CHECK(report->tls_error != 0);
    else
        CHECK(report->tls_error == rows[i].tls_error);
    CHECK(r.port.peer.hellos <= 1 && rig_took(&r) == 0);
    rig_close(&r);
}

/* Each suite that is offered works. */
static void test_suites(void)
{
    static const struct peer_step script[] = { DO(PEER_REQUEST), HEAD,
                                               PATTERN(40000), DO(PEER_REST) };
    static struct pem_identity rsa;
    static struct rig r;

    pem_load_identity(&rsa, "rsa");
    for (size_t i = 0; i < COUNT(suites); i++) {
        check_case("suite %04x", suites[i]);
        rig_open(&r, script);
        r.port.peer.identity = i < 3 ? &rig_ec : &rsa;
        r.port.peer.suites = &suites[i];
        r.port.peer.suites_len = 1;
        r.port.window_in = 1000;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == 40000);
        rig_close(&r);
    }
}

/* Servers that have nothing to offer that we would take. */
static void test_refused(void)
{
    static const struct {
        const char *name;
        uint16_t suite, version_min, version_max;
        enum fimg_reason reason;
    } cases[] = {
        { "row 93: TLS 1.1, and none of its suites", 0, BR_TLS10, BR_TLS11,
          FIMG_WHY_TLS_ALERT },
        { "TLS 1.0 to 1.2", 0, BR_TLS10, BR_TLS12, FIMG_WHY_NONE },
        { "row 93: CBC only", BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, 0, 0,
          FIMG_WHY_TLS_ALERT },
        { "row 93: RSA key exchange only", BR_TLS_RSA_WITH_AES_128_GCM_SHA256,
          0, 0, FIMG_WHY_TLS_ALERT },
    };
    static const struct peer_step script[] = { DO(PEER_REQUEST), HEAD,
                                               PATTERN(40000), DO(PEER_REST) };
    static const struct peer_step only_13[] = { DO_N(PEER_ALERT, 70),
                                                DO(PEER_FIN) };
    static struct pem_identity rsa;
    static struct rig r;

    pem_load_identity(&rsa, "rsa");
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_case("%s", cases[i].name);
        rig_open(&r, script);
        r.port.peer.identity = &rsa;
        r.port.peer.version_min = cases[i].version_min;
        r.port.peer.version_max = cases[i].version_max;
        r.port.peer.suites = cases[i].suite ? &cases[i].suite : NULL;
        r.port.peer.suites_len = 1;
        (void)rig_download(&r);
        rig_expect(&r, cases[i].reason);
        CHECK((r.port.app_records > 0) == (cases[i].reason == FIMG_WHY_NONE));
        if (cases[i].reason == FIMG_WHY_TLS_ALERT)
            CHECK(fimg_report(r.f)->tls_error == 256 + 40);
        rig_close(&r);
    }

    check_case("row 93: TLS 1.3 only");
    rig_open(&r, only_13);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TLS_VERSION);
    CHECK(r.port.app_records == 0);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    static const size_t windows[] = { 0, 1, 1000 };

    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("%s", rows[i].name);
        for (size_t n = 0; n < 12; n += i < 3 ? 5 : 1) /* some are long */
            run_row(i, &suites[n / 6], n % 2 ? 0 : FIMG_WAIT,
                    windows[n / 2 % 3]);
    }
    test_suites();
    test_refused();
    return check_exit("session/records");
}
