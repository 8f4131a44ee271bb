/*
 * limiter.c: requests and refusals at any times, in any order.
 */
#include "fimg_limiter.h"

#include "any.h"

/* One that has, or has had, a turn knows how long a minute is. */
static bool sound(const struct fimg_limiter *l)
{
    return (!l->placed && !l->in_turn) || l->minute_ms > 0;
}

int main(void)
{
    struct fimg_limiter l;

    any_bytes(&l, sizeof l);
    l.placed = any_bool();
    l.in_turn = any_bool();
    //@ split l.placed;
    //@ split l.in_turn;
    if (!sound(&l))
        return 0;
    if (any_bool())
        (void)fimg_limiter_wait_ms(&l, any_u32(), any_u16());
    else if (any_bool())
        fimg_limiter_sent(&l, any_u32());
    else
        fimg_limiter_refused(&l, any_u32(), any_u32());
    must(sound(&l));
    return 0;
}
