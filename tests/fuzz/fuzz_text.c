/*
 * fuzz_text.c: text that is to be shown: masked, unescaped, cleaned, cut; and
 * numbers and dates.
 *
 * The input is a line with a secret, and the text.
 */
#define _DEFAULT_SOURCE /* timegm */

#include "fimg_text.h"

#include <time.h>

#include "fimg_api.h"
#include "fimg_field.h"
#include "fuzz.h"

/* Is there a beginning of the secret, of 4 characters or more, at the end? */
static bool ends_with_some(const char *text, size_t len, const char *secret)
{
    for (size_t n = 4; n < strlen(secret) && n <= len; n++)
        if (memcmp(text + len - n, secret, n) == 0)
            return true;
    return false;
}

static void check_mask(char *text, size_t len, const char *secret)
{
    if (*secret == '\0')
        return;
    fimg_text_mask(text, len, secret);
    if (strchr(secret, '*')) /* what covers it is part of it */
        return;
    HOLDS(!fuzz_has(text, len, secret));
    HOLDS(!ends_with_some(text, len, secret));
}

static size_t check_clean(char *text, size_t len)
{
    size_t n = fimg_text_clean(text, len);

    HOLDS(n <= len && fuzz_is_clean(text, n));
    HOLDS(fimg_text_clean(text, n) == n);
    return n;
}

static void check_shorten(const char *text, size_t len)
{
    for (size_t cap = 0; cap <= len; cap += 1 + cap / 8) {
        size_t n = fimg_text_shorten(text, len, cap);

        HOLDS(n <= cap && n + 4 > cap);
        HOLDS(fuzz_is_clean(text, n));
    }
}

static void check_number(const char *text, size_t len)
{
    uint32_t n = 0;
    bool digits = len > 0 && len <= 20;
    double about = 0;

    for (size_t i = 0; i < len && digits; i++) {
        digits = text[i] >= '0' && text[i] <= '9';
        about = about * 10 + (text[i] - '0');
    }
    HOLDS(fimg_parse_u32(text, len, &n) == digits);
    if (digits)
        HOLDS(n == (about < 4294967295.0 ? (uint32_t)about : UINT32_MAX));
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* The C library knows the calendar, too. */
static void check_time(const char *text, size_t len)
{
    uint32_t time;
    struct tm tm = { 0 };
    time_t wanted;

    if (len < 14 || !fimg_unix_time(text, &time))
        return;
    tm.tm_year = two(text) * 100 + two(text + 2) - 1900;
    tm.tm_mon = two(text + 4) - 1;
    tm.tm_mday = two(text + 6);
    tm.tm_hour = two(text + 8);
    tm.tm_min = two(text + 10);
    tm.tm_sec = two(text + 12);
    wanted = timegm(&tm);
    if (two(text) * 100 + two(text + 2) < 1970)
        wanted = 0;
    if (two(text) * 100 + two(text + 2) > 2105)
        wanted = UINT32_MAX;
    HOLDS(time == wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    char *secret = source_line(&s);
    char *text = copy_of(s.at, s.len);
    size_t n;

    check_number(text, s.len);
    check_time(text, s.len);
    (void)fimg_field_date(text, s.len);
    check_mask(text, s.len, secret);
    n = fimg_api_unescape(text, s.len);
    HOLDS(n <= s.len);
    check_mask(text, n, secret);
    n = check_clean(text, n);
    check_shorten(text, n);
    free(text);
    free(secret);
    return 0;
}
