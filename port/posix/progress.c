/*
 * progress.c: a bar on the terminal that shows how far a download is, or a
 * line that counts, where there are several at once.
 *
 * Only blanks and carriage returns are used, so that any terminal will do.
 * That drawing may fail is ignored throughout: there is nowhere to say so.
 */
#define _POSIX_C_SOURCE 200809L

#include "progress.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "line.h"
#include "posix_system.h"

#define COLUMNS_MAX 200
#define BAR_MIN 8

/* How many columns are drawn on. Not in the struct: a handler asks, too. */
static volatile sig_atomic_t drawn;

static size_t columns(void)
{
    struct winsize size = { 0 };

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

void progress_init(struct progress *p, bool silent)
{
    *p = (struct progress){ 0 };
    p->on = !silent && isatty(STDERR_FILENO);
}

void progress_start(struct progress *p, struct pace *pace)
{
    uint32_t now;

    *pace = (struct pace){ 0 };
    if (!p->on)
        return;
    now = posix_now_ms(NULL);
    if (p->begun_ms == 0)
        p->begun_ms = now;
    if (!p->several)
        p->drawn_ms = now - REDRAW_MS;
}

void progress_erase(void)
{
    char blanks[COLUMNS_MAX + 2];
    size_t n = (size_t)drawn;

    if (n == 0)
        return;
    drawn = 0;
    memset(blanks, ' ', sizeof blanks);
    blanks[0] = '\r';
    blanks[n + 1] = '\r';
    (void)write_all(STDERR_FILENO, blanks, n + 2);
}

static const char *stage_text(enum fimg_stage stage)
{
    switch (stage) {
    case FIMG_STAGE_CONNECT:
    case FIMG_STAGE_PROXY:
        return "connecting";
    case FIMG_STAGE_HANDSHAKE:
        return "TLS handshake";
    case FIMG_STAGE_REQUEST:
    case FIMG_STAGE_HEAD:
        return "waiting for the reply";
    case FIMG_STAGE_RETRY:
        return "waiting before the next attempt";
    case FIMG_STAGE_NONE:
    case FIMG_STAGE_BODY:
    case FIMG_STAGE_DONE:
        break;
    }
    return "";
}

static bool length_known(const struct fimg_report *r)
{
    return r->length != FIMG_LENGTH_UNKNOWN && r->length > 0;
}

static void add_speed(struct line *l, uint64_t bytes, uint32_t since_ms)
{
    uint32_t ms = posix_now_ms(NULL) - since_ms;

    if (ms < REDRAW_MS) /* too early to tell */
        return;
    line_add(l, "  ");
    line_add_size(l, bytes * 1000 / ms);
    line_add(l, "/s");
}

/* " 45%  4.5 MiB of 10.0 MiB  12.3 MiB/s", as far as it is known */
static void add_figures(struct line *l, const struct pace *pace,
                        const struct fimg_report *r)
{
    if (length_known(r)) {
        uint64_t percent = (uint64_t)r->delivered * 100 / r->length;

        line_add(l, percent < 10 ? "  " : percent < 100 ? " " : "");
        line_add_number(l, percent);
        line_add(l, "%  ");
    }
    line_add_size(l, r->delivered);
    if (length_known(r) && r->delivered < r->length) {
        line_add(l, " of ");
        line_add_size(l, r->length);
    }
    add_speed(l, r->delivered, pace->body_ms);
}

/* So much of `whole`. */
static void add_bar(struct line *l, size_t width, uint64_t part, uint64_t whole)
{
    uint64_t full = part < whole ? part * width / whole : width;
    size_t i;

    line_add(l, "[");
    for (i = 0; i < width; i++)
        line_add(l, i < full ? "#" : ".");
    line_add(l, "] ");
}

/* Bar and figures, in as many columns as there are. */
static void compose(struct line *l, const struct pace *pace,
                    const struct fimg_report *r, size_t room)
{
    struct line figures = { 0 };

    line_add(l, "  ");
    if (pace->in_body)
        add_figures(&figures, pace, r);
    else
        line_add(&figures, stage_text(r->stage));
    if (pace->in_body && length_known(r) &&
        l->len + figures.len + 3 + BAR_MIN <= room)
        add_bar(l, room - l->len - figures.len - 3, r->delivered, r->length);
    line_add(l, line_text(&figures));
}

/* Replace what is there, and blank out what is left of it. */
static void draw(struct line *l, size_t room)
{
    size_t before = (size_t)drawn;

    if (l->len > room)
        l->len = room;
    drawn = (sig_atomic_t)l->len;
    while (l->len < before && l->len < room)
        line_add(l, " ");
    (void)write_all(STDERR_FILENO, "\r", 1);
    (void)line_write(l, STDERR_FILENO);
}

/* Is it time to draw? */
static bool due(struct progress *p)
{
    uint32_t now;

    if (!p->on)
        return false;
    now = posix_now_ms(NULL);
    if (now - p->drawn_ms < REDRAW_MS)
        return false;
    p->drawn_ms = now;
    return true;
}

static void note_body(struct pace *pace, const struct fimg_report *r)
{
    if (r->delivered == 0 || pace->in_body)
        return;
    pace->in_body = true;
    pace->body_ms = posix_now_ms(NULL);
}

void progress_update(struct progress *p, struct pace *pace, const char *key,
                     const struct fimg_report *r)
{
    struct line l = { 0 };
    size_t room;

    if (p->on)
        note_body(pace, r);
    if (p->several || !due(p))
        return;
    room = columns() - 1; /* some terminals wrap after the last */
    line_add_cut(&l, key, room / 3);
    compose(&l, pace, r, room);
    draw(&l, room);
}

static void add_count(struct line *l, size_t n, const char *what)
{
    line_add(l, ", ");
    line_add_number(l, n);
    line_add(l, what);
}

/* "3 of 50 complete, 1 failed, 4 under way  4.5 MiB  1.2 MiB/s" */
static void add_counts(struct line *l, const struct progress *p,
                       size_t under_way, uint64_t bytes)
{
    line_add_number(l, p->complete);
    if (p->keys > 0) {
        line_add(l, " of ");
        line_add_number(l, p->keys);
    }
    line_add(l, " complete");
    if (p->failed > 0)
        add_count(l, p->failed, " failed");
    add_count(l, under_way, " under way");
    line_add(l, "  ");
    line_add_size(l, bytes);
    add_speed(l, bytes, p->begun_ms);
}

void progress_overall(struct progress *p, size_t under_way, uint64_t bytes)
{
    struct line l = { 0 }, counts = { 0 };
    size_t room;

    if (!p->several || !due(p))
        return;
    room = columns() - 1;
    add_counts(&counts, p, under_way, p->bytes + bytes);
    if (p->keys > 0 && counts.len + 3 + BAR_MIN <= room)
        add_bar(&l, room - counts.len - 3, p->complete + p->failed, p->keys);
    line_add(&l, line_text(&counts));
    draw(&l, room);
}

void progress_done(struct progress *p, struct pace *pace,
                   const struct fimg_report *r, const char *file)
{
    struct line l = { 0 };

    if (!p->on)
        return;
    note_body(pace, r);
    progress_erase();
    line_add(&l, file);
    compose(&l, pace, r, columns() - 1);
    (void)line_write_lf(&l, STDERR_FILENO);
}

void progress_count(struct progress *p, bool complete, uint64_t bytes)
{
    if (complete)
        p->complete++;
    else
        p->failed++;
    p->bytes += bytes;
}
