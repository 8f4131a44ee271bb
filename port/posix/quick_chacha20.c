/*
 * quick_chacha20.c: ChaCha20 (RFC 8439), eight blocks at a time.
 *
 * A vector holds the same word of eight blocks. How many registers that takes
 * is the compiler's business: the same code is compiled for CPUs with and
 * without AVX2. No step depends on the data.
 */
#include "quick.h"

#ifdef QUICK_X86

#include <string.h>

#define LANES 8
#define AT_ONCE (LANES * 64) /* bytes */

typedef uint32_t vector __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))
#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))

INLINE void quarter(vector *a, vector *b, vector *c, vector *d)
{
    *a += *b;
    *d = ROTATE(*d ^ *a, 16);
    *c += *d;
    *b = ROTATE(*b ^ *c, 12);
    *a += *b;
    *d = ROTATE(*d ^ *a, 8);
    *c += *d;
    *b = ROTATE(*b ^ *c, 7);
}

INLINE void rounds(vector x[16])
{
    int i;

    for (i = 0; i < 10; i++) {
        quarter(&x[0], &x[4], &x[8], &x[12]);
        quarter(&x[1], &x[5], &x[9], &x[13]);
        quarter(&x[2], &x[6], &x[10], &x[14]);
        quarter(&x[3], &x[7], &x[11], &x[15]);
        quarter(&x[0], &x[5], &x[10], &x[15]);
        quarter(&x[1], &x[6], &x[11], &x[12]);
        quarter(&x[2], &x[7], &x[8], &x[13]);
        quarter(&x[3], &x[4], &x[9], &x[14]);
    }
}

/* Encrypt eight blocks; `state` is that of the first. */
INLINE void blocks(const uint32_t state[16], uint8_t *data)
{
    static const vector steps = { 0, 1, 2, 3, 4, 5, 6, 7 };
    uint32_t word[16][LANES], text[16];
    vector x[16];
    unsigned i, lane;

    for (i = 0; i < 16; i++)
        x[i] = state[i] - (vector){ 0 };
    x[12] += steps;
    rounds(x);
    for (i = 0; i < 16; i++)
        x[i] += state[i];
    x[12] += steps;
    memcpy(word, x, sizeof word);
    for (lane = 0; lane < LANES; lane++) {
        memcpy(text, data, sizeof text);
        for (i = 0; i < 16; i++)
            text[i] ^= word[i][lane];
        memcpy(data, text, sizeof text);
        data += sizeof text;
    }
}

__attribute__((target("avx2"))) static void
blocks_avx2(const uint32_t state[16], uint8_t *data)
{
    blocks(state, data);
}

static void blocks_sse2(const uint32_t state[16], uint8_t *data)
{
    blocks(state, data);
}

/* As br_chacha20_run has it: data is encrypted in place; returned is the
   counter of the block behind it. */
static uint32_t chacha20(const void *key, const void *iv, uint32_t counter,
                         void *data, size_t len)
{
    uint32_t state[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
    uint8_t *at = data;

    memcpy(state + 4, key, 32);
    memcpy(state + 13, iv, 12);
    for (; len >= AT_ONCE; len -= AT_ONCE) {
        state[12] = counter;
        if (quick_cpu_has_avx2())
            blocks_avx2(state, at);
        else
            blocks_sse2(state, at);
        counter += LANES;
        at += AT_ONCE;
    }
    return br_chacha20_ct_run(key, iv, counter, at, len);
}

br_chacha20_run quick_chacha20_get(void)
{
    return chacha20;
}

#endif
