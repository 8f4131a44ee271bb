/*
 * quick_ec.c: P-256 and P-384, in place of BearSSL's.
 *
 * BearSSL 0.6 computes them with words of 31 bits: a server with certificates
 * of P-384 costs seven times what one with RSA does. Points are projective here,
 * and added by formulas that know no special cases (Renes, Costello, Batina:
 * Complete addition formulas for prime order elliptic curves, 2015, algorithm
 * 4), so that all numbers of a length take the same steps, and a secret one
 * does not show.
 */
#include "quick.h"
#include "quick_field.h"

#ifdef __SIZEOF_INT128__

#include <string.h>

#define MULTIPLES 16 /* of a point, for four bits of a number */

struct point {
    field_number x, y, z; /* z = 0: the one at infinity */
};

static const struct field *field_of(int curve)
{
    if (curve == BR_EC_secp256r1)
        return &field_p256;
    return curve == BR_EC_secp384r1 ? &field_p384 : NULL;
}

/* What BearSSL has for a curve. */
static const br_ec_impl *original(int curve)
{
    return curve == BR_EC_curve25519 ? &br_ec_c25519_m31 : &br_ec_prime_i31;
}

/* Any of them may be the same. */
static void add_points(const struct field *f, struct point *sum,
                       const struct point *p, const struct point *q)
{
    field_number xx, yy, zz, xy, yz, xz, t;
    struct point s;

    field_multiply(f, xx, p->x, q->x);
    field_multiply(f, yy, p->y, q->y);
    field_multiply(f, zz, p->z, q->z);
    field_add(f, xy, p->x, p->y);
    field_add(f, t, q->x, q->y);
    field_multiply(f, xy, xy, t);
    field_subtract(f, xy, xy, xx);
    field_subtract(f, xy, xy, yy); /* x1 y2 + x2 y1 */
    field_add(f, yz, p->y, p->z);
    field_add(f, t, q->y, q->z);
    field_multiply(f, yz, yz, t);
    field_subtract(f, yz, yz, yy);
    field_subtract(f, yz, yz, zz); /* y1 z2 + y2 z1 */
    field_add(f, xz, p->x, p->z);
    field_add(f, t, q->x, q->z);
    field_multiply(f, xz, xz, t);
    field_subtract(f, xz, xz, xx);
    field_subtract(f, xz, xz, zz); /* x1 z2 + x2 z1 */

    field_multiply(f, t, f->b, zz);
    field_subtract(f, t, xz, t);
    field_add(f, s.z, t, t);
    field_add(f, t, t, s.z); /* 3 (xz - b zz) */
    field_subtract(f, s.z, yy, t);
    field_add(f, s.x, yy, t);
    field_multiply(f, xz, f->b, xz);
    field_add(f, t, zz, zz);
    field_add(f, zz, zz, t); /* 3 zz */
    field_subtract(f, xz, xz, zz);
    field_subtract(f, xz, xz, xx);
    field_add(f, t, xz, xz);
    field_add(f, xz, xz, t); /* 3 (b xz - 3 zz - xx) */
    field_add(f, t, xx, xx);
    field_add(f, xx, xx, t);
    field_subtract(f, xx, xx, zz); /* 3 (xx - zz) */

    field_multiply(f, s.y, s.x, s.z);
    field_multiply(f, t, xx, xz);
    field_add(f, s.y, s.y, t);
    field_multiply(f, s.x, xy, s.x);
    field_multiply(f, t, yz, xz);
    field_subtract(f, s.x, s.x, t);
    field_multiply(f, s.z, yz, s.z);
    field_multiply(f, t, xy, xx);
    field_add(f, s.z, s.z, t);
    *sum = s;
}

/* A point that is not compressed. Is it one of the curve? */
static bool decode_point(const struct field *f, struct point *p,
                         const uint8_t *in, size_t len)
{
    field_number left, right, t;

    memset(p, 0, sizeof *p);
    if (len != 1 + 16 * f->words || in[0] != 4 ||
        !field_decode(f, p->x, in + 1) ||
        !field_decode(f, p->y, in + 1 + 8 * f->words))
        return false;
    field_set_one(f, p->z);
    field_multiply(f, left, p->y, p->y);
    field_multiply(f, right, p->x, p->x);
    field_multiply(f, right, right, p->x);
    field_add(f, right, right, f->b);
    field_add(f, t, p->x, p->x);
    field_add(f, t, t, p->x);
    field_subtract(f, right, right, t);
    field_subtract(f, left, left, right);
    return field_is_zero(f, left);
}

/* False for the point at infinity, which cannot be written. */
static bool encode_point(const struct field *f, uint8_t *out,
                         const struct point *p)
{
    field_number over_z, t;

    field_invert(f, over_z, p->z);
    out[0] = 4;
    field_multiply(f, t, p->x, over_z);
    field_encode(f, out + 1, t);
    field_multiply(f, t, p->y, over_z);
    field_encode(f, out + 1 + 8 * f->words, t);
    return !field_is_zero(f, p->z);
}

/* Read all multiples, lest the address tell which one is wanted. */
static void choose(struct point *p, const struct point *multiples,
                   unsigned which)
{
    uint64_t *to = (uint64_t *)p;
    size_t i, k;

    memset(p, 0, sizeof *p);
    for (i = 0; i < MULTIPLES; i++) {
        const uint64_t *from = (const uint64_t *)&multiples[i];
        uint64_t mask = 0 - (((uint64_t)(i ^ which) - 1) >> 63);

        for (k = 0; k < sizeof *p / sizeof *to; k++)
            to[k] |= from[k] & mask;
    }
}

/* A point and what it is multiplied by, a number of the highest byte first. */
struct term {
    struct point multiples[MULTIPLES];
    const uint8_t *scalar;
    size_t len;
};

static void set_term(const struct field *f, struct term *t,
                     const struct point *p, const uint8_t *scalar, size_t len)
{
    size_t i;

    memset(t->multiples, 0, sizeof t->multiples[0]);
    field_set_one(f, t->multiples[0].y); /* at infinity */
    for (i = 1; i < MULTIPLES; i++)
        add_points(f, &t->multiples[i], &t->multiples[i - 1], p);
    t->scalar = scalar;
    t->len = len;
}

/* Four bits of its scalar, counted from its end. */
static unsigned digit(const struct term *t, size_t place)
{
    if (place / 2 >= t->len)
        return 0;
    return t->scalar[t->len - 1 - place / 2] >> place % 2 * 4 & 15;
}

/* The terms' products, added up. */
static void multiply_points(const struct field *f, struct point *sum,
                            const struct term *terms, size_t count)
{
    struct point chosen;
    size_t i, k, place = 2 * terms[0].len;

    if (place < 2 * terms[count - 1].len)
        place = 2 * terms[count - 1].len;
    *sum = terms[0].multiples[0];
    while (place-- > 0) {
        for (k = 0; k < 4; k++)
            add_points(f, sum, sum, sum);
        for (i = 0; i < count; i++) {
            choose(&chosen, terms[i].multiples, digit(&terms[i], place));
            add_points(f, sum, sum, &chosen);
        }
    }
}

static const unsigned char *generator(int curve, size_t *len)
{
    return original(curve)->generator(curve, len);
}

static const unsigned char *order(int curve, size_t *len)
{
    return original(curve)->order(curve, len);
}

static size_t xoff(int curve, size_t *len)
{
    return original(curve)->xoff(curve, len);
}

static uint32_t mul(unsigned char *g, size_t g_len, const unsigned char *x,
                    size_t x_len, int curve)
{
    const struct field *f = field_of(curve);
    struct point p;
    struct term term;

    if (f == NULL)
        return original(curve)->mul(g, g_len, x, x_len, curve);
    if (!decode_point(f, &p, g, g_len))
        return 0;
    set_term(f, &term, &p, x, x_len);
    multiply_points(f, &p, &term, 1);
    return encode_point(f, g, &p);
}

static size_t mulgen(unsigned char *r, const unsigned char *x, size_t x_len,
                     int curve)
{
    size_t len;
    const unsigned char *g;

    if (field_of(curve) == NULL)
        return original(curve)->mulgen(r, x, x_len, curve);
    g = generator(curve, &len);
    memcpy(r, g, len);
    (void)mul(r, len, x, x_len, curve);
    return len;
}

static uint32_t muladd(unsigned char *a, const unsigned char *b, size_t len,
                       const unsigned char *x, size_t x_len,
                       const unsigned char *y, size_t y_len, int curve)
{
    const struct field *f = field_of(curve);
    struct point p, q;
    struct term terms[2];
    size_t b_len = len;

    if (f == NULL)
        return original(curve)->muladd(a, b, len, x, x_len, y, y_len, curve);
    if (b == NULL)
        b = generator(curve, &b_len);
    if (!decode_point(f, &p, a, len) || !decode_point(f, &q, b, b_len))
        return 0;
    set_term(f, &terms[0], &p, x, x_len);
    set_term(f, &terms[1], &q, y, y_len);
    multiply_points(f, &p, terms, 2);
    return encode_point(f, a, &p);
}

const br_ec_impl quick_ec = {
    /* as br_ec_all_m31 has them */
    (uint32_t)1 << BR_EC_secp256r1 | (uint32_t)1 << BR_EC_secp384r1 |
        (uint32_t)1 << BR_EC_secp521r1 | (uint32_t)1 << BR_EC_curve25519,
    generator,
    order,
    xoff,
    mul,
    mulgen,
    muladd,
};

#endif
