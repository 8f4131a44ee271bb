/*
 * test_chunk.c: the chunked framing, in every cut.
 */
#include "check.h"
#include "fimg_chunk.h"
#include "pieces.h"

#define X4(s) s s s s /* repeat a literal */
#define X64(s) X4(X4(X4(s)))

/* Where the decoder must stop, with what. */
#define DONE FIMG_CHUNK_DONE
#define FAILED FIMG_CHUNK_FAILED

static const struct row {
    const char *name;
    const char *wire; /* taken, to the last byte */
    size_t wire_len;
    const char *rest; /* must not be touched */
    size_t rest_len;
    const char *data; /* what the caller receives */
    enum fimg_chunk_state end;
} rows[] = {
    { "row 41: one chunk", BYTES("3\r\nabc\r\n0\r\n\r\n"), BYTES(""), "abc",
      DONE },
    { "row 41: several chunks",
      BYTES("2\r\nab\r\n1\r\nc\r\n3\r\ndef\r\n0\r\n\r\n"), BYTES(""), "abcdef",
      DONE },
    { "row 41: 64 one-byte chunks", BYTES(X64("1\r\na\r\n") "0\r\n\r\n"),
      BYTES(""), X64("a"), DONE },
    { "row 41: 256 bytes in one chunk",
      BYTES("100\r\n" X4(X64("b")) "\r\n0\r\n\r\n"), BYTES(""), X4(X64("b")),
      DONE },
    { "row 41: data that looks like framing",
      BYTES("8\r\n\r\n0\r\n\r\n:\r\n0\r\n\r\n"), BYTES(""),
      "\r\n0\r\n\r\n:", DONE },
    { "row 41: no data at all", BYTES("0\r\n\r\n"), BYTES(""), "", DONE },
    { "row 42: extension and trailer, every cut",
      BYTES("2;a=b\r\nab\r\n00;c\r\nT: u\r\n\r\n"), BYTES(""), "ab", DONE },
    { "row 43: upper case", BYTES("A\r\n0123456789\r\n0\r\n\r\n"), BYTES(""),
      "0123456789", DONE },
    { "row 43: lower case", BYTES("f\r\n0123456789abcde\r\n0\r\n\r\n"),
      BYTES(""), "0123456789abcde", DONE },
    { "row 43: two digits, mixed case",
      BYTES("1a\r\n0123456789abcdef0123456789\r\n1A\r\n"
            "0123456789abcdef0123456789\r\n0\r\n\r\n"),
      BYTES(""),
      "0123456789abcdef0123456789"
      "0123456789abcdef0123456789",
      DONE },
    { "row 43: 15 leading zeros, every size anew",
      BYTES("0000000000000001\r\na\r\n0000000000000002\r\nbc\r\n"
            "0000000000000000\r\n\r\n"),
      BYTES(""), "abc", DONE },
    { "row 43: 16 leading zeros", BYTES("00000000000000001"), BYTES("\r\na"),
      "", FAILED },
    { "row 43: 17 significant digits", BYTES("100000000"),
      BYTES("00000000\r\na"), "", FAILED },
    { "row 43: 17 zeros at the end", BYTES("00000000000000000"),
      BYTES("\r\n\r\n"), "", FAILED },
    { "row 45: 4294967296", BYTES("100000000"), BYTES("\r\na"), "", FAILED },
    { "row 45: ffffffffffffffff", BYTES("fffffffff"), BYTES("fffffff\r\na"), "",
      FAILED },
    { "row 45: 8000000000000000", BYTES("800000000"), BYTES("0000000\r\na"), "",
      FAILED },
    { "row 45: 4294967296 behind zeros", BYTES("0000000100000000"),
      BYTES("\r\na"), "", FAILED },
    { "row 45: 68719476737, in 32 bits 1", BYTES("100000000"), BYTES("1\r\na"),
      "", FAILED },
    { "row 44: no digit", BYTES("\r"), BYTES("\na\r\n"), "", FAILED },
    { "row 44: -1", BYTES("-"), BYTES("1\r\na\r\n"), "", FAILED },
    { "row 44: +1", BYTES("+"), BYTES("1\r\na\r\n"), "", FAILED },
    { "row 44: 0x5", BYTES("0x"), BYTES("5\r\nabcde\r\n"), "", FAILED },
    { "row 44: 5g", BYTES("5g"), BYTES("\r\nabcde\r\n"), "", FAILED },
    { "row 44: blank before", BYTES(" "), BYTES("5\r\nabcde\r\n"), "", FAILED },
    { "row 44: tab before", BYTES("\t"), BYTES("5\r\nabcde\r\n"), "", FAILED },
    { "row 44: blank after", BYTES("5 "), BYTES("\r\nabcde\r\n"), "", FAILED },
    { "row 44: tab after", BYTES("5\t"), BYTES("\r\nabcde\r\n"), "", FAILED },
    { "row 44: blank within", BYTES("1 "), BYTES("0\r\nabcde\r\n"), "",
      FAILED },
    { "row 44: g", BYTES("g"), BYTES("\r\n"), "", FAILED },
    { "row 44: semicolon alone", BYTES(";"), BYTES("a=b\r\n"), "", FAILED },
    { "row 44: NUL", BYTES("5\0"), BYTES("\r\nabcde\r\n"), "", FAILED },
    { "row 44: empty size behind a chunk", BYTES("1\r\na\r\n\r"),
      BYTES("\n0\r\n\r\n"), "a", FAILED },
    { "row 46: extension", BYTES("5;a=b\r\nabcde\r\n0;c\r\n\r\n"), BYTES(""),
      "abcde", DONE },
    { "row 46: quoted extension", BYTES("5;a=\"x\\\"y\"\r\nabcde\r\n0\r\n\r\n"),
      BYTES(""), "abcde", DONE },
    { "row 46: blank before the semicolon", BYTES("5 "),
      BYTES(";a\r\nabcde\r\n0\r\n\r\n"), "", FAILED },
    { "row 46: empty extension", BYTES("1;\r\na\r\n0\r\n\r\n"), BYTES(""), "a",
      DONE },
    { "row 46: LF in an extension", BYTES("5;a\n"), BYTES("abcde\r\n"), "",
      FAILED },
    { "row 46: NUL in an extension", BYTES("5;a\0"), BYTES("\r\nabcde"), "",
      FAILED },
    { "row 46: CR in an extension", BYTES("5;a\rb"), BYTES("\r\nabcde"), "",
      FAILED },
    { "row 47: no CRLF after the data", BYTES("1\r\na0"), BYTES("\r\n\r\n"),
      "a", FAILED },
    { "row 47: LF only after the data", BYTES("1\r\na\n"), BYTES("0\r\n\r\n"),
      "a", FAILED },
    { "row 47: CR only after the data", BYTES("1\r\na\r0"), BYTES("\r\n\r\n"),
      "a", FAILED },
    { "row 47: one byte more than announced", BYTES("1\r\nab"),
      BYTES("\r\n0\r\n\r\n"), "a", FAILED },
    { "row 47: LF only after the size", BYTES("1\n"), BYTES("a\r\n0\r\n\r\n"),
      "", FAILED },
    { "row 47: CR only after the size", BYTES("1\ra"), BYTES("\r\n0\r\n\r\n"),
      "", FAILED },
    { "row 47: CR CR LF after the size", BYTES("1\r\r"), BYTES("\na\r\n"), "",
      FAILED },
    { "row 47: CR CR LF after the data", BYTES("1\r\na\r\r"),
      BYTES("\n0\r\n\r\n"), "a", FAILED },
    { "row 48: 0 CRLF CRLF", BYTES("1\r\na\r\n0\r\n\r\n"), BYTES(""), "a",
      DONE },
    { "row 48: 000 CRLF CRLF", BYTES("1\r\na\r\n000\r\n\r\n"), BYTES(""), "a",
      DONE },
    { "row 48: 0 CRLF, then nothing", BYTES("1\r\na\r\n0\r\n"), BYTES(""), "a",
      FIMG_CHUNK_TRAILER_FIRST },
    { "row 48: 0 CRLF CR, then nothing", BYTES("1\r\na\r\n0\r\n\r"), BYTES(""),
      "a", FIMG_CHUNK_END_LF },
    { "row 48: LF for the blank line", BYTES("1\r\na\r\n0\r\n\n"), BYTES("x"),
      "a", FAILED },
    { "row 48: CR and another byte for it", BYTES("0\r\n\rx"), BYTES("\n"), "",
      FAILED },
    { "row 49: trailers", BYTES("1\r\na\r\n0\r\nX: 1\r\nY:\r\n\r\n"), BYTES(""),
      "a", DONE },
    { "row 49: trailer Content-Length",
      BYTES("1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n"), BYTES("bcdef"), "a",
      DONE },
    { "row 49: trailer Transfer-Encoding",
      BYTES("1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
      BYTES("1\r\nb\r\n"), "a", DONE },
    { "row 49: trailer Set-Cookie", BYTES("0\r\nSet-Cookie: a=b; c\r\n\r\n"),
      BYTES(""), "", DONE },
    { "row 49: NUL in a trailer", BYTES("0\r\nX: \0"), BYTES("\r\n\r\n"), "",
      FAILED },
    { "row 49: NUL in a trailer's name", BYTES("0\r\nX\0"), BYTES(": a\r\n"),
      "", FAILED },
    { "row 49: LF in a trailer", BYTES("0\r\nX: a\n"), BYTES("\r\n"), "",
      FAILED },
    { "row 49: CR in a trailer", BYTES("0\r\nX: a\rb"), BYTES("\r\n\r\n"), "",
      FAILED },
    { "row 49: LF before a trailer", BYTES("0\r\n\n"), BYTES("X: a\r\n"), "",
      FAILED },
    { "row 49: trailer without a colon", BYTES("0\r\nX\r"), BYTES("\n\r\n"),
      "", FAILED },
    { "row 49: trailer without a name", BYTES("0\r\n:"), BYTES(" a\r\n"), "",
      FAILED },
    { "row 49: blank in a trailer's name", BYTES("0\r\nX "), BYTES(": a\r\n"),
      "", FAILED },
    { "row 49: continued trailer", BYTES("0\r\nX: a\r\n "), BYTES("b\r\n"), "",
      FAILED },
    { "row 49: a chunk for a trailer", BYTES("0\r\n5\r"), BYTES("\nhello\r\n"),
      "", FAILED },
    { "row 50: cut in the size", BYTES("5"), BYTES(""), "", FIMG_CHUNK_SIZE },
    { "row 50: cut after the size's CR", BYTES("5\r"), BYTES(""), "",
      FIMG_CHUNK_SIZE_LF },
    { "row 50: cut before the data", BYTES("5\r\n"), BYTES(""), "",
      FIMG_CHUNK_DATA },
    { "row 50: cut in the data", BYTES("5\r\nab"), BYTES(""), "ab",
      FIMG_CHUNK_DATA },
    { "row 50: cut after the data", BYTES("2\r\nab"), BYTES(""), "ab",
      FIMG_CHUNK_DATA_CR },
    { "row 50: cut after the data's CR", BYTES("2\r\nab\r"), BYTES(""), "ab",
      FIMG_CHUNK_DATA_LF },
    { "row 50: cut between chunks", BYTES("2\r\nab\r\n"), BYTES(""), "ab",
      FIMG_CHUNK_SIZE_FIRST },
    { "row 55: bytes after the last chunk", BYTES("1\r\na\r\n0\r\n\r\n"),
      BYTES("HTTP/1.1 200 OK\r\n"), "a", DONE },
};

/* What the decoder made of an input. */
struct result {
    struct fimg_chunk c;
    size_t used;
    char *data;
    size_t data_len;
};

static void feed(struct result *r, const char *wire, size_t len,
                 const struct cut *cut)
{
    bool stalled = false;

    *r = (struct result){ .data = block_of(len) };
    while (r->used < len && r->c.state < DONE && !stalled) {
        size_t n = cut_len(cut, r->used, len), used;
        uint8_t *in = copy_of(wire + r->used, n);
        struct fimg_span run;

        used = fimg_chunk_feed(&r->c, in, n, &run);
        CHECK(used <= n && run.len <= used);
        CHECK(run.len > 0 || used == n || r->c.state >= DONE);
        if (run.len > 0) {
            CHECK(run.at >= in && run.at + run.len <= in + n);
            memcpy(r->data + r->data_len, run.at, run.len);
            r->data_len += run.len;
        }
        stalled = used == 0 && r->c.state < DONE;
        CHECK(!stalled);
        r->used += used;
        free(in);
    }
}

static void test_row(const struct row *row)
{
    size_t len = row->wire_len + row->rest_len;
    char *wire = block_of(len);

    memcpy(wire, row->wire, row->wire_len);
    memcpy(wire + row->wire_len, row->rest, row->rest_len);
    check_case("%s", row->name);
    for (struct cut c = { 0 }; next_cut(&c, len);) {
        struct result r;

        feed(&r, wire, len, &c);
        CHECK(r.c.state == row->end);
        CHECK(r.used == row->wire_len);
        CHECK(r.data_len == strlen(row->data));
        CHECK(memcmp(r.data, row->data, r.data_len) == 0);
        free(r.data);
    }
    free(wire);
}

/* A size that is never reached: nothing may wrap. */
static void test_size(const char *digits, uint32_t size)
{
    char wire[40];
    int len = snprintf(wire, sizeof wire, "%s\r\nabc", digits);

    check_case("row 45: %s", digits);
    for (struct cut c = { 0 }; next_cut(&c, (size_t)len);) {
        struct result r;

        feed(&r, wire, (size_t)len, &c);
        CHECK(r.c.state == FIMG_CHUNK_DATA);
        CHECK(r.c.left == size - 3);
        CHECK(r.data_len == 3 && memcmp(r.data, "abc", 3) == 0);
        free(r.data);
    }
}

/*
 * `before`, `count` times `each`, then `after`. The decoder must stop in
 * `end`, having taken `used` bytes.
 */
static void test_bulk(const char *name, const char *before, const char *each,
                      size_t count, const char *after,
                      enum fimg_chunk_state end, size_t used)
{
    size_t before_len = strlen(before), each_len = strlen(each);
    size_t after_len = strlen(after);
    size_t len = before_len + each_len * count + after_len;
    char *wire = block_of(len), *at = wire + before_len;

    memcpy(wire, before, before_len);
    for (size_t i = 0; i < count; i++, at += each_len)
        memcpy(at, each, each_len);
    memcpy(at, after, after_len);
    check_case("%s", name);
    for (struct cut c = { 0 }; next_cut(&c, len);) {
        struct result r;

        feed(&r, wire, len, &c);
        CHECK(r.c.state == end);
        CHECK(r.used == used);
        free(r.data);
    }
    free(wire);
}

#define MAX FIMG_CHUNK_OVERHEAD_MAX

static void test_limits(void)
{
    test_bulk("row 46: extension as long as it may be", "1;", "x", MAX - 4,
              "\r\na\r\n0\r\n\r\n", DONE, MAX + 8);
    test_bulk("row 46: extension one byte too long", "1;", "x", MAX - 3,
              "\r\na", FAILED, MAX);
    test_bulk("row 46: endless extension", "1;", "x", 3 * MAX, "", FAILED, MAX);
    test_bulk("row 49: endless trailer name", "0\r\n", "x", 3 * MAX, "", FAILED,
              MAX);
    test_bulk("row 49: endless trailer", "0\r\nx:", "x", 3 * MAX, "", FAILED,
              MAX);
    test_bulk("row 49: endless trailers", "0\r\n", "a:b\r\n", MAX, "", FAILED,
              MAX);
    test_bulk("row 49: trailer as long as it may be", "0\r\nx:", "x", MAX - 9,
              "\r\n\r\n", DONE, MAX);
    test_bulk("row 49: trailer one byte too long", "0\r\nx:", "x", MAX - 8,
              "\r\n\r\n", FAILED, MAX);
    test_bulk("row 46: 16 framing bytes a byte are fine for ever", "",
              "1;xxxxxxxxxx\r\na\r\n", 1000, "0\r\n\r\n", DONE, 1000 * 17 + 5);
    /* 8 bytes a chunk are not paid for; 22 of its 24 stand before the data */
    test_bulk("row 46: 24 framing bytes a byte use the allowance up", "",
              "1;xxxxxxxxxxxxxxxxxx\r\na\r\n", 1100, "", FAILED,
              25 * ((MAX - 22) / 8 + 1) + 16);
}

/* Three chunks of `size` bytes, each behind 8190 bytes of framing. */
static void test_credit(const char *name, unsigned size,
                        enum fimg_chunk_state end, size_t used)
{
    static char each[MAX + 1024];
    size_t at = (size_t)snprintf(each, 8, "%x;", size);

    memset(each + at, 'x', MAX - 4 - at);
    memcpy(each + MAX - 4, "\r\n", 2);
    memset(each + MAX - 2, 'a', size);
    memcpy(each + MAX - 2 + size, "\r\n", 3);
    test_bulk(name, "", each, 3, "0\r\n\r\n", end, used);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    test_size("ffffffff", UINT32_MAX);
    test_size("7fffffff", 0x7fffffff);
    test_size("80000000", UINT32_C(0x80000000));
    test_size("00000000FEDCBA98", UINT32_C(0xfedcba98));
    test_size("12345678", 0x12345678);
    test_size("1000", 0x1000);
    test_limits();
    test_credit("row 46: 512 bytes of data pay for all before them", 512, DONE,
                3 * (MAX + 512) + 5);
    test_credit("row 46: 511 bytes of data pay for less", 511, FAILED,
                MAX + 511 + MAX - 16);
    return check_exit("unit/chunk");
}
