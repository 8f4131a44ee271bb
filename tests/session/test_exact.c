/*
 * test_exact.c: how long is waited before an attempt, to the millisecond.
 */
#include <string.h>

#include "check.h"
#include "fimg_limiter.h"
#include "rig.h"

#define IMAGE "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define LAST "Connection: close\r\nContent-Length: 0\r\n\r\n"

static const struct peer_step busy[] = {
    DO(PEER_REQUEST), TEXT("HTTP/1.1 503 X\r\nRetry-After: 8\r\n" LAST),
    DO(PEER_FIN)
};
static const struct peer_step image[] = { DO(PEER_REQUEST), TEXT(IMAGE),
                                          DO(PEER_REST) };
static struct rig r;

/* The port's random bytes; two at a time are for a wait, and are these. */
static int (*port_entropy)(void *ctx, uint8_t *dst, size_t len);
static uint8_t chance[2];

static int entropy(void *ctx, uint8_t *dst, size_t len)
{
    int result = port_entropy(ctx, dst, len);

    if (len == sizeof chance)
        memcpy(dst, chance, sizeof chance);
    return result;
}

/* A server that is busy at first. Returns how long the download took. */
static uint32_t take(uint8_t retry_max, uint32_t total_ms,
                     enum fimg_reason reason)
{
    uint32_t took;

    rig_open(&r, busy);
    r.port.peer.script[1] = image;
    r.request.retry_max = retry_max;
    r.request.total_ms = total_ms;
    r.expect = "hello";
    r.expect_len = 5;
    port_entropy = r.port.api.entropy;
    r.port.api.entropy = entropy;
    (void)rig_download(&r);
    rig_expect(&r, reason);
    took = rig_took(&r);
    rig_close(&r);
    return took;
}

static void test_jitter(void)
{
    static const struct {
        uint8_t chance[2];
        uint32_t more; /* of at most 2000 ms, a quarter of the wait */
    } rows[] = {
        { { 0, 255 }, 7 },     { { 1, 0 }, 7 },      { { 1, 128 }, 11 },
        { { 127, 255 }, 999 }, { { 128, 0 }, 1000 }, { { 255, 255 }, 1999 },
    };
    uint32_t least;

    check_case("no jitter");
    memset(chance, 0, sizeof chance);
    least = take(1, 0, FIMG_WHY_NONE);
    CHECK(least >= 8000 && least < 8030);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("jitter of %lu ms", (unsigned long)rows[i].more);
        memcpy(chance, rows[i].chance, sizeof chance);
        CHECK(take(1, 0, FIMG_WHY_NONE) == least + rows[i].more);
    }
    memset(chance, 0, sizeof chance);
}

static void test_total(void)
{
    uint32_t refused;

    check_case("a wait that ends with the total limit is not begun");
    refused = take(0, 0, FIMG_WHY_REFUSED);
    CHECK(take(1, refused + 8000, FIMG_WHY_REFUSED) == refused);
    CHECK(take(1, refused + 8001, FIMG_WHY_NONE) == refused + 8000);
}

/* A turn that comes so soon; the download takes as much longer. */
static uint32_t take_turn(uint32_t soon_ms)
{
    struct fimg_limiter l = { .devices = 50, .number = 41 };
    uint32_t took;

    rig_open(&r, image);
    r.request.limiter = &l;
    r.expect = "hello";
    r.expect_len = 5;
    r.port.now += fimg_limiter_wait_ms(&l, r.port.now, 0) - soon_ms;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    took = rig_took(&r);
    rig_close(&r);
    return took;
}

static void test_turn(void)
{
    uint32_t least = take_turn(0);

    for (uint32_t ms = 1; ms < 4; ms++) {
        check_case("a turn that comes in %lu ms", (unsigned long)ms);
        CHECK(take_turn(ms) == least + ms);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_jitter();
    test_total();
    test_turn();
    return check_exit("session/exact");
}
