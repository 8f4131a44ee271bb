/*
 * fimg_error.h: collect the text of a reply that is no image, and read it.
 */
#ifndef FIMG_ERROR_H
#define FIMG_ERROR_H

#include "fimg_state.h"

/* Is a token being asked for? */
static inline bool fimg_asks_token(const struct fimg *f)
{
    return FIMG_TOKENS && f->attempt.writer.ask == FIMG_ASK_TOKEN;
}

/* And does the reply's status promise one? */
static inline bool fimg_gets_token(const struct fimg *f)
{
    return fimg_asks_token(f) && f->attempt.reply.status == 200;
}

/*
 * Keep a run of the body: of a token in the memory of that, of anything else
 * as much as there is room for. False if the body grows too long.
 */
bool fimg_error_collect(struct fimg *f, const struct fimg_span *run);

/*
 * Find out what an error reply says, and note it in the report. The record
 * buffer is free by now.
 */
void fimg_error_read(struct fimg *f);

/*
 * Make text fit to be shown, and end it with a NUL, for which there is room.
 * Returns it.
 */
const char *fimg_error_show(const struct fimg *f, char *text, size_t len);

#endif
