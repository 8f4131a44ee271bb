/*
 * test_flips.c: every bit that a server sends, flipped. Row 92 of the table of
 * wire behaviour.
 *
 * The download runs once, byte by byte. At each byte everything is saved, one
 * bit of it after the other is flipped, and everything is put back.
 */
#include <string.h>

#include "check.h"
#include "wire.h"

/* There is no bit that does not count. */
static void judge(const struct rig *r, bool open)
{
    CHECK(r->result < 0 && !r->wrong && r->stored <= WIRE_LEN);
    CHECK(fimg_report(r->f)->end == FIMG_END_NONE);
    CHECK(open || (r->stored == 0 && r->port.peer.asked == 0));
    CHECK(r->port.state == PORT_IDLE);
    CHECK(rig_took(r) <= 15000);
}

/* Every bit of the byte that comes next. */
static void flip_byte(struct rig *r, uint64_t at)
{
    struct rig_snapshot here;

    rig_save(r, &here);
    for (unsigned bit = 0; bit < 8; bit++) {
        bool open = wire_is_open(r);

        wire_flip(r, (uint8_t)(1u << bit));
        wire_run(r);
        judge(r, open);
        if (check.failed)
            printf("     bit %u of byte %lu: %d\n", bit, (unsigned long)at,
                   r->result);
        fimg_close(r->f);
        rig_restore(r, &here);
    }
    rig_forget(&here);
}

/* Every byte of the stream, from the first or from the reply on. */
static void test_flips(const struct wire_reply *reply, bool resumed,
                       bool handshake)
{
    static struct rig r;
    uint64_t at = 0;

    check_case("row 92: every bit of %s, %s, %s",
               handshake ? "the handshake and the reply" : "the reply",
               resumed ? "resumed" : "in full", reply->name);
    wire_open(&r, reply->script, resumed);
    while (wire_reach(&r, at) && peer_run(&r.port.peer, r.port.now) > 0) {
        if (handshake || wire_is_open(&r))
            flip_byte(&r, at);
        at++;
        if (check.failed)
            break;
    }
    wire_run(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == WIRE_LEN && at > 300);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_flips(&wire_replies[0], false, true);
    for (size_t i = 0; i < COUNT(wire_replies); i++)
        test_flips(&wire_replies[i], true, i == 0);
    return check_exit("session/flips");
}
