/*
 * test_time.c: the four limits, each on its own, at every stage, on a clock
 * that wraps. Rows K of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
#define CONNECT_MS 3000
#define IDLE_MS 2000
#define TOTAL_MS 10000
#define NONE FIMG_NO_LIMIT
#define DRIPS 400

static const uint32_t waits[] = { FIMG_WAIT, 0, 1, 700 };

/* A suite whose records are 29 bytes longer than what is in them. */
static const uint16_t gcm[] = { BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 };

static void open_rig(struct rig *r, const struct peer_step *script,
                     uint32_t wait_ms)
{
    rig_open(r, script);
    r->port.now = UINT32_MAX - 99; /* it wraps soon */
    r->port.peer.suites = gcm;
    r->port.peer.suites_len = COUNT(gcm);
    r->request.wait_ms = wait_ms;
    r->request.connect_ms = CONNECT_MS;
    r->request.idle_ms = IDLE_MS;
    r->request.total_ms = TOTAL_MS;
}

/* Where the network goes silent, and after how long that is noticed. */
static void test_silence(uint32_t wait_ms)
{
    /* clang-format off */
    static const struct {
        const char *name;
        uint32_t resolve_ms, dial_ms, total_ms;
        uint64_t cut_after, send_max;
        struct peer_step script[5];
        enum fimg_reason reason;
        enum fimg_stage stage;
        uint32_t took;
    } rows[] = {
        { "the name is never found", PORT_NEVER, 0, 0, 0, 0, { DO(PEER_REST) },
          FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_CONNECT, CONNECT_MS },
        { "no connection is ever made", 1000, PORT_NEVER, 0, 0, 0, {
          DO(PEER_REST) }, FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_CONNECT,
          CONNECT_MS },
        { "name and connection take too long", 1500, 1600, 0, 0, 0, {
          DO(PEER_REST) }, FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_CONNECT,
          CONNECT_MS },
        { "TLS stalls", 1000, 1000, 0, 1, 0, { DO(PEER_REST) },
          FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_HANDSHAKE, CONNECT_MS },
        { "TLS stalls later", 0, 0, 0, 600, 0, { DO(PEER_REST) },
          FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_HANDSHAKE, CONNECT_MS },
        { "nobody reads the ClientHello", 0, 100, 0, 0, 10, { DO(PEER_REST) },
          FIMG_WHY_CONNECT_LIMIT, FIMG_STAGE_HANDSHAKE, CONNECT_MS },
        { "nobody reads the request", 0, 0, 0, 0, 350, { DO(PEER_REST) },
          FIMG_WHY_IDLE_LIMIT, FIMG_STAGE_REQUEST, IDLE_MS },
        { "no answer", 500, 600, 0, 0, 0, { DO(PEER_REQUEST) },
          FIMG_WHY_IDLE_LIMIT, FIMG_STAGE_HEAD, 1100 + IDLE_MS },
        { "silence in the head", 0, 0, 0, 0, 0, { DO(PEER_REQUEST),
          DO_N(PEER_PAUSE, 1000), TEXT("HTTP/1.1 2") }, FIMG_WHY_IDLE_LIMIT,
          FIMG_STAGE_HEAD, 1000 + IDLE_MS },
        { "silence after the head", 0, 0, 0, 0, 0, { DO(PEER_REQUEST),
          TEXT(HEAD) }, FIMG_WHY_IDLE_LIMIT, FIMG_STAGE_BODY, IDLE_MS },
        { "silence in the body", 0, 0, 0, 0, 0, { DO(PEER_REQUEST), TEXT(HEAD),
          DO_N(PEER_PAUSE, 1999), PATTERN(20000) }, FIMG_WHY_IDLE_LIMIT,
          FIMG_STAGE_BODY, 1999 + IDLE_MS },
        { "a pause as long as the limit", 0, 0, 0, 0, 0, { DO(PEER_REQUEST),
          TEXT(HEAD), DO_N(PEER_PAUSE, 2001), PATTERN(60000) },
          FIMG_WHY_IDLE_LIMIT, FIMG_STAGE_BODY, IDLE_MS },
        { "the total is the least: name", PORT_NEVER, 0, 900, 0, 0, {
          DO(PEER_REST) }, FIMG_WHY_TOTAL_LIMIT, FIMG_STAGE_CONNECT, 900 },
        { "the total is the least: TLS", 100, 100, 900, 600, 0, { DO(PEER_REST)
          }, FIMG_WHY_TOTAL_LIMIT, FIMG_STAGE_HANDSHAKE, 900 },
        { "the total is the least: request", 0, 0, 900, 0, 350, { DO(PEER_REST)
          }, FIMG_WHY_TOTAL_LIMIT, FIMG_STAGE_REQUEST, 900 },
        { "the total is the least: head", 400, 0, 900, 0, 0, { DO(PEER_REQUEST)
          }, FIMG_WHY_TOTAL_LIMIT, FIMG_STAGE_HEAD, 900 },
        { "the total is the least: body", 0, 0, 900, 0, 0, { DO(PEER_REQUEST),
          TEXT(HEAD), DO_N(PEER_PAUSE, 500), PATTERN(10) },
          FIMG_WHY_TOTAL_LIMIT, FIMG_STAGE_BODY, 900 },
    };
    /* clang-format on */
    static struct rig r;

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("row 97, 98: %s, wait %lu", rows[i].name,
                   (unsigned long)wait_ms);
        open_rig(&r, rows[i].script, wait_ms);
        if (rows[i].total_ms)
            r.request.total_ms = rows[i].total_ms;
        r.port.resolve_ms = rows[i].resolve_ms;
        r.port.dial_ms = rows[i].dial_ms;
        r.port.cut = FAULT_AGAIN;
        r.port.cut_connection = rows[i].cut_after > 0;
        r.port.cut_after = rows[i].cut_after;
        r.port.send_max = rows[i].send_max;
        r.request.retry_max = 2; /* it is too late for that */
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(fimg_report(r.f)->stage == rows[i].stage);
        CHECK(rig_took(&r) == rows[i].took);
        CHECK(r.port.state == PORT_IDLE);
        if (check.failed)
            printf("     took %lu, stage %d\n", (unsigned long)rig_took(&r),
                   (int)fimg_report(r.f)->stage);
        rig_close(&r);
    }
}

/* A request, then pieces of `piece` bytes, each after a pause. */
static void drip(struct peer_step *steps, uint32_t pause_ms, size_t piece,
                 bool head)
{
    static const char text[] = HEAD;
    size_t n = 0, i = 0;

    steps[n++].what = PEER_REQUEST;
    if (!head)
        steps[n++] = (struct peer_step)TEXT(HEAD);
    for (; n + 3 < DRIPS; i += piece) {
        steps[n++] = (struct peer_step)DO_N(PEER_PAUSE, pause_ms);
        if (head && i + piece < sizeof text)
            steps[n++] = (struct peer_step){ PEER_SEND, text + i, piece, 0 };
        else if (!head)
            steps[n++] = (struct peer_step)PATTERN(piece);
    }
    steps[n] = (struct peer_step)DO(PEER_REST);
}

/* Servers that are never silent for long, and the limits that end it. */
static void test_drip(uint32_t wait_ms)
{
    static const struct {
        const char *name;
        uint32_t pause_ms;
        size_t piece;
        bool head;
        uint32_t idle_ms, min_rate, rate_ms, total_ms;
        enum fimg_reason reason;
        uint32_t took_min, took_max;
    } rows[] = {
        { "1 byte per idle limit less 1 ms, head", 1999, 1, true, IDLE_MS, NONE,
          0, 20000, FIMG_WHY_TOTAL_LIMIT, 20000, 20000 },
        { "1 byte per idle limit less 1 ms, body", 1999, 1, false, IDLE_MS,
          NONE, 0, 20000, FIMG_WHY_TOTAL_LIMIT, 20000, 20000 },
        { "the same with the usual rate, head", 1999, 1, true, IDLE_MS, 0, 0,
          NONE, FIMG_WHY_RATE_LIMIT, 30000, 66000 },
        { "the same with the usual rate, body", 1999, 1, false, IDLE_MS, 0, 0,
          NONE, FIMG_WHY_RATE_LIMIT, 30000, 66000 },
        { "15 bytes a second where 20 are wanted", 2000, 1, false, NONE, 20,
          5000, NONE, FIMG_WHY_RATE_LIMIT, 5000, 17000 },
        { "15 bytes a second where 20 are wanted, head", 2000, 1, true, NONE,
          20, 5000, NONE, FIMG_WHY_RATE_LIMIT, 5000, 17000 },
        { "30 bytes a second where 20 are wanted", 1000, 1, false, NONE, 20,
          5000, 30000, FIMG_WHY_TOTAL_LIMIT, 30000, 30000 },
        { "1 second later than the idle limit", 1500, 400, false, 500, NONE, 0,
          NONE, FIMG_WHY_IDLE_LIMIT, 500, 500 },
        { "no rate, no total: silence comes some day", 1000, 1, true, IDLE_MS,
          NONE, 0, NONE, FIMG_WHY_IDLE_LIMIT, 40000, 60000 },
        { "no idle limit: the rate", 100000, 1, false, NONE, 0, 0, NONE,
          FIMG_WHY_RATE_LIMIT, 30000, 130000 },
    };
    static struct rig r;
    struct peer_step steps[DRIPS];

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("row 97, 98: %s, wait %lu", rows[i].name,
                   (unsigned long)wait_ms);
        memset(steps, 0, sizeof steps);
        drip(steps, rows[i].pause_ms, rows[i].piece, rows[i].head);
        open_rig(&r, steps, wait_ms);
        r.request.idle_ms = rows[i].idle_ms;
        r.request.min_rate = rows[i].min_rate;
        r.request.rate_ms = rows[i].rate_ms;
        r.request.total_ms = rows[i].total_ms;
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(rig_took(&r) >= rows[i].took_min);
        CHECK(rig_took(&r) <= rows[i].took_max);
        if (check.failed)
            printf("     took %lu\n", (unsigned long)rig_took(&r));
        rig_close(&r);
    }
}

/* The defaults are those that fimg.h names. */
static void test_defaults(void)
{
    static const struct peer_step mute[] = { DO(PEER_REQUEST), DO(PEER_REST) };
    static struct rig r;
    struct peer_step steps[DRIPS] = { { PEER_REST, NULL, 0, 0 } };

    check_case("row 98: connect limit by default");
    rig_open(&r, mute);
    r.port.dial_ms = PORT_NEVER;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_CONNECT_LIMIT);
    CHECK(rig_took(&r) == 10000);
    rig_close(&r);

    check_case("row 98: idle limit by default");
    rig_open(&r, mute);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_IDLE_LIMIT);
    CHECK(rig_took(&r) == 15000);
    rig_close(&r);

    check_case("row 98: total limit by default");
    drip(steps, 10000, 500, false);
    rig_open(&r, steps);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TOTAL_LIMIT);
    CHECK(rig_took(&r) == 120000);
    rig_close(&r);

    check_case("row 98: no limit at all");
    drip(steps, 1000000, 400, false);
    memset(steps + 200, 0, sizeof steps - 200 * sizeof steps[0]);
    steps[200] = (struct peer_step)PATTERN(60000);
    rig_open(&r, steps);
    r.request.connect_ms = NONE;
    r.request.idle_ms = NONE;
    r.request.min_rate = NONE;
    r.request.total_ms = NONE;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(rig_took(&r) == 99000000);
    rig_close(&r);
}

/* What the caller spends between two calls is not the server's fault. */
static void test_pauses(uint32_t wait_ms)
{
    static const struct peer_step image[] = {
        DO(PEER_REQUEST),      DO_N(PEER_PAUSE, 100),   TEXT(HEAD),
        DO_N(PEER_PAUSE, 100), PATTERN_BY(60000, 3000), DO(PEER_REST),
    };
    static struct rig r;

    check_case("row 98: pauses of the caller, wait %lu",
               (unsigned long)wait_ms);
    open_rig(&r, image, wait_ms);
    r.cap = 1000;
    r.pause_ms = 100000;
    r.request.min_rate = 1000;
    r.request.rate_ms = 2000;
    r.request.total_ms = NONE;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 60000);
    rig_close(&r);

    check_case("row 98: pauses of the caller count for the total, wait %lu",
               (unsigned long)wait_ms);
    open_rig(&r, image, wait_ms);
    r.pause_ms = 100000;
    r.request.total_ms = 250000;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TOTAL_LIMIT);
    CHECK(r.stored < 60000);
    rig_close(&r);
}

/* Bytes that came in time are taken, however late the caller looks. */
static void test_late_caller(void)
{
    static const struct peer_step image[] = {
        DO(PEER_REQUEST),       DO_N(PEER_PAUSE, 1500), TEXT(HEAD),
        DO_N(PEER_PAUSE, 1500), PATTERN(60000),         DO(PEER_REST),
    };
    static struct rig r;

    check_case("row 98: a caller that looks late");
    open_rig(&r, image, 0);
    r.request.total_ms = NONE;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < 1000 && r.stored < 60000; i++) {
        (void)rig_read(&r);
        if (r.result == FIMG_PENDING && fimg_next_ms(r.f) > 0)
            r.port.now += 5000;
    }
    CHECK(rig_read(&r) == FIMG_OK);
    rig_expect(&r, FIMG_WHY_NONE);
    rig_close(&r);

    check_case("row 98: a caller that looks after the total limit");
    open_rig(&r, image, 0);
    CHECK(rig_start(&r) == FIMG_OK);
    (void)rig_read(&r);
    r.port.now += TOTAL_MS;
    CHECK(fimg_next_ms(r.f) == 0);
    CHECK(rig_read(&r) == FIMG_ERR_TIMEOUT);
    rig_expect(&r, FIMG_WHY_TOTAL_LIMIT);
    CHECK(r.port.state == PORT_IDLE);
    rig_close(&r);

    check_case("row 98: a caller that looks after the connect limit");
    open_rig(&r, image, 0);
    r.port.dial_ms = 2000;
    CHECK(rig_start(&r) == FIMG_OK);
    CHECK(rig_read(&r) == FIMG_PENDING);
    CHECK(fimg_next_ms(r.f) > 0 && fimg_next_ms(r.f) <= CONNECT_MS);
    r.port.now += CONNECT_MS + 1;
    CHECK(rig_read(&r) == FIMG_ERR_TIMEOUT);
    rig_expect(&r, FIMG_WHY_CONNECT_LIMIT);
    r.port.now = r.began + 1; /* 49 days later the clock has wrapped */
    CHECK(fimg_next_ms(r.f) == 0 && rig_read(&r) == FIMG_ERR_TIMEOUT);
    rig_close(&r);
}

/* The time that a refusal took does not count for what comes after it. */
static void test_second_attempt(void)
{
    static const struct peer_step late_twice[] = {
        DO(PEER_REQUEST),       DO_N(PEER_PAUSE, 4000),
        TEXT("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n"),
        DO(PEER_REQUEST),       DO_N(PEER_PAUSE, 4000),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        PATTERN(5),             DO(PEER_REST),
    };
    static struct rig r;

    check_case("row 98: a second attempt has its own time for the rate");
    open_rig(&r, late_twice, FIMG_WAIT);
    r.request.retry_max = 1;
    r.request.idle_ms = NONE;
    r.request.total_ms = NONE;
    r.request.min_rate = 1000;
    r.request.rate_ms = 5000;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 2 && fimg_report(r.f)->reused);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(waits); i++) {
        test_silence(waits[i]);
        test_drip(waits[i]);
        test_pauses(waits[i]);
    }
    test_defaults();
    test_late_caller();
    test_second_attempt();
    return check_exit("session/time");
}
