/*
 * fimg_timer.c: the four time limits of a download.
 */
#include "fimg_timer.h"

void fimg_timer_start(struct fimg_timer *t, uint32_t now)
{
    *t = (struct fimg_timer){ .start = now };
}

void fimg_timer_connect(struct fimg_timer *t, uint32_t now)
{
    *t = (struct fimg_timer){ .start = t->start,
                              .connect_start = now,
                              .connecting = true };
}

void fimg_timer_connected(struct fimg_timer *t)
{
    *t = (struct fimg_timer){ .start = t->start };
}

void fimg_timer_wait(struct fimg_timer *t, uint32_t now)
{
    if (!t->waiting)
        t->wait_start = now;
    t->waiting = true;
}

/* Time waited in this window; it stops short of wrapping. */
static uint32_t window_ms(const struct fimg_timer *t, uint32_t now)
{
    uint32_t wait = t->waiting ? now - t->wait_start : 0;

    return wait > UINT32_MAX - t->waited ? UINT32_MAX : t->waited + wait;
}

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value ? value : fallback;
}

static uint32_t rate_ms(const struct fimg_request *request)
{
    return or_default(request->rate_ms, 30000);
}

/* Bytes that a window must bring; UINT32_MAX where there is no such limit. */
static uint32_t wanted(const struct fimg_request *request)
{
    uint64_t share =
        (uint64_t)or_default(request->min_rate, 16) * (rate_ms(request) / 1000);

    return share < UINT32_MAX ? (uint32_t)share : UINT32_MAX;
}

void fimg_timer_progress(struct fimg_timer *t,
                         const struct fimg_request *request, uint32_t now,
                         size_t bytes)
{
    t->waited = window_ms(t, now);
    t->waiting = false;
    if (bytes > UINT32_MAX - t->window_bytes)
        t->window_bytes = UINT32_MAX;
    else
        t->window_bytes += (uint32_t)bytes;
    if (t->waited >= rate_ms(request) && t->window_bytes >= wanted(request)) {
        t->waited = 0;
        t->window_bytes = 0;
    }
}

static uint32_t left(uint32_t limit, uint32_t elapsed)
{
    if (limit > INT32_MAX) /* more than a clock that wraps can tell apart */
        return FIMG_FOREVER;
    return elapsed < limit ? limit - elapsed : 0;
}

/* Make `*least` the smaller of itself and `ms`, and note whose it is. */
static void take_least(uint32_t *least, uint32_t ms, enum fimg_reason *why,
                       enum fimg_reason whose)
{
    if (ms >= *least)
        return;
    *least = ms;
    *why = whose;
}

/* A window that has brought its share may last as long as it likes. */
static uint32_t rate_left(const struct fimg_timer *t,
                          const struct fimg_request *request, uint32_t now)
{
    uint32_t share = wanted(request);

    if (share == UINT32_MAX || t->window_bytes >= share)
        return FIMG_FOREVER;
    return left(rate_ms(request), window_ms(t, now));
}

uint32_t fimg_timer_total_left(const struct fimg_timer *t,
                               const struct fimg_request *request, uint32_t now)
{
    return left(or_default(request->total_ms, 120000), now - t->start);
}

uint32_t fimg_timer_left(const struct fimg_timer *t,
                         const struct fimg_request *request, uint32_t now,
                         enum fimg_reason *why)
{
    uint32_t least = fimg_timer_total_left(t, request, now);

    *why = FIMG_WHY_TOTAL_LIMIT;
    if (t->connecting) {
        take_least(&least,
                   left(or_default(request->connect_ms, 10000),
                        now - t->connect_start),
                   why, FIMG_WHY_CONNECT_LIMIT);
        return least;
    }
    if (t->waiting)
        take_least(
            &least,
            left(or_default(request->idle_ms, 15000), now - t->wait_start), why,
            FIMG_WHY_IDLE_LIMIT);
    take_least(&least, rate_left(t, request, now), why, FIMG_WHY_RATE_LIMIT);
    return least;
}
