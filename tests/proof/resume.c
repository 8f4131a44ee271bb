/*
 * resume.c: is any reply the rest of any part?
 */
#include "fimg_resume.h"

#include "fimg_field.h"
#include "heads.h"

bool fimg_request_resumes(const struct fimg_request *request)
{
    return request->resume && any_bool();
}

uint32_t fimg_field_date(const char *text, size_t len)
{
    //@ check len == 0 || \valid_read(text + (0 .. len - 1));
    return any_u32();
}

int main(void)
{
    static struct fimg f;
    struct fimg_resume resume;
    struct fimg_request request = { .file = any_bool() };

    any_bytes(&resume, sizeof resume);
    request.resume = any_bool() ? &resume : NULL;
    request.message_id = any_bool() ? "message" : NULL;
    f.request = &request;
    f.attempt.writer.ask = any_bool() ? FIMG_ASK_RESOURCE : FIMG_ASK_TOKEN;
    any_head(&f.attempt.scratch.head);
    any_reply(&f.attempt.reply);
    (void)fimg_resume_judge(&f);
    f.report.http_status = any_u16();
    if (request.resume)
        (void)fimg_resume_is_full(&f);
    if (request.resume)
        (void)fimg_resume_is_short(&f);
    return 0;
}
