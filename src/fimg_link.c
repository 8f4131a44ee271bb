/*
 * fimg_link.c: move bytes between the port's connection and TLS.
 */
#include "fimg_link.h"

/* Give up a connection whose port did not say that it failed. */
static enum fimg_link_result broken(struct fimg_link *l)
{
    l->port->close(l->port->ctx);
    l->port = NULL;
    return FIMG_LINK_BROKEN;
}

enum fimg_link_result fimg_link_connect(struct fimg_link *l,
                                        const struct fimg_port *port,
                                        const char *host, uint16_t number,
                                        uint32_t wait_ms)
{
    int result = port->connect(port->ctx, host, number, wait_ms);

    l->port = port;
    l->wants =
        result == FIMG_PORT_RESOLVING ? FIMG_WANTS_NOTHING : FIMG_WANTS_WRITE;
    if (result == 0)
        return FIMG_LINK_MOVED;
    if (result == FIMG_PORT_AGAIN || result == FIMG_PORT_RESOLVING)
        return FIMG_LINK_WAIT;
    if (result > 0 || result == FIMG_PORT_CLOSED)
        return broken(l);
    l->port = NULL; /* failed: there is nothing to close */
    return result == FIMG_PORT_NO_NAME ? FIMG_LINK_NO_NAME : FIMG_LINK_REFUSED;
}

/* What a result of send or recv for `len` bytes means. */
static enum fimg_link_result judge(struct fimg_link *l, int result, size_t len)
{
    if (result > 0 && (size_t)result <= len)
        return FIMG_LINK_MOVED;
    if (result >= 0 || result == FIMG_PORT_RESOLVING ||
        result == FIMG_PORT_NO_NAME)
        return broken(l);
    return result == FIMG_PORT_AGAIN ? FIMG_LINK_WAIT : FIMG_LINK_LOST;
}

#if !FIMG_PROXY
static /* nobody else swaps */
#endif
    enum fimg_link_result
    fimg_link_swap(struct fimg_link *l, const struct fimg_link_bytes *b,
                   uint32_t wait_ms, size_t *moved)
{
    const struct fimg_port *port = l->port;
    bool sends = b->out_len > 0;
    size_t len = sends ? b->out_len : b->in_len;
    int n = sends ? port->send(port->ctx, b->out, len, wait_ms)
                  : port->recv(port->ctx, b->in, len, wait_ms);

    l->wants = sends ? FIMG_WANTS_WRITE : FIMG_WANTS_READ;
    *moved = (size_t)n;
    return judge(l, n, len);
}

enum fimg_link_result fimg_link_move(struct fimg_link *l, struct fimg_tls *t,
                                     uint32_t wait_ms, size_t *moved)
{
    struct fimg_link_bytes b;
    enum fimg_link_result result;

    b.out = fimg_tls_out(t, &b.out_len);
    b.in = fimg_tls_in(t, &b.in_len);
    if (b.out_len + b.in_len == 0)
        return FIMG_LINK_LOST; /* TLS neither talks nor listens */
    result = fimg_link_swap(l, &b, wait_ms, moved);
    if (result != FIMG_LINK_MOVED)
        return result;
    if (b.out_len > 0)
        fimg_tls_sent(t, *moved);
    else
        fimg_tls_received(t, *moved);
    return result;
}

bool fimg_link_silent(const struct fimg_link *l)
{
    uint8_t byte;

    return l->port->recv(l->port->ctx, &byte, 1, 0) == FIMG_PORT_AGAIN;
}

void fimg_link_close(struct fimg_link *l, struct fimg_tls *t)
{
    const uint8_t *out;
    size_t len;

    if (l->port == NULL)
        return;
    if (t->state == FIMG_TLS_OPEN) {
        fimg_tls_close(t);
        out = fimg_tls_out(t, &len);
        if (len > 0) /* one try: nobody waits for it */
            (void)l->port->send(l->port->ctx, out, len, 0);
    }
    l->port->close(l->port->ctx);
    l->port = NULL;
    t->state = FIMG_TLS_CLEAR;
}
