/*
 * fimg_text.c: compare, convert and clean text without locale or overflow.
 */
#include "fimg_text.h"

#include <string.h>

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
    if (fimg_is_digit(c))
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool fimg_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

bool fimg_is_name_char(uint8_t c, const char *extra)
{
    uint8_t l = lower(c);

    if (fimg_is_digit(c) || (l >= 'a' && l <= 'z'))
        return true;
    return c != 0 && memchr(extra, c, strlen(extra)) != NULL;
}

bool fimg_is_token_char(uint8_t c)
{
    return fimg_is_name_char(c, "-_!#$%&'*+.^`|~");
}

bool fimg_is_value_char(uint8_t c)
{
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

bool fimg_parse_u64(const char *text, size_t len, uint64_t *out)
{
    uint64_t value = 0;

    if (len == 0 || len > 20)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)text[i];

        if (!fimg_is_digit(c) || value > UINT64_MAX / 10)
            return false;
        value *= 10;
        if (value > UINT64_MAX - (uint64_t)(c - '0'))
            return false;
        value += (uint64_t)(c - '0');
    }
    *out = value;
    return true;
}

int64_t fimg_unix_time(int year, int month, int day, int32_t second_of_day)
{
    /* Years begin in March here, so that leap days come last. */
    int32_t y = month > 2 ? year : year - 1;
    int32_t m = month > 2 ? month - 3 : month + 9;
    int32_t days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 +
                   day - 1 - 719468;

    return (int64_t)days * 86400 + second_of_day;
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

void fimg_text_mask(char *text, size_t len, const char *secret, bool cut)
{
    size_t n = secret ? strlen(secret) : 0;

    if (n == 0)
        return;
    for (size_t i = 0; i < len; i++) {
        size_t rest = len - i < n ? len - i : n;

        if (rest < n && !cut)
            return;
        if (memcmp(text + i, secret, rest) == 0) {
            memset(text + i, '*', rest);
            i += rest - 1;
        }
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
