/*
 * fimg_resume.h: is a reply the rest of what the caller has the beginning of?
 */
#ifndef FIMG_RESUME_H
#define FIMG_RESUME_H

#include "fimg_state.h"

#if FIMG_RESUME

/*
 * The head is complete: hold it against what the caller has, and keep that up
 * to date. False if the reply is no use: then the caller's part is given up,
 * and the next attempt asks for the whole.
 */
bool fimg_resume_judge(struct fimg *f);

/* The body has ended: is it less than a 206 said it would be? */
bool fimg_resume_is_short(const struct fimg *f);

/* Has all that a 206 said there would be been delivered? */
bool fimg_resume_is_full(const struct fimg *f);

#else

static inline bool fimg_resume_judge(struct fimg *f)
{
    (void)f;
    return true;
}

static inline bool fimg_resume_is_short(const struct fimg *f)
{
    (void)f;
    return false;
}

static inline bool fimg_resume_is_full(const struct fimg *f)
{
    (void)f;
    return false;
}

#endif

#endif
