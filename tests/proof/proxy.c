/*
 * proxy.c: a talk with a proxy that answers anything, and moving of TLS's
 * bytes, over a port that returns anything.
 */
#include "fimg_proxy.h"

#include <limits.h>

#include "heads.h"

/* What a port may return of `cap` bytes, or must not. */
static int any_result(size_t cap)
{
    if (cap > 0 && any_bool())
        return Frama_C_interval(1, (int)cap);
    if (any_bool())
        return Frama_C_int_interval(INT_MIN, 0);
    return Frama_C_int_interval((int)cap + 1, INT_MAX);
}

static int port_send(void *ctx, const uint8_t *src, size_t len, uint32_t wait)
{
    (void)ctx, (void)wait;
    //@ check len > 0 && \valid_read(src + (0 .. len - 1));
    //@ check \initialized(src + (0 .. len - 1));
    return any_result(len);
}

static int port_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait)
{
    (void)ctx, (void)wait;
    any_bytes(dst, cap);
    return any_result(cap);
}

static void port_close(void *ctx)
{
    (void)ctx;
}

static int port_connect(void *ctx, const char *host, uint16_t port,
                        uint32_t wait)
{
    (void)ctx, (void)host, (void)port, (void)wait;
    return any_int();
}

size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap)
{
    (void)w, (void)request;
    any_bytes(dst, cap);
    if (any_bool())
        return 0;
    return any_bool() ? 1 : FIMG_PROXY_IO;
}

size_t fimg_head_feed(struct fimg_head *h, struct fimg_reply *reply,
                      const uint8_t *in, size_t len)
{
    //@ check len > 0 && \valid_read(in + (0 .. len - 1));
    any_head(h);
    any_reply(reply);
    return any_bool() ? len : 0;
}

/* TLS has, or takes, up to 9 bytes. */
static uint8_t record[9];

const uint8_t *fimg_tls_out(const struct fimg_tls *t, size_t *len)
{
    (void)t;
    *len = 0;
    if (any_bool())
        return NULL;
    *len = sizeof record;
    return record;
}

uint8_t *fimg_tls_in(struct fimg_tls *t, size_t *len)
{
    (void)t;
    *len = 0;
    if (any_bool())
        return NULL;
    *len = sizeof record;
    return record;
}

void fimg_tls_sent(struct fimg_tls *t, size_t len)
{
    (void)t;
    must(len > 0 && len <= sizeof record);
}

void fimg_tls_received(struct fimg_tls *t, size_t len)
{
    (void)t;
    must(len > 0 && len <= sizeof record);
}

void fimg_tls_close(struct fimg_tls *t)
{
    (void)t;
}

int main(void)
{
    static struct fimg_tls tls;
    static const struct fimg_port port = { .connect = port_connect,
                                           .send = port_send,
                                           .recv = port_recv,
                                           .close = port_close };
    static struct fimg_proxy_talk talk;
    struct fimg_request request = { .port = &port };
    struct fimg_link link = { 0 };
    size_t moved;

    (void)fimg_link_connect(&link, &port, "host", any_u16(), any_u32());
    if (link.port)
        (void)fimg_link_silent(&link);
    talk.sent = (uint16_t)Frama_C_interval(FIMG_PROXY_IO - 9, FIMG_PROXY_IO);
    talk.len = (uint16_t)Frama_C_interval(FIMG_PROXY_IO - 9, FIMG_PROXY_IO);
    //@ split talk.sent;
    //@ split talk.len;
    any_bytes(talk.io, sizeof talk.io);
    link.port = &port;
    if (talk.sent <= talk.len)
        (void)fimg_proxy_step(&talk, &request, &link, any_u32(), &moved);
    link.port = &port;
    (void)fimg_link_move(&link, &tls, any_u32(), &moved);
    tls.state = any_bool() ? FIMG_TLS_OPEN : FIMG_TLS_HANDSHAKE;
    fimg_link_close(&link, &tls);
    fimg_link_close(&link, &tls);
    must(talk.sent <= FIMG_PROXY_IO && talk.len <= FIMG_PROXY_IO);
    return 0;
}
