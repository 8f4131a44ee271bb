/*
 * ending.c: how downloads end.
 */
#define _POSIX_C_SOURCE 200809L

#include "ending.h"

#include <string.h>

#include "json.h"
#include "line.h"
#include "tell.h"

void ending_note(struct run *run, size_t number, int code)
{
    if (code == EXIT_COMPLETE ||
        (run->code != EXIT_COMPLETE && run->failed <= number))
        return;
    run->failed = number;
    run->code = code;
}

void ending_report(const struct download *d, struct fimg_report *r)
{
    *r = *fimg_report(d->f);
    r->delivered = d->stored;
    if (r->length != FIMG_LENGTH_UNKNOWN)
        r->length += r->offset;
    r->type = d->type;
    r->attempts = (uint16_t)(r->attempts + d->attempts);
    r->wire_in += d->wire_in;
    r->wire_out += d->wire_out;
}

static void write_json(struct download *d, int code, const char *file,
                       const char *msg)
{
    struct json_facts facts = { d->key, file, code, msg };
    struct run *run = d->run;
    struct fimg_report r;
    int error;

    if (!run->options->json || run->json_is_lost)
        return;
    progress_erase();
    ending_report(d, &r);
    error = json_write(&facts, &r);
    if (error == 0)
        return;
    run->json_is_lost = true;
    tell_local(d->key, "cannot write", "standard output", error);
    ending_note(run, d->number, EXIT_LOCAL);
}

/* Nothing is left to do but to tell programs. */
static void conclude(struct download *d, int code, const char *file,
                     const char *msg)
{
    ending_note(d->run, d->number, code);
    write_json(d, code, file, msg);
    progress_count(&d->run->progress, code == EXIT_COMPLETE, d->stored);
    fimg_finish(d->f);
    d->phase = DOWNLOAD_IDLE;
    d->ready = false;
}

void ending_unfit(struct download *d, enum fimg_reason reason)
{
    conclude(d, EXIT_USAGE, NULL, fimg_reason_text(reason));
}

bool ending_skipped(struct download *d)
{
    const char *suffixes[FIMG_TYPE_HEIC + 2] = { NULL };
    int type;

    for (type = FIMG_TYPE_UNKNOWN; type <= FIMG_TYPE_HEIC; type++)
        suffixes[type] = fimg_type_suffix((enum fimg_type)type);
    if (!output_exists(&d->out, suffixes))
        return false;
    if (d->run->options->verbose)
        complain(d->key, "is already there", NULL, NULL);
    conclude(d, EXIT_COMPLETE, d->out.name, "");
    return true;
}

void ending_local(struct download *d, const char *what, const char *file)
{
    progress_erase();
    tell_local(d->key, what, file, d->error);
    conclude(d, EXIT_LOCAL, NULL, strerror(d->error));
}

/* It is known how the download came out, and so did the output. */
static void tell(struct download *d)
{
    const char *file = d->status == FIMG_OK ? d->out.name : NULL;
    struct fimg_report r;

    ending_report(d, &r);
    progress_erase();
    if (file == NULL)
        tell_failure(d->key, &r, d->port.error);
    else
        progress_done(&d->run->progress, &d->pace, &r, file);
    if (d->run->options->verbose)
        tell_end(d->key, &r, file);
    conclude(d, -d->status, file,
             file == NULL ? fimg_reason_text(r.reason) : "");
}

void download_end(struct download *d)
{
    if (d->status != FIMG_OK || d->error != 0)
        output_drop(&d->out);
    else
        d->error = output_keep(&d->out, fimg_type_suffix(d->type));
    if (d->error != 0)
        ending_local(d, "cannot write", d->out.name);
    else
        tell(d);
}
