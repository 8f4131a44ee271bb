/*
 * test_token_taken.c: two objects with one token that is dead, or renewed,
 * while the other uses it, at every moment of that.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "pair.h"

#define FIRST "t-the_first_token_1234567890"
#define SECOND "t-the_second_token_0987654321"

static struct talk talks[2];

static void begin_talks(void)
{
    talks[0] = talks[1] = (struct talk){ .count = 0 };
}

static void open_pair(struct pair *p)
{
    pair_open(p, &talks[0], &talks[1]);
    CHECK(fimg_token_put(p->token, FIRST, 7200000, p->r[0]->port.now));
}

/* The first finds it dead; the other's refusal comes so much later. */
static void test_both_refused(uint32_t renewal_ms, uint32_t later_ms)
{
    struct pair p;

    check_case("both are refused, %lu ms apart, renewal takes %lu ms",
               (unsigned long)later_ms, (unsigned long)renewal_ms);
    begin_talks();
    talk_refuse(&talks[0], 400, 99991663);
    talk_late(&talks[0], 100);
    talk_token(&talks[0], SECOND, "7200");
    talk_late(&talks[0], renewal_ms);
    talk_image(&talks[0]);
    talk_refuse(&talks[1], 400, 99991663);
    talk_late(&talks[1], 100 + later_ms);
    talk_image(&talks[1]);
    open_pair(&p);
    pair_start(&p);
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_NONE, FIMG_WHY_NONE);
    CHECK(talk_was(p.r[0], "GPG") && talk_was(p.r[1], "GG"));
    CHECK(talk_count(p.r[0], "Bearer " SECOND) == 1);
    CHECK(talk_count(p.r[1], "Bearer " FIRST) == 1);
    CHECK(talk_count(p.r[1], "Bearer " SECOND) == 1);
    CHECK(fimg_report(p.r[1]->f)->attempts == 1);
    CHECK(talk_keeps(p.token, SECOND));
    pair_close(&p);
}

/* The first finds it dead while the other is still on its way. */
static void test_still_connecting(uint32_t dial_ms, uint32_t renewal_ms)
{
    struct pair p;

    check_case("dead while the other connects for %lu ms, renewal takes %lu ms",
               (unsigned long)dial_ms, (unsigned long)renewal_ms);
    begin_talks();
    talk_refuse(&talks[0], 400, 99991663);
    talk_late(&talks[0], 100);
    talk_token(&talks[0], SECOND, "7200");
    talk_late(&talks[0], renewal_ms);
    talk_image(&talks[0]);
    talk_image(&talks[1]);
    open_pair(&p);
    p.r[1]->port.dial_ms = dial_ms;
    pair_start(&p);
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_NONE, FIMG_WHY_NONE);
    CHECK(talk_was(p.r[0], "GPG") && talk_was(p.r[1], "G"));
    CHECK(talk_count(p.r[1], "Bearer " SECOND "\r\n") == 1);
    CHECK(fimg_report(p.r[1]->f)->attempts == 1);
    CHECK(p.r[1]->port.connects == 1);
    pair_close(&p);
}

/* Both are refused; the renewal brings the same token, or none. */
static void test_no_better(bool same)
{
    struct pair p;

    check_case("both are refused, the renewal brings %s",
               same ? "the same token" : "none");
    begin_talks();
    for (unsigned i = 0; i < 2; i++) {
        talk_refuse(&talks[i], 400, 99991663 + (int)i);
        talk_late(&talks[i], 100 + 300 * i);
        if (same)
            talk_token(&talks[i], FIRST, "7200");
        else
            talk_refuse(&talks[i], 200, 10014);
        talk_late(&talks[i], 200);
    }
    open_pair(&p);
    pair_start(&p);
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_REFUSED, FIMG_WHY_REFUSED);
    CHECK(talk_was(p.r[0], "GP") && talk_was(p.r[1], "GP"));
    CHECK(fimg_report(p.r[0]->f)->code == (same ? 99991663 : 10014));
    CHECK(fimg_report(p.r[1]->f)->code == (same ? 99991664 : 10014));
    CHECK(same ? talk_keeps(p.token, FIRST) : talk_clean(p.token));
    pair_close(&p);
}

/* Who has fetched a token holds nobody up while its image takes its time. */
static void test_slow_image(void)
{
    struct pair p;

    check_case("dead while the one that fetched it has a slow image");
    begin_talks();
    talk_token(&talks[0], FIRST, "7200");
    talk_image(&talks[0]);
    talk_late(&talks[0], 10000);
    talk_refuse(&talks[1], 400, 99991663);
    talk_late(&talks[1], 100);
    talk_token(&talks[1], SECOND, "7200");
    talk_image(&talks[1]);
    pair_open(&p, &talks[0], &talks[1]);
    pair_start(&p);
    pair_until(&p, 1);
    CHECK(rig_took(p.r[1]) <= 200 && fimg_report(p.r[0]->f)->delivered == 0);
    pair_run(&p);
    pair_expect(&p, FIMG_WHY_NONE, FIMG_WHY_NONE);
    CHECK(talk_was(p.r[0], "PG") && talk_was(p.r[1], "GPG"));
    pair_close(&p);
}

/* --- at every moment ------------------------------------------------------ */

/* What another object does to the token meanwhile. */
enum taking { REPLACED, FETCHED, DROPPED, TAKINGS };

/* Tokens of 4096 characters, which take several records in a small build. */
static char one[4097], two[4097];

static bool is_whole(const struct rig *r, const char *token)
{
    const char *at = strstr(r->port.peer.request, "Bearer ");

    return at && strncmp(at + 7, token, 4096) == 0 &&
           strncmp(at + 7 + 4096, "\r\n", 2) == 0;
}

/* Another one is half through with fetching it: its reply is in the memory. */
static void begin_fetch(struct fimg_token *t, const struct fimg *fetcher)
{
    fimg_token_drop(t);
    t->fetcher = fetcher;
    memset(t->memory, '\n', t->cap);
}

static void end_fetch(struct fimg_token *t, uint32_t now)
{
    t->fetcher = NULL;
    CHECK(fimg_token_put(t, two, 7200000, now));
}

/* After so many calls the token is taken away. False if it was all over. */
static bool test_moment(enum taking taking, unsigned calls, bool fetches,
                        bool *well)
{
    static const int somebody;
    const struct fimg *fetcher = (const void *)&somebody;
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;
    bool over;

    talk = (struct talk){ .count = 0 };
    if (fetches)
        talk_oauth(&talk, two, "7200");
    talk_image(&talk);
    talk_open(&r, &t, 4608, &talk);
    r.port.window_out = 1000;
    r.port.gap_ms = 5;
    r.request.wait_ms = 0;
    CHECK(fimg_token_put(&t, one, 7200000, 0));
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    over = r.result == FIMG_OK;
    if (taking == FETCHED)
        begin_fetch(&t, fetcher);
    else
        fimg_token_drop(&t);
    if (taking == REPLACED)
        CHECK(fimg_token_put(&t, two, 7200000, r.port.now));
    for (unsigned i = 0; i < 4 && r.result == FIMG_PENDING; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    if (taking == FETCHED)
        end_fetch(&t, r.port.now);
    (void)rig_run(&r, UINT64_MAX);
    *well = r.result == FIMG_OK && !r.wrong &&
            (is_whole(&r, one) || is_whole(&r, two)) &&
            r.port.peer.requests == (fetches ? 2u : 1u);
    CHECK(fimg_report(r.f)->attempts == 1 && r.port.connects <= 2);
    talk_close(&r, &t);
    return !over;
}

static void test_moments(enum taking taking)
{
    static const char *const names[] = { "replaced", "fetched anew",
                                         "dropped" };
    unsigned n = 0;
    bool more = true;

    for (; more && n < 200; n++) {
        bool well, other = false;

        check_case("a token is %s after %u calls of another", names[taking], n);
        more = test_moment(taking, n, false, &well);
        if (taking == DROPPED) /* it goes on with this one, or fetches one */
            (void)test_moment(taking, n, true, &other);
        CHECK(well != other);
    }
    CHECK(n > 10 && n < 200);
}

/*
 * The reply names the token that was sent, which is not the one that there is
 * by now: it cannot be found in the text, so that none of the text is shown.
 */
static void test_echo(bool replaced)
{
    static struct rig r;
    static struct talk talk;
    const struct fimg_report *report;
    struct fimg_token t;

    check_case("a reply that names %s",
               replaced ? "a token replaced since" : "the token");
    talk = (struct talk){ .count = 0 };
    talk_reply(&talk, "404 X\r\n" JSON_TYPE "X-Tt-Logid: a" RIG_TOKEN "\r\n",
               "{\"code\":8,\"msg\":\"got " RIG_TOKEN "\"}");
    talk_late(&talk, 1000);
    talk_open(&r, &t, 200, &talk);
    r.request.wait_ms = 0;
    CHECK(fimg_token_put(&t, RIG_TOKEN, 7200000, r.port.now));
    CHECK(rig_start(&r) == FIMG_OK);
    for (int i = 0; i < 1000 && r.port.peer.requests == 0; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    if (replaced)
        CHECK(fimg_token_put(&t, "t-2", 7200000, r.port.now));
    (void)rig_run(&r, UINT64_MAX);
    rig_expect(&r, FIMG_WHY_REFUSED);
    report = fimg_report(r.f);
    CHECK(report->http_status == 404 && report->code == 8);
    CHECK(strstr(report->msg, RIG_TOKEN) == NULL);
    CHECK(strstr(report->log_id, RIG_TOKEN) == NULL);
    CHECK((strncmp(report->msg, "got *", 5) == 0) == !replaced);
    CHECK((report->log_id[0] == 'a') == !replaced);
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    static const uint32_t times[] = { 0, 1, 30, 500 };

    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(times) * COUNT(times); i++) {
        test_both_refused(times[i / COUNT(times)], times[i % COUNT(times)]);
        test_still_connecting(101 + times[i / COUNT(times)],
                              times[i % COUNT(times)]);
    }
    test_no_better(true);
    test_no_better(false);
    test_slow_image();
    test_echo(false);
    test_echo(true);
    memset(one, '1', sizeof one - 1);
    memset(two, '2', sizeof two - 1);
    for (int taking = 0; taking < TAKINGS; taking++)
        test_moments((enum taking)taking);
    return check_exit("session/token_taken");
}
