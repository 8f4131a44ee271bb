/*
 * ending.h: how downloads end: what becomes of the output, what is told on
 * standard error and, for programs, on standard output.
 */
#ifndef ENDING_H
#define ENDING_H

#include "download.h"

/* The report, as if all tries had been one. Its strings are the library's. */
void ending_report(const struct download *d, struct fimg_report *r);

/* The key is unfit, which the caller tells. */
void ending_unfit(struct download *d, enum fimg_reason reason);

/* The image is there already, and that is as good: true, it has ended. */
bool ending_skipped(struct download *d);

/* d->error came of what was done to `file`. */
void ending_local(struct download *d, const char *what, const char *file);

/* The run's exit code is that of the first key that failed. */
void ending_note(struct run *run, size_t number, int code);

#endif
