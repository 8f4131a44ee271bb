/*
 * quick_ghash.c: GHASH (NIST SP 800-38D) with carry-less products, eight
 * blocks at a time.
 *
 * Computed as POLYVAL, as RFC 8452 describes in its appendix A: with bytes
 * reversed and the key multiplied by x, products need no shifts. The sum
 *
 *     dot(dot(y + a, h) + b, h) = dot(y + a, dot(h, h)) + dot(b, h)
 *
 * is reduced once for eight blocks. No step depends on the data.
 */
#include "quick.h"

#ifdef QUICK_X86

#include <string.h>
#include <tmmintrin.h>
#include <wmmintrin.h>

#define AT_ONCE 8
#define TARGET __attribute__((target("pclmul,ssse3")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/* A product of 128-bit polynomials before it is reduced. */
struct product {
    __m128i low, middle, high;
};

INLINE __m128i reversed(const uint8_t *bytes)
{
    const __m128i order =
        _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    return _mm_shuffle_epi8(_mm_loadu_si128((const void *)bytes), order);
}

INLINE __m128i halves_swapped(__m128i a)
{
    return _mm_shuffle_epi32(a, 0x4e);
}

/* Karatsuba's way with three products in place of four. */
INLINE void add_product(struct product *p, __m128i a, __m128i b)
{
    p->low = _mm_xor_si128(p->low, _mm_clmulepi64_si128(a, b, 0x00));
    p->high = _mm_xor_si128(p->high, _mm_clmulepi64_si128(a, b, 0x11));
    a = _mm_xor_si128(a, halves_swapped(a));
    b = _mm_xor_si128(b, halves_swapped(b));
    p->middle = _mm_xor_si128(p->middle, _mm_clmulepi64_si128(a, b, 0x00));
}

/* The product times x^-128, modulo x^128 + x^127 + x^126 + x^121 + 1. */
INLINE __m128i reduce(const struct product *p)
{
    const __m128i poly = _mm_set_epi32(0, 0, (int)0xc2000000, 0);
    __m128i middle = _mm_xor_si128(p->middle, _mm_xor_si128(p->low, p->high));
    __m128i low = _mm_xor_si128(p->low, _mm_slli_si128(middle, 8));
    __m128i high = _mm_xor_si128(p->high, _mm_srli_si128(middle, 8));
    int i;

    for (i = 0; i < 2; i++)
        low = _mm_xor_si128(halves_swapped(low),
                            _mm_clmulepi64_si128(low, poly, 0x00));
    return _mm_xor_si128(low, high);
}

INLINE __m128i dot(__m128i a, __m128i b)
{
    struct product p = { _mm_setzero_si128(), _mm_setzero_si128(),
                         _mm_setzero_si128() };

    add_product(&p, a, b);
    return reduce(&p);
}

/* The key times x: shifted by one, and reduced if a bit fell off. */
INLINE __m128i times_x(__m128i h)
{
    const __m128i poly = _mm_set_epi32((int)0xc2000000, 0, 0, 1);
    __m128i carries = _mm_srli_epi64(h, 63);
    __m128i fell =
        _mm_shuffle_epi32(_mm_sub_epi32(_mm_setzero_si128(), carries), 0xaa);

    h = _mm_or_si128(_mm_slli_epi64(h, 1), _mm_slli_si128(carries, 8));
    return _mm_xor_si128(h, _mm_and_si128(fell, poly));
}

TARGET static __m128i eight_blocks(__m128i y, const __m128i power[AT_ONCE],
                                   const uint8_t *data)
{
    struct product p = { _mm_setzero_si128(), _mm_setzero_si128(),
                         _mm_setzero_si128() };
    int i;

    add_product(&p, _mm_xor_si128(y, reversed(data)), power[AT_ONCE - 1]);
    for (i = 1; i < AT_ONCE; i++)
        add_product(&p, reversed(data + 16 * i), power[AT_ONCE - 1 - i]);
    return reduce(&p);
}

TARGET static __m128i many_blocks(__m128i y, __m128i h, const uint8_t *data,
                                  size_t len)
{
    __m128i power[AT_ONCE] = { h }; /* h, h^2, h^3 ... */
    int i;

    for (i = 1; i < AT_ONCE; i++)
        power[i] = dot(power[i - 1], h);
    for (; len >= 16 * AT_ONCE; len -= 16 * AT_ONCE) {
        y = eight_blocks(y, power, data);
        data += 16 * AT_ONCE;
    }
    return y;
}

/* As br_ghash has it: a last block that is not whole is filled with zeros. */
TARGET static void ghash(void *y_bytes, const void *h_bytes, const void *data,
                         size_t len)
{
    const uint8_t *at = data;
    __m128i y = reversed(y_bytes), h = times_x(reversed(h_bytes));
    size_t whole = len / (16 * AT_ONCE) * (16 * AT_ONCE);
    uint8_t last[16];

    if (whole > 0)
        y = many_blocks(y, h, at, whole);
    at += whole;
    len -= whole;
    while (len > 0) {
        size_t n = len < 16 ? len : 16;

        memset(last, 0, sizeof last);
        memcpy(last, at, n);
        y = dot(_mm_xor_si128(y, reversed(last)), h);
        at += n;
        len -= n;
    }
    _mm_storeu_si128((void *)last, y);
    y = reversed(last);
    memcpy(y_bytes, &y, sizeof y);
}

br_ghash quick_ghash_get(void)
{
    return quick_cpu_has_aes() ? ghash : NULL;
}

#endif
