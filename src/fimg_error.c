/*
 * fimg_error.c: collect the text of a reply that is no image, and read it.
 */
#include "fimg_error.h"

#include <string.h>

#include "fimg_token.h"

/*
 * Cover what nobody must see. Returns how much of the text is left: nothing,
 * if it might name a token that another object has replaced since.
 */
static size_t mask(const struct fimg *f, char *text, size_t len)
{
    fimg_text_mask(text, len, fimg_request_token(f->request));
#if FIMG_TOKENS
    if (f->request->token == NULL) {
        fimg_text_mask(text, len, f->request->token_from->secret);
        if (!fimg_asks_token(f) &&
            fimg_token_mark(f->request->token_from) != f->token_mark) {
            fimg_wipe(text, len);
            return 0;
        }
    }
#endif
    return len;
}

const char *fimg_error_show(const struct fimg *f, char *text, size_t len)
{
    len = fimg_text_clean(text, mask(f, text, len));
    len = fimg_text_shorten(text, len, FIMG_MSG_MAX);
    text[len] = '\0';
    return text;
}

static const char *show_json(const struct fimg *f, char *text, size_t len)
{
    return fimg_error_show(f, text, fimg_api_unescape(text, len));
}

/* Where a reply's text is collected, and how much of it. */
static char *text_of(struct fimg *f, size_t *cap)
{
#if FIMG_TOKENS
    if (fimg_gets_token(f)) {
        *cap = f->request->token_from->cap;
        return f->request->token_from->memory;
    }
#endif
    *cap = FIMG_ERROR_TEXT_CAP;
    return f->attempt.scratch.error.text;
}

bool fimg_error_collect(struct fimg *f, const struct fimg_span *run)
{
    size_t cap;
    char *text = text_of(f, &cap);

    return fimg_collector_feed(&f->attempt.scratch.error.collector, text, cap,
                               run->at, run->len);
}

void fimg_error_read(struct fimg *f)
{
    char *text = f->attempt.scratch.error.text;
    size_t room, len = f->attempt.scratch.error.collector.len;
    void *scratch = fimg_tls_scratch(&f->tls, &room);
    struct fimg_api_reply said;

#if FIMG_TOKENS
    if (fimg_gets_token(f)) { /* whose memory others use */
        if (len > FIMG_ERROR_TEXT_CAP)
            len = FIMG_ERROR_TEXT_CAP;
        memcpy(text, f->request->token_from->memory, len);
    }
#endif
    fimg_api_decode(&said, text, len, scratch, room);
    f->report.code = said.code;
#if FIMG_TOKENS
    if (fimg_asks_token(f) &&
        (said.token || (said.code == 0 && fimg_gets_token(f)))) {
        fimg_wipe(text, len); /* there may be a token in it */
        return;
    }
#endif
    (void)mask(f, text, len); /* as it came, and then without escapes */
    if (said.msg)
        f->report.msg = show_json(f, said.msg, said.msg_len);
    if (said.log_id && f->report.log_id[0] == '\0')
        f->report.log_id = show_json(f, said.log_id, said.log_id_len);
}
