/*
 * test_token_shared.c: two objects with one token: one of them fetches it, the
 * other waits and goes on with it, whatever becomes of the first.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "pair.h"

#define FIRST "t-the_first_token_1234567890"
#define SECOND "t-the_second_token_0987654321"

/* What the server of each says. */
static struct talk talks[2];

static void begin_talks(void)
{
    talks[0] = talks[1] = (struct talk){ .count = 0 };
}

/* Both start at once: who is first fetches, and the other meets its token. */
static void test_one_fetches(uint32_t late_ms, unsigned first)
{
    struct pair p;
    unsigned other = !first;

    check_case("object %u fetches, the token comes after %lu ms", first,
               (unsigned long)late_ms);
    begin_talks();
    talk_token(&talks[first], FIRST, "7200");
    talk_late(&talks[first], late_ms);
    talk_image(&talks[first]);
    talk_image(&talks[other]);
    pair_open(&p, &talks[0], &talks[1]);
    pair_start(&p);
    pair_turn(&p, first);
    CHECK(p.token->fetcher == p.r[first]->f);
    for (unsigned i = 0; i < 3; i++) {
        pair_turn(&p, other);
        CHECK(p.r[other]->result == FIMG_PENDING);
        CHECK(fimg_report(p.r[other]->f)->stage == FIMG_STAGE_RETRY);
        CHECK(fimg_report(p.r[other]->f)->attempts == 0);
        CHECK(fimg_wants(p.r[other]->f) == FIMG_WANTS_NOTHING);
        CHECK(fimg_next_ms(p.r[other]->f) > 0);
        CHECK(fimg_next_ms(p.r[other]->f) <= 100);
        CHECK(p.r[other]->port.dials == 0 && p.r[other]->port.sleeps == 0);
    }
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_NONE, FIMG_WHY_NONE);
    CHECK(talk_was(p.r[first], "PG") && talk_was(p.r[other], "G"));
    CHECK(talk_count(p.r[other], "Bearer " FIRST) == 1);
    CHECK(fimg_report(p.r[other]->f)->attempts == 1);
    CHECK(rig_took(p.r[other]) <= late_ms + 100);
    CHECK(talk_keeps(p.token, FIRST));
    pair_close(&p);
}

/* Who waits is held to his own time limit, and by wait_ms. */
static void test_waiting(uint32_t wait_ms, uint32_t total_ms)
{
    struct pair p;

    check_case("waiting for another's token, wait %lu, total %lu",
               (unsigned long)wait_ms, (unsigned long)total_ms);
    begin_talks();
    talk_token(&talks[0], FIRST, "7200");
    talk_image(&talks[1]);
    pair_open(&p, &talks[0], &talks[1]);
    p.r[1]->request.wait_ms = wait_ms;
    p.r[1]->request.total_ms = total_ms;
    p.r[1]->request.retry_max = 5;
    pair_start(&p);
    pair_turn(&p, 0);
    (void)rig_run(p.r[1], UINT64_MAX); /* the first has no turn meanwhile */
    rig_end(p.r[1]);
    rig_expect(p.r[1], FIMG_WHY_TOTAL_LIMIT);
    CHECK(rig_took(p.r[1]) <= total_ms && rig_took(p.r[1]) + 100 >= total_ms);
    CHECK(p.r[1]->port.dials == 0 && p.r[1]->port.calls <= 4);
    CHECK(p.token->fetcher == p.r[0]->f);
    p.r[0]->port.now = p.r[1]->port.now;
    fimg_close(p.r[0]->f);
    pair_close(&p);
}

/* What the first does instead of fetching on, after so many calls. */
enum leave { FINISH, CLOSE, START_GIVEN, START_UNFIT, STARTS };

static void leave(struct rig *r, enum leave how)
{
    static struct fimg_request other;

    other = r->request;
    if (how == FINISH)
        fimg_finish(r->f);
    if (how == CLOSE)
        fimg_close(r->f);
    if (how == START_GIVEN) {
        other.token = SECOND;
        CHECK(fimg_start(r->f, &other) == FIMG_OK);
    }
    if (how == START_UNFIT) {
        other.image_key = "";
        CHECK(fimg_start(r->f, &other) == FIMG_ERR_REQUEST);
    }
    CHECK(other.token_from->fetcher != r->f);
}

static bool test_leaving(unsigned calls, enum leave how)
{
    struct pair p;
    bool came;

    check_case("the one that fetches leaves after %u calls, way %d", calls,
               (int)how);
    begin_talks();
    talk_token(&talks[0], FIRST, "7200");
    talk_late(&talks[0], 200);
    talk_token(&talks[1], SECOND, "7200");
    talk_image(&talks[1]);
    pair_open(&p, &talks[0], &talks[1]);
    talks[0].steps[2].piece = 30; /* the reply comes bit by bit */
    p.r[0]->port.gap_ms = 1;
    pair_start(&p);
    pair_turn(&p, 0);
    pair_turn(&p, 1);
    for (unsigned i = 0; i < calls; i++)
        pair_turn(&p, 0), pair_pass(&p, 0);
    came = p.token->len > 0;
    leave(p.r[0], how);
    CHECK(came ? talk_keeps(p.token, FIRST) : talk_clean(p.token));
    if (came) /* the other's server has only this to say */
        p.r[1]->port.peer.script[0] = talks[1].steps + 2;
    pair_finish(&p, 1);
    rig_expect(p.r[1], FIMG_WHY_NONE);
    CHECK(talk_was(p.r[1], came ? "G" : "PG"));
    CHECK(talk_keeps(p.token, came ? FIRST : SECOND));
    pair_close(&p);
    return !came;
}

/* The first one fails: the other tries for itself. */
static void test_failing(void)
{
    static const struct {
        const char *name;
        int http_status;
        long code;
        uint8_t retry_max;
        const char *order; /* what the first asked for in the end */
    } rows[] = {
        { "refused", 200, 10014, 3, "P" },
        { "refused with a 503", 503, 0, 0, "P" },
        { "refused with a 503, and waits", 503, 0, 1, "PG" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair p;

        check_case("the one that fetches is %s", rows[i].name);
        begin_talks();
        talk_refuse(&talks[0], rows[i].http_status, rows[i].code);
        talk_image(&talks[0]);
        talk_token(&talks[1], SECOND, "7200");
        talk_image(&talks[1]);
        pair_open(&p, &talks[0], &talks[1]);
        p.r[0]->request.retry_max = rows[i].retry_max;
        pair_start(&p);
        pair_turn(&p, 0);
        pair_run(&p);
        pair_expect(&p,
                    rows[i].retry_max == 1 ? FIMG_WHY_NONE : FIMG_WHY_REFUSED,
                    FIMG_WHY_NONE);
        CHECK(talk_was(p.r[0], rows[i].order) && talk_was(p.r[1], "PG"));
        CHECK(talk_keeps(p.token, SECOND));
        pair_close(&p);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (unsigned first = 0; first < 2; first++) {
        test_one_fetches(0, first);
        test_one_fetches(1, first);
        test_one_fetches(5000, first);
    }
    test_waiting(FIMG_WAIT, 7000);
    test_waiting(0, 7000);
    test_waiting(50, 7000);
    test_waiting(FIMG_WAIT, 10);
    for (int how = 0; how < STARTS; how++)
        for (unsigned n = 0; test_leaving(n, (enum leave)how); n++)
            continue;
    test_failing();
    return check_exit("session/token_shared");
}
