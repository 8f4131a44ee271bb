/*
 * test_field.c: what the fields of a reply's head come to.
 */
#include "heads.h"

#include "fimg_field.h"

#define LENGTH "Content-Length: "
#define CODING "Transfer-Encoding: "
#define TYPE "Content-Type: "
#define X7(s) s s s s s s s
#define X8(s) X7(s) s
#define B64 X8(X8(" "))
#define BLANKS B64 B64 /* 128 */
#define B8 X8(" ")
#define LONG X8(X8("xx")) /* 128 */

/* Heads of a 200 that are complete. */
static const struct {
    const char *name;
    const char *fields;
    const char *expected;
} rows[] = {
    { "row 17: names in any case",
      "CONTENT-LENGTH: 5\r\ncontent-type: image/png\r\ncOnNeCtIoN: close\r\n",
      "200 length=5 end" },
    { "row 17: no blank before a value", "Content-Length:5\r\n",
      "200 length=5" },
    { "row 17: blanks and tabs around it",
      "Content-Length: \t 5\t \r\n" TYPE "\timage/gif \r\n", "200 length=5" },
    { "row 17: 64 blanks before and after", LENGTH B64 "5" B64 "\r\n",
      "200 length=5" },
    { "row 17: 128 blanks and a tab behind it", LENGTH "5" BLANKS "\t\r\n",
      "200 length=5" },
    { "row 17: Transfer-Encoding with blanks around it",
      CODING " CHUNKED\t " BLANKS "\r\n", "200 chunked" },
    { "row 18: Content-Length-X", "Content-Length-X: 5\r\n", "200 close" },
    { "row 18: X-Content-Length", "X-Content-Length: 5\r\n", "200 close" },
    { "row 18: Content-Lengt", "Content-Lengt: 5\r\n", "200 close" },
    { "row 18: Content_Length", "Content_Length: 5\r\n", "200 close" },
    { "row 18: name that begins so and goes on for 200 characters",
      "Content-Length" LONG ": 5\r\n", "200 close" },
    { "row 18: name of 24 and of 25 characters",
      "Content-Length-123456789: 5\r\nContent-Length-1234567890: 5\r\n",
      "200 close" },
    { "row 27: Content-Type of 300 bytes",
      TYPE "image/png; a=" LONG LONG LONG "\r\n" LENGTH "5\r\n",
      "200 length=5" },
    { "row 27: JSON of 300 bytes",
      TYPE "application/json" BLANKS ";" LONG LONG "\r\n", "200 close json" },
    { "row 27: a value that is cut off does not mark the next",
      "Location: " LONG LONG "\r\n" LENGTH "5 \t\r\n",
      "200 length=5 to=" LONG },
    { "row 27: a line of 159 bytes is whole",
      "Connection: keep-alive" BLANKS B8 " \r\n", "200 close" },
    { "row 27: a line of 160 bytes is cut off",
      "Connection: keep-alive" BLANKS B8 "  \r\n", "200 close end" },
    { "row 28: JSON counts when first",
      TYPE "application/json\r\n" TYPE "image/png\r\n", "200 close json" },
    { "row 28: JSON counts when last",
      TYPE "image/png\r\n" TYPE "application/json\r\n", "200 close json" },
    { "row 32: 00123", LENGTH "00123\r\n", "200 length=123" },
    { "row 32: 20 digits", LENGTH "00000000000000000005\r\n", "200 length=5" },
    { "row 31: 0", LENGTH "0\r\n", "200 length=0" },
    { "row 34: 4294967294", LENGTH "4294967294\r\n", "200 length=4294967294" },
    { "row 34: 4294967295", LENGTH "4294967295\r\n", "200 length=4294967295" },
    { "row 34: 4294967296 is held as too large", LENGTH "4294967296\r\n",
      "200 length=4294967295" },
    { "row 34: 9223372036854775808", LENGTH "9223372036854775808\r\n",
      "200 length=4294967295" },
    { "row 34: 18446744073709551615", LENGTH "18446744073709551615\r\n",
      "200 length=4294967295" },
    { "row 34: 18446744073709551616", LENGTH "18446744073709551616\r\n",
      "200 length=4294967295" },
    { "row 34: 18446744073709551621 is not 5",
      LENGTH "18446744073709551621\r\n", "200 length=4294967295" },
    { "row 41: chunked", CODING "chunked\r\n", "200 chunked" },
    { "row 52: Chunked", CODING "Chunked\r\n", "200 chunked" },
    { "row 54: Content-Encoding: gzip", "Content-Encoding: gzip\r\n",
      "200 close encoded" },
    { "row 54: br, with a length", LENGTH "5\r\ncontent-encoding: br\r\n",
      "200 length=5 encoded" },
    { "row 54: identity", "Content-Encoding: Identity\r\n", "200 close" },
    { "row 54: identity, gzip", "Content-Encoding: identity, gzip\r\n",
      "200 close encoded" },
    { "row 54: identity, 128 blanks and gzip",
      "Content-Encoding: identity" BLANKS ", gzip\r\n", "200 close encoded" },
    { "row 54: gzip, then identity",
      "Content-Encoding: gzip\r\nContent-Encoding: identity\r\n",
      "200 close encoded" },
    { "row 60: close", "Connection: close\r\n", "200 close end" },
    { "row 60: keep-alive", "Connection: Keep-Alive\r\n", "200 close" },
    { "row 60: keep-alive, close", "Connection: keep-alive, close\r\n",
      "200 close end" },
    { "row 60: close, keep-alive", "Connection: close, keep-alive\r\n",
      "200 close end" },
    { "row 60: mixed case, no blanks", "Connection: keep-alive,CLOSE\r\n",
      "200 close end" },
    { "row 60: blanks, tabs and empty elements",
      "Connection: ,, Upgrade \t,\t close ,\r\n", "200 close end" },
    { "row 60: close, then keep-alive",
      "Connection: close\r\nConnection: keep-alive\r\n", "200 close end" },
    { "row 60: keep-alive, then close",
      "Connection: keep-alive\r\nConnection: close\r\n", "200 close end" },
    { "row 60: something that we do not speak", "Connection: Upgrade\r\n",
      "200 close end" },
    { "row 60: longer than its room", "Connection: " LONG ", keep-alive\r\n",
      "200 close end" },
    { "row 60: keep-alive, 128 blanks and close",
      "Connection: keep-alive" BLANKS ", close\r\n", "200 close end" },
    { "row 75: Location", "Location: https://evil.example/a?b\r\n",
      "200 close to=https://evil.example/a?b" },
    { "row 75: Location of 128 characters and blanks",
      "Location: " LONG B8 "\r\n", "200 close to=" LONG },
    { "row 75: Location of 128 characters", "Location: " LONG "\r\n",
      "200 close to=" LONG },
    { "row 75: Location of 129 characters", "Location: " LONG "y\r\n",
      "200 close to=" LONG },
    { "row 75: Location of 256 characters", "Location: " LONG LONG "\r\n",
      "200 close to=" LONG },
    { "row 75: Location of 128 characters and more behind many blanks",
      "Location:                       " LONG "x\r\n", "200 close to=" LONG },
    { "row 75: two Locations", "Location: /\r\nLocation: /2\r\n",
      "200 close to=/" },
    { "row 75: two Locations, the first empty",
      "Location: \r\nLocation: /2\r\n", "200 close to=/2" },
    { "row 102: application/json", TYPE "application/json\r\n",
      "200 close json" },
    { "row 102: with a character set",
      TYPE "Application/JSON; charset=utf-8\r\n", "200 close json" },
    { "row 102: with a blank before it", TYPE "application/json ;x\r\n",
      "200 close json" },
    { "row 102: with a tab before it", TYPE "application/json\t;x\r\n",
      "200 close json" },
    { "row 102: text/json", TYPE "text/json\r\n", "200 close json" },
    { "row 102: a/json", TYPE "a/json\r\n", "200 close json" },
    { "row 102: application/problem+json", TYPE "application/problem+json\r\n",
      "200 close json" },
    { "row 102: application/jsonp is not", TYPE "application/jsonp\r\n",
      "200 close" },
    { "row 102: +json alone is not", TYPE "+json\r\n", "200 close" },
    { "row 102: parameters alone are not", TYPE ";a/json\r\n", "200 close" },
    { "row 102: a/xjson is not", TYPE "a/xjson\r\n", "200 close" },
    { "row 105: reset 0", "x-ogw-ratelimit-reset: 0\r\n", "200 close" },
    { "row 105: reset 52", "X-Ogw-Ratelimit-Reset: 52\r\n",
      "200 close reset=52" },
    { "row 105: reset 999999999", "x-ogw-ratelimit-reset: 999999999\r\n",
      "200 close reset=999999999" },
    { "row 105: reset 4294967296", "x-ogw-ratelimit-reset: 4294967296\r\n",
      "200 close reset=4294967295" },
    { "row 105: reset -1", "x-ogw-ratelimit-reset: -1\r\n", "200 close" },
    { "row 105: reset text", "x-ogw-ratelimit-reset: soon\r\n", "200 close" },
    { "row 105: reset with a fraction", "x-ogw-ratelimit-reset: 51.2\r\n",
      "200 close reset=52" },
    { "row 105: reset 0.3", "x-ogw-ratelimit-reset: 0.3\r\n",
      "200 close reset=1" },
    { "row 105: reset .5", "x-ogw-ratelimit-reset: .5\r\n", "200 close" },
    { "row 105: reset 4294967295.9", "x-ogw-ratelimit-reset: 4294967295.9\r\n",
      "200 close reset=4294967295" },
    { "row 105: Retry-After seconds", "Retry-After: 120\r\n",
      "200 close retry=120" },
    { "row 105: Retry-After date",
      "Retry-After: Thu, 13 Nov 2025 09:07:27 GMT\r\n"
      "Date: Thu, 13 Nov 2025 09:06:27 GMT\r\n",
      "200 close date=1763024787 retry=60" },
    { "row 105: Retry-After date that has passed",
      "Date: Thu, 13 Nov 2025 09:06:27 GMT\r\n"
      "Retry-After: Thu, 13 Nov 2025 09:06:26 GMT\r\n",
      "200 close date=1763024787" },
    { "row 105: Retry-After date that is now",
      "Date: Thu, 13 Nov 2025 09:06:27 GMT\r\n"
      "Retry-After: Thu, 13 Nov 2025 09:06:27 GMT\r\n",
      "200 close date=1763024787" },
    { "row 105: Retry-After date without a Date",
      "Retry-After: Thu, 13 Nov 2025 09:07:27 GMT\r\n", "200 close" },
    { "row 105: Retry-After date in 300 years",
      "Date: Thu, 13 Nov 2025 09:06:27 GMT\r\n"
      "Retry-After: Thu, 13 Nov 2325 09:06:27 GMT\r\n",
      "200 close date=1763024787 retry=2531942508" },
    { "row 105: Retry-After text", "Retry-After: tomorrow\r\n", "200 close" },
    { "log id: Request-Id", "Request-Id: r\r\n", "200 close log=r" },
    { "log id: X-Request-Id before Request-Id",
      "X-Request-Id: x\r\nRequest-Id: r\r\n", "200 close log=x" },
    { "log id: X-Request-Id behind it", "Request-Id: r\r\nX-Request-Id: x\r\n",
      "200 close log=x" },
    { "log id: X-Tt-Logid first",
      "X-Tt-Logid: t\r\nX-Request-Id: x\r\nRequest-Id: r\r\n",
      "200 close log=t" },
    { "log id: X-Tt-Logid last",
      "Request-Id: r\r\nX-Request-Id: x\r\nX-Tt-Logid: t\r\n",
      "200 close log=t" },
    { "log id: a shorter one takes the place of a longer",
      "Request-Id: longer\r\nX-Tt-Logid: t\r\n", "200 close log=t" },
    { "log id: an empty one does not count",
      "Request-Id: r\r\nX-Tt-Logid: \r\n", "200 close log=r" },
    { "log id: 63 characters, and another one",
      "X-Tt-Logid: " X7("12345678") "1234567\r\nRequest-Id: r\r\n",
      "200 close log=" X7("12345678") "1234567" },
    { "log id: 64 characters", "X-Tt-Logid: " X8("12345678") "\r\n",
      "200 close log=" X7("12345678") "1234567" },
    { "log id: the same field twice", "X-Tt-Logid: a\r\nX-Tt-Logid: b\r\n",
      "200 close log=a" },
};

/* Fields whose last byte, or the blank line behind them, ends it all. */
static const struct {
    const char *name;
    const char *wire;
    size_t wire_len;
    const char *rest;
} refused[] = {
    { "row 33: -1", BYTES(LENGTH "-1\r\n"), "\r\n" },
    { "row 33: +5", BYTES(LENGTH "+5\r\n"), "\r\n" },
    { "row 33: 5 5", BYTES(LENGTH "5 5\r\n"), "\r\n" },
    { "row 33: 5,5", BYTES(LENGTH "5,5\r\n"), "\r\n" },
    { "row 33: 5, 5", BYTES(LENGTH "5, 5\r\n"), "\r\n" },
    { "row 33: 0x10", BYTES(LENGTH "0x10\r\n"), "\r\n" },
    { "row 33: 1e3", BYTES(LENGTH "1e3\r\n"), "\r\n" },
    { "row 33: blank", BYTES(LENGTH " \r\n"), "\r\n" },
    { "row 33: empty", BYTES("Content-Length:\r\n"), "\r\n" },
    { "row 33: 5;", BYTES(LENGTH "5;\r\n"), "\r\n" },
    { "row 33: 5.0", BYTES(LENGTH "5.0\r\n"), "\r\n" },
    { "row 33: Arabic three", BYTES(LENGTH "\xd9\xa3\r\n"), "\r\n" },
    { "row 32: 40 zeros",
      BYTES(LENGTH "0000000000000000000000000000000000000000\r\n"), "\r\n" },
    { "row 32: 21 digits", BYTES(LENGTH "000000000000000000005\r\n"), "\r\n" },
    { "row 27: length longer than its room", BYTES(LENGTH "5" BLANKS "5\r\n"),
      "\r\n" },
    { "row 35: two equal lengths", BYTES(LENGTH "5\r\n" LENGTH "5\r\n"),
      "\r\n" },
    { "row 35: two lengths", BYTES(LENGTH "5\r\n" LENGTH "6\r\n"), "\r\n" },
    { "row 35: two lengths, the first 0", BYTES(LENGTH "0\r\n" LENGTH "5\r\n"),
      "\r\n" },
    { "row 51: length, then chunked",
      BYTES(LENGTH "5\r\n" CODING "chunked\r\n"), "\r\n" },
    { "row 51: chunked, then length",
      BYTES(CODING "chunked\r\n" LENGTH "5\r\n"), "\r\n" },
    { "row 51: chunked and length 0",
      BYTES(CODING "chunked\r\n" LENGTH "0\r\n"), "\r\n" },
    { "row 52: gzip, chunked", BYTES(CODING "gzip, chunked\r\n"), "\r\n" },
    { "row 52: chunked, gzip", BYTES(CODING "chunked, gzip\r\n"), "\r\n" },
    { "row 52: identity", BYTES(CODING "identity\r\n"), "\r\n" },
    { "row 52: xchunked", BYTES(CODING "xchunked\r\n"), "\r\n" },
    { "row 52: chunkedx", BYTES(CODING "chunkedx\r\n"), "\r\n" },
    { "row 52: chunked twice", BYTES(CODING "chunked\r\n" CODING "chunked\r\n"),
      "\r\n" },
    { "row 52: chunked twice in a field", BYTES(CODING "chunked, chunked\r\n"),
      "\r\n" },
    { "row 52: chunked and an empty element", BYTES(CODING "Chunked,\r\n"),
      "\r\n" },
    { "row 52: chunked;q=1", BYTES(CODING "chunked;q=1\r\n"), "\r\n" },
    { "row 52: quoted", BYTES(CODING "\"chunked\"\r\n"), "\r\n" },
    { "row 52: empty", BYTES(CODING "\r\n"), "\r\n" },
    { "row 52: chunked, 128 blanks and gzip",
      BYTES(CODING "chunked" BLANKS ", gzip\r\n"), "\r\n" },
};

static void test_tables(void)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\n";

    for (size_t i = 0; i < COUNT(rows); i++) {
        char wire[1000];
        int n = snprintf(wire, sizeof wire, "%s%s\r\n", ok, rows[i].fields);

        test_head(rows[i].name, wire, (size_t)n, "body", 4, rows[i].expected);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        char wire[1000];
        int n = snprintf(wire, sizeof wire, "%s%s", ok, refused[i].wire);

        test_head(refused[i].name, wire, (size_t)n, refused[i].rest,
                  strlen(refused[i].rest), "FRAMING");
    }
    test_head("row 53: chunked under HTTP/1.0",
              BYTES("HTTP/1.0 200 OK\r\n" CODING "chunked\r\n"), BYTES("\r\n"),
              "FRAMING");
    test_head("row 27: what is cut off behind many blanks is not known",
              BYTES("HTTP/1.1 200 OK\r\nTransfer-Encoding:" BLANKS
                    "       chunked, gzip\r\n"),
              BYTES("\r\n"), "FIELD");
    test_head("row 17: 128 blanks before and after",
              BYTES("HTTP/1.1 200 OK\r\n" LENGTH BLANKS "5" BLANKS "\r\n"),
              BYTES("\r\n"), "FIELD");
    test_head("row 105: a reply as Feishu limits it",
              BYTES("HTTP/1.1 429 Too Many Requests\r\n" TYPE
                    "application/json\r\nx-ogw-ratelimit-limit: 100\r\n"
                    "x-ogw-ratelimit-reset: 52\r\nContent-Length: 70\r\n\r\n"),
              BYTES(""), "429 length=70 json reset=52");
}

static const struct {
    const char *name;
    const char *date;
    uint32_t time;
} dates[] = {
    { "date: a good one", "Thu, 13 Nov 2025 09:06:27 GMT", 1763024787 },
    { "date: the epoch and a second", "Thu, 01 Jan 1970 00:00:01 GMT", 1 },
    { "date: 2038", "Tue, 19 Jan 2038 03:14:08 GMT", UINT32_C(2147483648) },
    { "date: leap day", "Thu, 29 Feb 2024 23:59:59 GMT", 1709251199 },
    { "date: leap second", "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 },
    { "date: the last second of 2105", "Thu, 31 Dec 2105 23:59:59 GMT",
      UINT32_C(4291747199) },
    { "date: year 2106", "Fri, 01 Jan 2106 00:00:00 GMT", UINT32_MAX },
    { "date: year 9999", "Fri, 31 Dec 9999 23:59:59 GMT", UINT32_MAX },
    { "date: before 1970", "Wed, 31 Dec 1969 23:59:59 GMT", 0 },
    { "date: January", "Fri, 02 Jan 2026 03:04:05 GMT", 1767323045 },
    { "date: February", "Mon, 02 Feb 2026 03:04:05 GMT", 1770001445 },
    { "date: March", "Mon, 02 Mar 2026 03:04:05 GMT", 1772420645 },
    { "date: April", "Thu, 02 Apr 2026 03:04:05 GMT", 1775099045 },
    { "date: May", "Sat, 02 May 2026 03:04:05 GMT", 1777691045 },
    { "date: June", "Tue, 02 Jun 2026 03:04:05 GMT", 1780369445 },
    { "date: July", "Thu, 02 Jul 2026 03:04:05 GMT", 1782961445 },
    { "date: August", "Sun, 02 Aug 2026 03:04:05 GMT", 1785639845 },
    { "date: September", "Wed, 02 Sep 2026 03:04:05 GMT", 1788318245 },
    { "date: October", "Fri, 02 Oct 2026 03:04:05 GMT", 1790910245 },
    { "date: November", "Mon, 02 Nov 2026 03:04:05 GMT", 1793588645 },
    { "date: December", "Wed, 02 Dec 2026 03:04:05 GMT", 1796180645 },
    { "date: empty", "", 0 },
    { "date: another zone", "Thu, 13 Nov 2025 09:06:27 CET", 0 },
    { "date: no zone", "Thu, 13 Nov 2025 09:06:27    ", 0 },
    { "date: too long", "Thu, 13 Nov 2025 09:06:27 GMT ", 0 },
    { "date: too short", "Thu, 13 Nov 2025 09:06:7 GMT", 0 },
    { "date: RFC 850", "Thursday, 13-Nov-25 09:06:27 GMT", 0 },
    { "date: asctime", "Thu Nov 13 09:06:27 2025", 0 },
    { "date: no such month", "Thu, 13 Nox 2025 09:06:27 GMT", 0 },
    { "date: day 0", "Thu, 00 Nov 2025 09:06:27 GMT", 0 },
    { "date: day 32", "Thu, 32 Nov 2025 09:06:27 GMT", 0 },
    { "date: hour 24", "Thu, 13 Nov 2025 24:06:27 GMT", 0 },
    { "date: minute 60", "Thu, 13 Nov 2025 09:60:27 GMT", 0 },
    { "date: second 61", "Thu, 13 Nov 2025 09:06:61 GMT", 0 },
    { "date: no digits for a day", "Thu, xx Nov 2025 09:06:27 GMT", 0 },
    { "date: one digit for a day", "Thu,  3 Nov 2025 09:06:27 GMT", 0 },
    { "date: no digits for a century", "Thu, 13 Nov xx25 09:06:27 GMT", 0 },
    { "date: no digits for a year", "Thu, 13 Nov 20xx 09:06:27 GMT", 0 },
    { "date: one digit for a year", "Thu, 13 Nov 202x 09:06:27 GMT", 0 },
    { "date: no digits for an hour", "Thu, 13 Nov 2025 xx:06:27 GMT", 0 },
    { "date: no digits for a minute", "Thu, 13 Nov 2025 09:xx:27 GMT", 0 },
    { "date: no digits for a second", "Thu, 13 Nov 2025 09:06:xx GMT", 0 },
};

static void test_dates(void)
{
    for (size_t i = 0; i < COUNT(dates); i++) {
        size_t len = strlen(dates[i].date);
        char *date = copy_of(dates[i].date, len);

        check_case("%s", dates[i].name);
        CHECK(fimg_field_date(date, len) == dates[i].time);
        free(date);
    }
}

int main(void)
{
    test_tables();
    test_dates();
    return check_exit("unit/field");
}
