/*
 * quick_field.h: numbers modulo the primes of P-256 and P-384.
 *
 * A number has 64-bit words, the least first, and is below the prime. It is
 * kept as Montgomery has it: times 2^(64 * words). Results may stand where
 * operands do. Which words are looked at, and for how long, does not depend on
 * what is in them.
 */
#ifndef QUICK_FIELD_H
#define QUICK_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIELD_WORDS_MAX 6

typedef uint64_t field_number[FIELD_WORDS_MAX];

struct field {
    size_t words;
    field_number p;
    uint64_t inverse;    /* -1 / p modulo 2^64 */
    field_number square; /* 2^(128 * words) modulo p */
    field_number b;      /* of the curve y^2 = x^3 - 3x + b, as it is kept */
};

extern const struct field field_p256, field_p384;

void field_add(const struct field *f, uint64_t *d, const uint64_t *a,
               const uint64_t *b);
void field_subtract(const struct field *f, uint64_t *d, const uint64_t *a,
                    const uint64_t *b);
void field_multiply(const struct field *f, uint64_t *d, const uint64_t *a,
                    const uint64_t *b);
void field_set_one(const struct field *f, uint64_t *d);

/* 1 / a; 0 for 0. */
void field_invert(const struct field *f, uint64_t *d, const uint64_t *a);

bool field_is_zero(const struct field *f, const uint64_t *a);

/* From and to 8 * words bytes, the highest first. False if it is not below the
   prime. */
bool field_decode(const struct field *f, uint64_t *d, const uint8_t *in);
void field_encode(const struct field *f, uint8_t *out, const uint64_t *a);

#endif
