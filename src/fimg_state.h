/*
 * fimg_state.h: what struct fimg is made of. Include it only where one is
 * reserved; everything in it is the library's own business.
 */
#ifndef FIMG_STATE_H
#define FIMG_STATE_H

#include "fimg.h"
#include "fimg_api.h"
#include "fimg_body.h"
#include "fimg_head.h"
#include "fimg_link.h"
#include "fimg_proxy.h"
#include "fimg_request.h"
#include "fimg_timer.h"
#include "fimg_tls.h"
#include "fimg_type.h"

struct fimg {
    struct fimg_report report;
    const struct fimg_request *request; /* NULL: none is being served */

    bool busy;     /* the last call stopped with more to do at once */
    bool reusable; /* the connection is at rest and may serve again */
#if FIMG_LIMITER
    bool in_turn;  /* the limiter has let this request pass */
#endif
#if FIMG_TOKENS
    bool renewed;  /* this download has had a dead token replaced */
    bool make_do;  /* no other token than the old one can be got */
    uint16_t dead_status; /* as the server said with this ... */
    int32_t dead_code;    /* ... and this */
    uint32_t token_mark;  /* of the token sent last */
#endif
    uint32_t now;   /* the port's clock when it was last looked at */
    uint32_t retry; /* when the next attempt is due */

    /* the connection, which may outlive a request */
    struct fimg_link link;
    uint16_t link_number;
#if FIMG_PROXY
    const struct fimg_proxy *link_proxy;
#endif
    const struct fimg_trust *link_trust;

    struct fimg_timer timer;

    /* what belongs to one attempt, all-zero at its start */
    struct fimg_attempt {
        bool answered; /* a byte of the reply has come */
        bool image;    /* the body is an image; else it is an error reply */
        bool too_large; /* the body is, which is why it failed */
        struct fimg_writer writer;
        struct fimg_reply reply;
        struct fimg_body body;
        union {
            struct fimg_head head;   /* while the head is read */
            struct fimg_magic magic; /* while an image is */
            struct {
                struct fimg_collector collector;
                char text[FIMG_ERROR_TEXT_CAP + 1];
            } error; /* while another reply is */
#if FIMG_PROXY
            struct fimg_proxy_talk proxy; /* while a proxy is asked */
#endif
        } scratch;
    } attempt;

    struct fimg_tls tls;
};

#endif
