/*
 * test_token_dead.c: a token that the server takes no longer: dropped, fetched
 * once, the image asked for once more; and what is final.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

#define FIRST "t-the_first_token_1234567890"
#define SECOND "t-the_second_token_0987654321"

static const uint32_t waits[] = { FIMG_WAIT, 0, 1 };

/* What the server says, in this order. */
enum say { NOTHING, DEAD, DEAD_TOO, REFUSE, BUSY, TOKEN1, TOKEN2, IMAGE };

struct row {
    const char *name;
    enum say says[7];
    uint8_t retry_max;
    const char *order;
    enum fimg_reason reason;
    int http_status;
    int32_t code;
    unsigned attempts;
    const char *kept; /* the token afterwards */
};

/* A download with FIRST at hand. */
static const struct row rows[] = {
    { "renewed",
      { DEAD, TOKEN2, IMAGE },
      0,
      "GPG",
      FIMG_WHY_NONE,
      200,
      0,
      1,
      SECOND },
    { "the same token again",
      { DEAD, TOKEN1, IMAGE },
      0,
      "GP",
      FIMG_WHY_REFUSED,
      400,
      99991663,
      1,
      FIRST },
    { "the same token again, tried again",
      { DEAD, TOKEN1, IMAGE, IMAGE },
      3,
      "GP",
      FIMG_WHY_REFUSED,
      400,
      99991663,
      1,
      FIRST },
    { "another one is dead, too",
      { DEAD, TOKEN2, DEAD_TOO, TOKEN1, IMAGE },
      3,
      "GPG",
      FIMG_WHY_REFUSED,
      401,
      99991677,
      1,
      SECOND },
    { "another one is refused for something else",
      { DEAD, TOKEN2, REFUSE, IMAGE },
      3,
      "GPG",
      FIMG_WHY_REFUSED,
      400,
      234001,
      1,
      SECOND },
    { "refused for something else",
      { REFUSE, IMAGE },
      3,
      "G",
      FIMG_WHY_REFUSED,
      400,
      234001,
      1,
      FIRST },
    { "dead when asked for the second time",
      { BUSY, DEAD, TOKEN2, IMAGE },
      1,
      "GGPG",
      FIMG_WHY_NONE,
      200,
      0,
      2,
      SECOND },
    { "busy after the renewal",
      { DEAD, TOKEN2, BUSY, IMAGE },
      1,
      "GPGG",
      FIMG_WHY_NONE,
      200,
      0,
      2,
      SECOND },
    { "busy after the renewal, then dead again",
      { DEAD, TOKEN2, BUSY, DEAD_TOO, TOKEN1, IMAGE },
      5,
      "GPGG",
      FIMG_WHY_REFUSED,
      401,
      99991677,
      2,
      SECOND },
    { "no token to be had",
      { DEAD, REFUSE, IMAGE },
      5,
      "GP",
      FIMG_WHY_REFUSED,
      400,
      234001,
      1,
      "" },
    { "no token to be had, for the same reason",
      { DEAD, DEAD, TOKEN2, IMAGE },
      5,
      "GP",
      FIMG_WHY_REFUSED,
      400,
      99991663,
      1,
      "" },
    { "the endpoint is busy",
      { DEAD, BUSY, IMAGE },
      0,
      "GP",
      FIMG_WHY_REFUSED,
      503,
      0,
      1,
      "" },
    { "the endpoint is busy at first",
      { DEAD, BUSY, TOKEN2, IMAGE },
      1,
      "GPPG",
      FIMG_WHY_NONE,
      200,
      0,
      2,
      SECOND },
    { "the endpoint is busy, then the same token",
      { DEAD, BUSY, TOKEN1, IMAGE },
      1,
      "GPP",
      FIMG_WHY_REFUSED,
      400,
      99991663,
      2,
      FIRST },
};

static void say(struct talk *t, enum say what)
{
    if (what == DEAD)
        talk_refuse(t, 400, 99991663);
    if (what == DEAD_TOO)
        talk_refuse(t, 401, 99991677);
    if (what == REFUSE)
        talk_refuse(t, 400, 234001);
    if (what == BUSY)
        talk_refuse(t, 503, 0);
    if (what == TOKEN1)
        talk_token(t, FIRST, "7200");
    if (what == TOKEN2)
        talk_token(t, SECOND, "7200");
    if (what == IMAGE)
        talk_image(t);
}

static void check_row(const struct rig *r, const struct row *row)
{
    const struct fimg_report *report = fimg_report(r->f);

    rig_expect(r, row->reason);
    CHECK(talk_was(r, row->order));
    CHECK(report->http_status == row->http_status);
    CHECK(report->code == row->code && report->attempts == row->attempts);
    CHECK(r->stored == (row->reason ? 0u : 5u));
    if (check.failed)
        printf("     HTTP %d, code %ld, %d attempts\n", report->http_status,
               (long)report->code, report->attempts);
}

static void test_row(const struct row *row, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("row 106: dead: %s, wait %lu", row->name,
               (unsigned long)wait_ms);
    talk = (struct talk){ .count = 0 };
    for (size_t i = 0; row->says[i] != NOTHING; i++)
        say(&talk, row->says[i]);
    talk_open(&r, &t, 200, &talk);
    r.request.wait_ms = wait_ms;
    r.request.retry_max = row->retry_max;
    r.port.now = UINT32_MAX - 300;
    CHECK(fimg_token_put(&t, FIRST, 7200000, r.port.now));
    (void)rig_download(&r);
    check_row(&r, row);
    CHECK(row->kept[0] ? talk_keeps(&t, row->kept) : talk_clean(&t));
    CHECK(r.port.connects == 1);
    talk_close(&r, &t);
}

/* A row of downloads: each has one renewal of its own. */
static void test_row_of(void)
{
    static const enum say says[] = { DEAD,     TOKEN2, IMAGE,  DEAD, TOKEN2,
                                     DEAD,     TOKEN1, IMAGE,  DEAD, TOKEN2,
                                     DEAD_TOO, IMAGE,  NOTHING };
    static const struct row wanted[] = {
        { "", { NOTHING }, 0, "GPG", FIMG_WHY_NONE, 200, 0, 1, SECOND },
        { "",
          { NOTHING },
          0,
          "GPGGP",
          FIMG_WHY_REFUSED,
          400,
          99991663,
          1,
          SECOND },
        { "", { NOTHING }, 0, "GPGGPGPG", FIMG_WHY_NONE, 200, 0, 1, FIRST },
        { "",
          { NOTHING },
          0,
          "GPGGPGPGGPG",
          FIMG_WHY_REFUSED,
          401,
          99991677,
          1,
          SECOND },
        { "",
          { NOTHING },
          0,
          "GPGGPGPGGPGG",
          FIMG_WHY_NONE,
          200,
          0,
          1,
          SECOND },
    };
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    talk = (struct talk){ .count = 0 };
    for (size_t i = 0; says[i] != NOTHING; i++)
        say(&talk, says[i]);
    talk_open(&r, &t, 200, &talk);
    CHECK(fimg_token_put(&t, FIRST, 7200000, 0));
    for (size_t i = 0; RIG_KEEPS && i < COUNT(wanted); i++) {
        check_case("dead: download %u of a row", (unsigned)i + 1);
        (void)rig_download(&r);
        check_row(&r, &wanted[i]);
        CHECK(talk_keeps(&t, wanted[i].kept) && r.port.connects == 1);
    }
    talk_close(&r, &t);
}

/* A token that has just come can be dead as well. */
static void test_fetched(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    for (unsigned again = 0; again < 2; again++) {
        check_case("dead: one that has just come, then %s",
                   again ? "the same again" : "another one");
        talk = (struct talk){ .count = 0 };
        talk_token(&talk, FIRST, "7200");
        talk_refuse(&talk, 400, 99991663);
        talk_token(&talk, again ? FIRST : SECOND, "7200");
        talk_image(&talk);
        talk_open(&r, &t, 200, &talk);
        r.request.wait_ms = again ? 0 : FIMG_WAIT;
        (void)rig_download(&r);
        rig_expect(&r, again ? FIMG_WHY_REFUSED : FIMG_WHY_NONE);
        CHECK(talk_was(&r, again ? "PGP" : "PGPG"));
        CHECK(fimg_report(r.f)->attempts == 1);
        talk_close(&r, &t);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows) * COUNT(waits); i++)
        test_row(&rows[i / COUNT(waits)], waits[i % COUNT(waits)]);
    test_row_of();
    test_fetched();
    return check_exit("session/token_dead");
}
