/*
 * any_bytes.h: bytes that look random and are the same in every run.
 */
#ifndef ANY_BYTES_H
#define ANY_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline uint8_t any_byte(void)
{
    static uint32_t state = 1;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint8_t)(state >> 11);
}

static inline void fill(void *dst, size_t len)
{
    uint8_t *at = dst;

    while (len-- > 0)
        *at++ = any_byte();
}

#endif
