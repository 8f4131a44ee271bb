/*
 * test_trust.c: roots from PEM text, however it is written and read. Row 86 of
 * the table of wire behaviour, and struct fimg_trust's contract.
 */
#include <limits.h>
#include <string.h>

#include "check.h"
#include "rig.h"

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    DO(PEER_REST),
};

static struct pem_identity server;
static struct pem_text text;
static struct rig r;

/* A client that trusts a text, and a server. */
static void open_rig(const char *server_name, const char *roots)
{
    pem_load_identity(&server, server_name);
    pem_load_text(&text, roots);
    rig_open(&r, image);
    r.port.peer.identity = &server;
    r.expect = "hello";
    r.expect_len = 5;
    rig_trust_text(&r, &text);
}

static void test_texts(void)
{
    static const struct {
        const char *name;
        const char *server, *roots;
        enum fimg_reason reason;
    } rows[] = {
        { "row 86: all roots", "ec", "test", FIMG_WHY_NONE },
        { "row 86: an RSA root", "rsa", "test", FIMG_WHY_NONE },
        { "row 86: a P-384 root", "p384", "test", FIMG_WHY_NONE },
        { "one root", "direct", "ec_only", FIMG_WHY_NONE },
        { "a chain of 8", "chain_of_8", "ec_only", FIMG_WHY_NONE },
        { "the root is sent, too", "with_root", "ec_only", FIMG_WHY_NONE },
        { "CR LF", "ec", "crlf", FIMG_WHY_NONE },
        { "no newline at the end", "ec", "no_newline", FIMG_WHY_NONE },
        { "text around it", "ec", "chatty", FIMG_WHY_NONE },
        { "a damaged root before it", "ec", "damaged", FIMG_WHY_NONE },
        { "last in the system's bundle", "ec", "last", FIMG_WHY_NONE },
        { "one named like the intermediate before it", "ec", "int_twin_root",
          FIMG_WHY_NONE },
        { "a root of the same name before it", "ec", "twin", FIMG_WHY_NONE },
        { "a root of the same name behind it", "ec", "twin_behind",
          FIMG_WHY_NONE },
        { "row 86: not in it", "rsa", "ec_only", FIMG_WHY_UNKNOWN_CA },
        { "row 86: only another of the same name", "ec", "only_twin",
          FIMG_WHY_UNKNOWN_CA },
        { "row 86: unknown issuer", "bad_unknown", "last",
          FIMG_WHY_UNKNOWN_CA },
        { "row 86: self-signed", "bad_self", "test", FIMG_WHY_UNKNOWN_CA },
        { "row 86: no intermediate", "bad_no_int", "test",
          FIMG_WHY_UNKNOWN_CA },
        { "row 86: name mismatch", "bad_name", "test", FIMG_WHY_WRONG_NAME },
        { "row 86: expired", "bad_over", "test", FIMG_WHY_EXPIRED },
        { "row 86: forged", "bad_forged", "test", FIMG_WHY_CHAIN },
        { "a root that is no CA", "direct", "no_ca", FIMG_WHY_UNKNOWN_CA },
        { "a root with RSA of 1024 bits", "bad_root_weak", "weak",
          FIMG_WHY_UNKNOWN_CA },
        { "a root that ends early", "ec", "cut", FIMG_WHY_UNKNOWN_CA },
        { "an empty text", "ec", "empty", FIMG_WHY_TRUST_UNREADABLE },
        { "a text without a certificate", "ec", "text",
          FIMG_WHY_TRUST_UNREADABLE },
    };
    static const size_t most[] = { 0, 1, 7, 1000 };

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("%s", rows[i].name);
        for (size_t n = 0; n < COUNT(most); n++) {
            open_rig(rows[i].server, rows[i].roots);
            r.bundle.most = most[n];
            r.request.wait_ms = n % 2 ? 0 : FIMG_WAIT;
            r.port.window_in = n == 3 ? 1 : 0;
            (void)rig_download(&r);
            rig_expect(&r, rows[i].reason);
            CHECK((r.port.app_records > 0) ==
                  (rows[i].reason == FIMG_WHY_NONE));
            rig_close(&r);
        }
    }
}

/* The n-th read failing, for every n. */
static void test_failing_reads(void)
{
    static const int failures[] = { -1, -77, INT_MIN, INT_MAX, 1000000 };
    static const char *const roots[] = { "ec_only", "twin" };

    for (size_t i = 0; i < COUNT(failures) * COUNT(roots); i++) {
        unsigned reads = UINT_MAX;

        check_case("read number n returns %d, roots %s",
                   failures[i % COUNT(failures)], roots[i / COUNT(failures)]);
        for (unsigned n = 1; n <= reads; n++) {
            open_rig("direct", roots[i / COUNT(failures)]);
            r.bundle.most = 200;
            r.bundle.fail_read = n;
            r.bundle.failure = failures[i % COUNT(failures)];
            (void)rig_download(&r);
            if (r.bundle.reads < n)
                reads = n - 1;
            /* it may do without a root that it could not read */
            if (r.result != FIMG_OK) {
                rig_expect(&r, FIMG_WHY_TRUST_UNREADABLE);
                CHECK(r.port.app_records == 0);
                (void)rig_download(&r);
                rig_expect(&r, FIMG_WHY_NONE);
            }
            rig_close(&r);
        }
        CHECK(reads > 5);
    }
}

/* Roots compiled in and a text: either will do. */
static void test_both(void)
{
    static const struct {
        const char *name;
        const char *server, *anchors, *roots;
        enum fimg_reason reason;
    } rows[] = {
        { "compiled in, not in the text", "rsa", "test", "ec_only",
          FIMG_WHY_NONE },
        { "in the text, not compiled in", "rsa", "ec_only", "test",
          FIMG_WHY_NONE },
        { "in both", "ec", "test", "test", FIMG_WHY_NONE },
        { "in neither", "rsa", "ec_only", "only_twin", FIMG_WHY_UNKNOWN_CA },
        { "compiled in; the text has another of the same name", "direct",
          "ec_only", "only_twin", FIMG_WHY_NONE },
        { "compiled in; the text has one named like the intermediate", "ec",
          "ec_only", "int_twin", FIMG_WHY_NONE },
        { "in the text; another of the same name compiled in", "direct",
          "only_twin", "ec_only", FIMG_WHY_NONE },
        { "compiled in; the text is empty", "ec", "ec_only", "empty",
          FIMG_WHY_TRUST_UNREADABLE },
    };
    static struct pem_roots anchors;

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("both: %s", rows[i].name);
        pem_load_roots(&anchors, rows[i].anchors);
        open_rig(rows[i].server, rows[i].roots);
        r.anchors = (struct fimg_anchors){ anchors.list, anchors.count };
        r.trust.anchors = &r.anchors;
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        rig_close(&r);
    }
}

static void test_none(void)
{
    static const struct fimg_trust nothing;

    check_case("neither compiled in nor a text");
    open_rig("ec", "test");
    r.request.trust = &nothing;
    CHECK(rig_start(&r) == FIMG_ERR_REQUEST);
    CHECK(fimg_report(r.f)->reason == FIMG_WHY_TRUST_MISSING);
    r.request.trust = NULL;
    CHECK(rig_start(&r) == FIMG_ERR_REQUEST);
    CHECK(fimg_report(r.f)->reason == FIMG_WHY_TRUST_MISSING);
    rig_close(&r);

    check_case("no port, or a function missing");
    open_rig("ec", "test");
    for (unsigned i = 0; i < 9; i++) {
        struct fimg_port holed = r.port.api;

        if (i == 0)
            holed.connect = NULL;
        if (i == 1)
            holed.send = NULL;
        if (i == 2)
            holed.recv = NULL;
        if (i == 3)
            holed.close = NULL;
        if (i == 4)
            holed.sleep = NULL;
        if (i == 5)
            holed.now_ms = NULL;
        if (i == 6)
            holed.unix_time = NULL;
        if (i == 7)
            holed.entropy = NULL;
        r.request.port = i == 8 ? NULL : &holed;
        CHECK(rig_start(&r) == FIMG_ERR_REQUEST);
        CHECK(fimg_report(r.f)->reason == FIMG_WHY_PORT_MISSING);
    }
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_texts();
    test_failing_reads();
    test_both();
    test_none();
    return check_exit("session/trust");
}
