/*
 * progress.c: a bar on the terminal that shows how far a download is.
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

void progress_start(struct progress *p, const char *key)
{
    p->key = key;
    p->in_body = false;
    p->drawn_ms = posix_now_ms(NULL) - REDRAW_MS;
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

/* " 45%  4.5 MiB of 10.0 MiB  12.3 MiB/s", as far as it is known */
static void add_figures(struct line *l, const struct progress *p,
                        const struct fimg_report *r)
{
    uint32_t ms = posix_now_ms(NULL) - p->body_ms;

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
    if (ms < REDRAW_MS) /* too early to tell the speed */
        return;
    line_add(l, "  ");
    line_add_size(l, (uint64_t)r->delivered * 1000 / ms);
    line_add(l, "/s");
}

static void add_bar(struct line *l, size_t width, const struct fimg_report *r)
{
    uint64_t full = (uint64_t)r->delivered * width / r->length;
    size_t i;

    line_add(l, "[");
    for (i = 0; i < width; i++)
        line_add(l, i < full ? "#" : ".");
    line_add(l, "] ");
}

/* Name, bar and figures, in as many columns as there are. */
static void compose(struct line *l, const struct progress *p,
                    const struct fimg_report *r, size_t room)
{
    struct line figures = { 0 };

    line_add(l, "  ");
    if (p->in_body)
        add_figures(&figures, p, r);
    else
        line_add(&figures, stage_text(r->stage));
    if (p->in_body && length_known(r) &&
        l->len + figures.len + 3 + BAR_MIN <= room)
        add_bar(l, room - l->len - figures.len - 3, r);
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

void progress_update(struct progress *p, const struct fimg_report *r)
{
    struct line l = { 0 };
    uint32_t now;
    size_t room;

    if (!p->on)
        return;
    now = posix_now_ms(NULL);
    if (r->delivered > 0 && !p->in_body) {
        p->in_body = true;
        p->body_ms = now;
    }
    if (now - p->drawn_ms < REDRAW_MS)
        return;
    p->drawn_ms = now;
    room = columns() - 1; /* some terminals wrap after the last */
    line_add_cut(&l, p->key, room / 3);
    compose(&l, p, r, room);
    draw(&l, room);
}

void progress_done(struct progress *p, const struct fimg_report *r,
                   const char *file)
{
    struct line l = { 0 };

    if (!p->on)
        return;
    progress_erase();
    line_add(&l, file);
    compose(&l, p, r, columns() - 1);
    (void)line_write_lf(&l, STDERR_FILENO);
}
