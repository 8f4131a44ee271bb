/*
 * good_request.h: a request that is fit, to be made unfit.
 */
#ifndef GOOD_REQUEST_H
#define GOOD_REQUEST_H

#include "check.h"
#include "fimg_request.h"
#include "pieces.h"

static inline int port_connect(void *ctx, const char *host, uint16_t port,
                               uint32_t wait_ms)
{
    (void)ctx, (void)host, (void)port, (void)wait_ms;
    return FIMG_PORT_FAILED;
}

static inline int port_send(void *ctx, const uint8_t *src, size_t len,
                            uint32_t wait_ms)
{
    (void)ctx, (void)src, (void)len, (void)wait_ms;
    return FIMG_PORT_FAILED;
}

static inline int port_recv(void *ctx, uint8_t *dst, size_t cap,
                            uint32_t wait_ms)
{
    (void)ctx, (void)dst, (void)cap, (void)wait_ms;
    return FIMG_PORT_FAILED;
}

static inline void port_close(void *ctx)
{
    (void)ctx;
}

static inline void port_sleep(void *ctx, uint32_t wait_ms)
{
    (void)ctx, (void)wait_ms;
}

static inline uint32_t port_now_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

static inline uint32_t port_unix_time(void *ctx)
{
    (void)ctx;
    return 0;
}

static inline int port_entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx, (void)dst, (void)len;
    return FIMG_PORT_FAILED;
}

static inline int trust_read(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    (void)ctx, (void)offset, (void)dst, (void)cap;
    return 0;
}

static const struct fimg_port good_port = {
    .connect = port_connect,
    .send = port_send,
    .recv = port_recv,
    .close = port_close,
    .sleep = port_sleep,
    .now_ms = port_now_ms,
    .unix_time = port_unix_time,
    .entropy = port_entropy,
};

/* Nobody looks at the anchors here, only at whether there are some. */
static const int anchors;
static const struct fimg_trust good_trust = {
    .anchors = (const struct fimg_anchors *)&anchors
};

static inline struct fimg_request good(void)
{
    return (struct fimg_request){ .port = &good_port,
                                  .trust = &good_trust,
                                  .host = "open.feishu.cn",
                                  .image_key = "img_v3_0abc",
                                  .token = "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRB" };
}

#endif
