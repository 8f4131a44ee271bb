/*
 * fleet.c: a fleet of devices on a simulated clock, which only events move.
 */
#include "fleet.h"

#include <stdlib.h>

#include "fimg_limiter.h"
#include "fimg_retry.h"

#define RETRY_MAX 3 /* as the command has it */

/* Milliseconds */
#define CONNECT_MIN 300 /* name, TCP, TLS: until the first request arrives */
#define CONNECT_SPAN 200
#define REUSE 50 /* the same on a kept connection */
#define REFUSAL 50
#define TRANSFER 600
#define FIRST_IMAGE (CONNECT_MIN + CONNECT_SPAN / 2 + TRANSFER)
#define NEXT_IMAGE (REUSE + TRANSFER)

struct device {
    struct fimg_limiter limiter;
    uint32_t clock; /* what it shows when the simulation begins */
    uint64_t woke;
    uint32_t connect_ms;
    unsigned left;   /* images to fetch */
    unsigned failed; /* attempts at this one */
    bool connected;
    bool sent; /* its request is on its way */
};

/* What a device does next, in a heap by time. */
struct event {
    uint64_t at;
    unsigned device;
};

struct run {
    const struct fleet *fleet;
    struct server server;
    struct device *devices;
    struct event *heap;
    unsigned events;
    uint32_t random;
    struct outcome outcome;
};

static uint32_t draw(struct run *r)
{
    r->random ^= r->random << 13; /* Marsaglia's xorshift */
    r->random ^= r->random >> 17;
    r->random ^= r->random << 5;
    return r->random;
}

static uint16_t random_16(struct run *r)
{
    return (uint16_t)(draw(r) >> 16);
}

static void put(struct run *r, uint64_t at, unsigned device)
{
    unsigned i = r->events++;

    while (i > 0 && r->heap[(i - 1) / 2].at > at) {
        r->heap[i] = r->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    r->heap[i] = (struct event){ at, device };
}

static struct event take(struct run *r)
{
    struct event first = r->heap[0], last = r->heap[--r->events];
    unsigned i = 0, next;

    while ((next = 2 * i + 1) < r->events) {
        if (next + 1 < r->events && r->heap[next + 1].at < r->heap[next].at)
            next++;
        if (r->heap[next].at >= last.at)
            break;
        r->heap[i] = r->heap[next];
        i = next;
    }
    r->heap[i] = last;
    return first;
}

/* The device may send, or learns for how long not. */
static void try_to_send(struct run *r, struct event e)
{
    struct device *d = &r->devices[e.device];
    uint32_t now = d->clock + (uint32_t)e.at;
    uint32_t wait = fimg_limiter_wait_ms(&d->limiter, now, random_16(r));

    if (wait > 0) {
        put(r, e.at + wait, e.device);
        return;
    }
    fimg_limiter_sent(&d->limiter, now);
    d->sent = true;
    put(r, e.at + (d->connected ? REUSE : d->connect_ms), e.device);
    d->connected = true;
}

/* It is done with an image; `d->left` says whether there is another. */
static void image_over(struct run *r, uint64_t now, unsigned device)
{
    struct device *d = &r->devices[device];
    double took = (double)(now - d->woke) / 1000;

    d->failed = 0;
    if (--d->left > 0)
        put(r, now, device);
    else if (took > r->outcome.longest_s)
        r->outcome.longest_s = took;
}

static void refused(struct run *r, struct event e, uint32_t reset_s)
{
    struct device *d = &r->devices[e.device];
    uint64_t now = e.at + REFUSAL;
    uint32_t ms = fimg_retry_wait_ms(d->failed, reset_s, random_16(r));

    r->outcome.refused++;
    fimg_limiter_refused(&d->limiter, d->clock + (uint32_t)now, ms);
    if (d->failed <= RETRY_MAX) {
        put(r, now + ms, e.device);
        return;
    }
    r->outcome.lost++;
    image_over(r, now, e.device);
}

static void arrive(struct run *r, struct event e)
{
    struct device *d = &r->devices[e.device];
    uint32_t reset_s = server_ask(&r->server, e.at);

    d->sent = false;
    r->outcome.asked++;
    if (++d->failed > r->outcome.most_asked)
        r->outcome.most_asked = d->failed;
    if (reset_s > 0)
        refused(r, e, reset_s);
    else
        image_over(r, e.at + TRANSFER, e.device);
}

static void wake(struct run *r, unsigned i)
{
    const struct fleet *f = r->fleet;
    struct device *d = &r->devices[i];
    uint64_t wakes = f->wake_ms ? draw(r) % f->wake_ms : 0;

    *d = (struct device){
        .clock = draw(r),
        .woke = wakes,
        .left = f->images,
        .connect_ms = CONNECT_MIN + draw(r) % CONNECT_SPAN,
    };
    if (f->limited)
        d->limiter.devices = f->devices;
    if (f->numbered)
        d->limiter.number = i + 1;
    if (f->awake) {
        uint32_t before = d->clock - 1000000000; /* asked days ago */

        (void)fimg_limiter_wait_ms(&d->limiter, before, 0);
        fimg_limiter_sent(&d->limiter, before);
    }
    put(r, wakes, i);
}

/*
 * The best that anybody can do who does not know where the server's windows
 * begin, if all wake together: a request every 20 ms until the minute's 1000
 * are used up, and the same in the next minute. The last image then takes its
 * time, and so do a device's images, one after the other.
 */
static double ideal_s(const struct fleet *f)
{
    unsigned last = f->devices * f->images - 1;
    double paced = last / PER_MINUTE * 60.0 + last % PER_MINUTE * 0.02;
    double alone = (FIRST_IMAGE + (f->images - 1) * NEXT_IMAGE) / 1000.0;

    paced += (f->images > 1 ? NEXT_IMAGE : FIRST_IMAGE) / 1000.0;
    return paced > alone ? paced : alone;
}

struct outcome fleet_run(const struct fleet *f)
{
    struct run r = { .fleet = f, .random = f->seed * 2654435769u + 1 };

    r.server.kind = f->windows;
    r.server.offset_ms = draw(&r) % 60000;
    r.devices = calloc(f->devices, sizeof *r.devices);
    r.heap = calloc(f->devices, sizeof *r.heap);
    if (r.devices == NULL || r.heap == NULL)
        abort();
    for (unsigned i = 0; i < f->devices; i++)
        wake(&r, i);
    while (r.events > 0) {
        struct event e = take(&r);

        if (r.devices[e.device].sent)
            arrive(&r, e);
        else
            try_to_send(&r, e);
    }
    free(r.devices);
    free(r.heap);
    r.outcome.ideal_s = ideal_s(f);
    return r.outcome;
}
