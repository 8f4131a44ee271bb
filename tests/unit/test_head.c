/*
 * test_head.c: the reply's head, line by line, and its limits. What the fields
 * say is the matter of test_field.c.
 */
#include "heads.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define L5 "Content-Length: 5\r\n"
#define INTERIM "HTTP/1.1 100 Continue\r\n\r\n"
#define EIGHT INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM

static const struct {
    const char *name;
    const char *wire; /* taken, to the last byte */
    size_t wire_len;
    const char *rest; /* must not be touched */
    size_t rest_len;
    const char *expected;
} rows[] = {
    { "row 1, 2: fixed length, every cut", BYTES(OK L5 "\r\n"), BYTES("abcde"),
      "200 length=5" },
    { "row 1: no field at all", BYTES(OK "\r\n"), BYTES(""), "200 close" },
    { "row 4: HTTP/1.0 with a length", BYTES("HTTP/1.0 200 OK\r\n" L5 "\r\n"),
      BYTES("abcde"), "200 1.0 length=5" },
    { "row 4: HTTP/1.0 that is kept",
      BYTES("HTTP/1.0 200 OK\r\n" L5 "Connection: keep-alive\r\n\r\n"),
      BYTES(""), "200 1.0 length=5" },
    { "row 5: no reason", BYTES("HTTP/1.1 200\r\n" L5 "\r\n"), BYTES(""),
      "200 length=5" },
    { "row 5: blank and no reason", BYTES("HTTP/1.1 200 \r\n" L5 "\r\n"),
      BYTES(""), "200 length=5" },
    { "row 5: a reason with every kind of character",
      BYTES("HTTP/1.1 404 No\t\"such\" \xe5\x9b\xbe: ;~\r\n\r\n"), BYTES(""),
      "404 close" },
    { "row 6: HTTP/2.0", BYTES("HTTP/2.0 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: HTTP/1.x", BYTES("HTTP/1.x 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: HTTP/1.2", BYTES("HTTP/1.2 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: HTTP/1.10", BYTES("HTTP/1.10 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: HTTP/1", BYTES("HTTP/1 200 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: HTTP/01.1", BYTES("HTTP/01.1 200 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: ICY 200", BYTES("ICY 200 OK\r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 6: http/1.1", BYTES("http/1.1 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: blank before it", BYTES(" HTTP/1.1 200\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 6: two blanks behind the version", BYTES("HTTP/1.1  200\r\n"),
      BYTES("\r\n"), "STATUS_LINE" },
    { "row 6: tab behind the version", BYTES("HTTP/1.1\t200\r\n"),
      BYTES("\r\n"), "STATUS_LINE" },
    { "row 6: a request", BYTES("GET / HTTP/1.1\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: tab behind the code", BYTES("HTTP/1.1 200\t\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: tab and reason behind the code", BYTES("HTTP/1.1 200\tOK\r\n"),
      BYTES("\r\n"), "STATUS_LINE" },
    { "row 7: 20", BYTES("HTTP/1.1 20 OK\r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 7: 20 and line end", BYTES("HTTP/1.1 20\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: nothing", BYTES("HTTP/1.1 \r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 7: 2000", BYTES("HTTP/1.1 2000 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 2000 and line end", BYTES("HTTP/1.1 2000\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 2x0", BYTES("HTTP/1.1 2x0 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: ###", BYTES("HTTP/1.1 ### OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 2/0", BYTES("HTTP/1.1 2/0 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 2:0", BYTES("HTTP/1.1 2:0 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: -200", BYTES("HTTP/1.1 -200 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: +200", BYTES("HTTP/1.1 +200 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 000", BYTES("HTTP/1.1 000 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 099", BYTES("HTTP/1.1 099 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 600", BYTES("HTTP/1.1 600 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 999", BYTES("HTTP/1.1 999 OK\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 7: 599", BYTES("HTTP/1.1 599 ?\r\n\r\n"), BYTES(""), "599 close" },
    { "row 8: blank line before it", BYTES("\r\n"), BYTES(OK "\r\n"),
      "STATUS_LINE" },
    { "row 8: LF before it", BYTES("\n"), BYTES(OK "\r\n"), "STATUS_LINE" },
    { "row 9: TLS alert", BYTES("\x15"), BYTES("\x03\x03\0\x02\x02\x28"),
      "STATUS_LINE" },
    { "row 9: SSH banner", BYTES("SSH-2.0-OpenSSH_9.2\r\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 9: NUL", BYTES("\0"), BYTES("\0\0\0"), "STATUS_LINE" },
    { "row 9: HTML", BYTES("<html>\r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 9: image", BYTES("\x89PNG\r\n"), BYTES("\x1a\n"), "STATUS_LINE" },
    { "row 9: HTML without an end", BYTES("<"), BYTES(""), "STATUS_LINE" },
    { "row 9: a letter without an end", BYTES("I"), BYTES(""), "STATUS_LINE" },
    { "row 9: a blank behind an interim response", BYTES(INTERIM " "),
      BYTES(""), "STATUS_LINE" },
    { "row 30: the first byte", BYTES("H"), BYTES(""), "more" },
    { "row 30: the first byte behind an interim response", BYTES(INTERIM "H"),
      BYTES(""), "more" },
    { "row 30: an interim response", BYTES(INTERIM), BYTES(""), "more" },
    { "row 11: NUL in the version", BYTES("HTTP\0"), BYTES("/1.1 200\r\n"),
      "STATUS_LINE" },
    { "row 11: NUL behind the code", BYTES("HTTP/1.1 200\0"), BYTES("OK\r\n"),
      "STATUS_LINE" },
    { "row 11: NUL in the reason", BYTES("HTTP/1.1 200 O\0"), BYTES("K\r\n"),
      "STATUS_LINE" },
    { "row 11: escape in the reason", BYTES("HTTP/1.1 200 \x1b"),
      BYTES("[2J\r\n"), "STATUS_LINE" },
    { "row 11: DEL in the reason", BYTES("HTTP/1.1 200 \x7f"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 11: LF ends the status line", BYTES("HTTP/1.1 200 OK\n"),
      BYTES("\r\n"), "STATUS_LINE" },
    { "row 11: LF ends the code", BYTES("HTTP/1.1 200\n"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 11: CR in the reason", BYTES("HTTP/1.1 200 O\rK"), BYTES("\r\n"),
      "STATUS_LINE" },
    { "row 12: 100, then 200", BYTES(INTERIM OK L5 "\r\n"), BYTES("abcde"),
      "200 length=5" },
    { "row 12: 103 with hints, then 200",
      BYTES("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n"
            "Content-Type: application/json\r\nX-Tt-Logid: early\r\n"
            "Connection: close\r\nRetry-After: 9\r\nLocation: /x\r\n\r\n" OK L5
            "\r\n"),
      BYTES(""), "200 length=5" },
    { "row 6: half a version behind an interim response",
      BYTES(INTERIM "HTTP\r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 7: half a code behind an interim response",
      BYTES(INTERIM "HTTP/1.1 2\r\n"), BYTES("\r\n"), "STATUS_LINE" },
    { "row 12: HTTP/1.0 100, then HTTP/1.1",
      BYTES("HTTP/1.0 100\r\n\r\n" OK "\r\n"), BYTES(""), "200 close" },
    { "row 12: 199, then 200", BYTES("HTTP/1.1 199 ?\r\n\r\n" OK "\r\n"),
      BYTES(""), "200 close" },
    { "row 12: blank line between them", BYTES(INTERIM "\r\n"),
      BYTES(OK "\r\n"), "STATUS_LINE" },
    { "row 13: 101", BYTES("HTTP/1.1 101 ?\r\nUpgrade: h2c\r\n\r\n"),
      BYTES(OK "\r\n"), "INTERIM" },
    { "row 13: 101 behind a 100", BYTES(INTERIM "HTTP/1.1 101 ?\r\n\r\n"),
      BYTES(OK "\r\n"), "INTERIM" },
    { "row 14: 8 interim responses", BYTES(EIGHT OK "\r\n"), BYTES(""),
      "200 close" },
    { "row 14: 9 interim responses", BYTES(EIGHT INTERIM), BYTES(OK "\r\n"),
      "INTERIM" },
    { "row 15: 100 with a length",
      BYTES("HTTP/1.1 100 ?\r\n" L5 "\r\n" OK "\r\n"), BYTES("abcde"),
      "200 close" },
    { "row 15: 100 with chunks",
      BYTES("HTTP/1.1 100 ?\r\nTransfer-Encoding: chunked\r\n\r\n" OK L5
            "\r\n"),
      BYTES(""), "200 length=5" },
    { "row 15: 100 with nonsense for a length",
      BYTES("HTTP/1.1 100 ?\r\nContent-Length: -1\r\n\r\n" OK L5 "\r\n"),
      BYTES(""), "200 length=5" },
    { "row 15: 100 with both",
      BYTES("HTTP/1.1 100 ?\r\n" L5 "Transfer-Encoding: chunked\r\n\r\n" OK L5
            "\r\n"),
      BYTES(""), "200 length=5" },
    { "row 16: 204 with a length", BYTES("HTTP/1.1 204 ?\r\n" L5 "\r\n"),
      BYTES("abcde"), "204 length=5" },
    { "row 16: 304 with a length", BYTES("HTTP/1.1 304 ?\r\n" L5 "\r\n"),
      BYTES("abcde"), "304 length=5" },
    { "row 19: blank before the colon", BYTES(OK "Content-Length : 5\r\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 19: tab before the colon", BYTES(OK "Content-Length\t: 5\r\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 20: empty name", BYTES(OK ": x\r\n"), BYTES("\r\n"), "FIELD" },
    { "row 20: name with a control character", BYTES(OK "Conn\x01"),
      BYTES("ection: close\r\n"), "FIELD" },
    { "row 20: name with NUL", BYTES(OK "A\0"), BYTES(": b\r\n"), "FIELD" },
    { "row 20: name with a separator", BYTES(OK "A(: b\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 20: name beginning with one", BYTES(OK "(A: b\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 20: name with 8 bits", BYTES(OK "\xc3\xa4: b\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 20: 8 bits within", BYTES(OK "A\xc3\xa4: b\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 20: every character a name may have",
      BYTES(OK "!#$%&'*+-.^_`|~09AZaz: b\r\n\r\n"), BYTES(""), "200 close" },
    { "row 21: line without a colon", BYTES(OK "Content-Length\r\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 21: line without a colon behind one with",
      BYTES(OK "Content-Length: 5\r\nContent-Length\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 21: the beginning of a line behind the line",
      BYTES(OK "Content-Length: 5\r\nContent\r\n"), BYTES("\r\n"), "FIELD" },
    { "row 22: line of blanks", BYTES(OK "X: a\r\n \t \r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 22: line of a blank", BYTES(OK " \r\n"), BYTES("\r\n"), "FIELD" },
    { "row 22: continuation line", BYTES(OK "X: a\r\n b\r\n"), BYTES("\r\n"),
      "FIELD" },
    { "row 22: continuation with a tab", BYTES(OK "X: a\r\n\tb\r\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 22: continuation of a length",
      BYTES(OK "Content-Length: 1\r\n 0\r\n"), BYTES("\r\n"), "FIELD" },
    { "row 22: continuation of the status line", BYTES(OK " x\r\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 23: LF ends a field", BYTES(OK "X: a\n"), BYTES("\r\n"), "FIELD" },
    { "row 23: LF ends a kept field", BYTES(OK "Content-Length: 5\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 23: LF for an empty value", BYTES(OK "Content-Length:\n"),
      BYTES("\r\n"), "FIELD" },
    { "row 23: LF for the blank line", BYTES(OK L5 "\n"), BYTES("abcde"),
      "FIELD" },
    { "row 23: CR in a value", BYTES(OK "X: a\rb"), BYTES("\r\n\r\n"),
      "FIELD" },
    { "row 23: CR in a kept value", BYTES(OK "Content-Length: 5\r0"),
      BYTES("\r\n\r\n"), "FIELD" },
    { "row 23: CR CR LF", BYTES(OK "X: a\r\r"), BYTES("\n\r\n"), "FIELD" },
    { "row 23: CR CR LF behind the status", BYTES("HTTP/1.1 200\r\r"),
      BYTES("\n\r\n"), "STATUS_LINE" },
    { "row 23: CR CR LF for the blank line", BYTES(OK "\r\r"), BYTES("\n"),
      "FIELD" },
    { "row 23: CR and a letter for it", BYTES(OK "\rX"), BYTES(": a\r\n"),
      "FIELD" },
    { "row 24: NUL in a value", BYTES(OK "X: a\0"), BYTES("b\r\n\r\n"),
      "FIELD" },
    { "row 24: NUL in a kept value", BYTES(OK "Content-Type: a\0"),
      BYTES("b\r\n\r\n"), "FIELD" },
    { "row 24: NUL as a kept value's first", BYTES(OK "Content-Type: \0"),
      BYTES("\r\n\r\n"), "FIELD" },
    { "row 24: DEL in a value", BYTES(OK "X: a\x7f"), BYTES("\r\n\r\n"),
      "FIELD" },
    { "row 24: tab and 8 bits in a value",
      BYTES(OK "X: \xe5\x9b\xbe\t\xff\r\n\r\n"), BYTES(""), "200 close" },
    { "row 29: the blank line, cut in every way", BYTES(OK "X: a\r\n\r\n"),
      BYTES("\r\n\r\n"), "200 close" },
    { "row 39: a second response behind it", BYTES(OK L5 "\r\n"),
      BYTES(OK L5 "\r\n"), "200 length=5" },
};

/* Every beginning of a head is not yet a head, and no error either. */
static void test_beginnings(void)
{
    static const char wire[] =
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX: \r\n"
        "Content-Length: 5\r\n\r\n";

    check_case("row 30: end of file anywhere in a head");
    for (size_t len = 1; len < sizeof wire - 1; len++) {
        struct cut whole = { 0, len, len };
        struct words w;
        size_t used;

        feed_head(&w, wire, len, &whole, &used);
        CHECK(strcmp(w.text, "more") == 0 && used == len);
    }
}

/* Every byte as the second of a name. */
static void test_names(void)
{
    for (int c = 0; c < 256; c++) {
        bool may = c > ' ' && c < 0x7f && !strchr("\"(),/;<=>?@[\\]{}", c);
        char name[40], wire[] = OK "Ac: b\r\n\r\n";

        (void)snprintf(name, sizeof name, "row 20: byte %d in a name", c);
        wire[strlen(OK) + 1] = (char)c;
        test_head(name, wire, sizeof wire - 1, BYTES(""),
                  may ? "200 close" : "FIELD");
    }
}

/* Nothing is taken once a head is complete, or was refused. */
static void test_over(const char *wire, enum fimg_head_state end)
{
    struct fimg_head h = { 0 };
    struct fimg_reply r = { 0 };
    size_t len = strlen(wire);
    uint8_t *in = copy_of(wire, len), *more = copy_of(OK, 4);
    enum fimg_reason why;

    check_case("row 39: nothing is taken behind a head, state %d", (int)end);
    CHECK(fimg_head_feed(&h, &r, in, len) == len && h.state == end);
    why = h.why;
    CHECK(fimg_head_feed(&h, &r, more, 4) == 0);
    CHECK(fimg_head_feed(&h, &r, more, 0) == 0);
    CHECK(h.state == end && h.why == why);
    free(in);
    free(more);
}

#define MAX FIMG_HEAD_MAX

/*
 * `before`, `count` times `each`, then `after`. `used` bytes must be taken;
 * 0 means all.
 */
static void test_bulk(const char *name, const char *before, const char *each,
                      size_t count, const char *after, const char *expected,
                      size_t used)
{
    size_t before_len = strlen(before), each_len = strlen(each);
    size_t len = before_len + count * each_len + strlen(after);
    char *wire = block_of(len + 1), *at = wire + before_len;

    memcpy(wire, before, before_len);
    for (size_t i = 0; i < count; i++, at += each_len)
        memcpy(at, each, each_len);
    memcpy(at, after, strlen(after) + 1);
    if (used == 0)
        used = len;
    test_head(name, wire, used, wire + used, len - used, expected);
    free(wire);
}

static void test_limits(void)
{
    const size_t ok = strlen(OK);

    test_bulk("row 10: reason phrase of 64 KB", "HTTP/1.1 200 ", "x", MAX,
              "\r\n\r\n", "HEAD_SIZE", MAX);
    test_bulk("row 10: reason phrase of 60 KB", "HTTP/1.1 200 ", "x", 60 * 1024,
              "\r\n\r\n", "200 close", 0);
    test_bulk("row 14: endless interim responses", "", INTERIM, 5000, "",
              "INTERIM", 9 * strlen(INTERIM));
    test_bulk("row 14: 8 interim responses, 64 KB in all",
              EIGHT "HTTP/1.1 200 OK\r\nX:", "x", MAX, "\r\n\r\n", "HEAD_SIZE",
              MAX);
    test_bulk("row 25: a field of 20 KB that is not needed",
              OK "Content-Disposition: ", "x", 20480, "\r\n" L5 "\r\n",
              "200 length=5", 0);
    test_bulk("row 26: head of 65536 bytes", OK "X:", "x", MAX - ok - 6,
              "\r\n\r\n", "200 close", 0);
    test_bulk("row 26: head of 65537 bytes", OK "X:", "x", MAX - ok - 5,
              "\r\n\r\n", "HEAD_SIZE", MAX);
    test_bulk("row 26: 65536 bytes, an interim response among them",
              INTERIM OK "X:", "x", MAX - ok - strlen(INTERIM) - 6, "\r\n\r\n",
              "200 close", 0);
    test_bulk("row 26: 65537 bytes, an interim response among them",
              INTERIM OK "X:", "x", MAX - ok - strlen(INTERIM) - 5, "\r\n\r\n",
              "HEAD_SIZE", MAX);
    test_bulk("row 26: 10000 fields", OK, "a:b\r\n", 10000, "\r\n", "200 close",
              0);
    test_bulk("row 26: endless fields", OK, "a:b\r\n", 20000, "", "HEAD_SIZE",
              MAX);
    test_bulk("row 26: endless value of a kept field", OK "Content-Type: ", "x",
              MAX, "", "HEAD_SIZE", MAX);
    test_bulk("row 26: endless blanks before a kept value",
              OK "Content-Type:", " ", MAX, "", "HEAD_SIZE", MAX);
    test_bulk("row 26: endless name", OK, "x", MAX, "", "HEAD_SIZE", MAX);
    test_bulk("row 26: name of 159 bytes", OK, "x", 159, ": y\r\n" L5 "\r\n",
              "200 length=5", 0);
    test_bulk("row 26: name of 160 bytes", OK, "x", 160, ": y\r\n" L5 "\r\n",
              "FIELD", ok + 165);
    test_bulk("row 26: name of 60 KB", OK, "x", 60 * 1024, ": y\r\n" L5 "\r\n",
              "FIELD", ok + 60 * 1024 + 5);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_head(rows[i].name, rows[i].wire, rows[i].wire_len, rows[i].rest,
                  rows[i].rest_len, rows[i].expected);
    test_beginnings();
    test_names();
    test_over(OK L5 "\r\n", FIMG_HEAD_DONE);
    test_over("HTTP/2\r\n", FIMG_HEAD_FAILED);
    test_limits();
    return check_exit("unit/head");
}
