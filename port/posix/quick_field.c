/*
 * quick_field.c: numbers modulo the primes of P-256 and P-384.
 */
#include "quick_field.h"

#include <string.h>

#ifdef __SIZEOF_INT128__

__extension__ typedef unsigned __int128 uint128;

/* Compiled for each prime, with what the compiler knows of it. */
#define FOR_EACH static inline __attribute__((always_inline))

const struct field field_p256 = {
    4,
    { 0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001 },
    1,
    { 0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe,
      0x00000004fffffffd },
    { 0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6,
      0xdc30061d04874834 },
};

const struct field field_p384 = {
    6,
    { 0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe,
      0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff },
    0x0000000100000001,
    { 0xfffffffe00000001, 0x0000000200000000, 0xfffffffe00000000,
      0x0000000200000000, 1 },
    { 0x081188719d412dcc, 0xf729add87a4c32ec, 0x77f2209b1920022e,
      0xe3374bee94938ae2, 0xb62b21f41f022094, 0xcd08114b604fbff9 },
};

/* d = a - p, unless that is below 0; `high` is a word above those of a. */
FOR_EACH void reduce(const struct field *f, uint64_t *d, const uint64_t *a,
                     uint64_t high)
{
    field_number less;
    uint64_t borrow = 0, keep;
    size_t i;

    for (i = 0; i < f->words; i++) {
        uint128 word = (uint128)a[i] - f->p[i] - borrow;

        less[i] = (uint64_t)word;
        borrow = (uint64_t)(word >> 64) & 1;
    }
    keep = 0 - (borrow & (high ^ 1));
    for (i = 0; i < f->words; i++)
        d[i] = (a[i] & keep) | (less[i] & ~keep);
}

FOR_EACH void add_words(const struct field *f, uint64_t *d, const uint64_t *a,
                        const uint64_t *b)
{
    field_number sum;
    uint128 word = 0;
    size_t i;

    for (i = 0; i < f->words; i++) {
        word += (uint128)a[i] + b[i];
        sum[i] = (uint64_t)word;
        word >>= 64;
    }
    reduce(f, d, sum, (uint64_t)word);
}

FOR_EACH void subtract_words(const struct field *f, uint64_t *d,
                             const uint64_t *a, const uint64_t *b)
{
    uint64_t borrow = 0, mask;
    uint128 word;
    size_t i;

    for (i = 0; i < f->words; i++) {
        word = (uint128)a[i] - b[i] - borrow;
        d[i] = (uint64_t)word;
        borrow = (uint64_t)(word >> 64) & 1;
    }
    mask = 0 - borrow;
    word = 0;
    for (i = 0; i < f->words; i++) {
        word += (uint128)d[i] + (f->p[i] & mask);
        d[i] = (uint64_t)word;
        word >>= 64;
    }
}

FOR_EACH void multiply_words(const struct field *f, uint64_t *d,
                             const uint64_t *a, const uint64_t *b)
{
    uint64_t sum[FIELD_WORDS_MAX + 1] = { 0 }, high = 0;
    size_t i, k;

    for (i = 0; i < f->words; i++) {
        uint64_t factor;
        uint128 word = 0;

        for (k = 0; k < f->words; k++) {
            word += (uint128)a[i] * b[k] + sum[k];
            sum[k] = (uint64_t)word;
            word >>= 64;
        }
        word += sum[k];
        sum[k] = (uint64_t)word;
        high = (uint64_t)(word >> 64);
        factor = sum[0] * f->inverse;
        word = ((uint128)factor * f->p[0] + sum[0]) >> 64;
        for (k = 1; k < f->words; k++) {
            word += (uint128)factor * f->p[k] + sum[k];
            sum[k - 1] = (uint64_t)word;
            word >>= 64;
        }
        word += sum[k];
        sum[k - 1] = (uint64_t)word;
        sum[k] = (uint64_t)(word >> 64) + high;
    }
    reduce(f, d, sum, sum[f->words]);
}

void field_add(const struct field *f, uint64_t *d, const uint64_t *a,
               const uint64_t *b)
{
    if (f == &field_p256)
        add_words(&field_p256, d, a, b);
    else
        add_words(&field_p384, d, a, b);
}

void field_subtract(const struct field *f, uint64_t *d, const uint64_t *a,
                    const uint64_t *b)
{
    if (f == &field_p256)
        subtract_words(&field_p256, d, a, b);
    else
        subtract_words(&field_p384, d, a, b);
}

void field_multiply(const struct field *f, uint64_t *d, const uint64_t *a,
                    const uint64_t *b)
{
    if (f == &field_p256)
        multiply_words(&field_p256, d, a, b);
    else
        multiply_words(&field_p384, d, a, b);
}

bool field_decode(const struct field *f, uint64_t *d, const uint8_t *in)
{
    field_number plain = { 0 };
    uint64_t borrow = 0;
    size_t i, len = 8 * f->words;

    for (i = 0; i < len; i++)
        plain[i / 8] |= (uint64_t)in[len - 1 - i] << 8 * (i % 8);
    for (i = 0; i < f->words; i++)
        borrow = ((uint128)plain[i] - f->p[i] - borrow) >> 64 & 1;
    field_multiply(f, d, plain, f->square);
    return borrow == 1;
}

void field_encode(const struct field *f, uint8_t *out, const uint64_t *a)
{
    static const field_number one = { 1 };
    field_number plain;
    size_t i, len = 8 * f->words;

    field_multiply(f, plain, a, one);
    for (i = 0; i < len; i++)
        out[len - 1 - i] = (uint8_t)(plain[i / 8] >> 8 * (i % 8));
}

bool field_is_zero(const struct field *f, const uint64_t *a)
{
    uint64_t any = 0;
    size_t i;

    for (i = 0; i < f->words; i++)
        any |= a[i];
    return any == 0;
}

void field_set_one(const struct field *f, uint64_t *d)
{
    static const field_number one = { 1 };

    field_multiply(f, d, one, f->square);
}

/* To the power of p - 2, which is no secret. */
void field_invert(const struct field *f, uint64_t *d, const uint64_t *a)
{
    field_number power;
    size_t i = 64 * f->words;

    field_set_one(f, power);
    while (i-- > 0) {
        uint64_t word = f->p[i / 64] - (i < 64 ? 2 : 0);

        field_multiply(f, power, power, power);
        if (word >> i % 64 & 1)
            field_multiply(f, power, power, a);
    }
    memcpy(d, power, sizeof power);
}

#endif
