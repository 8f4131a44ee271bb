/*
 * test_token_signs.c: by which refusals a dead token is told, and by which not.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

#define FIRST "t-the_first_token_1234567890"
#define SECOND "t-the_second_token_0987654321"

#define STALLED                                                                \
    "HTTP/1.1 401 X\r\nContent-Length: "                                       \
    "90\r\n\r\n{\"code\":99991663,\"msg\":\"\""

static const uint32_t waits[] = { FIMG_WAIT, 0, 1 };

/* Each sign of a dead token, whatever status it comes with. */
static void test_signs(void)
{
    static const int32_t codes[] = { 4001,     234002,   99991663,
                                     99991664, 99991665, 99991668,
                                     99991671, 99991677, 0 };
    static const int statuses[] = { 401, 400, 200, 403 };
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    for (size_t i = 0; i < COUNT(codes) * COUNT(statuses); i++) {
        int status = statuses[i % COUNT(statuses)];
        int32_t code = codes[i / COUNT(statuses)];

        if (code == 0 && status != 401)
            continue;
        check_case("dead: code %ld in a %d", (long)code, status);
        talk = (struct talk){ .count = 0 };
        talk_refuse(&talk, status, code);
        talk_token(&talk, SECOND, "7200");
        talk_image(&talk);
        talk_open(&r, &t, 200, &talk);
        r.request.wait_ms = waits[i % COUNT(waits)];
        CHECK(fimg_token_put(&t, FIRST, 7200000, 0));
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(talk_was(&r, "GPG") && rig_took(&r) == 0);
        CHECK(talk_count(&r, "Bearer " FIRST) == 1);
        CHECK(talk_count(&r, "Bearer " SECOND) == 1);
        CHECK(fimg_report(r.f)->code == 0 && fimg_report(r.f)->msg[0] == '\0');
        talk_close(&r, &t);

        check_case("dead: code %ld in a %d, the same token", (long)code,
                   status);
        talk = (struct talk){ .count = 0 };
        talk_refuse(&talk, status, code);
        talk_token(&talk, FIRST, "7200");
        talk_image(&talk);
        talk_open(&r, &t, 200, &talk);
        CHECK(fimg_token_put(&t, FIRST, 7200000, 0));
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(talk_was(&r, "GP") && talk_keeps(&t, FIRST));
        CHECK(fimg_report(r.f)->code == code);
        CHECK(fimg_report(r.f)->http_status == status);
        CHECK(fimg_report(r.f)->delivered == 0);
        CHECK(!FIMG_ADVICE || fimg_report(r.f)->advice[0] != '\0');
        talk_close(&r, &t);
    }
}

/* Refusals that no other token would change. */
static void test_final(void)
{
    static const struct {
        int status;
        int32_t code;
    } finals[] = {
        { 400, 99991661 }, { 401, 99991661 }, { 200, 99991661 },
        { 400, 99991662 }, { 400, 99991672 }, { 400, 99991673 },
        { 403, 99991676 }, { 400, 99991679 }, { 400, 10014 },
        { 401, 12345 },    { 400, 0 },        { 403, 0 },
        { 404, 0 },        { 400, 234007 },
    };
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    for (size_t i = 0; i < COUNT(finals); i++) {
        check_case("not dead: code %ld in a %d", (long)finals[i].code,
                   finals[i].status);
        talk = (struct talk){ .count = 0 };
        talk_refuse(&talk, finals[i].status, finals[i].code);
        talk_token(&talk, SECOND, "7200");
        talk_image(&talk);
        talk_open(&r, &t, 200, &talk);
        r.request.retry_max = 2;
        CHECK(fimg_token_put(&t, FIRST, 7200000, 0));
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(talk_was(&r, "G") && talk_keeps(&t, FIRST));
        CHECK(fimg_report(r.f)->code == finals[i].code);
        talk_close(&r, &t);
    }

    check_case("not dead: a refusal that stalls");
    talk = (struct talk){ .count = 0 };
    talk_raw(&talk, STALLED, sizeof STALLED - 1);
    talk_open(&r, &t, 200, &talk);
    CHECK(fimg_token_put(&t, FIRST, 7200000, 0));
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_IDLE_LIMIT);
    CHECK(talk_was(&r, "G") && talk_keeps(&t, FIRST));
    talk_close(&r, &t);

    check_case("not ours: a given token is not renewed");
    talk = (struct talk){ .count = 0 };
    talk_refuse(&talk, 401, 99991663);
    talk_token(&talk, SECOND, "7200");
    talk_open(&r, &t, 200, &talk);
    r.request.token = RIG_TOKEN;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(talk_was(&r, "G") && talk_clean(&t));
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_signs();
    test_final();
    return check_exit("session/token_signs");
}
