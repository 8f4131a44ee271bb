/*
 * test_body.c: where a body ends, by length, by chunks or by the connection.
 */
#include "check.h"
#include "fimg_body.h"
#include "pieces.h"

#define LENGTH FIMG_FRAMING_LENGTH
#define CHUNKED FIMG_FRAMING_CHUNKED
#define CLOSE FIMG_FRAMING_CLOSE
#define MORE FIMG_BODY_MORE
#define DONE FIMG_BODY_DONE
#define FAILED FIMG_BODY_FAILED

static const struct row {
    const char *name;
    enum fimg_framing framing;
    uint32_t length;
    const char *wire; /* taken, to the last byte */
    size_t wire_len;
    const char *rest; /* must not be touched */
    size_t rest_len;
    const char *data;
    enum fimg_body_state end;
} rows[] = {
    { "row 1, 2: fixed length, every cut", LENGTH, 5, BYTES("abcde"), BYTES(""),
      "abcde", DONE },
    { "row 1: one byte", LENGTH, 1, BYTES("a"), BYTES(""), "a", DONE },
    { "row 31: length 0 is done at once", LENGTH, 0, BYTES(""), BYTES("abc"),
      "", DONE },
    { "row 34: 4294967295", LENGTH, UINT32_MAX, BYTES("abc"), BYTES(""), "abc",
      MORE },
    { "row 34: 2147483648", LENGTH, UINT32_C(2147483648), BYTES("abc"),
      BYTES(""), "abc", MORE },
    { "row 37, 38: shorter than its length", LENGTH, 5, BYTES("abcd"),
      BYTES(""), "abcd", MORE },
    { "row 39: longer than its length", LENGTH, 5, BYTES("abcde"),
      BYTES("HTTP/1.1 200 OK\r\n"), "abcde", DONE },
    { "row 41: chunked", CHUNKED, 0, BYTES("3\r\nabc\r\n0\r\n\r\n"), BYTES(""),
      "abc", DONE },
    { "row 41: chunked, whatever the length says", CHUNKED, 1,
      BYTES("3\r\nabc\r\n0\r\n\r\n"), BYTES(""), "abc", DONE },
    { "row 41: chunked, no data", CHUNKED, 0, BYTES("0\r\n\r\n"), BYTES(""), "",
      DONE },
    { "row 47: chunk malformed", CHUNKED, 0, BYTES("3\r\nabcd"),
      BYTES("\r\n0\r\n\r\n"), "abc", FAILED },
    { "row 48: last chunk missing", CHUNKED, 0, BYTES("3\r\nabc\r\n"),
      BYTES(""), "abc", MORE },
    { "row 48: last line end missing", CHUNKED, 0, BYTES("3\r\nabc\r\n0\r\n\r"),
      BYTES(""), "abc", MORE },
    { "row 55: bytes after the last chunk", CHUNKED, 0,
      BYTES("1\r\na\r\n0\r\n\r\n"), BYTES("HTTP/1.1 200"), "a", DONE },
    { "row 57, 58: no length: never done by itself", CLOSE, 0,
      BYTES("abc\r\n0\r\n\r\n"), BYTES(""), "abc\r\n0\r\n\r\n", MORE },
    { "row 57: no length, whatever is said of one", CLOSE, 1, BYTES("abc"),
      BYTES(""), "abc", MORE },
};

/* Feeds until the body ends; returns how much was taken. */
static size_t feed(struct fimg_body *b, const char *wire, size_t len,
                   const struct cut *cut, char *out, size_t *out_len)
{
    size_t pos = 0;

    *out_len = 0;
    while (pos < len && b->state == MORE) {
        size_t n = cut_len(cut, pos, len), used;
        uint8_t *in = copy_of(wire + pos, n);
        struct fimg_span run;

        used = fimg_body_feed(b, in, n, &run);
        CHECK(used > 0 && used <= n && run.len <= used);
        if (run.len > 0)
            memcpy(out + *out_len, run.at, run.len);
        *out_len += run.len;
        free(in);
        if (used == 0)
            break;
        pos += used;
    }
    return pos;
}

/* Nothing is taken and nothing found once a body has ended. */
static void check_over(struct fimg_body *b)
{
    enum fimg_body_state state = b->state;
    uint8_t *in = copy_of("1\r\na", 4);
    struct fimg_span run = { NULL, 9 };

    if (state == MORE) {
        free(in);
        return;
    }
    CHECK(fimg_body_feed(b, in, 4, &run) == 0);
    CHECK(run.len == 0 && b->state == state);
    free(in);
}

static void test_row(const struct row *row)
{
    size_t len = row->wire_len + row->rest_len;
    char *wire = block_of(len), *out = block_of(len);

    memcpy(wire, row->wire, row->wire_len);
    memcpy(wire + row->wire_len, row->rest, row->rest_len);
    check_case("%s", row->name);
    for (struct cut c = { 0 }; next_cut(&c, len);) {
        struct fimg_body b;
        size_t got;

        memset(&b, 0xa5, sizeof b);
        fimg_body_start(&b, row->framing, row->length);
        CHECK(feed(&b, wire, len, &c, out, &got) == row->wire_len);
        CHECK(b.state == row->end);
        CHECK(got == strlen(row->data) && memcmp(out, row->data, got) == 0);
        check_over(&b);
    }
    free(wire);
    free(out);
}

/* Lengths around the sizes of buffers and records. */
static void test_size(size_t size)
{
    char *wire = block_of(size + 1), *out = block_of(size + 1);

    check_case("row 40: %lu bytes", (unsigned long)size);
    for (size_t i = 0; i <= size; i++)
        wire[i] = (char)(i * 7 + i / 251);
    for (struct cut c = { 0 }; next_cut(&c, size + 1);) {
        struct fimg_body b;
        size_t got;

        fimg_body_start(&b, LENGTH, (uint32_t)size);
        CHECK(feed(&b, wire, size + 1, &c, out, &got) == size);
        CHECK(b.state == DONE);
        CHECK(got == size && memcmp(out, wire, size) == 0);
    }
    free(wire);
    free(out);
}

int main(void)
{
    static const size_t sizes[] = { 255,   256,   257,   4095,  4096,
                                    4097,  8192,  16383, 16384, 16385,
                                    65535, 65536, 65537 };

    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    for (size_t i = 0; i < COUNT(sizes); i++)
        test_size(sizes[i]);
    return check_exit("unit/body");
}
