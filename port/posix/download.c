/*
 * download.c: one image from Feishu into a file.
 */
#define _POSIX_C_SOURCE 200809L

#include "download.h"

#include <poll.h>

#include "line.h"
#include "output.h"
#include "tell.h"

/* What fimg_read stores at most, so that no call is cut in two. */
static uint8_t buffer[16384];

/* What has been told so far, with -v. */
struct told {
    enum fimg_stage stage;
    bool reply;
};

enum fimg_reason download_check(struct run *run, const char *key)
{
    run->request.image_key = key;
    (void)fimg_start(run->f, &run->request); /* the report says the same */
    fimg_finish(run->f);
    return fimg_report(run->f)->reason;
}

static void show(struct run *run, struct told *told)
{
    const struct fimg_report *r = fimg_report(run->f);
    const char *key = run->request.image_key;

    if (run->options->verbose && r->stage != told->stage) {
        told->stage = r->stage;
        progress_erase();
        tell_stage(key, r->stage, r->attempts);
    }
    if (run->options->verbose && r->delivered > 0 && !told->reply) {
        told->reply = true;
        progress_erase();
        tell_reply(key, r);
    }
    progress_update(&run->progress, r);
}

/* Calls that do not wait leave that to us; see main.c on when that is. */
static void wait_for_more(struct run *run)
{
    enum fimg_wants wants = fimg_wants(run->f);
    uint32_t ms = fimg_next_ms(run->f);
    struct pollfd fd = { posix_fd(&run->port), POLLIN, 0 };

    if (wants == FIMG_WANTS_NOTHING)
        fd.fd = -1;
    if (wants == FIMG_WANTS_WRITE)
        fd.events = POLLOUT;
    (void)poll(&fd, 1, ms < REDRAW_MS ? (int)ms : REDRAW_MS);
}

/*
 * Read the image into the output. Returns the library's status; `error` is
 * the errno of an output that failed, or 0.
 */
static int transfer(struct run *run, struct output *out, int *error)
{
    struct told told = { FIMG_STAGE_NONE, false };
    int n;

    *error = 0;
    do {
        n = fimg_read(run->f, buffer, sizeof buffer);
        if (n > 0)
            *error = output_write(out, buffer, (size_t)n);
        show(run, &told);
        if (n == FIMG_PENDING && run->request.wait_ms == 0)
            wait_for_more(run);
    } while ((n > 0 || n == FIMG_PENDING) && *error == 0);
    return n;
}

static int fail_locally(const char *key, const char *what, const char *file,
                        int error)
{
    progress_erase();
    tell_local(key, what, file, error);
    return EXIT_LOCAL;
}

static int fetch(struct run *run, struct output *out)
{
    const char *key = run->request.image_key;
    const struct fimg_report *r = fimg_report(run->f);
    int error = output_open(out);
    int status;

    if (error != 0)
        return fail_locally(key, "cannot make", out->name, error);
    progress_start(&run->progress, key);
    status = transfer(run, out, &error);
    if (status != 0 || error != 0)
        output_drop(out);
    else
        error = output_keep(out, fimg_type_suffix(r->type));
    if (error != 0)
        return fail_locally(key, "cannot write", out->name, error);
    progress_erase();
    if (status != 0)
        tell_failure(key, r, run->port.error);
    else
        progress_done(&run->progress, r, out->name);
    if (run->options->verbose)
        tell_end(key, r, status == 0 ? out->name : NULL);
    return -status;
}

static bool exists(const struct output *out)
{
    const char *suffixes[FIMG_TYPE_HEIC + 2] = { NULL };
    int type;

    for (type = FIMG_TYPE_UNKNOWN; type <= FIMG_TYPE_HEIC; type++)
        suffixes[type] = fimg_type_suffix((enum fimg_type)type);
    return output_exists(out, suffixes);
}

int download(struct run *run, const char *key)
{
    const struct options *o = run->options;
    struct output out;
    int error = output_name(&out, o->output, o->output_dir, key);
    int code;

    if (error != 0)
        return fail_locally(key, "cannot make",
                            o->output != NULL ? o->output : o->output_dir,
                            error);
    if (o->skip_existing && exists(&out)) {
        if (o->verbose)
            complain(key, "is already there", NULL, NULL);
        return EXIT_COMPLETE;
    }
    run->request.image_key = key;
    (void)fimg_start(run->f, &run->request); /* fimg_read repeats it */
    code = fetch(run, &out);
    fimg_finish(run->f);
    return code;
}
