/*
 * download.h: one image from Feishu into a file.
 */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include "fimg.h"
#include "options.h"
#include "posix_port.h"
#include "progress.h"

/* The command's exit codes. */
enum exit_code {
    EXIT_COMPLETE = 0,
    EXIT_USAGE = 2, /* 2 to 7 are negated statuses of fimg.h */
    EXIT_LOCAL = 8  /* a file, or standard output */
};

/* What all downloads of a run share. */
struct run {
    const struct options *options;
    struct fimg *f;
    struct posix_port port;
    struct fimg_request request; /* all but image_key is filled in */
    struct progress progress;
};

/*
 * Is `key` an image key, and the rest of the request fit as well? Nothing is
 * sent. Returns FIMG_WHY_NONE, or the reason why not.
 */
enum fimg_reason download_check(struct run *run, const char *key);

/*
 * Fetch the image named `key`, which was checked, to where the options say.
 * What goes wrong is told on standard error. Returns the exit code.
 */
int download(struct run *run, const char *key);

#endif
