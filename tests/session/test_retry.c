/*
 * test_retry.c: what is tried again, after how long, and what is not. Rows 105
 * and 107 of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define EMPTY "Content-Length: 0\r\n\r\n"
#define KEPT(status) DO(PEER_REQUEST), TEXT("HTTP/1.1 " status "\r\n" EMPTY)
#define LAST(status)                                                           \
    DO(PEER_REQUEST),                                                          \
        TEXT("HTTP/1.1 " status "\r\nConnection: close\r\n" EMPTY),            \
        DO(PEER_FIN)
#define JSON(status, body, length)                                             \
    DO(PEER_REQUEST),                                                          \
        TEXT("HTTP/1.1 " status "\r\nContent-Type: application/json\r\n"       \
             "Connection: close\r\nContent-Length: " length "\r\n\r\n" body),  \
        DO(PEER_FIN)
#define IMAGE DO(PEER_REQUEST), TEXT(OK), DO(PEER_REST)
#define SLOW_DOWN "429 Too Many Requests\r\n"
#define DATE "Date: Mon, 15 Jun 2026 12:00:00 GMT\r\n"

/* What the connections bring, and what is made of it. */
/* clang-format off */
static const struct {
    const char *name;
    struct peer_step script[3][6];
    uint8_t retry_max;
    uint32_t total_ms;
    enum fimg_reason reason;
    unsigned attempts;
    uint32_t wait_min, wait_max; /* ms between the attempts, all together */
} rows[] = {
    { "no repeat unless asked for", { { LAST("503 X") }, { IMAGE } }, 0, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 107: 503, then an image", { { LAST("503 X") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: 502", { { LAST("502 X") }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2,
      1000, 1250 },
    { "row 107: 504", { { LAST("504 X") }, { IMAGE } }, 9, 0, FIMG_WHY_NONE, 2,
      1000, 1250 },
    { "row 107: 429 that says nothing", { { LAST("429 X") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: 503 for ever", { { LAST("503 X") } }, 3, 0, FIMG_WHY_REFUSED,
      4, 7000, 8750 },
    { "row 107: 500 is final", { { LAST("500 X") }, { IMAGE } }, 3, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 107: 501 is final", { { LAST("501 X") }, { IMAGE } }, 3, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 107: 505 is final", { { LAST("505 X") }, { IMAGE } }, 3, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 107: 404 is final", { { LAST("404 X") }, { IMAGE } }, 3, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 107: 301 is final", { { LAST("301 X") }, { IMAGE } }, 3, 0,
      FIMG_WHY_HTTP_STATUS, 1, 0, 0 },
    { "row 105: code 99991400 in a 400", { { JSON("400 X",
      "{\"code\":99991400}", "17") }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2,
      1000, 1250 },
    { "row 105: code 99991400 in a 200", { { JSON("200 X",
      "{\"code\":99991400}", "17") }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2,
      1000, 1250 },
    { "row 105: code 99991401 is final", { { JSON("400 X",
      "{\"code\":99991401}", "17") }, { IMAGE } }, 1, 0, FIMG_WHY_REFUSED, 1,
      0, 0 },
    { "row 105: reset 52", { { LAST(SLOW_DOWN "x-ogw-ratelimit-reset: 52") }, {
      IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 52000, 65000 },
    { "row 105: reset before Retry-After", { { LAST(SLOW_DOWN
      "Retry-After: 9\r\nX-Ogw-Ratelimit-Reset: 4") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 4000, 5000 },
    { "row 105: reset 0", { { LAST(SLOW_DOWN "x-ogw-ratelimit-reset: 0") }, {
      IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 105: reset 999999999", { { LAST(SLOW_DOWN
      "x-ogw-ratelimit-reset: 999999999") }, { IMAGE } }, 1, 0,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 105: reset 999999999, no limit", { { LAST(SLOW_DOWN
      "x-ogw-ratelimit-reset: 999999999") }, { IMAGE } }, 1, FIMG_NO_LIMIT,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 105: reset 2^32 + 1, no limit", { { LAST(SLOW_DOWN
      "x-ogw-ratelimit-reset: 4294967297") }, { IMAGE } }, 1, FIMG_NO_LIMIT,
      FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 105: reset -1", { { LAST(SLOW_DOWN "x-ogw-ratelimit-reset: -1") }, {
      IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 105: reset soon", { { LAST(SLOW_DOWN "x-ogw-ratelimit-reset: soon")
      }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 105: Retry-After 7 with a 503", { { LAST("503 X\r\nRetry-After: 7")
      }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 7000, 8750 },
    { "row 105: Retry-After as a date", { { LAST(SLOW_DOWN DATE
      "Retry-After: Mon, 15 Jun 2026 12:00:20 GMT") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 20000, 25000 },
    { "row 105: Retry-After in the past", { { LAST(SLOW_DOWN DATE
      "Retry-After: Mon, 15 Jun 2026 11:00:00 GMT") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 105: Retry-After is a date without a Date", { { LAST(SLOW_DOWN
      "Retry-After: Mon, 15 Jun 2026 12:00:20 GMT") }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 105: a wait up to the total limit is not begun", { { LAST(SLOW_DOWN
      "Retry-After: 10") }, { IMAGE } }, 1, 10000, FIMG_WHY_REFUSED, 1, 0, 0 },
    { "row 105: a second wait that passes the total limit is not begun", { {
      LAST(SLOW_DOWN "Retry-After: 10") } }, 9, 19000, FIMG_WHY_REFUSED, 2,
      10000, 12500 },
    { "row 105: a wait just below the total limit", { { LAST(SLOW_DOWN
      "Retry-After: 8") }, { IMAGE } }, 1, 10001, FIMG_WHY_NONE, 2, 8000, 10000
      },
    { "row 107: on a connection that is kept meanwhile", { { KEPT("503 X"),
      KEPT("503 X"), DO(PEER_REQUEST), TEXT(OK) } }, 2, 0, FIMG_WHY_NONE, 3,
      3000, 3750 },
    { "row 107: FIN before the first byte", { { DO(PEER_REQUEST), DO(PEER_FIN)
      }, { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: RST in the head", { { DO(PEER_REQUEST),
      TEXT("HTTP/1.1 200 OK\r\nCon"), DO(PEER_RST) }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: FIN right before the first image byte", { { DO(PEER_REQUEST),
      TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" "\r\n"), DO(PEER_FIN) },
      { IMAGE } }, 1, 0, FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: FIN in the handshake", { { DO(PEER_FIN) }, { IMAGE } }, 1, 0,
      FIMG_WHY_NONE, 2, 1000, 1250 },
    { "row 107: close_notify instead of a reply is final", { {
      DO(PEER_REQUEST), DO(PEER_NOTIFY) }, { IMAGE } }, 9, 0,
      FIMG_WHY_CUT_SHORT, 1, 0, 0 },
    { "row 107: a malformed reply is final", { { DO(PEER_REQUEST),
      TEXT("what?") }, { IMAGE } }, 9, 0, FIMG_WHY_STATUS_LINE, 1, 0, 0 },
    { "row 107: a damaged record is final", { { DO(PEER_REQUEST),
      DO(PEER_DAMAGE), TEXT(OK) }, { IMAGE } }, 9, 0, FIMG_WHY_TLS_DAMAGED, 1,
      0, 0 },
    { "row 107: a fatal alert is final", { { DO(PEER_REQUEST), DO_N(PEER_ALERT,
      80) }, { IMAGE } }, 9, 0, FIMG_WHY_TLS_ALERT, 1, 0, 0 },
};
/* clang-format on */

static void run_row(size_t i, uint32_t wait_ms)
{
    static struct rig r;
    const struct fimg_report *report;

    check_case("%s, wait %lu", rows[i].name, (unsigned long)wait_ms);
    rig_open(&r, rows[i].script[0]);
    r.port.peer.script[1] = rows[i].script[1];
    if (rows[i].script[1][0].what == PEER_REST)
        r.port.peer.script[1] = rows[i].script[0];
    r.port.now = UINT32_MAX - 500; /* the clock wraps during the wait */
    r.expect = "hello";
    r.expect_len = 5;
    r.request.wait_ms = wait_ms;
    r.request.retry_max = rows[i].retry_max;
    r.request.total_ms = rows[i].total_ms;
    (void)rig_download(&r);
    rig_expect(&r, rows[i].reason);
    report = fimg_report(r.f);
    CHECK(report->attempts == rows[i].attempts);
    CHECK(rig_took(&r) >= rows[i].wait_min);
    CHECK(rig_took(&r) <= rows[i].wait_max);
    CHECK(report->status != FIMG_OK || report->http_status == 200);
    if (check.failed)
        printf("     %u attempts, %lu ms\n", report->attempts,
               (unsigned long)rig_took(&r));
    rig_close(&r);
}

/* What the port itself says when asked to connect. */
static void test_no_connection(void)
{
    static const struct peer_step image[] = { IMAGE };
    static struct rig r;

    for (unsigned then = 0; then < 2; then++) {
        check_case("row 107: no connection, %s", then ? "then one" : "ever");
        rig_open(&r, image);
        r.port.connect_result = FIMG_PORT_FAILED;
        r.expect = "hello";
        r.expect_len = 5;
        r.request.retry_max = 2;
        r.request.wait_ms = 0;
        CHECK(rig_start(&r) == FIMG_OK);
        while (r.port.dials < 2 && r.result == FIMG_PENDING)
            if (rig_read(&r) == FIMG_PENDING)
                rig_idle(&r);
        if (then)
            r.port.connect_result = 0;
        (void)rig_run(&r, UINT64_MAX);
        rig_expect(&r, then ? FIMG_WHY_NONE : FIMG_WHY_CONNECT);
        CHECK(fimg_report(r.f)->attempts == 3);
        CHECK(rig_took(&r) >= 3000 && rig_took(&r) <= 3750);
        CHECK(r.port.closes == 0);
        rig_close(&r);
    }

    check_case("row 107: a name without an address is final");
    rig_open(&r, image);
    r.port.connect_result = FIMG_PORT_NO_NAME;
    r.request.retry_max = 2;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NAME);
    CHECK(fimg_report(r.f)->attempts == 1 && rig_took(&r) == 0);
    rig_close(&r);
}

/* A fragment that the caller has seen cannot be taken back. */
static void test_not_after_first_byte(void)
{
    static const struct peer_step cut[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nh"),
        DO(PEER_FIN),
    };
    static const struct peer_step image[] = { IMAGE };
    static struct rig r;

    for (size_t cap = 1; cap < 20000; cap += 16383) {
        check_case("row 107: never after the first byte, room %lu",
                   (unsigned long)cap);
        rig_open(&r, cut);
        r.port.peer.script[1] = image;
        r.expect = "hello";
        r.expect_len = 5;
        r.cap = cap;
        r.request.retry_max = 5;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_LOST);
        CHECK(r.stored == 1 && fimg_report(r.f)->attempts == 1);
        CHECK(rig_took(&r) == 0);
        rig_close(&r);
    }
}

/* Jitter is added, never taken off; and what is reported meanwhile. */
static void test_waiting(void)
{
    static const struct peer_step busy[] = { LAST("503 X") };
    static const struct peer_step image[] = { IMAGE };
    static struct rig r;
    uint32_t first = 0;

    check_case("row 107: jitter differs and is bounded");
    for (unsigned i = 0; i < 8; i++) {
        rig_open(&r, busy);
        r.port.peer.script[1] = image;
        r.port.entropies = i * 10; /* other random bytes */
        r.expect = "hello";
        r.expect_len = 5;
        r.request.retry_max = 1;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(rig_took(&r) >= 1000 && rig_took(&r) <= 1250);
        if (i == 0)
            first = rig_took(&r);
        if (i == 7)
            CHECK(rig_took(&r) != first);
        rig_close(&r);
    }

    check_case("row 99, 107: while it waits for the next attempt");
    rig_open(&r, busy);
    r.port.peer.script[1] = image;
    r.request.retry_max = 1;
    r.request.wait_ms = 0;
    CHECK(rig_start(&r) == FIMG_OK);
    while (fimg_report(r.f)->stage != FIMG_STAGE_RETRY && r.reads < 100)
        if (rig_read(&r) == FIMG_PENDING && fimg_next_ms(r.f) == 0)
            continue;
    (void)rig_read(&r);
    CHECK(r.result == FIMG_PENDING && r.port.sleeps == 0);
    CHECK(fimg_wants(r.f) == FIMG_WANTS_NOTHING);
    CHECK(fimg_next_ms(r.f) >= 1000 && fimg_next_ms(r.f) <= 1250);
    r.port.now += 900;
    CHECK(fimg_next_ms(r.f) >= 100 && fimg_next_ms(r.f) <= 350);
    CHECK(rig_read(&r) == FIMG_PENDING && r.port.dials == 1);
    CHECK(fimg_report(r.f)->attempts == 1);
    CHECK(fimg_report(r.f)->http_status == 503);
    r.port.now += 900;
    CHECK(fimg_next_ms(r.f) == 0);
    fimg_finish(r.f);
    CHECK(r.port.dials == 1 && r.port.state == PORT_IDLE);
    r.expect = "hello";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 1);
    rig_close(&r);
}

/* The counts are of the whole download, the rest of the last attempt. */
static void test_report(void)
{
    static const struct peer_step refusal[] = {
        JSON("503 X\r\nX-Tt-Logid: first\r\nDate: Mon, 15 Jun 2026 12:00:00 "
             "GMT",
             "{\"code\":5,\"msg\":\"busy\"}", "23"),
    };
    static const struct peer_step image[] = { IMAGE };
    static struct rig r;
    const struct fimg_report *report;

    check_case("row 107: the report is about the last attempt");
    rig_open(&r, refusal);
    r.port.peer.script[1] = image;
    r.expect = "hello";
    r.expect_len = 5;
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    report = fimg_report(r.f);
    CHECK(report->code == 0 && report->msg[0] == '\0' && report->date == 0);
    CHECK(report->log_id[0] == '\0' && report->http_status == 200);
    CHECK(report->wire_in == r.port.received && report->wire_in > 2000);
    CHECK(r.port.connects == 2 && r.port.peer.requests == 2);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run_row(i, FIMG_WAIT);
        run_row(i, 0);
        run_row(i, 400);
    }
    test_no_connection();
    test_not_after_first_byte();
    test_waiting();
    test_report();
    return check_exit("session/retry");
}
