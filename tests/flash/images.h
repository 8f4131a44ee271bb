/*
 * images.h: images to store, told apart by every byte, and what a main loop
 * does to store them.
 */
#ifndef IMAGES_H
#define IMAGES_H

#include "flash_store.h"

#define SPINS_MAX 64 /* pending this often in a row, a store is stuck */

/* Byte `i` of image number `number`. */
static inline uint8_t image_byte(unsigned number, uint32_t i)
{
    return (uint8_t)((i * 7 + (i >> 8) * 31 + number * 85) ^ 0x5a);
}

/* Writes up to `piece` bytes at a time. Returns the status of the first call
   that failed, or STORE_OK. */
static inline int write_image(struct store *s, unsigned number, uint32_t len,
                              uint32_t piece)
{
    uint8_t bytes[512];
    uint32_t pos = 0, i;
    int r = store_begin(s), spins = 0;

    if (r != STORE_OK)
        return r;
    while (pos < len) {
        uint32_t n = len - pos < piece ? len - pos : piece;

        n = n < sizeof bytes ? n : (uint32_t)sizeof bytes;
        for (i = 0; i < n; i++)
            bytes[i] = image_byte(number, pos + i);
        r = store_write(s, bytes, n);
        if (r == STORE_PENDING && ++spins < SPINS_MAX)
            continue;
        if (r < 0)
            return r;
        spins = 0;
        pos += (uint32_t)r;
    }
    return STORE_OK;
}

static inline int commit(struct store *s)
{
    int r, calls = 0;

    do
        r = store_commit(s);
    while (r == STORE_PENDING && ++calls < 100000);
    return r;
}

/* The whole of it. */
static inline int put_image(struct store *s, unsigned number, uint32_t len,
                            uint32_t piece)
{
    int r = write_image(s, number, len, piece);

    return r == STORE_OK ? commit(s) : r;
}

/* Is what is in place this image, by length and by every byte? */
static inline bool is_image(const struct store *s, unsigned number,
                            uint32_t len)
{
    uint8_t bytes[100];
    struct store_image image;
    uint32_t pos = 0;
    int n, i;

    if (!store_find(s, &image) || image.length != len)
        return false;
    while ((n = store_read(s, pos, bytes, sizeof bytes)) > 0) {
        for (i = 0; i < n; i++)
            if (bytes[i] != image_byte(number, pos + (uint32_t)i))
                return false;
        pos += (uint32_t)n;
    }
    return n == 0 && pos == len;
}

#endif
