/*
 * quick_rsa.c: RSA with a public key, in place of BearSSL's.
 *
 * BearSSL 0.6 leaves its 64-bit code too little room for moduli above 2048
 * bits, which most roots have, and then takes ten times as long. A signature
 * and the key that it is checked with are public, so nothing here has to take
 * the same time for all of them.
 */
#include "quick.h"

#ifdef __SIZEOF_INT128__

#include <string.h>

__extension__ typedef unsigned __int128 uint128;

#define WORDS_MAX 64 /* 4096 bits, as BearSSL has it */
#define WORD_BITS 64

/* An odd number, least word first, and what its lowest word comes to. */
struct modulus {
    uint64_t word[WORDS_MAX];
    size_t len;
    uint64_t inverse; /* -1 / word[0] modulo 2^64 */
};

static void decode(uint64_t *dst, size_t words, const uint8_t *src, size_t len)
{
    size_t i;

    memset(dst, 0, words * sizeof *dst);
    for (i = 0; i < len; i++)
        dst[i / 8] |= (uint64_t)src[len - 1 - i] << 8 * (i % 8);
}

static void encode(uint8_t *dst, size_t len, const uint64_t *src)
{
    size_t i;

    for (i = 0; i < len; i++)
        dst[len - 1 - i] = (uint8_t)(src[i / 8] >> 8 * (i % 8));
}

static bool is_below(const uint64_t *a, const struct modulus *m)
{
    size_t i = m->len;

    while (i-- > 0)
        if (a[i] != m->word[i])
            return a[i] < m->word[i];
    return false;
}

static void subtract(uint64_t *a, const struct modulus *m)
{
    uint64_t borrow = 0;
    size_t i;

    for (i = 0; i < m->len; i++) {
        uint128 word = (uint128)a[i] - m->word[i] - borrow;

        a[i] = (uint64_t)word;
        borrow = (uint64_t)(word >> WORD_BITS) & 1;
    }
}

/* Twice `a`, which is below the modulus. */
static void twice(uint64_t *a, const struct modulus *m)
{
    uint64_t carry = 0;
    size_t i;

    for (i = 0; i < m->len; i++) {
        uint64_t word = a[i] << 1 | carry;

        carry = a[i] >> (WORD_BITS - 1);
        a[i] = word;
    }
    if (carry || !is_below(a, m))
        subtract(a, m);
}

/*
 * Montgomery's product a * b / 2^(64 * len); both are below the modulus, and
 * `a` takes the result.
 */
static void multiply(uint64_t *a, const uint64_t *b, const struct modulus *m)
{
    uint64_t sum[WORDS_MAX] = { 0 }, top = 0;
    size_t i, j;

    for (i = 0; i < m->len; i++) {
        uint128 x = (uint128)a[i] * b[0] + sum[0];
        uint64_t f = (uint64_t)x * m->inverse;
        uint128 y = (uint128)f * m->word[0] + (uint64_t)x;

        for (j = 1; j < m->len; j++) {
            x = (uint128)a[i] * b[j] + sum[j] + (uint64_t)(x >> WORD_BITS);
            y = (uint128)f * m->word[j] + (uint64_t)x +
                (uint64_t)(y >> WORD_BITS);
            sum[j - 1] = (uint64_t)y;
        }
        x = (x >> WORD_BITS) + (y >> WORD_BITS) + top;
        sum[m->len - 1] = (uint64_t)x;
        top = (uint64_t)(x >> WORD_BITS);
    }
    memcpy(a, sum, m->len * sizeof *a);
    if (top || !is_below(a, m))
        subtract(a, m);
}

/* Montgomery's one, 2^(64 * len). */
static void set_one(uint64_t *one, const struct modulus *m)
{
    size_t doublings = 1;
    uint64_t top = m->word[m->len - 1], bit = (uint64_t)1 << (WORD_BITS - 1);

    for (; (top & bit) == 0; bit >>= 1)
        doublings++;
    memset(one, 0, m->len * sizeof *one);
    one[m->len - 1] = bit;
    while (doublings-- > 0)
        twice(one, m);
}

/* Montgomery's 2^(64 * len): doubled so often, or squared where that costs
   less. */
static void set_unit(uint64_t *unit, const uint64_t *one,
                     const struct modulus *m)
{
    size_t doublings = WORD_BITS * m->len, squarings = 0;

    while (doublings > 2 * WORD_BITS && doublings % 2 == 0) {
        doublings /= 2;
        squarings++;
    }
    memcpy(unit, one, m->len * sizeof *unit);
    while (doublings-- > 0)
        twice(unit, m);
    while (squarings-- > 0)
        multiply(unit, unit, m);
}

/* x^e, in place. */
static void power(uint64_t *x, const uint8_t *e, size_t e_len,
                  const struct modulus *m)
{
    uint64_t result[WORDS_MAX], unit[WORDS_MAX];
    uint64_t plain_one[WORDS_MAX] = { 1 };
    bool begun = false;
    size_t i;

    set_one(result, m);
    set_unit(unit, result, m);
    multiply(x, unit, m);
    for (i = 0; i < 8 * e_len; i++) {
        if (begun)
            multiply(result, result, m);
        if ((e[i / 8] >> (7 - i % 8) & 1) != 0) {
            multiply(result, x, m);
            begun = true;
        }
    }
    multiply(result, plain_one, m);
    memcpy(x, result, m->len * sizeof *x);
}

uint32_t quick_rsa_public(unsigned char *x, size_t x_len,
                          const br_rsa_public_key *key)
{
    const uint8_t *n = key->n;
    size_t n_len = key->nlen;
    uint64_t value[WORDS_MAX];
    struct modulus m;
    unsigned i;

    while (n_len > 0 && *n == 0) {
        n++;
        n_len--;
    }
    if (n_len == 0 || n_len > WORDS_MAX * 8 || x_len != n_len ||
        n[n_len - 1] % 2 == 0)
        return 0;
    m.len = (n_len + 7) / 8;
    decode(m.word, m.len, n, n_len);
    decode(value, m.len, x, x_len);
    if (!is_below(value, &m))
        return 0;
    m.inverse = 1; /* each round doubles the bits that are right */
    for (i = 1; i < WORD_BITS; i *= 2)
        m.inverse *= 2 + m.word[0] * m.inverse;
    power(value, key->e, key->elen, &m);
    encode(x, x_len, value);
    return 1;
}

#endif
