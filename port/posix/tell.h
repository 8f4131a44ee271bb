/*
 * tell.h: what came of a download, in words on standard error.
 */
#ifndef TELL_H
#define TELL_H

#include "fimg.h"

/*
 * The one line about a failure. `error` is the errno of the connection's
 * latest failure, or 0.
 */
void tell_failure(const char *key, const struct fimg_report *r, int error);

/* The one line about a local failure, such as a full disk. */
void tell_local(const char *key, const char *what, const char *file, int error);

/* A key that is unfit, or what else of the request is. */
void tell_unfit(enum fimg_reason reason, const char *subject);

/* For -v: how far it has come, what the reply says, and how it ended. */
void tell_stage(const char *key, enum fimg_stage stage, uint16_t attempt);
void tell_reply(const char *key, const struct fimg_report *r);
void tell_pause(const char *key, const struct fimg_report *r, uint32_t ms);
void tell_end(const char *key, const struct fimg_report *r, const char *file);

#endif
