/*
 * fimg_retry.c: whether to try again, and after how long.
 */
#include "fimg_retry.h"

bool fimg_retry_helps(const struct fimg_report *r)
{
    if (r->status == FIMG_ERR_NETWORK)
        return r->reason != FIMG_WHY_NAME &&
               (!FIMG_PROXY || r->reason != FIMG_WHY_PROXY_AUTH);
    if (r->status != FIMG_ERR_REFUSED)
        return false;
    return fimg_retry_is_limited(r->http_status, r->code) ||
           (FIMG_MESSAGES && r->code == FIMG_CODE_CHECK_TENANT) ||
           (r->http_status >= 502 && r->http_status <= 504);
}

uint32_t fimg_retry_wait_ms(unsigned failed, uint32_t server_s, uint16_t random)
{
    uint32_t ms, jitter;

    if (server_s > FIMG_RETRY_WAIT_MAX_MS / 1000)
        return UINT32_MAX;
    ms =
        server_s ? server_s * 1000 : (uint32_t)500 << (failed < 7 ? failed : 7);
    jitter = ms / 4 < 30000 ? ms / 4 : 30000;
    return ms + (jitter * random >> 16);
}
