/*
 * fimg_type.h: tell an image's format from its first bytes.
 */
#ifndef FIMG_TYPE_H
#define FIMG_TYPE_H

#include "fimg.h"

#define FIMG_MAGIC_LEN 12

/* The first bytes of a body. All-zero: none yet. */
struct fimg_magic {
    uint8_t len;
    uint8_t first[FIMG_MAGIC_LEN];
};

/* Take in further bytes; returns what is known by now. */
enum fimg_type fimg_type_feed(struct fimg_magic *m, const uint8_t *in,
                              size_t len);

#endif
