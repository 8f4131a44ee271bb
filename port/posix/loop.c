/*
 * loop.c: all downloads of a run, several at once in one thread.
 *
 * Each download in turn does what it can without waiting. When none can do
 * more, poll waits for all of them, and, while one is idle, for further keys.
 */
#define _POSIX_C_SOURCE 200809L

#include "loop.h"

#include <limits.h>
#include <poll.h>

#include "ending.h"
#include "posix_system.h"

/*
 * How long the others hold back for the first to make a TLS session, which
 * they can then resume: on a slow CPU that is ten times quicker.
 */
#define HOLD_MS 1000

struct loop {
    struct run *run;
    struct queue *queue;
    struct download *downloads;
    size_t count;
    bool acquainted;       /* a download has got past its handshake, or ended */
    uint32_t begun_ms;     /* when the first began */
    enum keys_result last; /* what the queue said */
};

static size_t busy(const struct loop *l)
{
    size_t n = 0, i;

    for (i = 0; i < l->count; i++)
        n += l->downloads[i].phase != DOWNLOAD_IDLE;
    return n;
}

/* How long the others are still to hold back. */
static uint32_t hold_ms(const struct loop *l)
{
    uint32_t past;

    if (l->acquainted || busy(l) == 0)
        return 0;
    past = posix_now_ms(NULL) - l->begun_ms;
    return past < HOLD_MS ? HOLD_MS - past : 0;
}

/*
 * Give an idle download the next key. It may have ended at once; then it gets
 * another in the next round, so that nobody else is kept waiting.
 */
static void begin(struct loop *l, struct download *d)
{
    enum fimg_reason reason;

    if (d->phase != DOWNLOAD_IDLE || l->last == KEYS_END || hold_ms(l) > 0)
        return;
    l->last = queue_next(l->queue, d->key, &d->number);
    if (l->last != KEYS_ONE)
        return;
    if (busy(l) == 0)
        l->begun_ms = posix_now_ms(NULL);
    reason = download_begin(d);
    if (reason != FIMG_WHY_NONE)
        queue_tell_unfit(l->queue, reason);
}

static void begin_all(struct loop *l)
{
    size_t i;

    for (i = 0; i < l->count; i++)
        begin(l, &l->downloads[i]);
}

/*
 * One turn for each. Files are finished, which may mean to wait for a disk,
 * when all have taken what the network had for them.
 */
static void work_all(struct loop *l)
{
    size_t i;

    for (i = 0; i < l->count; i++) {
        struct download *d = &l->downloads[i];

        if (!d->ready)
            continue;
        download_work(d);
        credentials_keep(l->run->credentials, posix_now_ms(NULL));
        l->acquainted |= d->phase == DOWNLOAD_OVER ||
                         fimg_report(d->f)->stage > FIMG_STAGE_HANDSHAKE;
    }
    for (i = 0; i < l->count; i++)
        if (l->downloads[i].phase == DOWNLOAD_OVER)
            download_end(&l->downloads[i]);
}

static void draw(struct loop *l)
{
    struct progress *p = &l->run->progress;
    struct fimg_report r;
    uint64_t bytes = 0;
    size_t i;

    if (!p->on)
        return;
    for (i = 0; i < l->count; i++) {
        struct download *d = &l->downloads[i];

        if (d->phase == DOWNLOAD_IDLE)
            continue;
        ending_report(d, &r);
        progress_update(p, &d->pace, d->key, &r);
        bytes += r.delivered;
    }
    progress_overall(p, busy(l), bytes);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What poll is to look at: no more than there is, since systems limit it. */
struct watch {
    struct pollfd fds[OPTIONS_PARALLEL + 1];
    struct download *of[OPTIONS_PARALLEL + 1]; /* NULL: the keys */
    nfds_t count;
};

static void add(struct watch *w, struct download *d, struct pollfd fd)
{
    if (fd.fd < 0)
        return;
    w->fds[w->count] = fd;
    w->of[w->count++] = d;
}

/* Returns how long to wait at the most. */
static uint32_t collect(const struct loop *l, struct watch *w)
{
    uint32_t ms = l->run->progress.on ? REDRAW_MS : UINT32_MAX;
    size_t i;

    for (i = 0; i < l->count; i++) {
        struct pollfd fd;

        ms = least(ms, download_wait(&l->downloads[i], &fd));
        add(w, &l->downloads[i], fd);
    }
    if (busy(l) == l->count || l->last == KEYS_END)
        return ms;
    if (l->last == KEYS_ONE || hold_ms(l) > 0)
        return least(ms, hold_ms(l)); /* 0: begin_all has more to give */
    add(w, NULL, (struct pollfd){ l->queue->keys.fd, POLLIN, 0 });
    return ms;
}

/* Wait until there is something to do. */
static void rest(struct loop *l)
{
    struct watch w = { .count = 0 };
    uint32_t ms;
    size_t i;

    if (l->count == 1 && l->downloads[0].ready)
        return; /* there is nobody else to look after */
    ms = collect(l, &w);
    (void)poll(w.fds, w.count, ms > INT_MAX ? -1 : (int)ms);
    for (i = 0; i < w.count; i++)
        if (w.of[i] != NULL && w.fds[i].revents != 0)
            w.of[i]->ready = true;
    for (i = 0; i < l->count; i++)
        download_look(&l->downloads[i]);
}

void loop_run(struct run *run, struct queue *queue, struct download *downloads,
              size_t count)
{
    struct loop l = { run, queue, downloads, count, false, 0, KEYS_LATER };

    for (;;) {
        begin_all(&l);
        if (l.last == KEYS_END && busy(&l) == 0)
            break;
        draw(&l); /* not after the last has ended: nothing would erase it */
        rest(&l);
        work_all(&l);
    }
    if (queue_failed(queue))
        ending_note(run, queue->given, EXIT_LOCAL);
}
