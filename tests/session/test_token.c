/*
 * test_token.c: tokens that the library fetches: over one connection and over
 * several, once for many images, and anew in time.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

#define OTHER "t-another_token_1234567890"
#define CHUNKED                                                                \
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n66\r\n"              \
    "{\"code\":0,\"expire\":7200,\"msg\":\"ok\",\"tenant_access_token\":"      \
    "\"" RIG_TOKEN "\"}\r\n0\r\n\r\n"
#define CLOSED                                                                 \
    "HTTP/1.1 200 OK\r\n\r\n"                                                  \
    "{\"access_token\":\"" RIG_TOKEN "\",\"expires_in\":\"60\"}"

#define IMAGE_AND_END                                                          \
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"

static const uint32_t waits[] = { FIMG_WAIT, 0, 1, 700 };

/* One more download, which goes well. */
static void fetch(struct rig *r, const char *order)
{
    (void)rig_download(r);
    rig_expect(r, FIMG_WHY_NONE);
    CHECK(r->stored == 5 && talk_was(r, order));
    CHECK(fimg_report(r->f)->attempts == 1);
    CHECK(fimg_report(r->f)->http_status == 200);
    CHECK(fimg_report(r->f)->length == 5 && fimg_report(r->f)->code == 0);
    CHECK(fimg_report(r->f)->type == FIMG_TYPE_UNKNOWN);
}

/* How the connection fares that the token came on. */
static const struct {
    const char *name;
    const char *head;     /* of the token's reply */
    enum peer_do then[3]; /* behind it */
    unsigned connects;
} ways[] = {
    { "kept", OK_200, { PEER_REST, PEER_REST, PEER_REST }, 1 },
    { "with something behind it",
      OK_200,
      { PEER_EMPTY, PEER_REST, PEER_REST },
      2 },
    { "closed, as it says",
      OK_200 CLOSE_FIELD,
      { PEER_NOTIFY, PEER_FIN, PEER_REST },
      2 },
    { "said to be closed",
      OK_200 CLOSE_FIELD,
      { PEER_REST, PEER_REST, PEER_REST },
      2 },
    { "closed without a word", OK_200, { PEER_FIN, PEER_REST, PEER_REST }, 2 },
    { "broken", OK_200, { PEER_RST, PEER_REST, PEER_REST }, 2 },
    { "closed instead of an image",
      OK_200,
      { PEER_REQUEST, PEER_FIN, PEER_REST },
      2 },
    { "broken instead of an image",
      OK_200,
      { PEER_REQUEST, PEER_RST, PEER_REST },
      2 },
};

static void test_way(size_t way, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_token t;

    check_case("token, then image, connection %s, wait %lu", ways[way].name,
               (unsigned long)wait_ms);
    first = second = (struct talk){ .count = 0 };
    talk_reply(&first, ways[way].head,
               "{\"code\":0,\"msg\":\"ok\",\"tenant_access_token\":\"" RIG_TOKEN
               "\",\"expire\":7200}");
    for (size_t i = 0; i < 3 && ways[way].then[i] != PEER_REST; i++)
        talk_do(&first, ways[way].then[i], 1);
    talk_image(&first);
    talk_image(&first);
    talk_image(&second);
    talk_image(&second);
    talk_open(&r, &t, 200, &first);
    r.port.peer.script[1] = second.steps;
    r.request.wait_ms = wait_ms;
    r.port.now = UINT32_MAX - 50;
    /* what was asked in vain is asked again */
    fetch(&r, ways[way].then[0] == PEER_REQUEST ? "PGG" : "PG");
    CHECK(r.port.connects == ways[way].connects);
    CHECK(rig_took(&r) == 0);
    CHECK(talk_keeps(&t, RIG_TOKEN));
    CHECK(fimg_token_left_ms(&t, r.port.now) == 7200000);
    CHECK(talk_count(&r,
                     "{\"app_id\":\"cli_a1b2c3\",\"app_secret\":\"" RIG_SECRET
                     "\"}") == 1);
    CHECK(talk_count(&r, "Authorization: Bearer " RIG_TOKEN "\r\n") ==
          talk_count(&r, "GET "));
    CHECK(talk_count(&r, RIG_SECRET) == 1);
    r.port.now += 6000000;
    fetch(&r, ways[way].then[0] == PEER_REQUEST ? "PGGG" : "PGG");
    CHECK(fimg_report(r.f)->reused == RIG_KEEPS);
    CHECK(fimg_token_left_ms(&t, r.port.now) == 1200000);
    talk_close(&r, &t);
    if (ways[way].connects == 1 && RIG_KEEPS)
        CHECK(r.port.connects == 1 && r.port.peer.notified == 1);
}

/* In all sizes of pieces, and with bodies that end otherwise. */
static void test_pieces(void)
{
    static const size_t windows[] = { 0, 1, 7, 256 };
    static struct rig r;
    static struct talk chunked, closed, image;
    struct fimg_token t;

    chunked = closed = image = (struct talk){ .count = 0 };
    talk_raw(&chunked, CHUNKED, sizeof CHUNKED - 1);
    talk_image(&chunked);
    talk_raw(&closed, CLOSED, sizeof CLOSED - 1);
    talk_do(&closed, PEER_NOTIFY, 0);
    talk_do(&closed, PEER_FIN, 0);
    talk_image(&image);
    for (size_t i = 0; i < 4 * COUNT(windows) * COUNT(waits); i++) {
        check_case("token %s, %s, %lu bytes at a time, wait %lu",
                   i % 2 ? "chunked" : "up to close_notify",
                   i / 2 % 2 ? "byte by byte" : "at once",
                   (unsigned long)windows[i / 4 % 4],
                   (unsigned long)waits[i / 16]);
        chunked.steps[1].piece = closed.steps[1].piece = i / 2 % 2;
        talk_open(&r, &t, 200, i % 2 ? &chunked : &closed);
        if (i % 2 == 0)
            r.port.peer.script[1] = image.steps;
        r.request.wait_ms = waits[i / 16];
        r.port.window_in = r.port.window_out = windows[i / 4 % 4];
        r.port.gap_ms = windows[i / 4 % 4] ? 1 : 0;
        r.cap = 3;
        fetch(&r, "PG");
        CHECK(talk_keeps(&t, RIG_TOKEN));
        CHECK(t.life_ms == (i % 2 ? 7200000u : 60000u));
        talk_close(&r, &t);
    }
}

/* Renewed when it comes to the margin, and not before, whatever the clock. */
static void test_margin(uint32_t begin, uint32_t margin_ms, const char *expire,
                        uint32_t used_ms)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("a token of %s s and a margin of %lu ms, clock at %lu", expire,
               (unsigned long)margin_ms, (unsigned long)begin);
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, RIG_TOKEN, expire);
    talk_image(&talk);
    if (RIG_KEEPS)
        talk_image(&talk);
    talk_token(&talk, OTHER, expire);
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    t.margin_ms = margin_ms;
    r.port.now = begin;
    fetch(&r, "PG");
    if (RIG_KEEPS) {
        r.port.now += used_ms - 1;
        fetch(&r, "PGG");
    } else {
        r.port.now += used_ms - 1;
        CHECK(fimg_token_left_ms(&t, r.port.now) > 0);
        r.port.peer.script[0] = talk.steps + 4;
    }
    r.port.now += 1;
    fetch(&r, RIG_KEEPS ? "PGGPG" : "PGPG");
    CHECK(talk_keeps(&t, OTHER));
    CHECK(talk_count(&r, "Bearer " OTHER) == 1);
    talk_close(&r, &t);
}

/* A renewal may bring the same token, with more time to live; or none. */
static void test_renewal(bool refused)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_token t;

    check_case("a renewal that brings %s",
               refused ? "nothing" : "the same token");
    first = second = (struct talk){ .count = 0 };
    talk_raw(&first, IMAGE_AND_END, sizeof IMAGE_AND_END - 1);
    if (refused)
        talk_refuse(&second, 200, 10014);
    else
        talk_token(&second, OTHER, "7200");
    talk_image(&second);
    talk_open(&r, &t, 200, &first);
    r.port.peer.script[1] = second.steps;
    CHECK(fimg_token_put(&t, OTHER, 7200000, r.port.now));
    fetch(&r, "G");
    r.port.now += 7100000;
    if (refused) {
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(talk_was(&r, "GP") && talk_clean(&t));
    } else {
        fetch(&r, "GPG");
        CHECK(talk_keeps(&t, OTHER));
        CHECK(fimg_token_left_ms(&t, r.port.now) == 7200000);
    }
    talk_close(&r, &t);
}

/* It lives from when its reply came, however long everything else takes. */
static void test_slow(uint32_t wait_ms)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("a token that is slow to come, wait %lu",
               (unsigned long)wait_ms);
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, RIG_TOKEN, "7200");
    talk_late(&talk, 3000);
    talk_image(&talk);
    talk_late(&talk, 2000);
    talk_open(&r, &t, 200, &talk);
    r.request.wait_ms = wait_ms;
    r.port.resolve_ms = 400;
    r.port.dial_ms = 600;
    r.port.now = UINT32_MAX - 4500;
    fetch(&r, "PG");
    CHECK(rig_took(&r) == 6000);
    CHECK(fimg_token_left_ms(&t, r.port.now) == 7198000);
    talk_close(&r, &t);
}

/* One that was put there is used; one that is too old is not. */
static void test_put(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("a token that was put there");
    talk = (struct talk){ .count = 0 };
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    CHECK(fimg_token_put(&t, OTHER, 360001, r.port.now));
    fetch(&r, "G");
    CHECK(talk_count(&r, "Bearer " OTHER) == 1 && talk_keeps(&t, OTHER));
    talk_close(&r, &t);

    check_case("a token that was put there long ago");
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, RIG_TOKEN, "7200");
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    CHECK(fimg_token_put(&t, OTHER, 7200000, r.port.now));
    r.port.now += 7020000;
    fetch(&r, "PG");
    CHECK(talk_count(&r, OTHER) == 0 && talk_keeps(&t, RIG_TOKEN));
    talk_close(&r, &t);

    check_case("a token that is given counts more");
    talk = (struct talk){ .count = 0 };
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    r.request.token = RIG_TOKEN;
    fetch(&r, "G");
    CHECK(talk_count(&r, "Bearer " RIG_TOKEN) == 1 && talk_clean(&t));
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(ways) * COUNT(waits); i++)
        test_way(i / COUNT(waits), waits[i % COUNT(waits)]);
    test_pieces();
    for (size_t i = 0; i < COUNT(waits); i++)
        test_slow(waits[i]);
    test_margin(0, 0, "7200", 7020000);
    test_margin(UINT32_MAX - 1000, 0, "7200", 7020000);
    test_margin(0x7fffffff - 7000000, 600000, "7140", 6540000);
    test_margin(UINT32_MAX - 5000, 0, "10", 5000);
    test_renewal(false);
    test_renewal(true);
    test_put();
    return check_exit("session/token");
}
