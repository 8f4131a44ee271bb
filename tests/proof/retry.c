/*
 * retry.c: after any failure, with any wishes of the server's.
 */
#include "fimg_retry.h"

#include "any.h"

int main(void)
{
    struct fimg_report report;
    uint32_t ms;

    any_bytes(&report, sizeof report);
    (void)fimg_retry_helps(&report);
    ms = fimg_retry_wait_ms(any_u32(), any_u32(), any_u16());
    must(ms == UINT32_MAX || ms <= FIMG_RETRY_WAIT_MAX_MS + UINT16_MAX);
    return 0;
}
