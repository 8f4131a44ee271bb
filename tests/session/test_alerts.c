/*
 * test_alerts.c: alerts of every kind, and messages of every kind that a
 * server may not send, at every step of a session. Row 91 of the table of wire
 * behaviour.
 */
#include <string.h>

#include "check.h"
#include "wire.h"

#define CHANGE 20
#define ALERT 21
#define HANDSHAKE 22
#define STEPS_MAX 10

/* The download that stands still. */
static struct rig r;
static struct rig_snapshot here;

/* Run to the end and judge what it came to, then go back. */
static void judge(enum fimg_reason reason, int tls_error, const char *what,
                  unsigned n)
{
    const struct fimg_report *report = fimg_report(r.f);

    wire_run(&r);
    rig_expect(&r, reason);
    CHECK(!r.wrong && r.port.violation == NULL);
    CHECK(reason != FIMG_WHY_NONE || r.stored == WIRE_LEN);
    CHECK(reason == FIMG_WHY_NONE || r.port.state == PORT_IDLE);
    CHECK(tls_error == 0 || report->tls_error == tls_error);
    CHECK(r.port.peer.hellos <= here.rig.port.peer.hellos + 1);
    if (check.failed)
        printf("     %s %u: reason %d, error %d\n", what, n,
               (int)report->reason, report->tls_error);
    fimg_close(r.f);
    rig_restore(&r, &here);
}

static enum fimg_reason reason_of(uint8_t level, uint8_t number, bool open,
                                  int *tls_error)
{
    *tls_error = 0;
    if (level == 1 && number == 0)
        return open ? FIMG_WHY_CUT_SHORT : FIMG_WHY_TLS_PROTOCOL;
    if (level == 1 && number != 100)
        return FIMG_WHY_NONE;
    *tls_error = 256 + number;
    return number == 70 ? FIMG_WHY_TLS_VERSION : FIMG_WHY_TLS_ALERT;
}

/* BearSSL counts a HelloRequest as said, unlike servers: they disagree. */
static void test_hello_request(void)
{
    static const uint8_t hello_request[] = {
        HANDSHAKE, 3, 3, 0, 4, 0, 0, 0, 0
    };

    rig_save(&r, &here);
    wire_put(&r, hello_request, sizeof hello_request);
    wire_run(&r);
    CHECK(r.result < 0 && r.port.peer.asked == 0);
    CHECK(r.port.state == PORT_IDLE && rig_took(&r) <= 10000);
    fimg_close(r.f);
    rig_restore(&r, &here);
    rig_forget(&here);
}

/* Alerts before the next record of the handshake. */
static void test_here(unsigned step)
{
    static const uint8_t levels[] = { 0, 1, 2, 3, 255 };

    rig_save(&r, &here);
    for (size_t i = 0; i < COUNT(levels); i++)
        for (unsigned number = 0; number < 256; number += step) {
            const uint8_t record[] = { ALERT,          3, 3, 0, 2, levels[i],
                                       (uint8_t)number };
            int tls_error;
            enum fimg_reason reason =
                reason_of(levels[i], (uint8_t)number, false, &tls_error);

            wire_put(&r, record, sizeof record);
            judge(reason, tls_error, "alert", levels[i] * 1000u + number);
        }
    rig_forget(&here);
}

/* At all steps of a handshake, as far as nothing is encrypted. */
static void test_early(bool resumed)
{
    uint64_t at = 0;
    uint8_t type = HANDSHAKE;
    size_t len;

    wire_open(&r, wire_replies[0].script, resumed);
    while (type == HANDSHAKE) {
        check_case("row 91: every alert before byte %lu of the handshake, %s",
                   (unsigned long)at, resumed ? "resumed" : "in full");
        CHECK(wire_reach(&r, at));
        type = *wire_next(&r, &len);
        test_hello_request();
        test_here(resumed ? 1 : 10);
        at += len;
    }
    CHECK(type == CHANGE && at > 80);
    rig_close(&r);
}

/* Stand still where the handshake is over for both. */
static void open_late(const struct wire_reply *reply)
{
    wire_open(&r, reply->script, true);
    wire_settle(&r);
    rig_save(&r, &here);
}

/* The reply, but with this step before the one numbered. */
static void say_at(const struct wire_reply *reply, size_t number,
                   const struct peer_step *step)
{
    static struct peer_step script[STEPS_MAX];

    memcpy(script, reply->script, number * sizeof *step);
    script[number] = *step;
    memcpy(script + number + 1, reply->script + number,
           (COUNT(reply->script) - number) * sizeof *step);
    r.port.peer.step = script;
}

/* Every alert before the step numbered, which is not behind the last. */
static void test_late(const struct wire_reply *reply, size_t number)
{
    check_case("row 91: every alert at step %u, %s", (unsigned)number,
               reply->name);
    open_late(reply);
    for (unsigned level = 0; level <= 3; level++)
        for (unsigned n = 0; n < 256; n++) {
            const char alert[] = { (char)level, (char)n };
            const struct peer_step step = { PEER_RECORD, alert, 2, ALERT };
            int tls_error;
            enum fimg_reason reason =
                reason_of((uint8_t)level, (uint8_t)n, true, &tls_error);

            if (reply->notified && reason == FIMG_WHY_CUT_SHORT)
                continue; /* it is an end, and test_cuts.c has it */
            say_at(reply, number, &step);
            judge(reason, tls_error, "alert", level * 1000 + n);
        }
    rig_forget(&here);
    rig_close(&r);
}

/* Handshake messages of every type, whole and empty or begun, and records of
   every type. Only a HelloRequest is refused with a warning. */
static void test_messages(const struct wire_reply *reply, size_t number)
{
    check_case("row 91: every message at step %u, %s", (unsigned)number,
               reply->name);
    open_late(reply);
    for (unsigned type = 0; type < 256; type++)
        for (unsigned len = 0; len < 2; len++) {
            const char message[] = { (char)type, 0, 0, (char)len, 0 };
            const struct peer_step step = { PEER_RECORD, message, 4 + len,
                                            HANDSHAKE };

            say_at(reply, number, &step);
            judge(type + len == 0 ? FIMG_WHY_NONE : FIMG_WHY_TLS_PROTOCOL, 0,
                  "message", type * 10 + len);
        }
    for (unsigned type = 0; type < 256; type++) {
        const struct peer_step step = { PEER_RECORD, "\1", 1, type };

        if (type >= ALERT && type <= HANDSHAKE + 1)
            continue;
        say_at(reply, number, &step);
        judge(FIMG_WHY_TLS_PROTOCOL, 0, "record", type);
    }
    rig_forget(&here);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_early(false);
    test_early(true);
    for (size_t i = 0; i < COUNT(wire_replies); i++)
        for (size_t n = 0; wire_replies[i].script[n].what != PEER_REST; n++) {
            test_late(&wire_replies[i], n);
            test_messages(&wire_replies[i], n);
        }
    return check_exit("session/alerts");
}
