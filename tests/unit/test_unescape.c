/*
 * test_unescape.c: JSON text as it is shown, on one line.
 */
#include "check.h"
#include "fimg_api.h"
#include "pieces.h"

static const struct row {
    const char *name;
    const char *text;
    size_t len;
    const char *shown;
} rows[] = {
    { "no escapes", BYTES("Invalid request param."), "Invalid request param." },
    { "nothing", BYTES(""), "" },
    { "quotes and slashes", BYTES("\\\"a\\\\b\\/c\\\""), "\"a\\b/c\"" },
    { "line ends are blanks", BYTES("a\\nb\\rc\\td\\be\\ff"), "a b c d e f" },
    { "ASCII by number", BYTES("\\u0041\\u007E"), "A~" },
    { "two bytes", BYTES("\\u00e9\\u07FF"), "\xc3\xa9\xdf\xbf" },
    { "three bytes", BYTES("\\u0800\\u4f60\\uFFFD"),
      "\xe0\xa0\x80\xe4\xbd\xa0\xef\xbf\xbd" },
    { "halves of characters", BYTES("\\ud83d\\ude00"), "??" },
    { "beside the halves", BYTES("\\ud7ff\\ue000"),
      "\xed\x9f\xbf\xee\x80\x80" },
    { "cut off behind the backslash", BYTES("a\\"), "a\\" },
    { "cut off behind the u", BYTES("a\\u"), NULL },
    { "cut off in the digits", BYTES("a\\uffe"), NULL },
    { "no digits", BYTES("a\\uxyz-b"), NULL },
};

/*
 * The block is as long as the text, so that a sanitizer sees who reads on.
 * Where the text is not JSON's, what is shown may be anything that fits there.
 */
static void test_row(const struct row *row)
{
    char *text = copy_of(row->text, row->len);
    size_t len = fimg_api_unescape(text, row->len);

    check_case("unescape: %s", row->name);
    CHECK(len <= row->len);
    if (row->shown)
        CHECK(len == strlen(row->shown) && memcmp(text, row->shown, len) == 0);
    free(text);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    return check_exit("unit/unescape");
}
