/*
 * fimg_body.h: tell body from framing, whichever of its three ways of ending
 * a body HTTP/1.1 uses (RFC 9112, 6.3).
 */
#ifndef FIMG_BODY_H
#define FIMG_BODY_H

#include "fimg_chunk.h"

/* In the order of enum fimg_end, which tells the same of a finished body. */
enum fimg_framing {
    FIMG_FRAMING_CLOSE = 0, /* until the connection ends */
    FIMG_FRAMING_LENGTH,
    FIMG_FRAMING_CHUNKED
};

enum fimg_body_state { FIMG_BODY_MORE = 0, FIMG_BODY_DONE, FIMG_BODY_FAILED };

struct fimg_body {
    enum fimg_framing framing;
    enum fimg_body_state state;
    union {
        uint32_t left;           /* LENGTH: bytes still to come */
        struct fimg_chunk chunk; /* CHUNKED */
    } so_far;
};

/* Make ready for a body; `length` counts for FIMG_FRAMING_LENGTH only. */
void fimg_body_start(struct fimg_body *b, enum fimg_framing framing,
                     uint32_t length);

/*
 * Consume bytes up to and including the first run of data, as fimg_chunk_feed
 * does. A body that the connection's end delimits stays at FIMG_BODY_MORE.
 */
size_t fimg_body_feed(struct fimg_body *b, const uint8_t *in, size_t len,
                      struct fimg_span *data);

#endif
