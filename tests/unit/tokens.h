/*
 * tokens.h: tokens of any length, and memory to keep them in.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include "check.h"
#include "fimg_token.h"
#include "pieces.h"

#define TOKEN "t-g1044ghJRUIJJ5ZPPZMOHKWZISL33E4QSS3abcef"

/* A token's memory is a block of exactly its size, full of something else. */
static inline struct fimg_token token_with(size_t cap)
{
    struct fimg_token t = { .memory = block_of(cap), .cap = cap };

    memset(t.memory, '#', cap);
    return t;
}

/* Is every byte from `from` on zero? */
static inline bool is_wiped(const struct fimg_token *t, size_t from)
{
    while (from < t->cap && t->memory[from] == '\0')
        from++;
    return from == t->cap;
}

/* A token of `len` visible characters, all 94 of them. */
static inline char *token_of(size_t len)
{
    char *token = block_of(len + 1);

    for (size_t i = 0; i < len; i++)
        token[i] = (char)('!' + (i * 7 + 3) % 94);
    token[len] = '\0';
    return token;
}

#endif
