/*
 * test_token_outage.c: no new token is to be had when the old one comes to its
 * margin: then that one does as long as it lives.
 */
#include "check.h"
#include "pair.h"

#define LIFE_MS 7200000u
#define MARGIN_MS 180000u
#define OTHER "t-another_token_1234567890"
#define SECOND "t-the_second_token_0987654321"

/* How the endpoint fails; what is asked in all, and does the old one do? */
static const struct {
    const char *name;
    const char *head; /* NULL: nothing comes */
    const char *body;
    const char *order;
    bool does;
    enum fimg_reason reason; /* else */
} rows[] = {
    { "lost", NULL, NULL, "PG", true, FIMG_WHY_NONE },
    { "500", "500 X\r\n", "<html>", "PG", true, FIMG_WHY_NONE },
    { "503 and words", "503 X\r\n", "{\"code\":5,\"msg\":\"busy\"}", "PG", true,
      FIMG_WHY_NONE },
    { "400", "400 X\r\n", "{\"code\":10014}", "PG", true, FIMG_WHY_NONE },
    { "302", "302 X\r\nLocation: /\r\n", "", "PG", true, FIMG_WHY_NONE },
    { "a refusal in a 200", OK_200, "{\"code\":10014}", "P", false,
      FIMG_WHY_REFUSED },
    { "no token in a 200", OK_200, "{\"code\":0}", "P", false,
      FIMG_WHY_TOKEN_REPLY },
};

static void test_row(size_t i, uint32_t left_ms, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_token t;
    bool does = rows[i].does && left_ms > 0;

    check_case("outage: %s, %lu ms left, wait %lu", rows[i].name,
               (unsigned long)left_ms, (unsigned long)wait_ms);
    first = second = (struct talk){ .count = 0 };
    if (rows[i].head)
        talk_reply(&first, rows[i].head, rows[i].body);
    else
        talk_do(&first, PEER_REQUEST, 1);
    talk_do(&first, PEER_FIN, 0);
    talk_image(&second);
    talk_open(&r, &t, 200, &first);
    r.port.peer.script[1] = second.steps;
    r.request.wait_ms = wait_ms;
    CHECK(fimg_token_put(&t, OTHER, LIFE_MS, r.port.now));
    r.port.now += LIFE_MS - left_ms;
    (void)rig_download(&r);
    if (does) {
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == 5 && talk_count(&r, "Bearer " OTHER) == 1);
        CHECK(talk_keeps(&t, OTHER));
    } else {
        CHECK(r.result < 0 && talk_count(&r, "Bearer ") == 0);
        CHECK(!rows[i].reason || fimg_report(r.f)->reason == rows[i].reason);
    }
    CHECK(talk_was(&r, does ? rows[i].order : "P"));
    CHECK(fimg_report(r.f)->attempts == 1);
    talk_close(&r, &t);
}

/* The old one is dead as well: that is the end of it. */
static void test_dead(void)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_token t;

    check_case("outage: and the old token is dead");
    first = second = (struct talk){ .count = 0 };
    talk_reply(&first, "500 X\r\n", "");
    talk_do(&first, PEER_FIN, 0);
    talk_refuse(&second, 400, 99991663);
    talk_do(&second, PEER_FIN, 0);
    talk_open(&r, &t, 200, &first);
    r.port.peer.script[1] = second.steps;
    r.port.peer.script[2] = first.steps;
    CHECK(fimg_token_put(&t, OTHER, LIFE_MS, r.port.now));
    r.port.now += LIFE_MS - MARGIN_MS;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->http_status == 500);
    CHECK(talk_was(&r, "PGP") && talk_clean(&t));
    talk_close(&r, &t);
}

/* The old one expires before it can be tried again. */
static void test_expired(void)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_token t;

    check_case("outage: and the old token expires before the next attempt");
    first = second = (struct talk){ .count = 0 };
    talk_reply(&first, "500 X\r\n", "");
    talk_do(&first, PEER_FIN, 0);
    talk_reply(&second, "503 X\r\n", "");
    talk_do(&second, PEER_FIN, 0);
    talk_open(&r, &t, 200, &first);
    r.port.peer.script[1] = second.steps;
    r.port.peer.script[2] = first.steps;
    r.request.retry_max = 5;
    CHECK(fimg_token_put(&t, OTHER, LIFE_MS, r.port.now));
    r.port.now += LIFE_MS - 900;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->http_status == 500);
    CHECK(talk_was(&r, "PGP") && fimg_report(r.f)->attempts == 2);
    talk_close(&r, &t);
}

/* Another object fetches one meanwhile: the next attempt waits for that. */
static void test_other_fetches(void)
{
    static struct talk first, second, other;
    struct pair p;

    check_case("outage: another fetches one before the next attempt");
    first = second = other = (struct talk){ .count = 0 };
    talk_reply(&first, "500 X\r\n", "");
    talk_do(&first, PEER_FIN, 0);
    talk_reply(&second, "503 X\r\n", "");
    talk_image(&second);
    talk_token(&other, SECOND, "7200");
    talk_late(&other, 3000);
    talk_image(&other);
    pair_open(&p, &first, &other);
    p.r[0]->port.peer.script[1] = second.steps;
    p.r[0]->request.retry_max = 1;
    CHECK(fimg_token_put(p.token, OTHER, MARGIN_MS, p.r[0]->port.now));
    p.r[0]->port.now += MARGIN_MS / 2;
    p.r[1]->port.now = p.r[0]->port.now;
    pair_start(&p);
    while (fimg_report(p.r[0]->f)->http_status != 503) {
        pair_turn(&p, 0);
        if (fimg_report(p.r[0]->f)->http_status != 503)
            pair_pass(&p, 0);
    }
    pair_turn(&p, 1);
    CHECK(p.token->fetcher == p.r[1]->f);
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_NONE, FIMG_WHY_NONE);
    CHECK(talk_was(p.r[0], "PGG") && talk_was(p.r[1], "PG"));
    CHECK(talk_count(p.r[0], "Bearer " OTHER) == 1);
    CHECK(talk_count(p.r[0], "Bearer " SECOND) == 1);
    CHECK(fimg_report(p.r[0]->f)->attempts == 2);
    pair_close(&p);
}

int main(int argc, char **argv)
{
    static const uint32_t left[] = { MARGIN_MS, 1, 0 };

    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows) * COUNT(left); i++) {
        test_row(i / COUNT(left), left[i % COUNT(left)], FIMG_WAIT);
        test_row(i / COUNT(left), left[i % COUNT(left)], 0);
    }
    test_dead();
    test_expired();
    test_other_fetches();
    return check_exit("session/token_outage");
}
