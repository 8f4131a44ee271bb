/*
 * again.c: files that break off go on where they were.
 */
#include "again.h"

#include "ending.h"
#include "fimg_retry.h"
#include "posix_system.h"
#include "tell.h"

#define TOTAL_MS 120000 /* as the library has it */

/* What is shorter begins anew: too little to tell a type by. */
#define STORED_MIN 64

/* What is left of the time for all tries; 0: nothing. */
static uint32_t left_ms(const struct download *d)
{
    uint32_t total = d->run->options->total_ms;
    uint32_t past = posix_now_ms(NULL) - d->begun_ms;

    if (total == 0)
        total = TOTAL_MS;
    return past < total ? total - past : 0;
}

static bool may_pass(const struct fimg_report *r)
{
    return r->status == FIMG_ERR_NETWORK ||
           (r->status == FIMG_ERR_TIMEOUT && r->reason != FIMG_WHY_TOTAL_LIMIT);
}

/* How many tries there were, the library's own repetitions included. */
static unsigned tries(const struct download *d)
{
    return (unsigned)d->attempts + fimg_report(d->f)->attempts;
}

/* A try that brought something was no failure; the next may come soon. */
static uint32_t pause_ms(const struct download *d)
{
    unsigned failed = fimg_report(d->f)->delivered > 0 ? 1 : tries(d);
    uint8_t bytes[2] = { 0 };

    (void)posix_entropy(NULL, bytes, sizeof bytes); /* else no jitter */
    return fimg_retry_wait_ms(failed, 0, (uint16_t)(bytes[0] << 8 | bytes[1]));
}

static void put_off(struct download *d, uint32_t ms)
{
    const struct fimg_report *r = fimg_report(d->f);
    struct fimg_report all;

    fimg_finish(d->f); /* the report stays */
    if (d->run->options->verbose) {
        ending_report(d, &all);
        progress_erase();
        tell_pause(d->key, &all, ms);
    }
    if (d->stored < STORED_MIN)
        d->resume = (struct fimg_resume){ 0 };
    d->attempts = (uint16_t)tries(d);
    d->wire_in += r->wire_in;
    d->wire_out += r->wire_out;
    d->request.retry_max = (uint8_t)(d->run->options->retries - d->attempts);
    d->due_ms = posix_now_ms(NULL) + ms;
    d->phase = DOWNLOAD_PAUSED;
}

bool again_put_off(struct download *d)
{
    uint32_t ms;

    if (d->request.resume == NULL || d->out.stream || d->stored == 0 ||
        !may_pass(fimg_report(d->f)) || tries(d) > d->run->options->retries)
        return false;
    ms = pause_ms(d);
    if (ms >= left_ms(d))
        return false;
    put_off(d, ms);
    return true;
}

void again_go_on(struct download *d)
{
    uint32_t left = left_ms(d);

    d->request.total_ms = left > 0 ? left : 1;
    (void)download_try(d); /* the request was fit */
}
