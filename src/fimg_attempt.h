/*
 * fimg_attempt.h: begin an attempt, and decide whether there is another.
 */
#ifndef FIMG_ATTEMPT_H
#define FIMG_ATTEMPT_H

#include "fimg_state.h"

/* Forget what the last attempt reported; counts of the download stay. */
void fimg_attempt_reset(struct fimg_report *r);

/*
 * Make ready for a request on whichever connection there is: for a token, if
 * one is needed first. Or wait, if something forbids to ask just now.
 */
void fimg_attempt_begin(struct fimg *f);

#if FIMG_TOKENS
/* Is the token that is to be sent still there? Others may take it away. */
bool fimg_attempt_has_token(const struct fimg *f);
#endif

#if FIMG_SESSIONS
/* TLS has just opened: see whether the session was resumed, or keep it. */
void fimg_attempt_keep_session(struct fimg *f);
#endif

/*
 * The attempt has failed: see whether there may be another, now or later. A
 * kept connection that the server had closed in the meantime is no failure of
 * this download.
 */
void fimg_attempt_again(struct fimg *f);

#endif
