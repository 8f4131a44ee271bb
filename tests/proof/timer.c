/*
 * timer.c: any limits, any state, and a clock that may stand anywhere.
 */
#include "fimg_timer.h"

#include "any.h"

int main(void)
{
    struct fimg_timer t;
    struct fimg_request request;
    enum fimg_reason why;
    uint32_t now = any_u32();

    any_bytes(&request, sizeof request);
    fimg_timer_start(&t, now);
    fimg_timer_connect(&t, now);
    fimg_timer_connected(&t);
    any_bytes(&t, sizeof t);
    t.connecting = any_bool();
    t.waiting = any_bool();
    (void)fimg_timer_left(&t, &request, now, &why);
    must(why <= FIMG_WHY_TOTAL_LIMIT);
    (void)fimg_timer_total_left(&t, &request, now);
    fimg_timer_wait(&t, now);
    fimg_timer_progress(&t, &request, now, any_u32());
    return 0;
}
