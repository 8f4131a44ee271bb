/*
 * fuzz_resume.c: is a reply the rest of what there is the beginning of?
 *
 * The input is lines: "f" for a message's file or anything else for an image;
 * offset; total; validator; then the reply's head.
 */
#include "fimg_resume.h"

#include "oracle.h"

struct asked {
    struct fimg_resume resume, before;
    struct fimg_request request;
    struct fimg f;
};

static void fill(struct asked *a, struct source *s)
{
    char *kind = source_line(s), *offset = source_line(s),
         *total = source_line(s), *validator = source_line(s);
    size_t n = strlen(validator);

    memset(a, 0, sizeof *a);
    a->resume.offset = (uint32_t)strtoul(offset, NULL, 10);
    a->resume.total = (uint32_t)strtoul(total, NULL, 10);
    memcpy(a->resume.validator, validator,
           n < sizeof a->resume.validator ? n : sizeof a->resume.validator);
    a->before = a->resume;
    a->request.resume = &a->resume;
    a->request.message_id = "om_1";
    a->request.file = kind[0] == 'f';
    a->f.request = &a->request;
    free(kind);
    free(offset);
    free(total);
    free(validator);
}

/* A 206 was taken: it goes on where we are, and up to the end. */
static void check_rest(const struct asked *a, const struct oracle_head *w)
{
    const struct fimg_resume *r = &a->resume;

    HOLDS(fimg_request_resumes(&a->request));
    HOLDS(w->ranged && !w->json && w->first == a->before.offset);
    HOLDS(w->last + 1 == w->total);
    HOLDS(a->before.total == 0 || a->before.total == w->total);
    HOLDS(w->framing != ORACLE_LENGTH || w->length == w->total - w->first);
    HOLDS(r->offset == a->before.offset && r->total == w->total);
    HOLDS(a->f.report.offset == r->offset);
    HOLDS(memcmp(r->validator, a->before.validator, sizeof r->validator) == 0);
}

/* A 200 was taken: all begins anew, and may be resumed if it has a validator
   that a request can carry. */
static void check_whole(const struct asked *a, const struct oracle_head *w)
{
    const struct fimg_resume *r = &a->resume;
    const char *end = memchr(r->validator, '\0', sizeof r->validator);

    HOLDS(r->offset == 0 && a->f.report.offset == 0);
    HOLDS(r->total == (w->framing != ORACLE_LENGTH ? 0
                       : w->length < UINT32_MAX    ? w->length
                                                   : UINT32_MAX));
    HOLDS(end != NULL);
    for (const char *at = r->validator; at < end; at++)
        HOLDS(*at != '\r' && *at != '\n');
}

static void check(const struct asked *a, bool fits, const struct oracle_head *w)
{
    static const struct fimg_resume none;
    int now = a->f.attempt.reply.status;

    if (!fits) {
        HOLDS(w->status == 206 || w->status == 416);
        HOLDS(memcmp(&a->resume, &none, sizeof none) == 0);
    } else if (now == 200 && w->status == 206) {
        check_rest(a, w);
    } else if (w->status == 200 && !w->json) {
        check_whole(a, w);
    } else {
        HOLDS(now == w->status);
        HOLDS(memcmp(&a->resume, &a->before, sizeof a->before) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    static struct asked a;
    struct source s = { in, len };
    struct oracle_head wanted;
    struct fimg_head *h = &a.f.attempt.scratch.head;

    fill(&a, &s);
    if (s.len == 0)
        return 0;
    (void)fimg_head_feed(h, &a.f.attempt.reply, s.at, s.len);
    wanted = oracle_head(s.at, s.len, false);
    if (h->state != FIMG_HEAD_DONE || wanted.len == 0)
        return 0; /* which fuzz_head.c looks at */
    check(&a, fimg_resume_judge(&a.f), &wanted);
    return 0;
}
