/*
 * fimg_answer.h: what a reply means for the download.
 */
#ifndef FIMG_ANSWER_H
#define FIMG_ANSWER_H

#include "fimg_state.h"
#include "fimg_token.h"

/*
 * Take the plaintext that has arrived. Returns how many image bytes were
 * stored at `dst`. The download may have ended when it returns 0; else there
 * is no plaintext left.
 */
size_t fimg_answer_take(struct fimg *f, uint8_t *dst, size_t cap);

/* The object fetches no token any more, and asks no proxy. */
static inline void fimg_answer_release(struct fimg *f)
{
#if FIMG_PROXY
    if (f->report.stage == FIMG_STAGE_PROXY) /* there are credentials in it */
        fimg_wipe(&f->attempt.scratch, sizeof f->attempt.scratch);
#endif
#if FIMG_TOKENS
    if (f->request && f->request->token == NULL)
        fimg_token_release(f->request->token_from, f);
#else
    (void)f;
#endif
}

/* Go on at once, with another exchange; may the connection serve for it? */
void fimg_answer_go_on(struct fimg *f, bool reusable);

/* The server has ended TLS in good order. */
void fimg_answer_end(struct fimg *f);

/*
 * The attempt has come to an end: note it, and leave the connection reusable
 * or closed. What was read of an error reply by then is still made use of.
 */
void fimg_answer_stop(struct fimg *f, enum fimg_status status,
                      enum fimg_reason reason);

#endif
