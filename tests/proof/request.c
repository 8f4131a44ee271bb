/*
 * request.c: any request is checked.
 *
 * Texts hold any bytes; their memory is as long as the longest that is fit, and
 * ends in a NUL, as a caller's does.
 */
#include "fimg_request.h"

#include "any.h"
#include "requests.h"

int main(void)
{
    struct fimg_request request;
    enum fimg_reason why;

    any_request(&request);
    why = fimg_request_check(&request);
    must(why <= FIMG_WHY_PROXY);
    (void)fimg_request_resumes(&request);
    return 0;
}
