/*
 * test_units.c: what a call does that must not wait.
 */
#include "check.h"
#include "rig.h"

#define X100(s) X10(X10(s))
#define X10(s) s s s s s s s s s s
#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

static const char image[] = X100("0123456789");

/* The whole reply is there, the image in records of `piece` bytes. */
static void test_records(size_t piece)
{
    const struct peer_step script[] = {
        DO(PEER_REQUEST),
        TEXT(HEAD),
        { PEER_SEND, image, sizeof image - 1, piece },
        DO(PEER_REST),
    };
    static struct rig r;

    check_case("no call without a record, records of %lu bytes",
               (unsigned long)piece);
    rig_open(&r, script);
    r.request.wait_ms = 0;
    r.expect = image;
    r.expect_len = sizeof image - 1;
    CHECK(rig_start(&r) == FIMG_OK);
    while (rig_read(&r) == FIMG_PENDING)
        rig_idle(&r);
    while (r.result > 0)
        CHECK(rig_read(&r) != FIMG_PENDING);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_records(1000);
    test_records(100);
    test_records(30);
    return check_exit("session/units");
}
