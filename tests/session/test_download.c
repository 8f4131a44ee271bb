/*
 * test_download.c: whole downloads, the ways to drive them, what they send and
 * what they report; several at once; ended at every moment.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define REQUEST                                                                \
    "GET /open-apis/im/v1/images/img_v3_0001_key HTTP/1.1\r\n"                 \
    "Host: localhost\r\nAuthorization: Bearer " RIG_TOKEN "\r\n"

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT(OK "Content-Type: image/jpeg\r\nX-Tt-Logid: 20260615LOG\r\n"
            "Date: Mon, 15 Jun 2026 12:00:01 GMT\r\n"
            "Content-Length: 40000\r\n\r\n"),
    PATTERN(40000),
    DO(PEER_REST),
};

/* An image that takes its time. */
static const struct peer_step slow[] = {
    DO_N(PEER_PAUSE, 50),   DO(PEER_REQUEST),
    DO_N(PEER_PAUSE, 2000), TEXT(OK "Content-Length: 30000\r\n\r\n"),
    DO_N(PEER_PAUSE, 2000), PATTERN(10),
    DO_N(PEER_PAUSE, 3000), PATTERN(19990),
    DO_N(PEER_PAUSE, 1000), PATTERN(10000),
    DO(PEER_REST),
};

static void test_ways(void)
{
    static const uint32_t waits[] = { FIMG_WAIT, 0, 1, 30, 700 };
    static const size_t caps[] = { 16384, 1, 7, 20000 };
    static const size_t windows[] = { 0, 1, 7, 256, 1000 };
    static struct rig r;

    for (size_t i = 0; i < 100; i++) {
        size_t cap = caps[i / 5 % 4], window = windows[i / 20];
        uint32_t wait = waits[i % 5];

        check_case("row 1, 2, 3, 73: wait %lu, room %lu, %lu bytes at a time",
                   (unsigned long)wait, (unsigned long)cap,
                   (unsigned long)window);
        rig_open(&r, image);
        r.cap = cap;
        r.request.wait_ms = wait;
        r.port.window_in = window;
        r.port.window_out = window;
        r.port.gap_ms = i / 20 % 2;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == 40000);
        CHECK(strncmp(r.port.peer.request, REQUEST, strlen(REQUEST)) == 0);
        CHECK(r.port.peer.requests == 1);
        rig_close(&r);
        CHECK(r.port.peer.notified == 1 || (window > 0 && window < 100));
    }
}

/* One unit of work a call where the caller must not be held up. */
static void test_units(void)
{
    static struct rig r;
    uint64_t most_in = 0, handshake = 0;

    check_case("row 100: wait 0 takes a record or 256 bytes of handshake");
    rig_open(&r, image);
    r.request.wait_ms = 0;
    CHECK(rig_start(&r) == FIMG_OK);
    do {
        uint64_t before = r.port.received;

        CHECK(rig_read(&r) != FIMG_OK);
        before = r.port.received - before;
        if (fimg_report(r.f)->stage <= FIMG_STAGE_HANDSHAKE)
            handshake = before > handshake ? before : handshake;
        most_in = before > most_in ? before : most_in;
        if (r.result == FIMG_PENDING)
            rig_idle(&r);
    } while (r.stored < 40000 && r.reads < 1000);
    CHECK(handshake <= 256);
    CHECK(most_in <= 16384 + 29);
    CHECK(r.reads > 10);
    rig_close(&r);
}

static void test_slow(void)
{
    static const uint32_t waits[] = { FIMG_WAIT, 0, 1, 700 };
    static struct rig r;

    for (size_t i = 0; i < COUNT(waits); i++) {
        check_case("a server that takes its time, wait %lu",
                   (unsigned long)waits[i]);
        rig_open(&r, slow);
        r.port.resolve_ms = 300;
        r.port.dial_ms = 400;
        r.request.wait_ms = waits[i];
        r.cap = 6000;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == 30000);
        CHECK(rig_took(&r) >= 8750 && rig_took(&r) <= 8800);
        CHECK(strcmp(r.port.host, "localhost") == 0 && r.port.number == 443);
        rig_close(&r);
    }
}

/* What the report knows while the image is under way. */
static void test_report(void)
{
    static struct rig r;
    const struct fimg_report *report;

    check_case("the report before, during and after the image");
    rig_open(&r, slow);
    r.request.wait_ms = 0;
    report = fimg_report(r.f);
    CHECK(report->stage == FIMG_STAGE_NONE && report->status == FIMG_OK);
    CHECK(rig_start(&r) == FIMG_OK);
    CHECK(report->status == FIMG_PENDING && report->attempts == 0);
    CHECK(report->length == FIMG_LENGTH_UNKNOWN);
    while (report->http_status == 0 && r.reads < 1000)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    CHECK(r.stored == 0 && report->stage == FIMG_STAGE_BODY);
    CHECK(report->length == 30000 && report->http_status == 200);
    CHECK(report->attempts == 1 && !report->reused && !report->resumed);
    CHECK(report->end == FIMG_END_NONE && report->tls_error == 0);
    (void)rig_run(&r, 1);
    CHECK(report->type == FIMG_TYPE_JPEG && report->delivered == 10);
    (void)rig_run(&r, UINT64_MAX);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(report->end == FIMG_END_LENGTH && report->delivered == 30000);
    CHECK(report->wire_in > 30000 && report->wire_out > 300);
    CHECK(report->wire_in == r.port.received);
    fimg_finish(r.f);
    CHECK(report->status == FIMG_OK && report->delivered == 30000);
    fimg_close(r.f);
    CHECK(report->status == FIMG_OK && report->delivered == 30000);
    CHECK(report->stage == FIMG_STAGE_DONE && report->length == 30000);
    rig_close(&r);
}

static void test_facts(void)
{
    static struct rig r;
    const struct fimg_report *report;

    check_case("date and log id of a reply");
    rig_open(&r, image);
    (void)rig_download(&r);
    report = fimg_report(r.f);
    CHECK(report->date == RIG_NOW + 1);
    CHECK(strcmp(report->log_id, "20260615LOG") == 0);
    CHECK(report->msg[0] == '\0' && report->location[0] == '\0');
    CHECK(report->code == 0 && report->advice[0] == '\0');
    rig_close(&r);
}

static void test_types(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *media;
        enum fimg_type type;
    } rows[] = {
        { "\xff\xd8\xff\xdb", 4, "image/png", FIMG_TYPE_JPEG },
        { "\x89PNG\r\n\x1a\n", 8, "image/png", FIMG_TYPE_PNG },
        { "GIF89a", 6, "image/gif", FIMG_TYPE_GIF },
        { "RIFF\1\2\3\4WEBPVP8 ", 16, "image/webp", FIMG_TYPE_WEBP },
        { "BM\1\2", 4, "image/bmp", FIMG_TYPE_BMP },
        { "\0\0\1\0", 4, "image/x-icon", FIMG_TYPE_ICO },
        { "<html>", 6, "text/html", FIMG_TYPE_UNKNOWN },
        { "{\"code\":1}", 10, "image/jpeg", FIMG_TYPE_UNKNOWN },
    };
    static struct rig r;
    char head[200];

    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t n = i / 2;
        const struct peer_step steps[] = {
            DO(PEER_REQUEST),
            { PEER_SEND, head, 0, 0 },
            { PEER_SEND, rows[n].bytes, rows[n].len, i % 2 },
            DO(PEER_REST),
        };
        struct peer_step script[COUNT(steps)];

        check_case("row 108: type of %s, %s", rows[n].media,
                   i % 2 ? "byte by byte" : "at once");
        (void)snprintf(head, sizeof head,
                       OK "Content-Type: %s\r\nContent-Length: %lu\r\n\r\n",
                       rows[n].media, (unsigned long)rows[n].len);
        memcpy(script, steps, sizeof steps);
        script[1].len = strlen(head);
        rig_open(&r, script);
        r.cap = i % 2 ? 1 : 100;
        r.expect = rows[n].bytes;
        r.expect_len = rows[n].len;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(fimg_report(r.f)->type == rows[n].type);
        rig_close(&r);
    }
}

/* Two downloads whose calls alternate; and their ends differ. */
static void test_two(void)
{
    static struct rig a, b;

    check_case("row 115: two objects in one loop");
    rig_open(&a, image);
    rig_open(&b, slow);
    a.request.wait_ms = 0;
    b.request.wait_ms = 0;
    a.cap = 100;
    b.port.unix_time = RIG_NOW + 3600;
    b.port.window_in = 100;
    CHECK(rig_start(&a) == FIMG_OK && rig_start(&b) == FIMG_OK);
    for (unsigned i = 0; i < 5000 && (a.result || b.result); i++) {
        struct rig *r = i % 2 ? &a : &b;

        if (r->result != 0 && rig_read(r) == FIMG_PENDING)
            rig_idle(r);
    }
    rig_expect(&a, FIMG_WHY_NONE);
    rig_expect(&b, FIMG_WHY_NONE);
    CHECK(a.stored == 40000 && b.stored == 30000 && !a.wrong && !b.wrong);
    CHECK(fimg_report(a.f)->wire_in == a.port.received);
    CHECK(fimg_report(b.f)->wire_in == b.port.received);
    rig_close(&a);
    rig_close(&b);
}

/* An image in pieces, on every request. */
static const struct peer_step again_and_again[] = {
    DO(PEER_REQUEST),     TEXT(OK "Content-Length: 30000\r\n\r\n"),
    DO_N(PEER_PAUSE, 20), PATTERN(20000),
    DO_N(PEER_PAUSE, 20), PATTERN(10000),
    DO(PEER_REQUEST),     TEXT(OK "Content-Length: 20000\r\n\r\n"),
    PATTERN(20000),       DO(PEER_REST),
};

/* End a download after `calls` calls, one way or the other, and start anew. */
static bool cancel_after(unsigned calls, unsigned how)
{
    static const char *const ways[] = { "finish", "close", "start" };
    static struct rig r;
    bool over;

    check_case("row 66, 99, 114: %s after %u calls", ways[how], calls);
    rig_open(&r, again_and_again);
    r.request.wait_ms = 0;
    r.port.resolve_ms = 15;
    r.port.dial_ms = 150;
    r.cap = 9000;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    over = r.result == 0;
    if (how == 0)
        fimg_finish(r.f);
    if (how == 1)
        fimg_close(r.f);
    if (how < 2 && !over) {
        CHECK(r.port.state == PORT_IDLE);
        CHECK(fimg_next_ms(r.f) == 0);
        CHECK(rig_read(&r) == FIMG_ERR_REQUEST);
        CHECK(r.port.state == PORT_IDLE);
    }
    if (how == 2 && !over) { /* what was begun ends at once */
        CHECK(rig_start(&r) == FIMG_OK);
        CHECK(r.port.state == PORT_IDLE);
    }
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == (over && how != 1 && RIG_KEEPS ? 20000 : 30000));
    CHECK(fimg_report(r.f)->reused == (over && how != 1 && RIG_KEEPS));
    rig_close(&r);
    return !over;
}

/* On a kept connection: the next download must not see the rest of this. */
static bool cancel_kept(unsigned calls)
{
    static const struct peer_step five[] = {
        DO(PEER_REQUEST), TEXT(OK "Content-Length: 5\r\n\r\nhello"),
        DO(PEER_REQUEST), TEXT(OK "Content-Length: 20\r\n\r\nhello"),
        TEXT("hello"),    TEXT("hello"),
        TEXT("hello"),    DO(PEER_REST),
    };
    static struct rig r;
    bool over;

    check_case("row 66: finish after %u calls on a kept connection", calls);
    rig_open(&r, five);
    r.expect = "hellohellohellohello";
    r.expect_len = 5;
    r.request.wait_ms = 0;
    (void)rig_download(&r);
    r.expect_len = 20;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls; i++)
        (void)rig_read(&r);
    over = r.stored == 20;
    fimg_finish(r.f);
    CHECK(over || r.port.state == PORT_IDLE);
    fimg_close(r.f);
    CHECK(!r.wrong);
    rig_close(&r);
    return !over;
}

/* Calls that no download can come of. */
static void test_misuse(void)
{
    static struct rig r;
    uint8_t byte;

    check_case("fimg_read before fimg_start");
    rig_open(&r, image);
    CHECK(fimg_read(r.f, &byte, 1) == FIMG_ERR_REQUEST);
    CHECK(fimg_wants(r.f) == FIMG_WANTS_NOTHING && fimg_next_ms(r.f) == 0);
    fimg_finish(r.f);
    fimg_close(r.f);
    CHECK(r.port.calls == 0);

    check_case("no room: the download goes on when there is some");
    CHECK(rig_start(&r) == FIMG_OK);
    CHECK(fimg_read(r.f, &byte, 0) == FIMG_ERR_REQUEST);
    CHECK(fimg_read(r.f, NULL, 10) == FIMG_ERR_REQUEST);
    CHECK(r.port.calls == 0);
    (void)rig_run(&r, UINT64_MAX);
    rig_expect(&r, FIMG_WHY_NONE);

    check_case("fimg_read after fimg_close repeats the result");
    fimg_close(r.f);
    CHECK(fimg_read(r.f, &byte, 1) == FIMG_OK);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_ways();
    test_units();
    test_slow();
    test_report();
    test_facts();
    test_types();
    test_two();
    for (unsigned how = 0; how < 3; how++)
        for (unsigned n = 0; cancel_after(n, how); n++)
            continue;
    for (unsigned n = 1; RIG_KEEPS && cancel_kept(n); n++)
        continue;
    test_misuse();
    return check_exit("session/download");
}
