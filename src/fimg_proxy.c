/*
 * fimg_proxy.c: ask an HTTP proxy for a connection to the server.
 *
 * Nothing but a head is to come back: the server behind the proxy does not
 * speak before we do.
 */
#include "fimg_proxy.h"

#if FIMG_PROXY

static enum fimg_reason judge(const struct fimg_proxy_talk *p, size_t surplus)
{
    if (p->head.state == FIMG_HEAD_FAILED)
        return FIMG_WHY_PROXY_REPLY;
    if (p->head.state != FIMG_HEAD_DONE)
        return FIMG_WHY_NONE;
    if (p->reply.status == 407)
        return FIMG_WHY_PROXY_AUTH;
    if (p->reply.status / 100 != 2)
        return FIMG_WHY_PROXY_REFUSED;
    return surplus > 0 ? FIMG_WHY_PROXY_REPLY : FIMG_WHY_NONE;
}

enum fimg_link_result fimg_proxy_step(struct fimg_proxy_talk *p,
                                      const struct fimg_request *request,
                                      struct fimg_link *link, uint32_t wait_ms,
                                      size_t *moved)
{
    struct fimg_link_bytes bytes = { NULL, 0, p->io, sizeof p->io };
    enum fimg_link_result result;
    size_t used;

    if (p->sent == p->len) {
        p->len = (uint16_t)fimg_request_write(&p->writer, request, p->io,
                                              sizeof p->io);
        p->sent = 0;
    }
    bytes.out = p->io + p->sent;
    bytes.out_len = (size_t)p->len - p->sent;
    result = fimg_link_swap(link, &bytes, wait_ms, moved);
    if (result != FIMG_LINK_MOVED)
        return result;
    if (bytes.out_len > 0) {
        p->sent = (uint16_t)(p->sent + *moved);
        return result;
    }
    p->head.bare = true;
    used = fimg_head_feed(&p->head, &p->reply, p->io, *moved);
    p->why = judge(p, *moved - used);
    p->open = p->head.state == FIMG_HEAD_DONE && !p->why;
    return result;
}

#endif
