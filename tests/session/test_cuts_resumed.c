/*
 * test_cuts_resumed.c: a resumed session cut after every byte that the server
 * sends, from none on, in every way a connection can end. Rows 30, 38, 94 and
 * 97 of the table of wire behaviour; test_cuts.c does the same in full.
 */
#include <string.h>

#include "check.h"
#include "wire.h"

static struct rig r;

/* The connection ends here, and the caller does as he wants. */
static void cut_here(enum port_fault how)
{
    bool connecting = fimg_report(r.f)->stage < FIMG_STAGE_REQUEST;
    bool open = wire_is_open(&r);
    uint32_t quiet = r.port.now;

    r.port.cut = how;
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    if (how != FAULT_AGAIN) {
        rig_expect(&r, FIMG_WHY_LOST);
        CHECK(rig_took(&r) == 0);
    } else if (connecting) {
        rig_expect(&r, FIMG_WHY_CONNECT_LIMIT);
        CHECK(r.port.now - quiet <= 10000);
    } else {
        rig_expect(&r, FIMG_WHY_IDLE_LIMIT);
        CHECK(r.port.now - quiet <= 15000);
    }
    CHECK(!r.wrong && r.stored <= WIRE_LEN);
    CHECK(open || r.port.peer.asked == 0);
    CHECK(fimg_report(r.f)->end == FIMG_END_NONE);
    fimg_close(r.f);
    CHECK(r.port.state == PORT_IDLE && r.port.violation == NULL);
}

static void test_bytes(const struct wire_reply *reply)
{
    static const enum port_fault ways[] = { FAULT_CLOSED, FAULT_FAILED,
                                            FAULT_AGAIN };
    struct rig_snapshot here;
    uint64_t at = 0;

    check_case("row 30, 38, 94, 97: the end after every byte, resumed, %s",
               reply->name);
    wire_open(&r, reply->script, true);
    while (wire_reach(&r, at) && !check.failed) {
        rig_save(&r, &here);
        for (size_t i = 0; i < COUNT(ways); i++) {
            cut_here(ways[i]);
            rig_restore(&r, &here);
        }
        rig_forget(&here);
        if (check.failed)
            printf("     at byte %lu\n", (unsigned long)at);
        at++;
    }
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->resumed && r.stored == WIRE_LEN && at > 300);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(wire_replies); i++)
        test_bytes(&wire_replies[i]);
    return check_exit("session/cuts_resumed");
}
