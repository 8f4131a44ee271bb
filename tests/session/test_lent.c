/*
 * test_lent.c: a record buffer that the caller lends for a download.
 *
 * Built with FIMG_RECORD_LENT=1 only. The rig lends a block of exactly the
 * size asked for, paints it when it is given back, and looks that it stays so.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define ODD_MAX 7
#define PAINT 0x5a

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n"),
    { PEER_SEND, NULL, 40000, 16384 },
    DO(PEER_REST),
};

static const struct peer_step hello[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    DO(PEER_REST),
};

static bool is_painted(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] != PAINT)
            return false;
    return true;
}

/* Nothing is done with a buffer that is not good enough. */
static void test_unfit(void)
{
    static uint64_t block[FIMG_RECORD_CAP / 8 + 2];
    uint8_t *bytes = (uint8_t *)block;
    const struct {
        void *memory;
        size_t len;
        const char *what;
    } rows[] = {
        { NULL, FIMG_RECORD_CAP, "no buffer" },
        { NULL, 0, "no buffer, of no size" },
        { bytes, 0, "no size" },
        { bytes, FIMG_RECORD_CAP - 1, "a byte too small" },
        { bytes + 1, FIMG_RECORD_CAP, "too small at an odd address" },
        { bytes + 1, FIMG_RECORD_CAP + 6, "a byte too small there" },
        { bytes + 7, FIMG_RECORD_CAP, "a byte too small at the last one" },
    };
    static struct rig r;

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("lent: %s", rows[i].what);
        rig_open(&r, hello);
        memset(block, PAINT, sizeof block);
        r.request.record_buf = rows[i].memory;
        r.request.record_cap = rows[i].len;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_RECORD_BUF);
        CHECK(r.port.calls == 0);
        rig_close(&r);
        CHECK(is_painted(bytes, sizeof block));
    }

    check_case("lent: a buffer that is fit, with a request that is not");
    rig_open(&r, hello);
    memset(block, PAINT, sizeof block);
    r.request.record_buf = block;
    r.request.record_cap = sizeof block;
    r.request.image_key = "";
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_KEY);
    rig_close(&r);
    CHECK(is_painted(bytes, sizeof block));
}

/* Whatever the address: records of full size fit, and nothing around them is
   touched. */
static void test_addresses(void)
{
    static uint64_t block[FIMG_RECORD_CAP / 8 + 4];
    static struct rig r;

    for (size_t odd = 0; odd <= ODD_MAX; odd++) {
        uint8_t *begin = (uint8_t *)block + 8 + odd;
        size_t len = FIMG_RECORD_CAP + (odd ? 8 - odd : 0);

        check_case("lent: at an address with remainder %lu",
                   (unsigned long)odd);
        rig_open(&r, image);
        memset(block, PAINT, sizeof block);
        r.request.record_buf = begin;
        r.request.record_cap = len;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == 40000);
        CHECK(is_painted((uint8_t *)block, 8 + odd));
        CHECK(is_painted(begin + len, sizeof block - 8 - odd - len));
        rig_close(&r);
    }
}

/* The buffer and the connection end with the download. */
static void test_end(void)
{
    static struct rig r;

    check_case("lent: fimg_finish closes, the next download connects anew");
    rig_open(&r, hello);
    r.expect = "hello";
    r.expect_len = 5;
    for (unsigned n = 1; n <= 3; n++) {
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.port.state == PORT_IDLE);
        CHECK(r.port.connects == n);
        CHECK(!fimg_report(r.f)->reused);
    }
    rig_close(&r);
}

/* An end at any moment leaves the buffer to the caller from then on. */
static bool test_cancel(unsigned calls, unsigned how)
{
    static uint8_t first[FIMG_RECORD_CAP + ODD_MAX];
    static struct rig r;
    bool over;

    check_case("lent: %s after %u calls",
               how == 0   ? "finish"
               : how == 1 ? "close"
                          : "start with another buffer",
               calls);
    rig_open(&r, image);
    r.request.wait_ms = 0;
    r.port.resolve_ms = 15;
    r.request.record_buf = first;
    r.request.record_cap = sizeof first;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    over = r.result == 0;
    r.request.record_buf = r.lent;
    r.request.record_cap = FIMG_RECORD_CAP;
    if (how == 0)
        fimg_finish(r.f);
    else if (how == 1)
        fimg_close(r.f);
    else
        CHECK(rig_start(&r) == FIMG_OK);
    CHECK(r.port.state == PORT_IDLE);
    memset(first, PAINT, sizeof first);
    (void)rig_read(&r);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(is_painted(first, sizeof first));
    rig_close(&r);
    return !over;
}

/* What the report says outlives the buffer. */
static void test_report(void)
{
    static const struct peer_step refusal[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 400 Bad Request\r\nContent-Length: 41\r\n\r\n"
             "{\"code\":234001,\"msg\":\"nothing with it\"}   "),
        DO(PEER_REST),
    };
    static struct rig r;

    check_case("lent: the report outlives it");
    rig_open(&r, refusal);
    (void)rig_download(&r); /* which paints it */
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->code == 234001);
    CHECK(strcmp(fimg_report(r.f)->msg, "nothing with it") == 0);
    rig_close(&r);
}

/* Within one download, a connection may serve more than one attempt. */
static void test_attempts(void)
{
    static const struct peer_step busy[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n"),
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        DO(PEER_REST),
    };
    static struct rig r;

    check_case("lent: two attempts on one connection");
    rig_open(&r, busy);
    r.request.retry_max = 1;
    r.expect = "hello";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.port.connects == 1);
    CHECK(fimg_report(r.f)->attempts == 2);
    CHECK(fimg_report(r.f)->reused);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_unfit();
    test_addresses();
    test_end();
    for (unsigned how = 0; how < 3; how++)
        for (unsigned n = 0; test_cancel(n, how); n++)
            continue;
    test_report();
    test_attempts();
    return check_exit("session/lent");
}
