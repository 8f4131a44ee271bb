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
#include "fimg_request.h"
#include "fimg_timer.h"
#include "fimg_tls.h"
#include "fimg_type.h"

struct fimg {
    struct fimg_report report;
    const struct fimg_request *request; /* NULL: none is being served */

    bool busy;     /* the last call stopped with more to do at once */
    bool image;    /* the body is an image; else it is an error reply */
    bool answered; /* a byte of the reply has come */
    bool reusable; /* the connection is at rest and may serve again */
    enum fimg_reason body_why; /* what is wrong with the body */
    uint32_t now; /* the port's clock when it was last looked at */
    uint32_t retry_start;
    uint32_t retry_ms;

    struct fimg_timer timer;
    struct fimg_writer writer;
    struct fimg_reply reply;
    struct fimg_body body;
    struct fimg_magic magic;
    union {
        struct fimg_head head;       /* while the head is read */
        struct fimg_error_text text; /* while an error reply is */
    } scratch;

    /* the connection, which may outlive a request */
    struct fimg_link link;
    uint16_t link_number;
    const struct fimg_trust *link_trust;
    struct fimg_tls tls;
};

#endif
