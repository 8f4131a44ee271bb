/*
 * test_message.c: images and files of messages: what is asked for, how large
 * they may be, and how the server refuses them.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

#define MESSAGE "om_dc13264520392913993dd051dba21dcf"
#define PATH "/open-apis/im/v1/messages/" MESSAGE "/resources/img_v3_0001_key"

static void open_rig(struct rig *r, const struct talk *talk)
{
    rig_open(r, talk->steps);
    r->request.message_id = MESSAGE;
    r->expect = "hello";
    r->expect_len = 5;
}

/* What the server is asked, and where. */
static void test_paths(void)
{
    static const struct {
        const char *name;
        const char *message, *prefix;
        bool file;
        const char *line;
    } rows[] = {
        { "image", MESSAGE, NULL, false, "GET " PATH "?type=image HTTP/1.1" },
        { "file", MESSAGE, NULL, true, "GET " PATH "?type=file HTTP/1.1" },
        { "file, with a prefix", MESSAGE, "/gate", true,
          "GET /gate" PATH "?type=file HTTP/1.1" },
        { "no message", NULL, NULL, false,
          "GET /open-apis/im/v1/images/img_v3_0001_key HTTP/1.1" },
        { "no message, but a file", NULL, NULL, true,
          "GET /open-apis/im/v1/images/img_v3_0001_key HTTP/1.1" },
    };
    static struct rig r;
    static struct talk talk;

    talk = (struct talk){ .count = 0 };
    talk_image(&talk);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("message: %s", rows[i].name);
        open_rig(&r, &talk);
        r.request.message_id = rows[i].message;
        r.request.prefix = rows[i].prefix;
        r.request.file = rows[i].file;
        r.request.wait_ms = i % 2 ? 0 : FIMG_WAIT;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(strncmp(r.port.peer.request, rows[i].line,
                      strlen(rows[i].line)) == 0);
        CHECK(strstr(r.port.peer.request, "\r\nRange:") == NULL);
        CHECK(talk_count(&r, "Bearer " RIG_TOKEN "\r\n") == 1);
        rig_close(&r);
    }
}

/* One after the other on one connection, whatever they are of. */
static void test_mixed(void)
{
    static struct rig r;
    static struct talk talk;

    check_case("message: image, file and an app's own on one connection");
    talk = (struct talk){ .count = 0 };
    for (unsigned i = 0; i < 3; i++)
        talk_image(&talk);
    open_rig(&r, &talk);
    for (unsigned i = 0; i < 3; i++) {
        r.request.file = i == 1;
        r.request.message_id = i < 2 ? MESSAGE : NULL;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
    }
    CHECK(talk_count(&r, "?type=image") == 1);
    CHECK(talk_count(&r, "?type=file") == 1);
    CHECK(talk_count(&r, "/images/") == 1);
    CHECK(r.port.connects == (RIG_KEEPS ? 1 : 3));
    rig_close(&r);
}

/* Message ids that must never reach the wire. */
static void test_unfit(void)
{
    static const char *const unfit[] = { "",
                                         "om_1/x",
                                         "om_1?type=file",
                                         "om_1%2f",
                                         "om_1\r\nX: y",
                                         "om_1 x",
                                         "..",
                                         "-om",
                                         "om_1#x",
                                         "om_\xc3\xa4",
                                         "om_1\x7f" };
    static struct rig r;
    static struct talk talk;

    talk = (struct talk){ .count = 0 };
    talk_image(&talk);
    for (size_t i = 0; i < COUNT(unfit); i++) {
        check_case("message: id %u is unfit", (unsigned)i);
        open_rig(&r, &talk);
        r.request.message_id = unfit[i];
        CHECK(rig_download(&r) == FIMG_ERR_REQUEST);
        rig_expect(&r, FIMG_WHY_MESSAGE);
        CHECK(r.port.calls == 0 && !r.port.dials);
        rig_close(&r);
    }
}

/* --- how large ------------------------------------------------------------ */

/* A length that is announced, or chunks of it that go on and on. */
static void test_size(const char *name, const char *message, uint32_t max_size,
                      uint32_t length, bool fits)
{
    static struct rig r;
    static struct talk talk;
    char head[100];

    check_case("size: %s, %lu bytes, at most %lu", name, (unsigned long)length,
               (unsigned long)max_size);
    talk = (struct talk){ .count = 0 };
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n",
                   (unsigned long)length);
    talk_raw(&talk, head, strlen(head));
    talk_do(&talk, PEER_SEND, 100);
    open_rig(&r, &talk);
    r.request.message_id = message;
    r.request.max_size = max_size;
    r.request.wait_ms = 0;
    r.expect = NULL;
    CHECK(rig_start(&r) == FIMG_OK);
    (void)rig_run(&r, 100);
    if (fits)
        CHECK(r.result == 100 && r.stored == 100 && !r.wrong);
    else
        rig_expect(&r, FIMG_WHY_TOO_LARGE);
    CHECK(fimg_report(r.f)->length == length);
    rig_close(&r);
}

static void test_sizes(void)
{
    test_size("by default", MESSAGE, 0, 104857600, true);
    test_size("by default", MESSAGE, 0, 104857601, false);
    test_size("by default", NULL, 0, 10485760, true);
    test_size("by default", NULL, 0, 10485761, false);
    test_size("its own", MESSAGE, 5000, 5000, true);
    test_size("its own", MESSAGE, 5000, 5001, false);
    test_size("its own", MESSAGE, 200000000, 104857601, true);
    test_size("all", MESSAGE, UINT32_MAX, UINT32_MAX - 1, true);
    test_size("all", MESSAGE, UINT32_MAX, UINT32_MAX, false);
}

/* --- refusals ------------------------------------------------------------- */

static const struct {
    int http_status;
    int32_t code;
    unsigned attempts; /* of three that there may be */
} refusals[] = {
    { 400, 230110, 1 }, { 400, 234001, 1 }, { 400, 234003, 1 },
    { 400, 234004, 1 }, { 400, 234009, 1 }, { 400, 234019, 3 },
    { 400, 234037, 1 }, { 400, 234038, 1 }, { 400, 234040, 1 },
    { 400, 234041, 1 }, { 400, 234042, 1 }, { 400, 234043, 1 },
    { 401, 234002, 1 }, { 200, 234004, 1 }, { 200, 234019, 3 },
    { 503, 0, 3 },      { 429, 0, 3 },      { 404, 0, 1 },
};

static void test_refusals(void)
{
    static struct rig r;
    static struct talk talk;

    for (size_t i = 0; i < COUNT(refusals); i++) {
        const struct fimg_report *report;

        check_case("refusal: HTTP %d, code %ld", refusals[i].http_status,
                   (long)refusals[i].code);
        talk = (struct talk){ .count = 0 };
        for (unsigned n = 0; n < 3; n++)
            talk_refuse(&talk, refusals[i].http_status, refusals[i].code);
        open_rig(&r, &talk);
        r.request.retry_max = 2;
        r.request.file = i % 2;
        r.request.wait_ms = i % 3 ? FIMG_WAIT : 0;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        report = fimg_report(r.f);
        CHECK(report->code == refusals[i].code);
        CHECK(report->http_status == refusals[i].http_status);
        CHECK(report->attempts == refusals[i].attempts);
        CHECK(r.port.peer.requests == refusals[i].attempts);
        CHECK(rig_took(&r) >= (refusals[i].attempts - 1) * 1500);
        CHECK(!FIMG_ADVICE || report->advice[0] != '\0');
        CHECK(r.stored == 0 && (r.port.state == PORT_OPEN) == RIG_KEEPS);
        rig_close(&r);
    }

    check_case("refusal: code 234019, then the image");
    talk = (struct talk){ .count = 0 };
    talk_refuse(&talk, 400, 234019);
    talk_image(&talk);
    open_rig(&r, &talk);
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 5 && rig_took(&r) >= 1000 && rig_took(&r) <= 1250);
    rig_close(&r);
}

/* A token for it is fetched and renewed as for an app's own image. */
static void test_token(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("message: with a token that is fetched, dead, and renewed");
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, "t-first", "7200");
    talk_refuse(&talk, 401, 234002);
    talk_token(&talk, "t-second", "7200");
    talk_image(&talk);
    talk_open(&r, &t, 200, &talk);
    r.request.message_id = MESSAGE;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(talk_was(&r, "PGPG") && talk_count(&r, PATH "?type=image") == 2);
    CHECK(talk_count(&r, "POST /open-apis/auth/v3/") == 2);
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_paths();
    test_mixed();
    test_unfit();
    test_sizes();
    test_refusals();
    test_token();
    return check_exit("session/message");
}
