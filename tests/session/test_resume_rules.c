/*
 * test_resume_rules.c: when a rest is asked for and when not, what is kept to
 * ask for it later, and how large it may be.
 */
#include <string.h>

#include "check.h"
#include "parts.h"

#define REST(from) "206 X\r\n" RANGE(from "-1999/2000") ETAG(V1)
#define DATE "Thu, 13 Nov 2025 09:06:27 GMT"
#define DATED "Last-Modified: " DATE "\r\n"

/* --- parts that nobody asked for ------------------------------------------ */

static void test_unasked(const char *fields, struct fimg_resume *resume,
                         enum fimg_reason reason)
{
    static struct rig r;
    static struct talk talk;

    check_case("row 81: unasked: %.3s, %s", fields,
               resume ? "from the start" : "no word of a rest");
    talk = (struct talk){ .count = 0 };
    parts_say(&talk, fields, 1000, 1000);
    parts_open(&r, &talk, NULL, false, resume);
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(r.stored == 0 && fimg_report(r.f)->offset == 0);
    CHECK(talk_count(&r, "\r\nRange: ") == 0 && r.port.peer.requests == 1);
    CHECK(resume == NULL || parts_is(resume, 0, 0, ""));
    rig_close(&r);
}

/* A server that goes on like that when it is asked for the whole. */
static void test_stubborn(const char *fields, enum fimg_reason reason)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, PARTS_LEN, V2 };

    check_case("a server that only ever answers %.3s", fields);
    talk = (struct talk){ .count = 0 };
    parts_say(&talk, fields, 1000, 1000);
    parts_say(&talk, fields, 1000, 1000);
    parts_open(&r, &talk, NULL, false, &resume);
    r.request.retry_max = 5;
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(r.stored == 0 && r.port.peer.requests == 2);
    CHECK(talk_count(&r, "\r\nRange: ") == 1);
    CHECK(parts_is(&resume, 0, 0, "") && fimg_report(r.f)->offset == 0);
    rig_close(&r);
}

/* --- what cannot be asked for --------------------------------------------- */

static void test_unsendable(const char *name, struct fimg_resume resume)
{
    static struct rig r;
    static struct talk talk;

    check_case("from the start: %s", name);
    talk = (struct talk){ .count = 0 };
    parts_whole(&talk, V2);
    parts_open(&r, &talk, "om_1", true, &resume);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == PARTS_LEN && fimg_report(r.f)->offset == 0);
    CHECK(talk_count(&r, "Range:") == 0 && r.port.peer.requests == 1);
    CHECK(parts_is(&resume, PARTS_LEN, PARTS_LEN, V2));
    rig_close(&r);
}

static void test_unsendables(void)
{
    struct fimg_resume long_one = { 1000, PARTS_LEN, "" };

    test_unsendable("nothing there", (struct fimg_resume){ 0, 2000, V1 });
    test_unsendable("no validator", (struct fimg_resume){ 1000, 2000, "" });
    test_unsendable("a validator with a line end",
                    (struct fimg_resume){ 1000, 2000, "\"a\"\r\nX: y" });
    test_unsendable("a validator with 8 bits",
                    (struct fimg_resume){ 1000, 2000, "\"\xc3\xa4\"" });
    memset(long_one.validator, 'x', sizeof long_one.validator);
    test_unsendable("a validator without an end", long_one);
}

/* --- what is kept for later ----------------------------------------------- */

/* clang-format off */
static const struct {
    const char *name;
    const char *message;
    bool file;
    const char *fields;    /* of a whole image */
    const char *validator; /* what is kept of them */
    uint32_t total;
} keeps[] = {
    { "an image's ETag", NULL, false, BYTES_FIELD ETAG(V1) LENGTH("2000"), V1,
      2000 },
    { "an image's date", NULL, false, BYTES_FIELD DATED
      "Date: Thu, 13 Nov 2025 09:07:28 GMT\r\n" LENGTH("2000"), DATE, 2000 },
    { "a date as late as the reply", NULL, false, BYTES_FIELD DATED
      "Date: " DATE "\r\n" LENGTH("2000"), "", 2000 },
    { "a date of a minute ago", NULL, false, BYTES_FIELD DATED
      "Date: Thu, 13 Nov 2025 09:07:27 GMT\r\n" LENGTH("2000"), "", 2000 },
    { "a date in the future", NULL, false, BYTES_FIELD DATED
      "Date: Wed, 12 Nov 2025 09:06:27 GMT\r\n" LENGTH("2000"), "", 2000 },
    { "a date and no clock", NULL, false, BYTES_FIELD DATED LENGTH("2000"), "",
      2000 },
    { "ETag before date", NULL, false, BYTES_FIELD ETAG(V1) DATED
      LENGTH("2000"), V1, 2000 },
    { "ETag behind date", NULL, false, BYTES_FIELD DATED ETAG(V1)
      LENGTH("2000"), V1, 2000 },
    { "an image without Accept-Ranges", NULL, false, ETAG(V1) LENGTH("2000"),
      "", 2000 },
    { "an image with Accept-Ranges: none", NULL, false, "Accept-Ranges: none"
      "\r\n" ETAG(V1) LENGTH("2000"), "", 2000 },
    { "an image with a weak ETag", NULL, false, BYTES_FIELD ETAG("W/" V1)
      LENGTH("2000"), "", 2000 },
    { "an image without a validator", NULL, false, BYTES_FIELD LENGTH("2000"),
      "", 2000 },
    { "an image without a length", NULL, false, BYTES_FIELD ETAG(V1)
      CHUNKED_FIELD, V1, 0 },
    { "a message's image", "om_1", false, BYTES_FIELD ETAG(V1) LENGTH("2000"),
      V1, 2000 },
    { "a message's image without Accept-Ranges", "om_1", false, ETAG(V1)
      LENGTH("2000"), "", 2000 },
    { "a message's file", "om_1", true, ETAG(V1) LENGTH("2000"), V1, 2000 },
    { "a message's file with a weak ETag", "om_1", true, ETAG("W/" V1)
      LENGTH("2000"), "", 2000 },
    { "a file of no message is an image", NULL, true, ETAG(V1) LENGTH("2000"),
      "", 2000 },
};
/* clang-format on */

/* The first half comes; is the second one asked for as a rest? */
static void test_keep(size_t i)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_resume resume = { 0 };
    bool resumes = keeps[i].validator[0] != '\0';
    char fields[300];

    check_case("kept: %s", keeps[i].name);
    memset(resume.validator, '?', sizeof resume.validator - 1);
    first = second = (struct talk){ .count = 0 };
    (void)snprintf(fields, sizeof fields, "200 OK\r\n%s", keeps[i].fields);
    parts_say(&first, fields, 0, 1000);
    if (strstr(fields, CHUNKED_FIELD))
        first.steps[1].len -= 7; /* without its end */
    talk_do(&first, PEER_FIN, 0);
    if (resumes)
        parts_say(&second, "206 X\r\n" RANGE("1000-1999/2000") LENGTH("1000"),
                  1000, 1000);
    else
        parts_whole(&second, V2);
    parts_open(&r, &first, keeps[i].message, keeps[i].file, &resume);
    r.port.peer.script[1] = second.steps;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_LOST);
    CHECK(parts_is(&resume, 1000, keeps[i].total, keeps[i].validator));
    for (size_t n = strlen(keeps[i].validator); n < 64; n++)
        CHECK(resume.validator[n] == '\0');
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->offset == (resumes ? 1000u : 0u));
    CHECK(talk_count(&r, "\r\nRange: bytes=1000-\r\n") == resumes);
    rig_close(&r);
}

/* --- how large ------------------------------------------------------------ */

static void test_size(uint32_t max_size, const char *framing, uint32_t stored)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, PARTS_LEN, V1 };
    char fields[300];

    check_case("size: at most %lu, %s", (unsigned long)max_size, framing);
    talk = (struct talk){ .count = 0 };
    (void)snprintf(fields, sizeof fields, "%s%s", REST("1000"), framing);
    parts_say(&talk, fields, 1000, 1000);
    parts_open(&r, &talk, NULL, false, &resume);
    r.request.max_size = max_size;
    (void)rig_download(&r);
    rig_expect(&r, stored == 1000 ? FIMG_WHY_NONE : FIMG_WHY_TOO_LARGE);
    CHECK(r.stored == stored && fimg_report(r.f)->offset == 1000);
    CHECK(parts_is(&resume, 1000 + stored, PARTS_LEN, V1));
    rig_close(&r);
}

/* The last byte of the largest, by default, and one more. */
static void test_default_size(const char *message, uint32_t most)
{
    static struct rig r;
    static struct talk talk;

    for (uint32_t more = 0; more < 2; more++) {
        struct fimg_resume resume = { most + more - 1, most + more, V1 };
        char fields[200];
        char byte = (char)peer_pattern(most - 1);

        check_case("size: byte %lu by default", (unsigned long)(most + more));
        talk = (struct talk){ .count = 0 };
        (void)snprintf(fields, sizeof fields,
                       "HTTP/1.1 206 X\r\nContent-Range: bytes %lu-%lu/%lu\r\n"
                       "Content-Length: 1\r\n\r\n%c",
                       (unsigned long)most + more - 1,
                       (unsigned long)most + more - 1,
                       (unsigned long)most + more, byte);
        talk_raw(&talk, fields, strlen(fields));
        parts_open(&r, &talk, message, false, &resume);
        r.expect = NULL;
        (void)rig_download(&r);
        rig_expect(&r, more ? FIMG_WHY_TOO_LARGE : FIMG_WHY_NONE);
        CHECK(r.stored == (more ? 0u : 1u));
        rig_close(&r);
    }
}

/* --- what it looks like --------------------------------------------------- */

/* Bytes from the middle do not tell a type, whatever they look like. */
static void test_type(uint32_t offset)
{
    static const char bmp[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxBM234567890123456789";
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { offset, 0, V1 };
    char text[300];

    check_case("type: from byte %lu on", (unsigned long)offset);
    talk = (struct talk){ .count = 0 };
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 206 X\r\nContent-Range: bytes %lu-%lu/%lu\r\n\r\n"
                   "%s",
                   (unsigned long)offset, (unsigned long)offset + 19,
                   (unsigned long)offset + 20, bmp + 26);
    talk_raw(&talk, text, strlen(text));
    talk_do(&talk, PEER_NOTIFY, 0);
    talk_do(&talk, PEER_FIN, 0);
    parts_open(&r, &talk, NULL, false, &resume);
    r.expect = bmp + 26 - offset;
    r.expect_len = offset + 20;
    r.cap = offset % 2 ? 1 : 100;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->type == FIMG_TYPE_UNKNOWN && r.stored == 20);
    rig_close(&r);
}

/* A kept connection that dies on such a request: asked again, the same. */
static void test_stale(void)
{
    static struct rig r;
    static struct talk first, second;
    struct fimg_resume resume = { 0 };

    check_case("a rest on a kept connection that dies");
    first = second = (struct talk){ .count = 0 };
    parts_whole(&first, V1);
    talk_do(&first, PEER_REQUEST, 0);
    talk_do(&first, PEER_FIN, 0);
    parts_say(&second, REST("1999") LENGTH("1"), 1999, 1);
    parts_open(&r, &first, NULL, false, &resume);
    r.port.peer.script[1] = second.steps;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    resume.offset = 1999; /* as if the last byte had not been stored */
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->offset == 1999 && r.stored == 1);
    CHECK(talk_count(&r, "bytes=1999-") == (RIG_KEEPS ? 2 : 1));
    rig_close(&r);
}

int main(int argc, char **argv)
{
    struct fimg_resume none = { 0 };

    rig_load(argc, argv, check_that);
    parts_init();
    test_unasked(REST("1000") LENGTH("1000"), NULL, FIMG_WHY_HTTP_STATUS);
    test_unasked(REST("1000") LENGTH("1000"), &none, FIMG_WHY_HTTP_STATUS);
    test_unasked("416 X\r\n" LENGTH("1000"), NULL, FIMG_WHY_REFUSED);
    test_unasked("416 X\r\n" LENGTH("1000"), &none, FIMG_WHY_REFUSED);
    test_stubborn(REST("1000") LENGTH("1000"), FIMG_WHY_HTTP_STATUS);
    test_stubborn("416 X\r\n" LENGTH("1000"), FIMG_WHY_REFUSED);
    test_unsendables();
    for (size_t i = 0; i < COUNT(keeps); i++)
        test_keep(i);
    test_size(2000, LENGTH("1000"), 1000);
    test_size(1999, LENGTH("1000"), 0);
    test_size(1000, LENGTH("1000"), 0);
    test_size(999, LENGTH("1000"), 0);
    test_size(1, LENGTH("1000"), 0);
    test_size(2000, CHUNKED_FIELD, 1000);
    test_size(1999, CHUNKED_FIELD, 999);
    test_size(1001, CHUNKED_FIELD, 1);
    test_size(1000, CHUNKED_FIELD, 0);
    test_size(500, CHUNKED_FIELD, 0);
    test_default_size(NULL, 10485760);
    test_default_size("om_1", 104857600);
    for (uint32_t offset = 1; offset < 26; offset++)
        test_type(offset);
    test_stale();
    return check_exit("session/resume_rules");
}
