/*
 * test_proxy_end.c: ends that a download through a proxy can come to at any
 * moment, by the caller or by the port.
 */
#include "proxy_rig.h"

enum end { BY_CLOSE, BY_FINISH, BY_START };

/* After so many calls, the caller has enough. False when it was over. */
static bool leave(unsigned calls, enum end how, const struct peer_step *script)
{
    bool over;

    open_rig(script, 0);
    r.port.resolve_ms = 10;
    r.port.window_out = 60;
    r.port.window_in = 150;
    r.port.gap_ms = 1;
    r.request.retry_max = 1;
    r.port.peer.script[1] = good;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls; i++)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    over = r.result == FIMG_OK;
    if (how == BY_CLOSE)
        fimg_close(r.f);
    else if (how == BY_FINISH)
        fimg_finish(r.f);
    else
        CHECK(rig_start(&r) == FIMG_OK);
    CHECK(over || r.port.state == PORT_IDLE);
    CHECK(over || !has_basic(r.f, sizeof(struct fimg)));
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    close_rig();
    return !over;
}

/* One way or the other, and with the first attempt failing, too. */
static void test_left(void)
{
    static const struct peer_step refuses[] = {
        DO(PEER_CONNECT),
        RAW("HTTP/1.1 503 Busy\r\n\r\n"),
        DO(PEER_REST),
    };
    static const struct peer_step lost[] = { DO(PEER_CONNECT), DO(PEER_FIN) };
    static const struct {
        const char *name;
        const struct peer_step *script;
    } rows[] = { { "good", good }, { "refuses", refuses }, { "lost", lost } };
    static const char *const ends[] = { "close", "finish", "start" };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (int how = BY_CLOSE; how <= BY_START; how++) {
            unsigned calls = 0;

            check_case("proxy: %s after n calls, %s", ends[how], rows[i].name);
            while (leave(calls, (enum end)how, rows[i].script))
                calls++;
            CHECK(calls > 15);
        }
}

/* Not waiting: a call that moves bytes moves them once. */
static void test_units(void)
{
    enum fimg_stage stage = FIMG_STAGE_NONE;
    unsigned asking = 0;

    check_case("proxy: one unit a call");
    open_rig(good, 0);
    r.port.window_out = 100;
    r.port.window_in = 10;
    CHECK(rig_start(&r) == FIMG_OK);
    while (r.reads < 1000 && r.result == FIMG_PENDING) {
        uint64_t moved = r.port.sent + r.port.received;

        if (rig_read(&r) == FIMG_PENDING && fimg_next_ms(r.f) > 0)
            rig_idle(&r);
        moved = r.port.sent + r.port.received - moved;
        if (stage == FIMG_STAGE_PROXY) {
            CHECK(moved <= 100 && moved > 0);
            asking++;
        }
        stage = fimg_report(r.f)->stage;
    }
    CHECK(asking >= 5); /* the first call did more */
    close_rig();
}

/* The fault falls on call number n of the download; does it at all? */
static bool fault_at(enum port_fault fault, unsigned n, uint32_t wait_ms)
{
    const struct fimg_report *report;
    bool hit;

    open_rig(good, wait_ms);
    r.port.fault = fault;
    r.port.fault_call = r.port.calls + n;
    (void)rig_download(&r);
    report = fimg_report(r.f);
    hit = r.port.fault_hit != CALL_NONE;
    if (!hit || fault == FAULT_AGAIN)
        rig_expect(&r, r.port.fault_hit == CALL_ENTROPY ? FIMG_WHY_NO_ENTROPY
                       : r.port.fault_hit == CALL_TIME  ? FIMG_WHY_NO_CLOCK
                                                        : FIMG_WHY_NONE);
    if (r.result != FIMG_OK)
        CHECK(r.port.state == PORT_IDLE);
    if (report->stage == FIMG_STAGE_PROXY)
        CHECK(report->reason == FIMG_WHY_LOST ||
              report->reason == FIMG_WHY_PORT ||
              report->reason == FIMG_WHY_CONNECT_LIMIT);
    r.port.fault = FAULT_NONE;
    fimg_close(r.f);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    close_rig();
    return hit;
}

static void test_faults(uint32_t wait_ms)
{
    for (int fault = 1; fault < FAULTS; fault++) {
        unsigned n = 1;

        check_case("proxy: the n-th call of the port fails, fault %d, wait %lu",
                   fault, (unsigned long)wait_ms);
        while (fault_at((enum port_fault)fault, n, wait_ms))
            n++;
        CHECK(n > 14);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_left();
    test_units();
    test_faults(FIMG_WAIT);
    test_faults(0);
    return check_exit("session/proxy_end");
}
