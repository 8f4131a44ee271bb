/*
 * test_range.c: the fields of a reply's head that tell where its body belongs,
 * and what to ask for the rest with.
 */
#include "heads.h"

#define X7(s) s s s s s s s
#define X8(s) X7(s) s
#define ETAG "ETag: "
#define DATE "Thu, 13 Nov 2025 09:06:27 GMT"
#define MODIFIED "Last-Modified: " DATE "\r\n"
#define BY_DATE " validator=" DATE
#define RANGE "Content-Range: "
#define ACCEPT "Accept-Ranges: "

/* Fields of a reply, and what they come to behind "206 close". */
static const struct {
    const char *name;
    const char *fields;
    const char *expected;
} rows[] = {
    { "none", "Server: x\r\n", "" },
    { "as a server has them",
      "Content-Range: bytes 1000-1999/2000\r\nETag: \"6a-5f\"\r\n"
      "Accept-Ranges: bytes\r\n" MODIFIED,
      " ranges validator=\"6a-5f\" range=1000-1999/2000" },
    { "names in any case",
      "CONTENT-RANGE: bytes 1-2/3\r\netag: \"a\"\r\naCCEPT-rANGES: bytes\r\n",
      " ranges validator=\"a\" range=1-2/3" },

    { "ranges: bytes", ACCEPT "bytes\r\n", " ranges" },
    { "ranges: in upper case", ACCEPT "BYTES\r\n", " ranges" },
    { "ranges: none", ACCEPT "none\r\n", "" },
    { "ranges: empty", ACCEPT "\r\n", "" },
    { "ranges: another unit", ACCEPT "seconds\r\n", "" },
    { "ranges: begins so", ACCEPT "bytesx\r\n", "" },
    { "ranges: two units", ACCEPT "bytes, none\r\n", "" },
    { "ranges: another name", "X-Accept-Ranges: bytes\r\n", "" },

    { "range: the first byte", RANGE "bytes 0-0/1\r\n", " range=0-0/1" },
    { "range: the last byte", RANGE "bytes 9-9/10\r\n", " range=9-9/10" },
    { "range: not up to the end", RANGE "bytes 3-7/10\r\n", " range=3-7/10" },
    { "range: the unit in upper case", RANGE "BYTES 3-9/10\r\n",
      " range=3-9/10" },
    { "range: up to 4 GB", RANGE "bytes 4294967293-4294967293/4294967294\r\n",
      " range=4294967293-4294967293/4294967294" },
    { "range: total of 4 GB less 1", RANGE "bytes 0-1/4294967295\r\n", "" },
    { "range: total of 4 GB", RANGE "bytes 0-1/4294967296\r\n", "" },
    { "range: total of 2^32 + 10", RANGE "bytes 3-9/4294967306\r\n", "" },
    { "range: first of 2^32 + 3", RANGE "bytes 4294967299-9/10\r\n", "" },
    { "range: last of 2^32 + 9", RANGE "bytes 3-4294967305/10\r\n", "" },
    { "range: leading zeros", RANGE "bytes 003-009/0010\r\n", " range=3-9/10" },
    { "range: first behind last", RANGE "bytes 5-4/10\r\n", "" },
    { "range: last is the total", RANGE "bytes 3-10/10\r\n", "" },
    { "range: total 0", RANGE "bytes 0-0/0\r\n", "" },
    { "range: total unknown", RANGE "bytes 3-9/*\r\n", "" },
    { "range: cannot be satisfied", RANGE "bytes */10\r\n", "" },
    { "range: empty", RANGE "\r\n", "" },
    { "range: the unit alone", RANGE "bytes\r\n", "" },
    { "range: another unit", RANGE "seconds 3-9/10\r\n", "" },
    { "range: an equals sign", RANGE "bytes=3-9/10\r\n", "" },
    { "range: two blanks", RANGE "bytes  3-9/10\r\n", "" },
    { "range: a tab", RANGE "bytes\t3-9/10\r\n", "" },
    { "range: no unit", RANGE "3-9/10\r\n", "" },
    { "range: no hyphen", RANGE "bytes 3/10\r\n", "" },
    { "range: no slash", RANGE "bytes 3-9\r\n", "" },
    { "range: no first", RANGE "bytes -9/10\r\n", "" },
    { "range: no last", RANGE "bytes 3-/10\r\n", "" },
    { "range: no total", RANGE "bytes 3-9/\r\n", "" },
    { "range: slash before hyphen", RANGE "bytes 3/9-10\r\n", "" },
    { "range: two hyphens", RANGE "bytes 3--9/10\r\n", "" },
    { "range: blanks inside", RANGE "bytes 3 - 9/10\r\n", "" },
    { "range: a blank behind the slash", RANGE "bytes 3-9/ 10\r\n", "" },
    { "range: hexadecimal", RANGE "bytes 0x3-9/10\r\n", "" },
    { "range: a sign", RANGE "bytes +3-9/10\r\n", "" },
    { "range: two ranges", RANGE "bytes 3-4/10, 6-9/10\r\n", "" },
    { "range: something behind it", RANGE "bytes 3-9/10;x\r\n", "" },
    { "range: 21 digits", RANGE "bytes 3-9/000000000000000000010\r\n", "" },
    { "range: longer than its room",
      RANGE "bytes 3-9/10" X8(X8("  ")) X8(X8("  ")) "1\r\n", "" },
    { "range: twice, the last counts",
      RANGE "bytes 3-9/10\r\n" RANGE "bytes 4-9/10\r\n", " range=4-9/10" },
    { "range: twice, the last is garbled",
      RANGE "bytes 3-9/10\r\n" RANGE "bytes x\r\n", "" },

    { "ETag: strong", ETAG "\"abc\"\r\n", " validator=\"abc\"" },
    { "ETag: empty but strong", ETAG "\"\"\r\n", " validator=\"\"" },
    { "ETag: weak", ETAG "W/\"abc\"\r\n", "" },
    { "ETag: weak in lower case", ETAG "w/\"abc\"\r\n", "" },
    { "ETag: without quotes", ETAG "abc\r\n", "" },
    { "ETag: empty", ETAG "\r\n", "" },
    { "ETag: 63 characters", ETAG "\"" X7("12345678") "12345\"\r\n",
      " validator=\"" X7("12345678") "12345\"" },
    { "ETag: 64 characters", ETAG "\"" X7("12345678") "123456\"\r\n", "" },
    { "ETag: 128 characters", ETAG "\"" X8(X8("ab")) "\r\n", "" },
    { "ETag: longer than any room", ETAG "\"" X8(X8("abcd")) "\"\r\n", "" },
    { "ETag: before Last-Modified", ETAG "\"a\"\r\n" MODIFIED,
      " validator=\"a\"" },
    { "ETag: behind Last-Modified", MODIFIED ETAG "\"a\"\r\n",
      " validator=\"a\"" },
    { "ETag: a short one behind a date leaves none of it",
      MODIFIED ETAG "\"\"\r\n", " validator=\"\"" },
    { "ETag: weak before Last-Modified", ETAG "W/\"a\"\r\n" MODIFIED, BY_DATE },
    { "ETag: weak behind Last-Modified", MODIFIED ETAG "W/\"a\"\r\n", BY_DATE },
    { "ETag: too long, and Last-Modified",
      ETAG "\"" X8(X8("a")) "\"\r\n" MODIFIED, BY_DATE },
    { "ETag: another name", "X-ETag: \"a\"\r\n", "" },

    { "date", MODIFIED, BY_DATE },
    { "date: empty", "Last-Modified: \r\n", "" },
    { "date: garbled", "Last-Modified: yesterday\r\n", "" },
    { "date: another zone", "Last-Modified: Thu, 13 Nov 2025 09:06:27 CET\r\n",
      "" },
    { "date: RFC 850", "Last-Modified: Thursday, 13-Nov-25 09:06:27 GMT\r\n",
      "" },
    { "date: for a log id", "X-Tt-Logid: " DATE "\r\n", " log=" DATE },
    { "date: of another field", "Expires: " DATE "\r\n", "" },
};

static void test_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        char wire[1000], expected[300];
        int n = snprintf(wire, sizeof wire, "HTTP/1.1 206 X\r\n%s\r\n",
                         rows[i].fields);

        (void)snprintf(expected, sizeof expected, "206 close%s",
                       rows[i].expected);
        test_head(rows[i].name, wire, (size_t)n, "body", 4, expected);
    }
}

int main(void)
{
    test_rows();
    test_head("what an interim response says is forgotten",
              BYTES("HTTP/1.1 103 Early\r\nETag: \"a\"\r\n" RANGE
                    "bytes 3-9/10\r\nAccept-Ranges: bytes\r\n\r\n"
                    "HTTP/1.1 206 X\r\n\r\n"),
              BYTES("body"), "206 close");
    test_head("whatever the status",
              BYTES("HTTP/1.1 416 X\r\nContent-Range: bytes */10\r\n"
                    "ETag: \"b\"\r\nContent-Length: 0\r\n\r\n"),
              BYTES(""), "416 length=0 validator=\"b\"");
    return check_exit("unit/range");
}
