/*
 * fimg_chunk.h: take the chunked framing off a body (RFC 9112, 7.1).
 */
#ifndef FIMG_CHUNK_H
#define FIMG_CHUNK_H

#include "fimg_text.h"

/* Framing bytes without data after which a server is given up. */
#define FIMG_CHUNK_OVERHEAD_MAX 8192

/* Named for the byte awaited. */
enum fimg_chunk_state {
    FIMG_CHUNK_SIZE_FIRST,    /* first digit of a chunk's size */
    FIMG_CHUNK_SIZE,          /* further digit, or what ends the number */
    FIMG_CHUNK_EXTENSION,     /* byte of an extension, skipped */
    FIMG_CHUNK_SIZE_LF,       /* LF that ends the size line */
    FIMG_CHUNK_DATA,          /* byte of data */
    FIMG_CHUNK_DATA_CR,       /* CR after the data */
    FIMG_CHUNK_DATA_LF,       /* LF after the data */
    FIMG_CHUNK_TRAILER_FIRST, /* first byte of a trailer line, or CR */
    FIMG_CHUNK_TRAILER_NAME,  /* byte of a trailer's name, or ":" */
    FIMG_CHUNK_TRAILER,       /* byte of a trailer's value, skipped */
    FIMG_CHUNK_TRAILER_LF,    /* LF that ends a trailer line */
    FIMG_CHUNK_END_LF,        /* LF of the final blank line */
    FIMG_CHUNK_DONE,
    FIMG_CHUNK_FAILED
};

/* All-zero: ready to run. */
struct fimg_chunk {
    enum fimg_chunk_state state;
    uint8_t digits;    /* of the size being read */
    uint16_t overhead; /* framing bytes that no data has paid for */
    uint32_t left;     /* data bytes of this chunk still to come */
};

/*
 * Consume bytes up to and including the first run of data. Returns how many of
 * the `len` bytes at `in` were used; all of them unless a run was found or the
 * decoder is done or failed. `data` is set to the run, a part of `in`, which
 * may be empty.
 */
size_t fimg_chunk_feed(struct fimg_chunk *c, const uint8_t *in, size_t len,
                       struct fimg_span *data);

#endif
