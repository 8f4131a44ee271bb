/*
 * proxy_rig.h: a rig whose client goes through a proxy.
 */
#ifndef PROXY_RIG_H
#define PROXY_RIG_H

#include <string.h>

#include "check.h"
#include "fimg_state.h" /* for the size of what has to be wiped */
#include "rig.h"

#define BASIC "cHJveHktdXNlcjpzM2NyM3QtcGFzc3dvcmQ=" /* proxy-user:s3cr3t...   \
                                                      */
#define OPENED "HTTP/1.1 200 Connection established\r\n\r\n"
#define RAW(text)                                                              \
    {                                                                          \
        PEER_RAW, text, sizeof(text) - 1, 0                                    \
    }
#define TUNNEL(answer) DO(PEER_CONNECT), RAW(answer), DO(PEER_TUNNEL)
#define REPLY                                                                  \
    DO(PEER_REQUEST), TEXT("HTTP/1.1 200 OK\r\nContent-Length: "               \
                           "5\r\n\r\nhello")

static const struct peer_step good[] = { TUNNEL(OPENED), REPLY, REPLY, REPLY,
                                         DO(PEER_REST) };
static const struct fimg_proxy proxy = { "proxy.example", 3128, BASIC };
static struct rig r;

static inline void open_rig(const struct peer_step *script, uint32_t wait_ms)
{
    rig_open(&r, script);
    r.request.proxy = &proxy;
    r.request.wait_ms = wait_ms;
    r.expect = "hello";
    r.expect_len = 5;
}

/* Are the credentials, or the beginning of them, in this memory? */
static inline bool has_basic(const void *memory, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i++)
        if (memcmp((const char *)memory + i, BASIC, 8) == 0)
            return true;
    return false;
}

/* Close, and look for what must not be left behind. */
static inline void close_rig(void)
{
    const struct fimg_report *report = fimg_report(r.f);

    CHECK(!has_basic(report->msg, strlen(report->msg)));
    CHECK(!has_basic(report->log_id, strlen(report->log_id)));
    CHECK(!has_basic(report->location, strlen(report->location)));
    CHECK(!has_basic(report->advice, strlen(report->advice)));
    fimg_close(r.f);
    CHECK(!has_basic(r.f, sizeof(struct fimg)));
    rig_close(&r);
}

#endif
