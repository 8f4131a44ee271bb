/*
 * fuzz_retry.c: whether to try again, and when.
 *
 * The input is numbers: status, reason, HTTP status, code, attempts, what the
 * server asked for, chance.
 */
#include "fimg_retry.h"

#include "fuzz.h"

static void check_helps(struct source *s)
{
    struct fimg_report r = { 0 };
    bool limited;

    r.status = (enum fimg_status)(int8_t)source_number(s, 1);
    r.reason = (enum fimg_reason)source_number(s, 1);
    r.http_status = (uint16_t)source_number(s, 2);
    r.code = (int32_t)source_number(s, 4);
    limited = r.http_status == 429 || r.code == 99991400;
    if (!fimg_retry_helps(&r)) {
        HOLDS(r.status != FIMG_ERR_REFUSED || !limited);
        return;
    }
    HOLDS(r.status == FIMG_ERR_NETWORK || r.status == FIMG_ERR_REFUSED);
    if (r.status == FIMG_ERR_REFUSED)
        HOLDS(limited || r.code == 234019 || r.http_status == 502 ||
              r.http_status == 503 || r.http_status == 504);
}

static void check_wait(struct source *s)
{
    unsigned failed = 1 + source_number(s, 1);
    uint32_t server_s = source_number(s, 4), least, ms;
    uint16_t chance = (uint16_t)source_number(s, 2);

    ms = fimg_retry_wait_ms(failed, server_s, chance);
    if (server_s > 3600) {
        HOLDS(ms == UINT32_MAX);
        return;
    }
    least = failed < 7 ? 1000u << (failed - 1) : 64000;
    if (server_s > 0)
        least = server_s * 1000;
    HOLDS(ms >= least && ms <= least + least / 4 && ms <= least + 30000);
    HOLDS(fimg_retry_wait_ms(failed, server_s, 0) == least);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };

    check_helps(&s);
    check_wait(&s);
    return 0;
}
