/*
 * scan.c: memchr with a body, which tells Eva what lies before its result.
 * Stages that need it are analysed with -Dmemchr=scan.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *scan(const void *s, int c, size_t n)
{
    const uint8_t *at = s;

    for (size_t i = 0; i < n; i++)
        if (at[i] == (uint8_t)c)
            return (void *)(at + i);
    return NULL;
}
