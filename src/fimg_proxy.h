/*
 * fimg_proxy.h: ask an HTTP proxy for a connection to the server.
 */
#ifndef FIMG_PROXY_H
#define FIMG_PROXY_H

#include "fimg_head.h"
#include "fimg_link.h"
#include "fimg_request.h"

#if FIMG_PROXY

#define FIMG_PROXY_IO 448

/* All-zero but for writer.ask and .connect: nothing was sent yet. */
struct fimg_proxy_talk {
    struct fimg_writer writer;
    struct fimg_head head;
    struct fimg_reply reply;
    bool open;            /* the rest belongs to TLS */
    enum fimg_reason why; /* it will not, or cannot, connect us */
    uint16_t len, sent;   /* of the piece of request in `io` */
    uint8_t io[FIMG_PROXY_IO];
};

/* Send or receive a piece; see p->open and p->why where it has MOVED. */
enum fimg_link_result fimg_proxy_step(struct fimg_proxy_talk *p,
                                      const struct fimg_request *request,
                                      struct fimg_link *link, uint32_t wait_ms,
                                      size_t *moved);

#endif

#endif
