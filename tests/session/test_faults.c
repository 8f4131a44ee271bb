/*
 * test_faults.c: the n-th call of the port failing, in every way, for every n.
 * Rows 30, 38, 61, 63, 95 and 116 of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define REPLY                                                                  \
    DO(PEER_REQUEST),                                                          \
        TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n"),   \
        PATTERN(100), TEXT("\r\nc8\r\n"), PATTERN(200), TEXT("\r\n0\r\n\r\n")
#define STORED 300

static const struct peer_step script[] = { REPLY, REPLY, REPLY, DO(PEER_REST) };

static const char *const fault_names[FAULTS] = {
    [FAULT_AGAIN] = "AGAIN at once",
    [FAULT_LATE] = "AGAIN too late",
    [FAULT_RESOLVING] = "RESOLVING",
    [FAULT_CLOSED] = "CLOSED",
    [FAULT_NO_NAME] = "NO_NAME",
    [FAULT_FAILED] = "FAILED",
    [FAULT_ZERO] = "0",
    [FAULT_MORE] = "more than asked",
    [FAULT_JUNK] = "-77",
    [FAULT_MOST] = "INT_MAX",
    [FAULT_LEAST] = "INT_MIN",
};

/* How a download is driven; the fault falls on it. */
static const struct {
    const char *name;
    uint32_t wait_ms;
    bool kept;
    uint8_t retry_max;
    size_t cap;
} modes[] = {
    { "waiting", FIMG_WAIT, false, 0, 16384 },
    { "not waiting", 0, false, 0, 64 },
    { "waiting, kept connection", FIMG_WAIT, true, 0, 16384 },
    { "not waiting, kept connection", 0, true, 0, 64 },
    { "waiting, one repeat", FIMG_WAIT, false, 1, 16384 },
};

static bool may_pass(enum port_call call, enum port_fault fault)
{
    if (fault == FAULT_AGAIN || fault == FAULT_LATE)
        return call != CALL_ENTROPY && call != CALL_TIME;
    if (call == CALL_CONNECT)
        return fault == FAULT_RESOLVING || fault == FAULT_ZERO;
    return call == CALL_ENTROPY && fault == FAULT_ZERO;
}

/* May a fault on this kind of call end in this way? */
static bool fits(enum port_call call, enum port_fault fault,
                 enum fimg_reason reason)
{
    bool nonsense = fault == FAULT_JUNK || fault == FAULT_LEAST;

    if (fault == FAULT_LATE && reason >= FIMG_WHY_CONNECT_LIMIT &&
        reason <= FIMG_WHY_TOTAL_LIMIT)
        return true;
    switch (call) {
    case CALL_CONNECT:
        if (fault == FAULT_NO_NAME)
            return reason == FIMG_WHY_NAME;
        if (fault == FAULT_FAILED || nonsense)
            return reason == FIMG_WHY_CONNECT ||
                   (nonsense && reason == FIMG_WHY_PORT);
        return reason == FIMG_WHY_PORT;
    case CALL_SEND:
    case CALL_RECV:
        if (fault == FAULT_FAILED || fault == FAULT_CLOSED || nonsense)
            return reason == FIMG_WHY_LOST ||
                   (fault != FAULT_FAILED && reason == FIMG_WHY_PORT);
        return reason == FIMG_WHY_PORT;
    case CALL_ENTROPY:
        return reason == FIMG_WHY_NO_ENTROPY;
    case CALL_TIME:
        return reason == FIMG_WHY_NO_CLOCK;
    case CALL_NONE:
    case CALL_CLOSE:
    case CALL_SLEEP:
        break;
    }
    return false;
}

static void judge(const struct rig *r, size_t mode)
{
    const struct fimg_report *report = fimg_report(r->f);
    enum port_call call = r->port.fault_hit;
    enum port_fault fault = r->port.fault;

    if (r->result == FIMG_OK) {
        CHECK(r->stored == STORED);
        CHECK(may_pass(call, fault) || modes[mode].kept ||
              report->attempts == 2);
        return;
    }
    CHECK(fits(call, fault, report->reason));
    CHECK(r->port.state == PORT_IDLE);
    /* what may go away by itself was tried again, unless too late */
    CHECK(modes[mode].retry_max == 0 || r->stored > 0 ||
          report->status != FIMG_ERR_NETWORK ||
          report->reason == FIMG_WHY_NAME);
    if (check.failed)
        printf("     call %d, reason %d, stored %lu\n", (int)call,
               (int)report->reason, (unsigned long)r->stored);
}

static void open_rig(struct rig *r, size_t mode)
{
    rig_open(r, script);
    r->request.wait_ms = modes[mode].wait_ms;
    r->request.retry_max = modes[mode].retry_max;
    r->cap = modes[mode].cap;
    if (modes[mode].kept)
        (void)rig_download(r);
}

/* The fault falls on call number n of the download; does it at all? */
static bool run(size_t mode, enum port_fault fault, unsigned n)
{
    static struct rig r;
    bool hit;

    open_rig(&r, mode);
    r.port.fault = fault;
    r.port.fault_call = r.port.calls + n;
    (void)rig_download(&r);
    hit = r.port.fault_hit != CALL_NONE;
    if (hit)
        judge(&r, mode);
    else
        rig_expect(&r, FIMG_WHY_NONE);
    r.port.fault = FAULT_NONE;
    if (hit && (n + fault) % 3 == 0) { /* the object is as good as new */
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.stored == STORED);
    }
    rig_close(&r);
    if (check.failed)
        printf("     at call %u\n", n);
    return hit;
}

/* Several faults in a row, each on the first call after the last. */
static void test_many(void)
{
    static struct rig r;

    check_case("row 116: one fault after the other on one object");
    rig_open(&r, script);
    r.request.wait_ms = 0;
    for (unsigned i = 0; i < 200; i++) {
        r.port.fault = (enum port_fault)(1 + i % (FAULTS - 1));
        r.port.fault_hit = CALL_NONE;
        r.port.fault_call = r.port.calls + 1 + i * 7 % 40;
        (void)rig_download(&r);
        CHECK(r.result != FIMG_OK || r.stored == STORED);
        CHECK(!r.wrong);
    }
    r.port.fault = FAULT_NONE;
    fimg_close(r.f);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t mode = 0; mode < COUNT(modes); mode++) {
        for (int fault = 1; fault < FAULTS; fault++) {
            unsigned n = 1;

            check_case("row 116: call n of a download returns %s, %s",
                       fault_names[fault], modes[mode].name);
            while (run(mode, (enum port_fault)fault, n))
                n++;
            CHECK(n > (modes[mode].kept ? 4u : 12u));
        }
    }
    test_many();
    return check_exit("session/faults");
}
