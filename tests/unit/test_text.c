/*
 * test_text.c: comparing, converting, cleaning and masking text.
 */
#include "check.h"
#include "fimg_text.h"
#include "pieces.h"

static const struct {
    const char *name;
    const char *text;
    size_t len;
    const char *lower;
    bool is;
} compared[] = {
    { "text_is: same", BYTES("chunked"), "chunked", true },
    { "text_is: upper case", BYTES("CHUNKED"), "chunked", true },
    { "text_is: mixed case", BYTES("cHuNkEd"), "chunked", true },
    { "text_is: empty and empty", BYTES(""), "", true },
    { "text_is: empty and not", BYTES(""), "a", false },
    { "text_is: not and empty", BYTES("a"), "", false },
    { "text_is: begins like it", BYTES("chunke"), "chunked", false },
    { "text_is: goes on", BYTES("chunkedx"), "chunked", false },
    { "text_is: first differs", BYTES("xhunked"), "chunked", false },
    { "text_is: last differs", BYTES("chunkex"), "chunked", false },
    { "text_is: NUL behind it", BYTES("chunked\0"), "chunked", false },
    { "text_is: NUL within", BYTES("chu\0ked"), "chunked", false },
    { "text_is: @ and [ are not letters", BYTES("@["), "`{", false },
    { "text_is: A and Z are", BYTES("AZ"), "az", true },
    { "text_is: 8-bit", BYTES("\xc3\xa4"), "\xc3\xa4", true },
};

static void test_compare(void)
{
    for (size_t i = 0; i < COUNT(compared); i++) {
        char *text = copy_of(compared[i].text, compared[i].len);

        check_case("%s", compared[i].name);
        CHECK(fimg_text_is(text, compared[i].len, compared[i].lower) ==
              compared[i].is);
        free(text);
    }
}

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Is the byte one of a string's? NUL never is. */
static bool one_of(int c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static void test_classes(void)
{
    check_case("every byte as a hexadecimal digit");
    for (int c = 0; c < 256; c++) {
        static const char lower[] = "0123456789abcdef";
        static const char upper[] = "0123456789ABCDEF";
        const char *at = c ? strchr(lower, c) : NULL;
        int value = at ? (int)(at - lower) : -1;

        at = c ? strchr(upper, c) : NULL;
        if (at)
            value = (int)(at - upper);
        CHECK(fimg_hex_value((uint8_t)c) == value);
    }
    check_case("every byte as a digit");
    for (int c = 0; c < 256; c++)
        CHECK(fimg_is_digit((uint8_t)c) == one_of(c, DIGITS));
    check_case("every byte as a name character");
    for (int c = 0; c < 256; c++) {
        CHECK(fimg_is_name_char((uint8_t)c, "_.-") ==
              one_of(c, DIGITS LETTERS "_.-"));
        CHECK(fimg_is_name_char((uint8_t)c, "") == one_of(c, DIGITS LETTERS));
    }
    check_case("row 20: every byte in a field name");
    for (int c = 0; c < 256; c++)
        CHECK(fimg_is_token_char((uint8_t)c) ==
              one_of(c, DIGITS LETTERS "!#$%&'*+-.^_`|~"));
    check_case("row 24: every byte in a field value");
    for (int c = 0; c < 256; c++)
        CHECK(fimg_is_value_char((uint8_t)c) ==
              (c == 9 || (c >= 32 && c <= 126) || c >= 128));
}

#define BAD 0xbad

static const struct {
    const char *name;
    const char *text;
    size_t len;
    uint32_t value; /* BAD: refused */
} numbers[] = {
    { "number: zero", BYTES("0"), 0 },
    { "number: every digit", BYTES("1234567890"), 1234567890 },
    { "row 32: 00123", BYTES("00123"), 123 },
    { "row 32: 20 digits, 19 of them zeros", BYTES("00000000000000000007"), 7 },
    { "row 32: 20 zeros", BYTES("00000000000000000000"), 0 },
    { "row 32: 21 zeros", BYTES("000000000000000000000"), BAD },
    { "row 32: 40 zeros", BYTES("0000000000000000000000000000000000000000"),
      BAD },
    { "row 33: empty", BYTES(""), BAD },
    { "row 33: -1", BYTES("-1"), BAD },
    { "row 33: +5", BYTES("+5"), BAD },
    { "row 33: 5 5", BYTES("5 5"), BAD },
    { "row 33: 5,5", BYTES("5,5"), BAD },
    { "row 33: 0x10", BYTES("0x10"), BAD },
    { "row 33: 1e3", BYTES("1e3"), BAD },
    { "row 33: blank", BYTES(" "), BAD },
    { "row 33: 5;", BYTES("5;"), BAD },
    { "row 33: Arabic three", BYTES("\xd9\xa3"), BAD },
    { "row 33: NUL behind a digit", BYTES("5\0"), BAD },
    { "row 33: slash, the character before 0", BYTES("/"), BAD },
    { "row 33: colon, the character after 9", BYTES(":"), BAD },
    { "row 34: 4294967294", BYTES("4294967294"), UINT32_MAX - 1 },
    { "row 34: 4294967295", BYTES("4294967295"), UINT32_MAX },
    { "row 34: 4294967296", BYTES("4294967296"), UINT32_MAX },
    { "row 34: 4294967300", BYTES("4294967300"), UINT32_MAX },
    { "row 34: 9223372036854775808", BYTES("9223372036854775808"), UINT32_MAX },
    { "row 34: 18446744073709551615", BYTES("18446744073709551615"),
      UINT32_MAX },
    { "row 34: 18446744073709551616 is not 0", BYTES("18446744073709551616"),
      UINT32_MAX },
    { "row 34: 18446744073709551621 is not 5", BYTES("18446744073709551621"),
      UINT32_MAX },
    { "row 34: 99999999999999999999", BYTES("99999999999999999999"),
      UINT32_MAX },
    { "row 34: too large and no number", BYTES("9999999999999999999x"), BAD },
    { "row 34: 184467440737095516150, 21 digits",
      BYTES("184467440737095516150"), BAD },
};

static void test_numbers(void)
{
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char *text = copy_of(numbers[i].text, numbers[i].len);
        uint32_t out = BAD;

        check_case("%s", numbers[i].name);
        CHECK(fimg_parse_u32(text, numbers[i].len, &out) ==
              (numbers[i].value != BAD));
        CHECK(out == numbers[i].value);
        free(text);
    }
}

static const struct {
    const char *name;
    const char *digits;
    bool good;
    uint32_t time; /* as `date -u +%s` tells */
} times[] = {
    { "the epoch", "19700101000000", true, 0 },
    { "a second later", "19700101000001", true, 1 },
    { "before the epoch", "19691231235959", true, 0 },
    { "a day's last second", "19700101235959", true, 86399 },
    { "leap day", "20000229000000", true, 951782400 },
    { "the day after", "20000301000000", true, 951868800 },
    { "now", "20251113090627", true, 1763024787 },
    { "2038", "20380119031407", true, 2147483647 },
    { "2038 and a second", "20380119031408", true, UINT32_C(2147483648) },
    { "no leap day in 2100", "21000301000000", true, UINT32_C(4107542400) },
    { "last of 2105", "21051231235959", true, UINT32_C(4291747199) },
    { "a leap second", "20161231235960", true, 1483228800 },
    { "first of 2106", "21060101000000", true, UINT32_MAX },
    { "year 9999", "99991231235959", true, UINT32_MAX },
    { "year 100", "01000101000000", true, 0 },
    { "month 0", "20250013090627", false, 0 },
    { "month 13", "20251313090627", false, 0 },
    { "day 0", "20251100090627", false, 0 },
    { "day 32", "20251132090627", false, 0 },
    { "hour 24", "20251113240627", false, 0 },
    { "minute 60", "20251113096027", false, 0 },
    { "second 61", "20251113090661", false, 0 },
    { "a letter in the century", "2x251113090627", false, 0 },
    { "a letter in the year", "202x1113090627", false, 0 },
    { "a blank in the month", "2025 113090627", false, 0 },
    { "a letter in the day", "202511x3090627", false, 0 },
    { "a sign in the hour", "20251113+90627", false, 0 },
    { "a letter in the minute", "20251113090x27", false, 0 },
    { "a letter in the second", "2025111309062x", false, 0 },
};

static bool time_of(const char *text, uint32_t *out)
{
    char *digits = copy_of(text, 14); /* without the NUL */
    bool good = fimg_unix_time(digits, out);

    free(digits);
    return good;
}

static int days_in(int year, int month)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static void test_times(void)
{
    uint32_t expected = 3661, out;

    for (size_t i = 0; i < COUNT(times); i++) {
        check_case("row 87: time, %s", times[i].name);
        out = times[i].time;
        CHECK(time_of(times[i].digits, &out) == times[i].good);
        CHECK(out == times[i].time);
    }
    check_case("row 87: every day from 1970 to 2105");
    for (int year = 1970; year < 2106; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= days_in(year, month); day++) {
                char text[40];

                (void)snprintf(text, sizeof text, "%04d%02d%02d010101", year,
                               month, day);
                CHECK(time_of(text, &out) && out == expected);
                expected += 86400;
            }
}

static const struct {
    const char *name;
    const char *text;
    size_t len;
    const char *clean;
} cleaned[] = {
    { "clean: nothing", BYTES(""), "" },
    { "clean: ASCII", BYTES(" ~aZ09"), " ~aZ09" },
    { "clean: C0 and DEL", BYTES("a\0b\x1b[1m\r\n\t\x7f\x1f"), "a?b?[1m?????" },
    { "clean: C1", BYTES("\xc2\x80\xc2\x9f\xc2\x9b"), "??????" },
    { "clean: first and last of two bytes", BYTES("\xc2\xa0\xdf\xbf"),
      "\xc2\xa0\xdf\xbf" },
    { "clean: first and last of three bytes", BYTES("\xe0\xa0\x80\xef\xbf\xbf"),
      "\xe0\xa0\x80\xef\xbf\xbf" },
    { "clean: around the surrogates", BYTES("\xed\x9f\xbf\xee\x80\x80"),
      "\xed\x9f\xbf\xee\x80\x80" },
    { "clean: first and last of four bytes",
      BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
      "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
    { "row 103: Chinese stays", BYTES("\xe6\x9d\x83\xe9\x99\x90"),
      "\xe6\x9d\x83\xe9\x99\x90" },
    { "row 103: continuation on its own", BYTES("a\x80z\xbf"), "a?z?" },
    { "row 103: overlong two bytes", BYTES("\xc0\xaf\xc1\xbf"), "????" },
    { "row 103: overlong three bytes", BYTES("\xe0\x9f\xbf"), "???" },
    { "row 103: overlong four bytes", BYTES("\xf0\x8f\xbf\xbf"), "????" },
    { "row 103: surrogates", BYTES("\xed\xa0\x80\xed\xbf\xbf"), "??????" },
    { "row 103: beyond U+10FFFF", BYTES("\xf4\x90\x80\x80"), "????" },
    { "row 103: F5 and FF", BYTES("\xf5\x80\x80\x80\xff"), "?????" },
    { "row 103: second byte wrong", BYTES("\xe6z\x83z"), "?z?z" },
    { "row 103: third byte wrong", BYTES("\xe6\x9dzz"), "??zz" },
    { "row 103: fourth byte wrong", BYTES("\xf0\x90\x80z"), "???z" },
    { "row 103: second byte C0", BYTES("\xe6\xc0\x83"), "???" },
    { "row 103: two bytes cut off", BYTES("a\xc3"), "a?" },
    { "row 103: three bytes cut off", BYTES("a\xe6\x9d"), "a??" },
    { "row 103: four bytes cut off", BYTES("a\xf0\x90\x80"), "a???" },
    { "row 103: good behind bad", BYTES("\xff\xc3\xa4\x01z"), "?\xc3\xa4?z" },
};

static void test_clean(void)
{
    for (size_t i = 0; i < COUNT(cleaned); i++) {
        check_case("%s", cleaned[i].name);
        for (size_t len = 0; len <= cleaned[i].len; len++) {
            char *text = copy_of(cleaned[i].text, len);
            size_t n = fimg_text_clean(text, len);

            CHECK(n <= len);
            CHECK(fimg_text_clean(text, n) == n);
            if (len == cleaned[i].len)
                CHECK(n == strlen(cleaned[i].clean) &&
                      memcmp(text, cleaned[i].clean, n) == 0);
            free(text);
        }
    }
}

/* The secret at every place of a text, and the text cut at every place. */
static void test_mask_places(void)
{
    static const char secret[] = "t-g1044qeGEDX";
    enum { LEN = 40, SECRET = sizeof secret - 1 };

    for (size_t at = 0; at + SECRET <= LEN; at++)
        for (size_t len = 0; len <= LEN; len++) {
            char full[LEN], *text;

            memset(full, '.', LEN);
            memcpy(full + at, secret, SECRET);
            text = copy_of(full, len);
            fimg_text_mask(text, len, secret);
            if (len >= at + 4) /* all of it, or four characters at the end */
                memset(full + at, '*', SECRET);
            CHECK(memcmp(text, full, len) == 0);
            free(text);
        }
}

static const struct {
    const char *name, *text, *secret, *masked;
} masks[] = {
    { "twice in a row", "secretsecret", "secret", "************" },
    { "three times", "<secret>secret,secret", "secret",
      "<******>******,******" },
    { "a false start before it", "sesecret", "secret", "se******" },
    { "in another case it is another", "Secret", "secret", "Secret" },
    { "text equal to it", "secret", "secret", "******" },
    { "one character", "abca", "a", "*bc*" },
    { "three characters", "abcabx", "abc", "***abx" },
    { "last character missing", "xsecre", "secret", "x*****" },
    { "four characters of it at the end", "xxxsecr", "secret", "xxx****" },
    { "three characters of it at the end", "xxxsec", "secret", "xxxsec" },
    { "longer than the text", "secre", "secret", "*****" },
    { "inside of it at the end", "xcret", "secret", "xcret" },
    { "two places and the end", "secret secr", "secret", "****** ****" },
    { "four characters elsewhere", "secrxxxx", "secret", "secrxxxx" },
    { "empty text", "", "secret", "" },
    { "no secret", "text", "", "text" },
};

static void test_mask(void)
{
    check_case("row 69: token at every place, text cut at every place");
    test_mask_places();
    for (size_t i = 0; i < COUNT(masks); i++) {
        size_t len = strlen(masks[i].text);
        char *text = copy_of(masks[i].text, len);

        check_case("row 69: mask, %s", masks[i].name);
        fimg_text_mask(text, len, masks[i].secret);
        CHECK(memcmp(text, masks[i].masked, len) == 0);
        free(text);
    }
}

static void test_shorten(void)
{
    static const char text[] = "a\xc3\xa4\xe6\x9d\x83\xf0\x9f\x98\x80z";
    static const size_t ends[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };

    check_case("shorten: every room, never within a character");
    for (size_t cap = 0; cap < 14; cap++) {
        size_t wanted = cap < COUNT(ends) ? ends[cap] : sizeof text - 1;
        char *copy = copy_of(text, sizeof text - 1);

        CHECK(fimg_text_shorten(copy, sizeof text - 1, cap) == wanted);
        free(copy);
    }
    check_case("shorten: continuation bytes only");
    CHECK(fimg_text_shorten("\x80\x80\x80", 3, 2) == 0);
}

static void test_wipe(void)
{
    uint8_t *block = block_of(32);

    check_case("row 112: wiped from first to last byte, and no further");
    memset(block, 0xa5, 32);
    fimg_wipe(block + 1, 30);
    CHECK(block[0] == 0xa5 && block[31] == 0xa5);
    for (size_t i = 1; i < 31; i++)
        CHECK(block[i] == 0);
    fimg_wipe(block, 0);
    CHECK(block[0] == 0xa5);
    free(block);
}

int main(void)
{
    test_compare();
    test_classes();
    test_numbers();
    test_times();
    test_clean();
    test_mask();
    test_shorten();
    test_wipe();
    return check_exit("unit/text");
}
