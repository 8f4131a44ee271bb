/*
 * test_resume_replies.c: what servers answer who are asked for a rest: it is
 * right, or everything comes from its beginning, and the caller can tell.
 */
#include <string.h>

#include "check.h"
#include "parts.h"

#define DATE "Thu, 13 Nov 2025 09:06:27 GMT"
#define RIGHT "206 Partial\r\n" RANGE("1000-1999/2000")
#define L1000 LENGTH("1000")

enum outcome {
    GOES_ON,  /* with the rest, in this reply */
    BEGINS,   /* with the first byte, in this reply */
    ASKS_ALL, /* gives up what there was, and asks again, for the whole */
    FAILS     /* for this reason; what there was stays */
};

/* The caller has 1000 bytes of 2000, by V1. */
/* clang-format off */
static const struct row {
    const char *name;
    const char *fields; /* of the reply, and what it brings */
    size_t from, len;
    enum outcome outcome;
    enum fimg_reason reason; /* where it fails */
    const char *validator;   /* afterwards */
} rows[] = {
    { "right", RIGHT ETAG(V1) L1000, 1000, 1000, GOES_ON, 0, V1 },
    { "right, without a validator", RIGHT L1000, 1000, 1000, GOES_ON, 0, V1 },
    { "right, with a date too", RIGHT "Last-Modified: " DATE "\r\n" ETAG(V1)
      L1000, 1000, 1000, GOES_ON, 0, V1 },
    { "right, a weak ETag", RIGHT ETAG("W/" V1) L1000, 1000, 1000, GOES_ON, 0,
      V1 },
    { "right, it says that it has none", RIGHT "Accept-Ranges: none\r\n" L1000,
      1000, 1000, GOES_ON, 0, V1 },
    { "right, chunked", RIGHT CHUNKED_FIELD, 1000, 1000, GOES_ON, 0, V1 },
    { "right, an image/png", RIGHT "Content-Type: image/png\r\n" L1000, 1000,
      1000, GOES_ON, 0, V1 },
    { "right, an image/jpeg", RIGHT "Content-Type: image/jpeg\r\n" L1000, 1000,
      1000, GOES_ON, 0, V1 },

    { "all of it", "200 OK\r\n" BYTES_FIELD ETAG(V1) LENGTH("2000"), 0, 2000,
      BEGINS, 0, V1 },
    { "all of it, another one", "200 OK\r\n" BYTES_FIELD ETAG(V2)
      LENGTH("2000"), 0, 2000, BEGINS, 0, V2 },
    { "all of it, no more ranges", "200 OK\r\n" ETAG(V1) LENGTH("2000"), 0,
      2000, BEGINS, 0, "" },
    { "all of it, no validator", "200 OK\r\n" BYTES_FIELD LENGTH("2000"), 0,
      2000, BEGINS, 0, "" },
    { "all of it, chunked", "200 OK\r\n" BYTES_FIELD ETAG(V2) CHUNKED_FIELD, 0,
      2000, BEGINS, 0, V2 },
    { "all of it, with a range that is not one", "200 OK\r\n" BYTES_FIELD
      ETAG(V2) RANGE("1000-1999/2000") LENGTH("2000"), 0, 2000, BEGINS, 0,
      V2 },

    { "begins a byte earlier", "206 X\r\n" RANGE("999-1999/2000") ETAG(V1)
      LENGTH("1001"), 999, 1001, ASKS_ALL, 0, V2 },
    { "begins a byte later", "206 X\r\n" RANGE("1001-1999/2000") ETAG(V1)
      LENGTH("999"), 1001, 999, ASKS_ALL, 0, V2 },
    { "begins with the first byte", "206 X\r\n" RANGE("0-1999/2000") ETAG(V1)
      LENGTH("2000"), 0, 2000, ASKS_ALL, 0, V2 },
    { "ends a byte earlier", "206 X\r\n" RANGE("1000-1998/2000") ETAG(V1)
      LENGTH("999"), 1000, 999, ASKS_ALL, 0, V2 },
    { "ends behind the end", "206 X\r\n" RANGE("1000-2000/2000") ETAG(V1)
      LENGTH("1001"), 1000, 1001, ASKS_ALL, 0, V2 },
    { "another total", "206 X\r\n" RANGE("1000-2000/2001") ETAG(V1)
      LENGTH("1001"), 1000, 1001, ASKS_ALL, 0, V2 },
    { "a smaller total", "206 X\r\n" RANGE("1000-1998/1999") ETAG(V1)
      LENGTH("999"), 1000, 999, ASKS_ALL, 0, V2 },
    { "an unknown total", "206 X\r\n" RANGE("1000-1999/*") ETAG(V1) L1000,
      1000, 1000, ASKS_ALL, 0, V2 },
    { "no Content-Range", "206 X\r\n" ETAG(V1) L1000, 1000, 1000, ASKS_ALL, 0,
      V2 },
    { "a garbled Content-Range", "206 X\r\n" RANGE("1000-1999") ETAG(V1) L1000,
      1000, 1000, ASKS_ALL, 0, V2 },
    { "another unit", "206 X\r\nContent-Range: lines 1000-1999/2000\r\n"
      ETAG(V1) L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "two ranges", "206 X\r\nContent-Type: multipart/byteranges; boundary=x"
      "\r\n" ETAG(V1) L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "two ranges and a Content-Range", RIGHT
      "Content-Type: MULTIPART/byteranges; boundary=x\r\n" ETAG(V1) L1000,
      1000, 1000, ASKS_ALL, 0, V2 },
    { "two ranges, and another type after it", RIGHT "Content-Type: multipart/"
      "byteranges\r\nContent-Type: image/jpeg\r\n" ETAG(V1) L1000, 1000, 1000,
      ASKS_ALL, 0, V2 },
    { "two ranges, by half a type", RIGHT "Content-Type: multipart/\r\n"
      ETAG(V1) L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "a type that is not quite multipart", RIGHT "Content-Type: multipart\r\n"
      ETAG(V1) L1000, 1000, 1000, GOES_ON, 0, V1 },
    { "changed", RIGHT ETAG(V2) L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "its ETag begins so", RIGHT ETAG("\"v1\"") L1000, 1000, 1000, ASKS_ALL,
      0, V2 },
    { "its ETag goes on", RIGHT ETAG("\"v1-1234567890\"x") L1000, 1000, 1000,
      ASKS_ALL, 0, V2 },
    { "another date", RIGHT "Last-Modified: " DATE "\r\n" L1000, 1000, 1000,
      ASKS_ALL, 0, V2 },
    { "a length of a byte less", RIGHT ETAG(V1) LENGTH("999"), 1000, 999,
      ASKS_ALL, 0, V2 },
    { "a length of a byte more", RIGHT ETAG(V1) LENGTH("1001"), 1000, 1001,
      ASKS_ALL, 0, V2 },
    { "a length of the whole", RIGHT ETAG(V1) LENGTH("2000"), 1000, 1000,
      ASKS_ALL, 0, V2 },
    { "a length of 0", RIGHT ETAG(V1) LENGTH("0"), 0, 0, ASKS_ALL, 0, V2 },
    { "JSON", RIGHT ETAG(V1) JSON_TYPE L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "begins a byte earlier, chunked", "206 X\r\n" RANGE("999-1999/2000")
      ETAG(V1) CHUNKED_FIELD, 999, 1001, ASKS_ALL, 0, V2 },
    { "begins a byte later, chunked", "206 X\r\n" RANGE("1001-1999/2000")
      ETAG(V1) CHUNKED_FIELD, 1001, 999, ASKS_ALL, 0, V2 },
    { "ends a byte earlier, chunked", "206 X\r\n" RANGE("1000-1998/2000")
      ETAG(V1) CHUNKED_FIELD, 1000, 999, ASKS_ALL, 0, V2 },
    { "its ETag is cut off", RIGHT ETAG("\"v1-12345") L1000, 1000, 1000,
      ASKS_ALL, 0, V2 },
    { "416 with such a range", "416 X\r\n" RANGE("1000-1999/2000") ETAG(V1)
      L1000, 1000, 1000, ASKS_ALL, 0, V2 },
    { "416", "416 X\r\n" RANGE("*/2000") LENGTH("0"), 0, 0, ASKS_ALL, 0, V2 },
    { "416 with words", "416 X\r\n" LENGTH("10"), 0, 10, ASKS_ALL, 0, V2 },
    { "416 without a length", "416 X\r\n", 0, 10, ASKS_ALL, 0, V2 },

    { "compressed", RIGHT ETAG(V1) "Content-Encoding: gzip\r\n" L1000, 1000,
      1000, FAILS, FIMG_WHY_ENCODING, V1 },
    { "404", "404 X\r\n" LENGTH("5"), 0, 5, FAILS, FIMG_WHY_REFUSED, V1 },
    { "500", "500 X\r\n" LENGTH("5"), 0, 5, FAILS, FIMG_WHY_REFUSED, V1 },
    { "302", "302 X\r\nLocation: /x\r\n" LENGTH("5"), 0, 5, FAILS,
      FIMG_WHY_HTTP_STATUS, V1 },
    { "304", "304 X\r\n" ETAG(V1) LENGTH("5"), 0, 5, FAILS,
      FIMG_WHY_HTTP_STATUS, V1 },
    { "JSON in a 200", "200 OK\r\n" ETAG(V2) JSON_TYPE LENGTH("5"), 0, 5,
      FAILS, FIMG_WHY_JSON, V1 },
    { "two lengths", RIGHT ETAG(V1) L1000 L1000, 1000, 1000, FAILS,
      FIMG_WHY_FRAMING, V1 },
    { "no bytes, chunked", RIGHT ETAG(V1) CHUNKED_FIELD, 1000, 0, FAILS,
      FIMG_WHY_EMPTY, V1 },
};
/* clang-format on */

static void check_goes_on(const struct rig *r, const struct row *row)
{
    const struct fimg_report *report = fimg_report(r->f);

    rig_expect(r, FIMG_WHY_NONE);
    CHECK(report->offset == 1000 && r->stored == 1000);
    CHECK(report->http_status == 206 && r->port.peer.requests == 1);
    CHECK(report->type == FIMG_TYPE_UNKNOWN);
    CHECK(parts_is(r->request.resume, 2000, 2000, row->validator));
}

static void check_begins(const struct rig *r, const struct row *row)
{
    const struct fimg_report *report = fimg_report(r->f);
    bool asks = row->outcome == ASKS_ALL;

    rig_expect(r, FIMG_WHY_NONE);
    CHECK(report->offset == 0 && r->stored == 2000);
    CHECK(report->http_status == 200 && report->type == FIMG_TYPE_JPEG);
    CHECK(report->attempts == 1 && report->code == 0);
    CHECK(r->port.peer.requests == (asks ? 2u : 1u));
    CHECK(talk_count(r, "\r\nRange: ") == 1);
    CHECK(parts_is(r->request.resume, 2000,
                   !asks && strstr(row->fields, CHUNKED_FIELD) ? 0 : 2000,
                   row->validator));
    CHECK(rig_took(r) == 0);
}

static void check_fails(const struct rig *r, const struct row *row)
{
    rig_expect(r, row->reason);
    CHECK(r->stored == 0 && r->port.peer.requests == 1);
    CHECK(parts_is(r->request.resume, 1000, 2000, row->validator));
}

static void test_row(const struct row *row, bool file, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk talk, whole;
    struct fimg_resume resume = { 1000, PARTS_LEN, V1 };

    check_case("row 78, 79, 80, 83, 84: rest: %s, of %s, wait %lu", row->name,
               file ? "a file" : "an image", (unsigned long)wait_ms);
    talk = whole = (struct talk){ .count = 0 };
    parts_say(&talk, row->fields, row->from, row->len);
    parts_whole(&talk, V2); /* whether the connection is kept or not */
    parts_whole(&whole, V2);
    parts_open(&r, &talk, file ? "om_1" : NULL, file, &resume);
    r.port.peer.script[1] = whole.steps;
    r.request.wait_ms = wait_ms;
    r.cap = 600;
    (void)rig_download(&r);
    if (row->outcome == GOES_ON)
        check_goes_on(&r, row);
    else if (row->outcome == FAILS)
        check_fails(&r, row);
    else if (!file || row->validator[0]) /* a file needs no Accept-Ranges */
        check_begins(&r, row);
    rig_close(&r);
}

/* A total that was not known is known afterwards. */
static void test_unknown_total(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, 0, V1 };

    check_case("rest: of a whole of unknown length");
    talk = (struct talk){ .count = 0 };
    parts_say(&talk, RIGHT ETAG(V1) L1000, 1000, 1000);
    parts_open(&r, &talk, NULL, false, &resume);
    CHECK(rig_start(&r) == FIMG_OK);
    CHECK(rig_run(&r, 1) > 0);
    CHECK(resume.total == 2000 && fimg_report(r.f)->offset == 1000);
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(parts_is(&resume, 2000, 2000, V1));
    rig_close(&r);
}

/*
 * A rest that ends too early, or too late, though the framing is right. What
 * is more than the whole is not delivered.
 */
static void test_lengths(size_t len, bool chunked)
{
    size_t stored = len < 1000 ? len : 1000;
    static struct rig r;
    static struct talk talk;
    struct fimg_resume resume = { 1000, PARTS_LEN, V1 };
    bool right = len == 1000;

    check_case("rest: %lu bytes of 1000, %s", (unsigned long)len,
               chunked ? "chunked" : "up to close_notify");
    talk = (struct talk){ .count = 0 };
    parts_say(&talk, chunked ? RIGHT ETAG(V1) CHUNKED_FIELD : RIGHT ETAG(V1),
              1000, len);
    talk_do(&talk, PEER_NOTIFY, 0);
    talk_do(&talk, PEER_FIN, 0);
    parts_open(&r, &talk, "om_1", true, &resume);
    CHECK(rig_start(&r) == FIMG_OK);
    (void)rig_run(&r, UINT64_MAX);
    rig_expect(&r, right ? FIMG_WHY_NONE : FIMG_WHY_FRAMING);
    CHECK(!r.wrong && r.stored == stored && resume.offset == 1000 + stored);
    CHECK(resume.total == 2000);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    static const size_t lens[] = { 1, 999, 1000, 1001, 2100 };

    rig_load(argc, argv, check_that);
    parts_init();
    for (size_t i = 0; i < 2 * COUNT(rows); i++)
        test_row(&rows[i / 2], i % 2, i % 3 ? FIMG_WAIT : 0);
    test_unknown_total();
    for (size_t i = 0; i < 2 * COUNT(lens); i++)
        test_lengths(lens[i / 2], i % 2);
    return check_exit("session/resume_replies");
}
