/*
 * test_fragment.c: the record buffer, and servers that ignore its size. Row 89
 * of the table of wire behaviour.
 *
 * Built with -DFIMG_RECORD_MAX=4096 as well, for the library and for this: the
 * client then asks for records of 4096 bytes, and tells how large those are
 * that come all the same.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define HEAD TEXT("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n")
#define OVERHEAD (5 + 8 + 16) /* of a record of AES-GCM */

static const uint16_t gcm[] = { BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 };
static const uint16_t chacha[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
};

static struct rig r;

static void open_rig(const struct peer_step *script, bool ignores,
                     const uint16_t *suite)
{
    rig_open(&r, script);
    r.port.peer.ignore_fragment_length = ignores;
    r.port.peer.suites = suite;
    r.port.peer.suites_len = 1;
}

/* Does the ClientHello hold a max_fragment_length extension for 4096? */
static bool asks_for_4096(void)
{
    static const char extension[] = { 0, 1, 0, 1, 4 };

    for (size_t i = 0; i + sizeof extension <= 300; i++)
        if (memcmp(r.port.plain + i, extension, sizeof extension) == 0)
            return true;
    return false;
}

static void test_honoured(const uint16_t *suite, uint32_t wait_ms)
{
    static const struct peer_step image[] = { DO(PEER_REQUEST), HEAD,
                                              PATTERN(40000), DO(PEER_REST) };

    check_case("row 89: a server that does as asked, suite %04x, wait %lu",
               *suite, (unsigned long)wait_ms);
    open_rig(image, false, suite);
    r.request.wait_ms = wait_ms;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 40000);
    CHECK(asks_for_4096() == (FIMG_RECORD_MAX == 4096));
    CHECK(r.port.peer.server.eng.max_frag_len == FIMG_RECORD_MAX);
    rig_close(&r);
}

/* Records of every size from `least` up to `most`. */
static void test_sizes(const uint16_t *suite, size_t least, size_t most)
{
    check_case("row 89, 90: records of %lu to %lu bytes, suite %04x",
               (unsigned long)least, (unsigned long)most, *suite);
    for (size_t size = least; size <= most; size++) {
        const struct peer_step script[] = { DO(PEER_REQUEST), HEAD,
                                            PATTERN_BY(40000, size),
                                            DO(PEER_REST) };

        open_rig(script, true, suite);
        (void)rig_download(&r);
        if (size <= FIMG_RECORD_MAX) {
            rig_expect(&r, FIMG_WHY_NONE);
            CHECK(r.stored == 40000);
        } else if (size > 16384) {
            rig_expect(&r, FIMG_WHY_TLS_PROTOCOL);
        } else if (suite == gcm || size > 4096 + 8) {
            rig_expect(&r, FIMG_WHY_RECORD_SIZE);
            CHECK(fimg_report(r.f)->record_needed ==
                  size + (suite == gcm ? OVERHEAD : OVERHEAD - 8));
            CHECK(r.stored == 0 && fimg_report(r.f)->http_status == 200);
        }
        rig_close(&r);
    }
}

/* Large records behind good ones; and small replies work all the same. */
static void test_ignored(void)
{
    static const struct peer_step large[] = { DO(PEER_REQUEST), HEAD,
                                              PATTERN_BY(9000, 4096),
                                              PATTERN_BY(31000, 16384),
                                              DO(PEER_REST) };
    static const struct peer_step damaged[] = { DO(PEER_REQUEST), HEAD,
                                                DO(PEER_DAMAGE),
                                                PATTERN_BY(40000, 4096),
                                                DO(PEER_REST) };
    static const struct peer_step small[] = { DO(PEER_REQUEST), HEAD,
                                              PATTERN_BY(40000, 4096),
                                              DO(PEER_REST) };
    bool fits = FIMG_RECORD_MAX == 16384;

    for (unsigned i = 0; i < 2; i++) {
        check_case("row 89: a large record after small ones, wait %s",
                   i ? "0" : "for ever");
        open_rig(large, true, gcm);
        r.port.peer.script[1] = damaged;
        r.port.peer.script[2] = small;
        r.request.wait_ms = i ? 0 : FIMG_WAIT;
        r.request.retry_max = 3;
        (void)rig_download(&r);
        rig_expect(&r, fits ? FIMG_WHY_NONE : FIMG_WHY_RECORD_SIZE);
        CHECK(r.stored == (fits ? 40000 : 9000));
        CHECK(fimg_report(r.f)->record_needed == (fits ? 0 : 16384 + OVERHEAD));
        CHECK(fimg_report(r.f)->attempts == 1);
        fimg_close(r.f);
        CHECK(fimg_report(r.f)->record_needed == (fits ? 0 : 16384 + OVERHEAD));
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_TLS_DAMAGED);
        CHECK(fimg_report(r.f)->record_needed == 0);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        rig_close(&r);
    }

    check_case("row 89: what one record was too large for, the next is not");
    open_rig(large, true, gcm);
    r.port.peer.script[1] = damaged;
    (void)rig_download(&r);
    if (fits)
        fimg_close(r.f);
    (void)rig_download(&r); /* without fimg_close in between */
    rig_expect(&r, FIMG_WHY_TLS_DAMAGED);
    CHECK(fimg_report(r.f)->record_needed == 0);
    rig_close(&r);
}

/* The small buffer is enough for every chain. */
static void test_chains(void)
{
    static const char *const servers[] = {
        "ec", "rsa", "p384", "chain_of_8", "bad_over", "bad_name"
    };
    static const struct peer_step image[] = { DO(PEER_REQUEST), HEAD,
                                              PATTERN(40000), DO(PEER_REST) };
    static struct pem_identity server;

    for (size_t i = 0; i < COUNT(servers); i++) {
        check_case("row 86, 89: server %s", servers[i]);
        pem_load_identity(&server, servers[i]);
        rig_open(&r, image);
        r.port.peer.identity = &server;
        (void)rig_download(&r);
        rig_expect(&r, i == 4   ? FIMG_WHY_EXPIRED
                       : i == 5 ? FIMG_WHY_WRONG_NAME
                                : FIMG_WHY_NONE);
        rig_close(&r);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_honoured(gcm, FIMG_WAIT);
    test_honoured(gcm, 0);
    test_honoured(chacha, FIMG_WAIT);
    test_sizes(gcm, 4090, 4106);
    test_sizes(chacha, 4090, 4120);
    test_sizes(gcm, 16380, 16386);
    test_sizes(chacha, 16380, 16386);
    test_ignored();
    test_chains();
    return check_exit("session/fragment");
}
