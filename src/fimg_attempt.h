/*
 * fimg_attempt.h: begin an attempt, and decide whether there is another.
 */
#ifndef FIMG_ATTEMPT_H
#define FIMG_ATTEMPT_H

#include "fimg_state.h"

/* Forget what the last attempt reported; counts of the download stay. */
void fimg_attempt_reset(struct fimg_report *r);

/* Make ready for a request on whichever connection there is. */
void fimg_attempt_begin(struct fimg *f);

/*
 * The attempt has failed: see whether there may be another, now or later. A
 * kept connection that the server had closed in the meantime is no failure of
 * this download.
 */
void fimg_attempt_again(struct fimg *f);

#endif
