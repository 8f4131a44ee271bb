/*
 * fuzz_limiter.c: a device's share of the rate limits, over any time.
 *
 * The input is numbers: devices, number, the clock's start; then calls, of a
 * byte each with what it needs: time passes, a request is sent, or refused.
 */
#include "fimg_limiter.h"

#include "fuzz.h"

#define LATEST ((uint32_t)1 << 31)

/* It tells the same moment whenever it is asked on the way there. */
static uint32_t wait_for(struct fimg_limiter *l, uint32_t now, uint16_t chance)
{
    uint32_t ms = fimg_limiter_wait_ms(l, now, chance);
    uint32_t half = ms / 2;

    HOLDS(ms < LATEST);
    HOLDS(fimg_limiter_wait_ms(l, now, (uint16_t)~chance) == ms);
    HOLDS(fimg_limiter_wait_ms(l, now + half, chance) == ms - half);
    HOLDS(fimg_limiter_wait_ms(l, now + ms, chance) == 0);
    return ms;
}

/* A request is sent in its time; the next may not be before its share. */
static void send(struct fimg_limiter *l, uint32_t *now, uint16_t chance)
{
    uint32_t next;

    *now += wait_for(l, *now, chance);
    fimg_limiter_sent(l, *now);
    next = fimg_limiter_wait_ms(l, *now, chance);
    HOLDS(next < LATEST);
    HOLDS(l->devices > 0 || next == 0);
    *now += chance;
}

/* It holds back, and never for a shorter time than a refusal before it. */
static void refuse(struct fimg_limiter *l, uint32_t now, uint32_t ms)
{
    uint32_t passed = now - l->held;
    uint32_t before = passed < l->hold_ms ? l->hold_ms - passed : 0;
    uint32_t most = FIMG_LIMITER_HOLD_MAX_MS, after;

    fimg_limiter_refused(l, now, ms);
    after = fimg_limiter_wait_ms(l, now, 0);
    HOLDS(after >= before && after >= (ms < most ? ms : most));
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    struct fimg_limiter l = { .devices = source_number(&s, 4) };
    uint32_t now;

    l.number = source_number(&s, 4);
    now = source_number(&s, 4);
    for (unsigned calls = 0; s.len > 0 && calls < 500; calls++) {
        uint32_t what = source_number(&s, 1);

        if (what < 0x60)
            now += source_number(&s, 1 + what % 3);
        else if (what < 0xc0)
            send(&l, &now, (uint16_t)source_number(&s, 2));
        else
            refuse(&l, now, source_number(&s, 1 + what % 4));
    }
    return 0;
}
