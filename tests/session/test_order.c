/*
 * test_order.c: records left out, said again, swapped, cut short, made longer,
 * split and put in between, at every record that a server sends. Rows 90 and 92
 * of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "wire.h"

#define RECORDS_MAX 12
#define HEADER 5
#define CHANGE 20 /* types of records */
#define ALERT 21
/* The download that stands still, and what the server has said until then. */
static struct rig r;
static struct rig_snapshot here;
static struct record {
    uint8_t bytes[WIRE_RECORD_CAP];
    size_t len;
} said[RECORDS_MAX];

/* Go on with these bytes before the rest, then go back. */
static void try(const uint8_t *bytes, size_t len, bool harmless)
{
    bool open = wire_is_open(&r);

    wire_put(&r, bytes, len);
    wire_run(&r);
    CHECK(!r.wrong && r.port.violation == NULL);
    CHECK(harmless ? r.result == FIMG_OK && r.stored == WIRE_LEN
                   : r.result < 0);
    CHECK(harmless || open || r.port.peer.asked == 0);
    CHECK(rig_took(&r) <= 15000);
    CHECK(harmless || r.port.state == PORT_IDLE);
    fimg_close(r.f);
    rig_restore(&r, &here);
}

static void failed_with(const char *what, size_t n)
{
    if (check.failed)
        printf("     %s %lu\n", what, (unsigned long)n);
}

/* The next record is missing, or comes after the one behind it. */
static void test_next(const struct record *next)
{
    static uint8_t both[2 * WIRE_RECORD_CAP];
    size_t len;

    (void)wire_take(&r, both);
    try(both, 0, false);
    failed_with("without", 0);
    (void)wire_take(&r, both);
    len = wire_take(&r, both);
    memcpy(both + len, next->bytes, next->len);
    if (len > 0)
        try(both, len + next->len, false);
    failed_with("swapped", 0);
    rig_restore(&r, &here);
}

/* An old record comes once more, before the next one or in its place. */
static void test_again(size_t count)
{
    uint8_t record[WIRE_RECORD_CAP];

    for (size_t i = 0; i < count; i++) {
        try(said[i].bytes, said[i].len, false);
        failed_with("again", i);
        (void)wire_take(&r, record);
        try(said[i].bytes, said[i].len, false);
        failed_with("instead", i);
    }
}

/* The next record, but of another length: the rest is cut off, or zeros. */
static void test_length(const struct record *next, size_t step)
{
    static uint8_t record[WIRE_RECORD_CAP];

    for (size_t n = 0; n < next->len - HEADER + 40; n += step) {
        if (n == next->len - HEADER)
            continue;
        memset(record, 0, sizeof record);
        (void)wire_take(&r, record);
        record[3] = (uint8_t)(n >> 8);
        record[4] = (uint8_t)n;
        try(record, HEADER + n, false);
        failed_with("as long as", n);
    }
}

/* A record that is none of the server's comes before the next one. Alerts
   have a test of their own. */
static void test_between(bool encrypted)
{
    static const size_t lengths[] = { 0, 1, 2, 24, 16640, 16641 };
    static uint8_t record[HEADER + 16641] = { 0, 3, 3 };

    for (unsigned type = 0; type < 256; type++)
        for (size_t i = 0; i < COUNT(lengths); i++) {
            if (type == ALERT)
                continue;
            if (i >= 4 && type % 51 != 0 && (type < 20 || type > 24))
                continue;
            record[0] = (uint8_t)type;
            record[3] = (uint8_t)(lengths[i] >> 8);
            record[4] = (uint8_t)lengths[i];
            /* one of no bytes, not even of a tag, says nothing */
            try(record, HEADER + lengths[i], lengths[i] == 0 && !encrypted);
            failed_with("between", type * 100000 + lengths[i]);
        }
}

/* What comes behind a ChangeCipherSpec is encrypted. */
static bool is_encrypted(size_t count)
{
    while (count-- > 0)
        if (said[count].bytes[0] == CHANGE)
            return true;
    return false;
}

static void test_session(const struct wire_reply *reply, bool resumed)
{
    uint64_t at = 0;
    size_t count = 0;

    wire_open(&r, reply->script, resumed);
    while (wire_reach(&r, at)) {
        struct record *next = &said[count];

        rig_save(&r, &here);
        next->len = wire_take(&r, next->bytes);
        rig_restore(&r, &here);
        check_case("row 90, 92: record %lu of %s, %s", (unsigned long)count,
                   reply->name, resumed ? "resumed" : "in full");
        if (next->len == 0)
            break;
        test_next(next);
        test_again(count);
        test_length(next, next->len > 500 ? 50 : 1);
        if (resumed)
            test_between(is_encrypted(count));
        rig_forget(&here);
        at += next->len;
        count++;
    }
    wire_run(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == WIRE_LEN && count > 5);
    rig_close(&r);
}

/* The server's first flight in records of n bytes, for many n: no harm. */
static void test_flight(void)
{
    static uint8_t cut[6 * WIRE_RECORD_CAP];
    const uint8_t *flight = said[0].bytes + HEADER;
    size_t len;

    check_case("row 90: the handshake in records of every size");
    wire_open(&r, wire_replies[0].script, false);
    CHECK(wire_reach(&r, 0));
    len = wire_take(&r, said[0].bytes) - HEADER;
    CHECK(len > 500);
    rig_save(&r, &here);
    for (size_t n = 1; n < len; n += n < 50 ? 1 : 29) {
        uint8_t *at = cut;

        for (size_t pos = 0; pos < len; pos += n) {
            size_t part = len - pos < n ? len - pos : n;

            memcpy(at, said[0].bytes, HEADER);
            at[3] = (uint8_t)(part >> 8);
            at[4] = (uint8_t)part;
            memcpy(at + HEADER, flight + pos, part);
            at += HEADER + part;
        }
        try(cut, (size_t)(at - cut), true);
        failed_with("records of", n);
    }
    rig_forget(&here);
    rig_close(&r);
}

/* The reply in records of n bytes, for every n, and all of it in one. */
static void test_pieces(const struct wire_reply *reply)
{
    check_case("row 90: the reply in records of every size, %s", reply->name);
    wire_open(&r, reply->script, true);
    wire_settle(&r);
    rig_save(&r, &here);
    for (size_t n = 1; n <= 120; n++) {
        struct peer_step script[COUNT(reply->script)];

        memcpy(script, reply->script, sizeof script);
        for (size_t i = 0; i < COUNT(script); i++)
            script[i].piece = n;
        r.port.peer.step = script;
        try(said[0].bytes, 0, true);
        failed_with("records of", n);
    }
    rig_forget(&here);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_session(&wire_replies[0], false);
    for (size_t i = 0; i < COUNT(wire_replies); i++)
        test_session(&wire_replies[i], true);
    test_flight();
    for (size_t i = 0; i < COUNT(wire_replies); i++)
        test_pieces(&wire_replies[i]);
    return check_exit("session/order");
}
