/*
 * fimg_body.c: tell body from framing.
 */
#include "fimg_body.h"

void fimg_body_start(struct fimg_body *b, enum fimg_framing framing,
                     uint32_t length)
{
    *b = (struct fimg_body){ .framing = framing };
    if (framing != FIMG_FRAMING_LENGTH)
        return;
    b->so_far.left = length;
    if (length == 0)
        b->state = FIMG_BODY_DONE;
}

static size_t feed_length(struct fimg_body *b, const uint8_t *in, size_t len,
                          struct fimg_span *data)
{
    size_t n = len < b->so_far.left ? len : b->so_far.left;

    *data = (struct fimg_span){ in, n };
    b->so_far.left -= (uint32_t)n;
    if (b->so_far.left == 0)
        b->state = FIMG_BODY_DONE;
    return n;
}

static size_t feed_chunked(struct fimg_body *b, const uint8_t *in, size_t len,
                           struct fimg_span *data)
{
    size_t used = fimg_chunk_feed(&b->so_far.chunk, in, len, data);

    if (b->so_far.chunk.state == FIMG_CHUNK_DONE)
        b->state = FIMG_BODY_DONE;
    if (b->so_far.chunk.state == FIMG_CHUNK_FAILED)
        b->state = FIMG_BODY_FAILED;
    return used;
}

size_t fimg_body_feed(struct fimg_body *b, const uint8_t *in, size_t len,
                      struct fimg_span *data)
{
    *data = (struct fimg_span){ in, 0 };
    if (b->state != FIMG_BODY_MORE)
        return 0;
    if (b->framing == FIMG_FRAMING_LENGTH)
        return feed_length(b, in, len, data);
    if (b->framing == FIMG_FRAMING_CHUNKED)
        return feed_chunked(b, in, len, data);
    data->len = len; /* all that comes before the end */
    return len;
}
