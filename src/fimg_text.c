/*
 * fimg_text.c: compare, convert and clean text without locale or overflow.
 */
#include "fimg_text.h"

#include <string.h>

#define DAYS_TO_1970 672 /* from the day before 1 March 1968 */

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool fimg_text_is(const char *text, size_t len, const char *wanted)
{
    for (size_t i = 0; i < len; i++)
        if (wanted[i] == '\0' || lower((uint8_t)text[i]) != (uint8_t)wanted[i])
            return false;
    return wanted[len] == '\0';
}

int fimg_hex_value(uint8_t c)
{
    uint8_t letter = (uint8_t)((c | 0x20) - 'a');

    if (fimg_is_digit(c))
        return c - '0';
    return letter < 6 ? letter + 10 : -1;
}

bool fimg_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

bool fimg_is_name_char(uint8_t c, const char *extra)
{
    if (fimg_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26)
        return true;
    return memchr(extra, c, strlen(extra)) != NULL;
}

bool fimg_is_token_char(uint8_t c)
{
    return fimg_is_name_char(c, "-_!#$%&'*+.^`|~");
}

bool fimg_parse_u32(const char *text, size_t len, uint32_t *out)
{
    uint32_t value = 0;

    if (len == 0 || len > 20)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint32_t digit = (uint32_t)text[i] - '0';

        if (digit > 9)
            return false;
        value =
            value > (UINT32_MAX - digit) / 10 ? UINT32_MAX : value * 10 + digit;
    }
    *out = value;
    return true;
}

bool fimg_unix_time(const char *digits, uint32_t *out)
{
    /* century, year, month, day, hour, minute, second (of a leap, 60) */
    static const uint8_t least[7] = { 1, 0, 1, 1, 0, 0, 0 };
    static const uint8_t most[7] = { 99, 99, 12, 31, 23, 59, 60 };
    uint32_t n[7], year, month, days;

    for (int i = 0; i < 7; i++)
        if (!fimg_parse_u32(digits + 2 * i, 2, &n[i]) || n[i] < least[i] ||
            n[i] > most[i])
            return false;
    year = n[0] * 100 + n[1];
    if (year < 1970 || year > 2105) {
        *out = year < 1970 ? 0 : UINT32_MAX;
        return true;
    }
    /* years begin in March here, so that leap days come last; 2100 has none */
    year -= n[2] <= 2 ? 1969 : 1968;
    month = n[2] > 2 ? n[2] - 3 : n[2] + 9;
    days = year * 365 + year / 4 - (year >= 132) + (month * 153 + 2) / 5 + n[3];
    *out = (((days - DAYS_TO_1970) * 24 + n[4]) * 60 + n[5]) * 60 + n[6];
    return true;
}

/* Length of the UTF-8 character at `s` that may be shown as it is, or 0. */
static size_t utf8_len(const uint8_t *s, size_t len)
{
    size_t n;

    if (s[0] < 0x80)
        return s[0] >= ' ' && s[0] != 0x7f ? 1 : 0;
    n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    /* overlong forms, surrogates, beyond U+10FFFF; C1 controls */
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ||
        (s[0] == 0xc2 && s[1] < 0xa0))
        return 0;
    return n;
}

size_t fimg_text_clean(char *text, size_t len)
{
    size_t out = 0;

    for (size_t in = 0; in < len;) {
        size_t n = utf8_len((const uint8_t *)text + in, len - in);

        if (n == 0) {
            text[out++] = '?';
            in++;
        } else {
            memmove(text + out, text + in, n);
            out += n;
            in += n;
        }
    }
    return out;
}

void fimg_text_mask(char *text, size_t len, const char *secret)
{
    size_t n = strlen(secret);

    for (size_t i = 0; i < len; i++) {
        size_t rest = len - i < n ? len - i : n;

        if (rest < n && rest < 4)
            return;
        if (memcmp(text + i, secret, rest) == 0)
            memset(text + i, '*', rest);
    }
}

size_t fimg_text_shorten(const char *text, size_t len, size_t cap)
{
    if (len <= cap)
        return len;
    while (cap > 0 && ((uint8_t)text[cap] & 0xc0) == 0x80)
        cap--;
    return cap;
}

void fimg_wipe(void *memory, size_t len)
{
    volatile uint8_t *at = memory;

    while (len-- > 0)
        *at++ = 0;
}
