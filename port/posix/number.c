/*
 * number.c: numbers as options have them.
 */
#include "number.h"

#include <stddef.h>

#define SECONDS_MAX 2000000 /* 23 days; the library's clock wraps later */

/* Reads digits, one at least. Returns what follows them, or NULL. */
static const char *read_digits(uint64_t *n, const char *text)
{
    const char *at = text;

    *n = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');

        if (*n > (UINT64_MAX - digit) / 10)
            return NULL;
        *n = *n * 10 + digit;
    }
    return at > text ? at : NULL;
}

bool parse_whole(uint64_t *n, const char *text)
{
    const char *rest = read_digits(n, text);

    return rest != NULL && *rest == '\0';
}

bool parse_size(uint32_t *bytes, const char *text)
{
    uint64_t n;
    const char *rest = read_digits(&n, text);
    unsigned shift = 0;

    if (rest == NULL)
        return false;
    if (*rest == 'k')
        shift = 10;
    if (*rest == 'M')
        shift = 20;
    if (shift > 0)
        rest++;
    if (*rest != '\0' || n == 0 || n > UINT32_MAX >> shift)
        return false;
    *bytes = (uint32_t)(n << shift);
    return true;
}

bool parse_seconds(uint32_t *ms, const char *text)
{
    uint64_t seconds, sum;
    const char *rest = read_digits(&seconds, text);
    unsigned unit = 100;
    bool more = false;

    if (rest == NULL || seconds > SECONDS_MAX)
        return false;
    sum = seconds * 1000;
    if (*rest == '.') {
        for (rest++; *rest >= '0' && *rest <= '9'; rest++) {
            sum += (uint64_t)(*rest - '0') * unit;
            more = more || (unit == 0 && *rest != '0');
            unit /= 10;
        }
        sum += more; /* upwards: a limit is not to come early */
    }
    if (*rest != '\0' || sum == 0 || sum > SECONDS_MAX * 1000)
        return false;
    *ms = (uint32_t)sum;
    return true;
}
