/*
 * pieces.h: hand a stage its input in every way of cutting it up.
 *
 *     for (struct cut c = { 0 }; next_cut(&c, total);)
 *         for (pos = 0; pos < total; pos += used) {
 *             uint8_t *in = copy_of(wire + pos, n = cut_len(&c, pos, total));
 *             ...
 *             free(in);
 *         }
 *
 * The cuts are windows of 1 byte to all, and every cut in two. Inputs that are
 * too long for that get a set of windows. Each piece is a block of its own, of
 * exactly its size, so that a sanitizer sees who reads or writes beyond it.
 */
#ifndef PIECES_H
#define PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1
#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define ALL_CUTS_MAX 600 /* longest input that is cut in every way */

/* One way of cutting: the first piece, and the size of the others. */
struct cut {
    size_t step, first, then;
};

static inline bool next_cut(struct cut *c, size_t total)
{
    static const size_t sizes[] = { 1,   2,   3,   7,    16,   64,   191,
                                    192, 255, 256, 1000, 1024, 4096, 8192 };

    c->step++;
    if (total <= ALL_CUTS_MAX) {
        bool even = c->step <= total || c->step == 1;

        c->first = even ? c->step : c->step - total;
        c->then = even ? c->step : total;
        return c->step == 1 || c->step < 2 * total;
    }
    if (c->step > COUNT(sizes) + 1)
        return false;
    c->first = c->step <= COUNT(sizes) ? sizes[c->step - 1] : total;
    c->then = c->first;
    return true;
}

/* How long the piece at `pos` is. */
static inline size_t cut_len(const struct cut *c, size_t pos, size_t total)
{
    size_t n = pos == 0 ? c->first : c->then;

    return n < total - pos ? n : total - pos;
}

/* A block of `len` bytes, never NULL; malloc(0) may give none. */
static inline void *block_of(size_t len)
{
    void *block = malloc(len ? len : 1);

    if (block == NULL)
        abort();
    return block;
}

static inline void *copy_of(const void *from, size_t len)
{
    void *copy = block_of(len);

    if (len > 0)
        memcpy(copy, from, len);
    return copy;
}

#endif
