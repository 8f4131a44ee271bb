/*
 * test_limited.c: downloads of a device that keeps to its share of an app's
 * rate limits. When its turns are is the limiter's business; here they are
 * waited for.
 */
#include <string.h>

#include "check.h"
#include "fimg_limiter.h"
#include "talk.h"

#define IMAGE "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define EMPTY "Content-Length: 0\r\n\r\n"
#define SAY(text) DO(PEER_REQUEST), TEXT(text)
#define SOON_MS 30 /* what a download takes here by itself, at most */

static const struct peer_step busy[] = {
    SAY("HTTP/1.1 503 X\r\nConnection: close\r\n" EMPTY), DO(PEER_FIN)
};
static const uint32_t waits[] = { FIMG_WAIT, 0, 40 };
static struct rig r;

static void open_rig(const struct peer_step *script, struct fimg_limiter *l,
                     uint32_t wait_ms)
{
    rig_open(&r, script);
    r.port.now = UINT32_MAX - 500; /* the clock wraps meanwhile */
    r.request.limiter = l;
    r.request.wait_ms = wait_ms;
    r.expect = "hello";
    r.expect_len = 5;
}

/* How long a request would have to wait now. */
static uint32_t turn_ms(const struct fimg_limiter *l)
{
    struct fimg_limiter asked = *l;

    return fimg_limiter_wait_ms(&asked, r.port.now, 0);
}

/* A download that waits for so long, and then goes well. */
static void fetch_after(uint32_t ms)
{
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 1);
    CHECK(rig_took(&r) >= ms && rig_took(&r) <= ms + SOON_MS);
}

static void test_turns(uint32_t wait_ms)
{
    static const struct peer_step images[] = { SAY(IMAGE), SAY(IMAGE),
                                               SAY(IMAGE), DO(PEER_REST) };
    struct fimg_limiter l = { .devices = 50, .number = 41 };
    uint32_t first;

    check_case("a turn by number, then one in a share, wait %lu",
               (unsigned long)wait_ms);
    open_rig(images, &l, wait_ms);
    first = turn_ms(&l);
    CHECK(first > 500 && first < 3000);
    fetch_after(first);
    for (int i = 0; i < 2; i++) {
        CHECK(turn_ms(&l) > 1000 && turn_ms(&l) < 4000);
        fetch_after(turn_ms(&l));
    }
    CHECK(r.port.dials == (RIG_KEEPS ? 1 : 3));
    rig_close(&r);
}

/* Before its turn nothing is done, and the caller knows for how long. */
static void test_meanwhile(void)
{
    static const struct peer_step image[] = { SAY(IMAGE), DO(PEER_REST) };
    struct fimg_limiter l = { .devices = 1000, .number = 900 };
    uint32_t turn;

    check_case("waiting for a turn");
    open_rig(image, &l, 0);
    turn = turn_ms(&l);
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < 3; i++)
        CHECK(rig_read(&r) == FIMG_PENDING);
    CHECK(fimg_next_ms(r.f) == turn);
    CHECK(fimg_wants(r.f) == FIMG_WANTS_NOTHING);
    CHECK(fimg_report(r.f)->stage == FIMG_STAGE_RETRY);
    CHECK(fimg_report(r.f)->attempts == 0);
    r.port.now += turn - 1;
    CHECK(rig_read(&r) == FIMG_PENDING && r.port.dials == 0);
    r.port.now += 1;
    CHECK(rig_read(&r) == FIMG_PENDING && r.port.dials == 1);
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    rig_close(&r);
}

static void test_too_late(void)
{
    static const struct peer_step image[] = { SAY(IMAGE), DO(PEER_REST) };
    struct fimg_limiter l = { .devices = 50000, .number = 40000 };

    check_case("a turn behind the total limit is not waited for");
    open_rig(image, &l, FIMG_WAIT);
    CHECK(turn_ms(&l) > 120000);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TOTAL_LIMIT);
    CHECK(rig_took(&r) == 0 && r.port.dials == 0);
    CHECK(fimg_report(r.f)->attempts == 0);
    rig_close(&r);

    check_case("503, and the next turn is behind the total limit");
    l = (struct fimg_limiter){ .devices = 10000, .number = 1 };
    open_rig(busy, &l, FIMG_WAIT);
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->attempts == 1 && rig_took(&r) <= SOON_MS);
    rig_close(&r);
}

/* A refusal for too many requests holds back all that come later. */
static void test_refused(uint32_t wait_ms)
{
    static const struct peer_step script[] = {
        SAY("HTTP/1.1 429 X\r\nx-ogw-ratelimit-reset: 7\r\n" EMPTY), SAY(IMAGE),
        DO(PEER_REST)
    };
    struct fimg_limiter l = { .devices = 1, .number = 1 };

    check_case("refused, not tried again, then another, wait %lu",
               (unsigned long)wait_ms);
    open_rig(script, &l, wait_ms);
    if (!RIG_KEEPS)
        r.port.peer.script[1] = script + 2;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->attempts == 1 && rig_took(&r) <= SOON_MS);
    CHECK(turn_ms(&l) >= 7000 && turn_ms(&l) <= 8750);
    fetch_after(turn_ms(&l));
    rig_close(&r);

    check_case("refused, tried again, wait %lu", (unsigned long)wait_ms);
    l = (struct fimg_limiter){ .devices = 1, .number = 1 };
    open_rig(script, &l, wait_ms);
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 2);
    CHECK(rig_took(&r) >= 7000 && rig_took(&r) <= 8750 + SOON_MS);
    rig_close(&r);
}

/* Another failure's repeat waits for a turn too, whichever comes later. */
static void test_repeat(uint32_t devices, uint32_t least_ms, uint32_t most_ms)
{
    static const struct peer_step image[] = { SAY(IMAGE), DO(PEER_REST) };
    struct fimg_limiter l = { .devices = devices, .number = 1 };

    check_case("503, one of %lu devices", (unsigned long)devices);
    open_rig(busy, &l, FIMG_WAIT);
    r.port.peer.script[1] = image;
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 2);
    CHECK(rig_took(&r) >= least_ms && rig_took(&r) <= most_ms + SOON_MS);
    CHECK(devices == 1 || turn_ms(&l) > 0); /* the repeat took one as well */
    rig_close(&r);
}

/* A token is fetched in the turn of the request that it is for. */
static void test_token(void)
{
    static struct talk talk;
    struct fimg_limiter l = { .devices = 50, .number = 41 };
    struct fimg_token t;
    uint32_t first;

    check_case("one turn for the token and the image");
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, RIG_TOKEN, "7200");
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    r.request.limiter = &l;
    first = turn_ms(&l);
    CHECK(rig_start(&r) == FIMG_OK);
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(talk_was(&r, "PG"));
    CHECK(rig_took(&r) >= first && rig_took(&r) <= first + SOON_MS);
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(waits); i++) {
        test_turns(waits[i]);
        test_refused(waits[i]);
    }
    test_meanwhile();
    test_too_late();
    test_repeat(1, 1000, 1250);
    test_repeat(1000, 20000, 63000);
    test_token();
    return check_exit("session/limited");
}
