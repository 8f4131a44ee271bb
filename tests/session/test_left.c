/*
 * test_left.c: a download on a kept connection that is left before its end.
 */
#include "check.h"
#include "rig.h"

#define REPLY                                                                  \
    DO(PEER_REQUEST), TEXT("HTTP/1.1 200 OK\r\nContent-Length: "               \
                           "5\r\n\r\nhello")

static const struct peer_step forever[] = { REPLY, REPLY, REPLY,
                                            DO(PEER_REST) };

/* One more download, which goes well; is the connection the old one? */
static void fetch(struct rig *r, bool reused)
{
    (void)rig_download(r);
    rig_expect(r, FIMG_WHY_NONE);
    CHECK(r->stored == 5 && fimg_report(r->f)->reused == reused);
}

/*
 * Leave the second download after so many calls. What its server says from
 * then on is not for the third. False if the download was over by then.
 */
static bool test_left(unsigned calls)
{
    static struct rig r;
    bool pending = true;

    check_case("left after %u calls", calls);
    rig_open(&r, forever);
    r.expect = "hello";
    r.expect_len = 5;
    r.request.wait_ms = 0;
    fetch(&r, false);
    r.port.gap_ms = 3;
    r.port.window_in = r.port.window_out = 50;
    CHECK(rig_start(&r) == FIMG_OK);
    for (unsigned i = 0; i < calls && pending; i++) {
        pending = rig_read(&r) == FIMG_PENDING;
        if (pending)
            rig_idle(&r);
    }
    if (pending) {
        fimg_finish(r.f);
        CHECK((r.port.state == PORT_OPEN) == (calls == 0));
        fetch(&r, calls == 0);
    }
    rig_close(&r);
    return pending;
}

int main(int argc, char **argv)
{
    unsigned calls = 0;

    rig_load(argc, argv, check_that);
    while (RIG_KEEPS && test_left(calls))
        calls++;
    check_case("it can be left at several places");
    CHECK(!RIG_KEEPS || calls > 10);
    return check_exit("session/left");
}
