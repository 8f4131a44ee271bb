/*
 * fimg_resume.c: is a reply the rest of what the caller has the beginning of?
 */
#include "fimg_resume.h"

#include <string.h>

#include "fimg_field.h"

#if FIMG_RESUME

#define STRONG_S 60 /* two clocks may be as far apart */

static bool is_file(const struct fimg_request *request)
{
#if FIMG_MESSAGES
    return request->message_id && request->file;
#else
    (void)request;
    return false;
#endif
}

/*
 * May the validator go into If-Range? A date may if the server's clock had
 * moved on since, so that there is no other state with it (RFC 9110, 8.8.2.2).
 */
static bool is_strong(const struct fimg_head *h, uint32_t date)
{
    return h->tagged || date > STRONG_S + fimg_field_date(h->validator,
                                                          strlen(h->validator));
}

/* What the reply says of the whole, for a later resumption. */
static void note_resume(struct fimg *f, uint32_t offset, uint32_t total)
{
    const struct fimg_head *h = &f->attempt.scratch.head;
    struct fimg_resume *r = f->request->resume;

    f->report.offset = offset;
    r->offset = offset;
    r->total = total;
    if (offset == 0) {
        memset(r->validator, 0, sizeof r->validator);
        /* an image's server must have said that it has ranges */
        if ((is_file(f->request) || h->ranges) &&
            is_strong(h, f->attempt.reply.date))
            memcpy(r->validator, h->validator, sizeof r->validator);
    }
}

/* Is a 206 the rest of what there is the beginning of? */
static bool is_the_rest(const struct fimg *f)
{
    const struct fimg_head *h = &f->attempt.scratch.head;
    const struct fimg_reply *r = &f->attempt.reply;
    const struct fimg_resume *have = f->request->resume;

    return !r->json && !h->multipart && h->range_first == have->offset &&
           h->range_last == h->range_total - 1 &&
           (have->total == 0 || have->total == h->range_total) &&
           (h->validator[0] == '\0' || memcmp(h->validator, have->validator,
                                              strlen(h->validator) + 1) == 0) &&
           (r->framing != FIMG_FRAMING_LENGTH ||
            r->length == h->range_total - have->offset);
}

bool fimg_resume_judge(struct fimg *f)
{
    const struct fimg_reply *r = &f->attempt.reply;
    struct fimg_resume *have = f->request->resume;
    bool asked = fimg_request_resumes(f->request);

    if (have == NULL || f->attempt.writer.ask != FIMG_ASK_RESOURCE)
        return true;
    if (r->status == 200 && !r->json)
        note_resume(f, 0, r->framing == FIMG_FRAMING_LENGTH ? r->length : 0);
    if (!asked || (r->status != 206 && r->status != 416))
        return true;
    if (r->status == 206 && is_the_rest(f)) {
        note_resume(f, have->offset, f->attempt.scratch.head.range_total);
        f->attempt.reply.status = 200; /* as good as */
        return true;
    }
    *have = (struct fimg_resume){ 0 };
    return false;
}

bool fimg_resume_is_short(const struct fimg *f)
{
    return f->report.http_status == 206 &&
           f->request->resume->offset != f->request->resume->total;
}

bool fimg_resume_is_full(const struct fimg *f)
{
    return f->report.http_status == 206 &&
           f->request->resume->offset == f->request->resume->total;
}

#endif
