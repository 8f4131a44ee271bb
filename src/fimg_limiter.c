/*
 * fimg_limiter.c: a device's share of an app's rate limits.
 *
 * The figures are found with `make fleet`: fewer than 5 % refused, by fixed
 * and by sliding windows, in as little time as that takes.
 */
#include "fimg_limiter.h"

#define TURN_MS 63 /* not 60: clocks and networks are not exact */
#define MINUTE_MS (1000 * TURN_MS)

/* Where chance fills the minutes, some get more than 1000 of 1000 turns. */
#define TURN_MS_CHANCE 64
#define MINUTE_MS_CHANCE 61000

/*
 * In how many 64ths of a minute nobody has a turn, at its end. With 50 a
 * second it would be two thirds; chance gives some seconds too many, and in
 * small fleets the second image comes sooner after its turn than the first.
 */
#define SPARE 40
#define SPARE_CHANCE 37

#define DEVICES_SMALL 64
#define DEVICES_MAX ((uint32_t)1 << 23) /* their share is 6 days */

static uint32_t left(uint32_t limit, uint32_t elapsed)
{
    return elapsed < limit ? limit - elapsed : 0;
}

/* When the turn has come, from l->minute on. */
static uint32_t due_ms(const struct fimg_limiter *l)
{
    return l->turn - l->turn % l->minute_ms * l->spare / 64;
}

/* Find a turn in the share of time that begins `now`. */
static void draw(struct fimg_limiter *l, uint32_t now, uint16_t random)
{
    uint32_t n = l->devices < DEVICES_MAX ? l->devices : DEVICES_MAX;

    l->placed = l->in_turn = true;
    l->minute = now;
    l->minute_ms = MINUTE_MS;
    l->spare = SPARE_CHANCE;
    l->share = n * TURN_MS;
    if (l->number - 1 < n) {
        l->turn = (l->number - 1) * TURN_MS;
        if (n > DEVICES_SMALL)
            l->spare = SPARE;
        return;
    }
    if (n > 1000) {
        l->minute_ms = MINUTE_MS_CHANCE;
        l->share = n * TURN_MS_CHANCE;
    }
    l->turn = (uint32_t)((uint64_t)l->share * random >> 16);
}

uint32_t fimg_limiter_wait_ms(struct fimg_limiter *l, uint32_t now,
                              uint16_t random)
{
    uint32_t hold = left(l->hold_ms, now - l->held);

    now += hold;
    if (!l->placed)
        draw(l, now, random);
    return hold + left(due_ms(l), now - l->minute);
}

void fimg_limiter_sent(struct fimg_limiter *l, uint32_t now)
{
    uint32_t elapsed = now - l->minute, turn = l->turn, past;

    if (!l->placed)
        return;
    past = turn - turn % l->minute_ms;
    l->in_turn = true;
    if (elapsed - past >= l->minute_ms) { /* the turn is long past */
        l->in_turn = l->hold_ms != 0;
        past = turn = elapsed;
    }
    l->minute += past;
    l->turn = turn - past + l->share;
    l->hold_ms = 0;
}

void fimg_limiter_refused(struct fimg_limiter *l, uint32_t now,
                          uint32_t wait_ms)
{
    if (wait_ms > FIMG_LIMITER_HOLD_MAX_MS)
        wait_ms = FIMG_LIMITER_HOLD_MAX_MS;
    if (wait_ms > left(l->hold_ms, now - l->held)) {
        l->held = now;
        l->hold_ms = wait_ms;
    }
    l->turn = left(l->turn, l->share);
    l->placed = l->in_turn;
}
