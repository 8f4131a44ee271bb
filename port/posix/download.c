/*
 * download.c: one image, or file, from Feishu into a file.
 */
#define _POSIX_C_SOURCE 200809L

#include "download.h"

#include <string.h>

#include "again.h"
#include "ending.h"
#include "posix_system.h"
#include "tell.h"

/* What fimg_read stores at most, and room for some of that at a time. */
#define READ_MAX 16384
#define BUFFER_CAP (2 * READ_MAX)

/* How long to wait, at the most, for several records at a time. */
#define GATHER_MS 100

/* Steps without image bytes, each a small part of a handshake, at a time. */
#define STEPS_MAX 8

/* All that is in it is written before somebody else's turn comes. */
static uint8_t buffer[BUFFER_CAP];

void download_init(struct download *d, struct run *run, struct fimg *f)
{
    d->run = run;
    d->f = f;
    d->out.fd = -1;
    posix_port_init(&d->port, run->options->family);
    d->request = run->request;
    d->request.port = &d->port.port;
    d->request.image_key = d->key;
}

enum fimg_reason download_check(struct download *d, const char *key)
{
    d->used = true;
    d->request.image_key = key;
    (void)fimg_start(d->f, &d->request); /* the report says the same */
    fimg_finish(d->f);
    d->request.image_key = d->key;
    return fimg_report(d->f)->reason;
}

enum fimg_reason download_try(struct download *d)
{
    d->phase = DOWNLOAD_UNDER_WAY;
    d->ready = d->used = true;
    d->placed = false;
    d->told_reply = false;
    d->told_stage = FIMG_STAGE_NONE;
    (void)fimg_start(d->f, &d->request); /* the report says the same */
    return fimg_report(d->f)->reason;
}

static void reset(struct download *d)
{
    const struct options *o = d->run->options;

    d->status = d->error = 0;
    d->stored = d->wire_in = d->wire_out = 0;
    d->attempts = 0;
    d->type = FIMG_TYPE_UNKNOWN;
    d->begun_ms = posix_now_ms(NULL);
    d->request.retry_max = o->retries;
    d->request.total_ms = o->total_ms;
    d->resume = (struct fimg_resume){ 0 };
    d->request.resume = o->file ? &d->resume : NULL;
}

static void open_output(struct download *d)
{
    const struct options *o = d->run->options;

    d->error = output_name(&d->out, o->output, o->output_dir, d->key);
    if (d->error != 0) {
        ending_local(d, "cannot make",
                     o->output != NULL ? o->output : o->output_dir);
        return;
    }
    if (o->skip_existing && ending_skipped(d))
        return;
    d->error = output_open(&d->out);
    if (d->error != 0) {
        ending_local(d, "cannot make", d->out.name);
        return;
    }
    progress_start(&d->run->progress, &d->pace);
}

enum fimg_reason download_begin(struct download *d)
{
    enum fimg_reason reason;

    reset(d);
    reason = download_try(d);
    if (reason != FIMG_WHY_NONE) {
        ending_unfit(d, reason);
        return reason;
    }
    open_output(d);
    return FIMG_WHY_NONE;
}

/* For -v: how far it is. A new request at once is not a new attempt. */
static void show_stage(struct download *d)
{
    const struct fimg_report *r = fimg_report(d->f);

    if (r->stage == d->told_stage ||
        (r->stage == FIMG_STAGE_RETRY && fimg_next_ms(d->f) == 0))
        return;
    d->told_stage = r->stage;
    progress_erase();
    tell_stage(d->key, r->stage, (uint16_t)(d->attempts + r->attempts));
}

/* For -v: what the reply is, now that its first bytes are stored. */
static void show_reply(struct download *d)
{
    struct fimg_report r;

    if (d->told_reply || !d->run->options->verbose)
        return;
    d->told_reply = true;
    ending_report(d, &r);
    progress_erase();
    tell_reply(d->key, &r);
}

/* Write out what has come. Returns 0, or an errno. */
static int store(struct download *d, size_t len)
{
    const struct fimg_report *r = fimg_report(d->f);
    int error = 0;

    if (!d->placed && r->offset != d->stored) {
        error = output_rewind(&d->out, r->offset);
        d->stored = r->offset;
    }
    d->placed = true;
    if (r->offset == 0) /* else there was an earlier try that knew */
        d->type = r->type;
    if (error == 0)
        error = output_write(&d->out, buffer, len);
    d->stored += (uint32_t)len;
    show_reply(d);
    return error;
}

/* Read what is there, as far as there is room, and write it. */
static int transfer(struct download *d)
{
    bool verbose = d->run->options->verbose;
    unsigned steps = STEPS_MAX;
    size_t len = 0;
    bool on;
    int n;

    do {
        n = fimg_read(d->f, buffer + len, sizeof buffer - len);
        if (verbose)
            show_stage(d);
        if (n > 0)
            len += (size_t)n;
        on = n > 0
                 ? len <= BUFFER_CAP - READ_MAX
                 : n == FIMG_PENDING && --steps > 0 && fimg_next_ms(d->f) == 0;
    } while (on);
    if (len > 0)
        d->error = store(d, len);
    return n;
}

/* How many bytes of the image are at least still to come. */
static uint32_t expected(const struct download *d)
{
    const struct fimg_report *r = fimg_report(d->f);

    if (r->length == FIMG_LENGTH_UNKNOWN || r->length < r->delivered)
        return 0;
    return r->length - r->delivered;
}

/*
 * When to go on at the latest. Where there is nothing to poll, as while a name
 * is looked up, the waits grow with the time that has passed.
 */
static void set_due(struct download *d)
{
    uint32_t now = posix_now_ms(NULL), ms = fimg_next_ms(d->f);
    uint32_t nap = 1 + (now - d->begun_ms) / 8;

    if (fimg_report(d->f)->stage == FIMG_STAGE_CONNECT && nap < ms &&
        posix_fd(&d->port) < 0)
        ms = nap;
    if (posix_expect(&d->port, expected(d)) && ms > GATHER_MS)
        ms = GATHER_MS;
    d->due_ms = now + (ms < INT32_MAX ? ms : INT32_MAX);
    d->ready = ms == 0;
}

void download_work(struct download *d)
{
    int n;

    if (d->phase == DOWNLOAD_PAUSED)
        again_go_on(d);
    n = transfer(d);
    if (d->error == 0 && n > 0)
        return;
    if (d->error == 0 && n == FIMG_PENDING) {
        set_due(d);
        return;
    }
    d->status = n;
    d->ready = false;
    if (d->error != 0 || n == FIMG_OK || !again_put_off(d))
        d->phase = DOWNLOAD_OVER;
}

static bool is_waiting(const struct download *d)
{
    return !d->ready &&
           (d->phase == DOWNLOAD_UNDER_WAY || d->phase == DOWNLOAD_PAUSED);
}

static uint32_t left_ms(const struct download *d)
{
    uint32_t left = d->due_ms - posix_now_ms(NULL);

    return left <= INT32_MAX ? left : 0;
}

uint32_t download_wait(const struct download *d, struct pollfd *fd)
{
    enum fimg_wants wants = FIMG_WANTS_NOTHING;

    *fd = (struct pollfd){ -1, 0, 0 };
    if (d->ready)
        return 0;
    if (!is_waiting(d))
        return UINT32_MAX;
    if (d->phase == DOWNLOAD_UNDER_WAY)
        wants = fimg_wants(d->f);
    if (wants != FIMG_WANTS_NOTHING)
        fd->fd = posix_fd(&d->port);
    fd->events = wants == FIMG_WANTS_WRITE ? POLLOUT : POLLIN;
    return left_ms(d);
}

void download_look(struct download *d)
{
    if (is_waiting(d) && left_ms(d) == 0)
        d->ready = true;
}
