/*
 * progress.h: a bar on the terminal that shows how far a download is, or a
 * line that counts, where there are several at once.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fimg.h"

#define REDRAW_MS 100 /* how often it is drawn */

struct progress {
    bool on;      /* standard error is a terminal, and not to be silent */
    bool several; /* at once */
    size_t keys;  /* how many there are; 0: unknown */
    size_t complete, failed;
    uint64_t bytes;    /* of those */
    uint32_t begun_ms; /* when the first began */
    uint32_t drawn_ms; /* when it was last drawn */
};

/* How one download comes along. */
struct pace {
    bool in_body;
    uint32_t body_ms; /* when the image began to arrive */
};

/* Find out whether there is a terminal to draw on. */
void progress_init(struct progress *p, bool silent);

/* Begin with the next image. */
void progress_start(struct progress *p, struct pace *pace);

/* Draw the bar, unless that was done less than REDRAW_MS ago. */
void progress_update(struct progress *p, struct pace *pace, const char *key,
                     const struct fimg_report *report);

/* The same of the line, when so many are under way, with so many bytes. */
void progress_overall(struct progress *p, size_t under_way, uint64_t bytes);

/* Make room for a line of text. Safe in a signal handler. */
void progress_erase(void);

/* The image is complete: leave a last line that says so. */
void progress_done(struct progress *p, struct pace *pace,
                   const struct fimg_report *report, const char *file);

/* One has ended, with so many bytes. */
void progress_count(struct progress *p, bool complete, uint64_t bytes);

#endif
