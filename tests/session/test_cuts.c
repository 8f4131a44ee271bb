/*
 * test_cuts.c: the connection cut after every byte that the server sends, in
 * every way a connection can end. Rows 30, 37, 38, 48, 50, 58 and 97 of the
 * table of wire behaviour.
 *
 * The download runs once, byte by byte. At each byte everything is saved, the
 * connection ends in one way after the other, and everything is put back.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\nX-Tt-Logid: 20260615\r\n"

static const struct {
    const char *name;
    struct peer_step script[8];
    const char *wire; /* the same, for what is cut in plaintext */
    size_t image;     /* bytes at its end that are not the image's head */
    bool notified;    /* only close_notify proves the end */
} rows[] = {
    { "length",
      { DO(PEER_REQUEST), TEXT(OK "Content-Length: 100\r\n\r\n"), PATTERN(60),
        PATTERN(40), DO(PEER_REST) },
      OK "Content-Length: 5\r\n\r\nhello",
      5,
      false },
    { "chunked",
      { DO(PEER_REQUEST), TEXT(OK "Transfer-Encoding: chunked\r\n\r\n3c\r\n"),
        PATTERN(60), TEXT("\r\n28;x\r\n"), PATTERN(40),
        TEXT("\r\n0\r\nA: b\r\n\r\n"), DO(PEER_REST) },
      OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      22,
      false },
    { "no length",
      { DO(PEER_REQUEST), TEXT(OK "\r\n"), PATTERN(60), PATTERN(40),
        DO(PEER_NOTIFY), DO(PEER_REST) },
      OK "\r\nhello",
      5,
      true },
};

/* Go on until the cut is reached, or the end. */
static bool reach(struct rig *r, uint64_t cut)
{
    unsigned spins = 0;

    while ((r->port.taken < cut || r->result > 0) && spins++ < 1000) {
        (void)rig_read(r);
        if (r->result == FIMG_PENDING && r->port.taken < cut)
            rig_idle(r);
        if (r->result == FIMG_OK || r->result < FIMG_PENDING)
            return false;
    }
    CHECK(r->port.taken == cut);
    return true;
}

static void end_by_silence(struct rig *r, bool connecting)
{
    uint32_t quiet = r->port.now;

    (void)rig_run(r, UINT64_MAX);
    rig_expect(r, connecting ? FIMG_WHY_CONNECT_LIMIT : FIMG_WHY_IDLE_LIMIT);
    CHECK(r->port.now - quiet <= (connecting ? 10000u : 15000u));
}

static void cut_here(struct rig *r, enum port_fault how)
{
    bool connecting = fimg_report(r->f)->stage < FIMG_STAGE_REQUEST;

    r->port.cut = how;
    if (how == FAULT_AGAIN) {
        end_by_silence(r, connecting);
    } else {
        (void)rig_run(r, UINT64_MAX);
        rig_expect(r, FIMG_WHY_LOST);
        CHECK(rig_took(r) == 0);
    }
    CHECK(!r->wrong && r->stored <= 100);
    CHECK(fimg_report(r->f)->end == FIMG_END_NONE);
    CHECK(r->port.state == PORT_IDLE);
    CHECK(rig_read(r) == r->result);
    fimg_close(r->f);
    CHECK(r->port.state == PORT_IDLE && r->port.violation == NULL);
}

static void test_bytes(size_t row, enum port_fault how)
{
    static struct rig r;
    struct rig_snapshot here;
    uint64_t cut = 0;

    check_case("row 30, 38, 50, 58, 97: %s after every byte, %s",
               how == FAULT_CLOSED   ? "FIN"
               : how == FAULT_FAILED ? "RST"
                                     : "silence",
               rows[row].name);
    rig_open(&r, rows[row].script);
    r.request.wait_ms = 0;
    r.port.cut = FAULT_AGAIN;
    r.port.cut_connection = 1;
    CHECK(rig_start(&r) == FIMG_OK);
    while (r.port.cut_after = ++cut, reach(&r, cut)) {
        rig_save(&r, &here);
        cut_here(&r, how);
        rig_restore(&r, &here);
        rig_forget(&here);
        if (check.failed) {
            printf("     at byte %lu\n", (unsigned long)cut);
            break;
        }
    }
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 100 && cut > 500);
    rig_close(&r);
}

/* The same on a connection that was kept: before the answer it is repeated. */
static void test_kept(size_t row, enum port_fault how)
{
    static struct rig r;
    struct rig_snapshot here;
    struct peer_step twice[16];
    size_t steps = 0;
    uint64_t begin, cut;

    check_case("row 38, 61, 62: %s after every byte of a second reply, %s",
               how == FAULT_CLOSED ? "FIN" : "RST", rows[row].name);
    while (rows[row].script[steps].what != PEER_REST)
        steps++;
    memcpy(twice, rows[row].script, steps * sizeof twice[0]);
    memcpy(twice + steps, rows[row].script, (steps + 1) * sizeof twice[0]);
    rig_open(&r, twice);
    r.request.wait_ms = 0;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    begin = r.port.taken;
    r.port.cut = FAULT_AGAIN;
    r.port.cut_connection = 1;
    CHECK(rig_start(&r) == FIMG_OK);
    r.port.cut_after = begin;
    (void)rig_read(&r); /* so that it sends the request */
    while (r.result == FIMG_PENDING && fimg_next_ms(r.f) == 0)
        (void)rig_read(&r);
    for (cut = begin; r.port.cut_after = cut, reach(&r, cut); cut++) {
        bool begun = fimg_report(r.f)->http_status != 0;

        rig_save(&r, &here);
        r.port.cut = how;
        (void)rig_run(&r, UINT64_MAX);
        CHECK(!r.wrong && r.port.violation == NULL);
        if (r.port.connects == 2) { /* the head is one record */
            CHECK(!begun && r.stored == 100);
            rig_expect(&r, FIMG_WHY_NONE);
        } else {
            CHECK(begun);
            rig_expect(&r, FIMG_WHY_LOST);
        }
        fimg_close(r.f);
        CHECK(r.port.state == PORT_IDLE);
        rig_restore(&r, &here);
        rig_forget(&here);
        if (check.failed) {
            printf("     at byte %lu\n", (unsigned long)(cut - begin));
            break;
        }
    }
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->reused);
    rig_close(&r);
}

/* close_notify, or FIN, after every byte of plaintext. */
static void test_plaintext(size_t row, bool notify)
{
    static const struct peer_step asked[] = { DO(PEER_REQUEST), DO(PEER_REST) };
    static struct rig r;
    struct rig_snapshot here;
    size_t len = strlen(rows[row].wire);

    check_case("row 37, 48, 50, 57, 58: %s after every byte of plaintext, %s",
               notify ? "close_notify" : "FIN", rows[row].name);
    rig_open(&r, asked);
    r.request.wait_ms = 0;
    r.expect = "hello";
    r.expect_len = 5;
    CHECK(rig_start(&r) == FIMG_OK);
    while (r.port.peer.requests == 0 && r.reads < 1000)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    rig_save(&r, &here);
    for (size_t n = 0; n <= len && !check.failed; n++) {
        const struct peer_step script[] = {
            { PEER_SEND, rows[row].wire, n, 0 },
            DO(notify ? PEER_NOTIFY : PEER_FIN),
            DO(PEER_FIN),
        };
        bool whole = n == len;

        if (rows[row].notified) /* any byte of image may be the last */
            whole = notify && n > len - rows[row].image;
        r.port.peer.step = script;
        (void)rig_run(&r, UINT64_MAX);
        if (rows[row].notified && notify && n == len - rows[row].image)
            rig_expect(&r, FIMG_WHY_EMPTY);
        else if (whole)
            rig_expect(&r, FIMG_WHY_NONE);
        else
            rig_expect(&r, notify ? FIMG_WHY_CUT_SHORT : FIMG_WHY_LOST);
        CHECK(!r.wrong);
        CHECK((fimg_report(r.f)->end != FIMG_END_NONE) ==
              (whole || fimg_report(r.f)->reason == FIMG_WHY_EMPTY));
        fimg_close(r.f);
        CHECK(r.port.state == PORT_IDLE && r.port.violation == NULL);
        rig_restore(&r, &here);
    }
    rig_forget(&here);
    rig_close(&r);
}

/* The same again by a caller that waits, at some of the bytes. */
static void test_waiting(size_t row, enum port_fault how)
{
    static struct rig r;
    uint64_t total;

    check_case("row 38, 97: %s after some bytes, waiting, %s",
               how == FAULT_CLOSED ? "FIN" : "silence", rows[row].name);
    rig_open(&r, rows[row].script);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    total = r.port.received;
    rig_close(&r);
    for (uint64_t cut = 1; cut < total - 5; cut += 41) {
        rig_open(&r, rows[row].script);
        r.port.cut = how;
        r.port.cut_connection = 1;
        r.port.cut_after = cut;
        (void)rig_download(&r);
        CHECK(r.result == FIMG_ERR_NETWORK || r.result == FIMG_ERR_TIMEOUT);
        if (how == FAULT_CLOSED)
            rig_expect(&r, FIMG_WHY_LOST);
        CHECK(rig_took(&r) <= 15000);
        rig_close(&r);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t row = 0; row < COUNT(rows); row++) {
        test_bytes(row, FAULT_CLOSED);
        test_bytes(row, FAULT_FAILED);
        test_bytes(row, FAULT_AGAIN);
        if (!rows[row].notified) {
            test_kept(row, FAULT_CLOSED);
            test_kept(row, FAULT_FAILED);
        }
        test_plaintext(row, true);
        test_plaintext(row, false);
        test_waiting(row, FAULT_CLOSED);
        test_waiting(row, FAULT_AGAIN);
    }
    return check_exit("session/cuts");
}
