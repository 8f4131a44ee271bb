/*
 * fimg_retry.h: whether to try again, and after how long. Pure decisions.
 */
#ifndef FIMG_RETRY_H
#define FIMG_RETRY_H

#include "fimg.h"

/* Feishu: "request trigger frequency limit". */
#define FIMG_CODE_RATE_LIMIT 99991400

/* Longest wait that is ever begun: an hour. */
#define FIMG_RETRY_WAIT_MAX_MS 3600000

/* Feishu, of a message's image: "scope CheckAppTenant fail", which passes. */
#define FIMG_CODE_CHECK_TENANT 234019

/* Was the request refused because there were too many? */
static inline bool fimg_retry_is_limited(uint16_t http_status, int32_t code)
{
    return http_status == 429 || code == FIMG_CODE_RATE_LIMIT;
}

/* May what ended an attempt go away by itself? */
bool fimg_retry_helps(const struct fimg_report *report);

/*
 * How long to wait after `failed` attempts (1 or more), in milliseconds;
 * UINT32_MAX if it is longer than FIMG_RETRY_WAIT_MAX_MS.
 * `server_s` is what the server asked for, 0 if nothing: then it is 1 s,
 * doubling up to 64 s. `random` adds up to a quarter, but at most 30 s, so
 * that devices which failed together do not come back together; it never
 * shortens the wait.
 */
uint32_t fimg_retry_wait_ms(unsigned failed, uint32_t server_s, uint16_t random);

#endif
