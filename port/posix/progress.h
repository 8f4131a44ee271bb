/*
 * progress.h: a bar on the terminal that shows how far a download is.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "fimg.h"

#define REDRAW_MS 100 /* how often it is drawn */

struct progress {
    bool on; /* standard error is a terminal, and not to be silent */
    const char *key;
    uint32_t drawn_ms; /* when it was last drawn */
    bool in_body;
    uint32_t body_ms; /* when the image began to arrive */
};

/* Find out whether there is a terminal to draw on. */
void progress_init(struct progress *p, bool silent);

/* Begin with the next image. */
void progress_start(struct progress *p, const char *key);

/* Draw, unless that was done less than REDRAW_MS ago. */
void progress_update(struct progress *p, const struct fimg_report *report);

/* Make room for a line of text. Safe in a signal handler. */
void progress_erase(void);

/* The image is complete: leave a last line that says so. */
void progress_done(struct progress *p, const struct fimg_report *report,
                   const char *file);

#endif
