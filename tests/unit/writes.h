/*
 * writes.h: write a request in every cut, and hold it against what it must be.
 */
#ifndef WRITES_H
#define WRITES_H

#include "check.h"
#include "fimg_request.h"
#include "pieces.h"

/* Leave something else than zeros where the next call will have its frame. */
static inline void dirty_stack(void)
{
    volatile char garbage[2048];

    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = '#';
}

/* Write into blocks of exactly `cap` bytes, until nothing comes any more. */
static inline size_t write_all(const struct fimg_request *r, enum fimg_ask ask,
                               const struct cut *cut, char *out, size_t total)
{
    struct fimg_writer w = { .ask = ask };
    size_t len = 0;

    while (len < total) {
        size_t cap = len == 0 ? cut->first : cut->then, n;
        uint8_t *dst = block_of(cap);

        dirty_stack();
        n = fimg_request_write(&w, r, dst, cap);
        CHECK(n == (total - len < cap ? total - len : cap));
        if (n == 0 || n > total - len) {
            free(dst);
            break;
        }
        memcpy(out + len, dst, n);
        len += n;
        free(dst);
    }
    CHECK(fimg_request_write(&w, r, (uint8_t *)out + len, 1) == 0);
    CHECK(fimg_request_write(&w, r, (uint8_t *)out + len, 1) == 0);
    return len;
}

static inline void expect_written(const struct fimg_request *r,
                                  enum fimg_ask ask, const char *expected)
{
    size_t total = strlen(expected);
    char *out = block_of(total + 1);

    for (struct cut c = { 0 }; next_cut(&c, total);) {
        memset(out, '#', total + 1);
        CHECK(write_all(r, ask, &c, out, total) == total);
        CHECK(memcmp(out, expected, total) == 0);
        CHECK(out[total] == '#');
    }
    free(out);
}

#endif
