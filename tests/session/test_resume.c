/*
 * test_resume.c: a download that was broken off goes on where it stopped: in
 * another start, after a restart, at every byte.
 */
#include <string.h>

#include "check.h"
#include "parts.h"

static const uint32_t waits[] = { FIMG_WAIT, 0, 1 };

/* How a rest may end. */
static const struct {
    const char *name;
    const char *field;
    enum peer_do then;
} framings[] = {
    { "length", NULL, PEER_REST },
    { "chunked", CHUNKED_FIELD, PEER_REST },
    { "no length", "", PEER_NOTIFY },
};

/* The fields of a right answer to a request for what is behind `from`. */
static const char *rest_fields(size_t from, const char *framing)
{
    static char fields[400];
    char length[40];

    (void)snprintf(length, sizeof length, "Content-Length: %lu\r\n",
                   (unsigned long)(PARTS_LEN - from));
    (void)snprintf(fields, sizeof fields,
                   "206 Partial\r\n" ETAG(V1) "Content-Range: bytes "
                                              "%lu-%d/%d\r\n%s",
                   (unsigned long)from, PARTS_LEN - 1, PARTS_LEN,
                   framing ? framing : length);
    return fields;
}

/* The first `stop` bytes and a lost connection; then the rest. */
static void test_two_parts(size_t stop, size_t framing, bool file,
                           uint32_t wait_ms)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_resume resume = { 0 }, kept;
    const struct fimg_report *report;
    char asked[100];

    check_case("a %s in two parts, %lu bytes first, %s, wait %lu",
               file ? "file" : "image", (unsigned long)stop,
               framings[framing].name, (unsigned long)wait_ms);
    first = second = (struct talk){ .count = 0 };
    parts_say(&first, "200 OK\r\n" BYTES_FIELD ETAG(V1) LENGTH("2000"), 0,
              stop);
    talk_do(&first, PEER_FIN, 0);
    parts_say(&second, rest_fields(stop, framings[framing].field), stop,
              PARTS_LEN - stop);
    talk_do(&second, framings[framing].then, 0);
    parts_open(&r, &first, file ? "om_1" : NULL, file, &resume);
    r.request.wait_ms = wait_ms;
    r.cap = 700;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_LOST);
    CHECK(parts_is(&resume, (uint32_t)stop, PARTS_LEN, V1));
    rig_close(&r);

    kept = resume; /* all that a device keeps over a restart */
    memset(&resume, 0xa5, sizeof resume);
    resume = kept;
    parts_open(&r, &second, file ? "om_1" : NULL, file, &resume);
    r.request.wait_ms = wait_ms;
    r.cap = 300;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    report = fimg_report(r.f);
    CHECK(report->offset == stop && r.stored == PARTS_LEN - stop);
    CHECK(report->http_status == 206 && report->attempts == 1);
    CHECK(report->type == FIMG_TYPE_UNKNOWN);
    CHECK(report->end == (enum fimg_end)(framing == 0 ? FIMG_END_LENGTH
                                         : framing == 1
                                             ? FIMG_END_CHUNKED
                                             : FIMG_END_CLOSE_NOTIFY));
    CHECK(parts_is(&resume, PARTS_LEN, PARTS_LEN, V1));
    CHECK((r.port.state == PORT_OPEN) == (framing < 2 && RIG_KEEPS));
    (void)snprintf(asked, sizeof asked,
                   "\r\nRange: bytes=%lu-\r\nIf-Range: " V1 "\r\n\r\n",
                   (unsigned long)stop);
    CHECK(talk_count(&r, asked) == 1);
    rig_close(&r);
}

/* A part at a time, of one byte and more, until it is whole. */
static void test_many_parts(size_t part)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 0 };
    unsigned downloads = 0;

    check_case("row 85: in parts of %lu bytes", (unsigned long)part);
    for (size_t at = 0; at < PARTS_LEN && downloads < 3000; downloads++) {
        size_t left = PARTS_LEN - at, n = left < part ? left : part;

        talk = (struct talk){ .count = 0 };
        parts_say(&talk,
                  at ? rest_fields(at, NULL)
                     : "200 OK\r\n" BYTES_FIELD ETAG(V1) LENGTH("2000"),
                  at, n);
        talk_do(&talk, downloads % 2 ? PEER_RST : PEER_FIN, 0);
        parts_open(&r, &talk, NULL, false, &resume);
        (void)rig_download(&r);
        at += n;
        rig_expect(&r, at < PARTS_LEN ? FIMG_WHY_LOST : FIMG_WHY_NONE);
        CHECK(parts_is(&resume, (uint32_t)at, PARTS_LEN, V1));
        rig_close(&r);
    }
}

/* The caller ends it after so many bytes, and starts anew. */
static void test_ended(size_t after, bool closes)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_resume resume = { 0 };

    check_case("ended by fimg_%s after %lu bytes", closes ? "close" : "finish",
               (unsigned long)after);
    first = second = (struct talk){ .count = 0 };
    parts_whole(&first, V1);
    parts_say(&second, rest_fields(after, NULL), after, PARTS_LEN - after);
    parts_open(&r, &first, NULL, false, &resume);
    r.port.peer.script[1] = second.steps;
    r.cap = after;
    CHECK(rig_start(&r) == FIMG_OK);
    CHECK(rig_read(&r) == (int)after);
    if (closes)
        fimg_close(r.f);
    else
        fimg_finish(r.f);
    CHECK(parts_is(&resume, (uint32_t)after, PARTS_LEN, V1));
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->offset == after);
    CHECK(parts_is(&resume, PARTS_LEN, PARTS_LEN, V1));
    rig_close(&r);
}

/* With a token that has to be fetched, and one that is dead. */
static void test_token(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, PARTS_LEN, V1 };
    struct fimg_token t;

    check_case("with a token that is fetched, dead, and renewed");
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, "t-first", "7200");
    talk_refuse(&talk, 400, 99991663);
    talk_reply(&talk, OK_200 BYTES_FIELD ETAG(V2),
               "{\"access_token\":\"t-second\",\"expires_in\":7200}");
    parts_say(&talk, rest_fields(1000, NULL), 1000, 1000);
    talk_open(&r, &t, 200, &talk);
    r.expect = parts_image;
    r.expect_len = PARTS_LEN;
    r.request.resume = &resume;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(talk_was(&r, "PGPG") && talk_count(&r, "Range: bytes=1000-") == 2);
    CHECK(fimg_report(r.f)->offset == 1000 && r.stored == 1000);
    CHECK(parts_is(&resume, PARTS_LEN, PARTS_LEN, V1));
    talk_close(&r, &t);

    check_case("no token to be had: what there is stays");
    resume = (struct fimg_resume){ 1000, PARTS_LEN, V1 };
    talk = (struct talk){ .count = 0 };
    talk_reply(&talk, OK_200 BYTES_FIELD ETAG(V2), "{\"expire\":1}");
    talk_open(&r, &t, 200, &talk);
    r.request.resume = &resume;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TOKEN_REPLY);
    CHECK(parts_is(&resume, 1000, PARTS_LEN, V1));
    talk_close(&r, &t);
}

/* Lost or refused on the way: asked again for the same rest. */
static void test_again(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, PARTS_LEN, V1 };

    check_case("a rest that is asked for three times");
    talk = (struct talk){ .count = 0 };
    talk_refuse(&talk, 503, 0);
    talk_refuse(&talk, 429, 99991400);
    parts_say(&talk, rest_fields(1000, NULL), 1000, 1000);
    parts_open(&r, &talk, NULL, false, &resume);
    r.request.retry_max = 2;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 3 && fimg_report(r.f)->offset == 1000);
    CHECK(talk_count(&r, "Range: bytes=1000-\r\nIf-Range: " V1) == 3);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    static const size_t stops[] = { 1, 11, 12, 13, 700, 1000, 1998, 1999 };

    rig_load(argc, argv, check_that);
    parts_init();
    for (size_t i = 0; i < COUNT(stops) * COUNT(framings) * 2; i++)
        test_two_parts(stops[i / 2 / COUNT(framings)], i / 2 % COUNT(framings),
                       i % 2, waits[i % COUNT(waits)]);
    test_many_parts(1999);
    test_many_parts(700);
    test_many_parts(40);
    test_ended(1, false);
    test_ended(1500, false);
    test_ended(1500, true);
    test_token();
    test_again();
    return check_exit("session/resume");
}
