/*
 * fimg_chunk.c: take the chunked framing off a body (RFC 9112, 7.1).
 *
 * Extensions and trailers are skipped, whatever they say; but a trailer is a
 * field line, with a name and a colon. CR and LF on their own are errors, and
 * so are blanks around the size. Framing is limited: a server may spend 16
 * bytes of it per byte of data and FIMG_CHUNK_OVERHEAD_MAX beyond that, so
 * that it cannot keep us busy for nothing. One-byte chunks take 5.
 */
#include "fimg_chunk.h"

#define CREDIT 16 /* framing bytes that a byte of data pays for */

static enum fimg_chunk_state expect(uint8_t b, uint8_t want,
                                    enum fimg_chunk_state then)
{
    return b == want ? then : FIMG_CHUNK_FAILED;
}

static enum fimg_chunk_state skip_to_cr(uint8_t b, enum fimg_chunk_state here,
                                        enum fimg_chunk_state then)
{
    if (b == '\r')
        return then;
    return fimg_is_value_char(b) ? here : FIMG_CHUNK_FAILED;
}

static enum fimg_chunk_state size_digit(struct fimg_chunk *c, uint8_t b)
{
    int digit = fimg_hex_value(b);

    if (digit < 0 && c->digits == 0)
        return FIMG_CHUNK_FAILED;
    if (digit < 0)
        return b == ';' ? FIMG_CHUNK_EXTENSION
                        : expect(b, '\r', FIMG_CHUNK_SIZE_LF);
    if (c->digits++ == 16 || c->left > UINT32_MAX >> 4)
        return FIMG_CHUNK_FAILED; /* 4 GB or more, or padded beyond reason */
    c->left = c->left << 4 | (uint32_t)digit;
    return FIMG_CHUNK_SIZE;
}

static enum fimg_chunk_state framing_byte(struct fimg_chunk *c, uint8_t b)
{
    /* unreachable 2: data is not framing, and the last states take no byte */
    switch (c->state) {
    case FIMG_CHUNK_SIZE_FIRST:
    case FIMG_CHUNK_SIZE:
        return size_digit(c, b);
    case FIMG_CHUNK_EXTENSION:
        return skip_to_cr(b, FIMG_CHUNK_EXTENSION, FIMG_CHUNK_SIZE_LF);
    case FIMG_CHUNK_SIZE_LF:
        c->digits = 0;
        return expect(b, '\n',
                      c->left ? FIMG_CHUNK_DATA : FIMG_CHUNK_TRAILER_FIRST);
    case FIMG_CHUNK_DATA_CR:
        return expect(b, '\r', FIMG_CHUNK_DATA_LF);
    case FIMG_CHUNK_DATA_LF:
        return expect(b, '\n', FIMG_CHUNK_SIZE_FIRST);
    case FIMG_CHUNK_TRAILER_FIRST:
        if (b == '\r')
            return FIMG_CHUNK_END_LF;
        return fimg_is_token_char(b) ? FIMG_CHUNK_TRAILER_NAME
                                     : FIMG_CHUNK_FAILED;
    case FIMG_CHUNK_TRAILER_NAME:
        if (fimg_is_token_char(b))
            return FIMG_CHUNK_TRAILER_NAME;
        return expect(b, ':', FIMG_CHUNK_TRAILER);
    case FIMG_CHUNK_TRAILER:
        return skip_to_cr(b, FIMG_CHUNK_TRAILER, FIMG_CHUNK_TRAILER_LF);
    case FIMG_CHUNK_TRAILER_LF:
        return expect(b, '\n', FIMG_CHUNK_TRAILER_FIRST);
    case FIMG_CHUNK_END_LF:
        return expect(b, '\n', FIMG_CHUNK_DONE);
    case FIMG_CHUNK_DATA:
    case FIMG_CHUNK_DONE:
    case FIMG_CHUNK_FAILED:
        break;
    }
    return FIMG_CHUNK_FAILED;
}

static size_t take_data(struct fimg_chunk *c, const uint8_t *in, size_t len,
                        struct fimg_span *data)
{
    size_t n = len < c->left ? len : c->left;

    *data = (struct fimg_span){ in, n };
    c->left -= (uint32_t)n;
    c->overhead -=
        (uint16_t)(n <= c->overhead / CREDIT ? n * CREDIT : c->overhead);
    if (c->left == 0)
        c->state = FIMG_CHUNK_DATA_CR;
    return n;
}

size_t fimg_chunk_feed(struct fimg_chunk *c, const uint8_t *in, size_t len,
                       struct fimg_span *data)
{
    size_t used = 0;

    *data = (struct fimg_span){ in, 0 };
    while (used < len && c->state < FIMG_CHUNK_DONE) {
        if (c->state == FIMG_CHUNK_DATA)
            return used + take_data(c, in + used, len - used, data);
        if (c->overhead++ == FIMG_CHUNK_OVERHEAD_MAX)
            c->state = FIMG_CHUNK_FAILED;
        else
            c->state = framing_byte(c, in[used++]);
    }
    return used;
}
