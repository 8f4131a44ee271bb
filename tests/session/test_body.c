/*
 * test_body.c: bodies of every framing, whole and not. Rows C, D and E of the
 * table of wire behaviour.
 */
#include "reply_cases.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define LENGTH(n) OK "Content-Length: " n "\r\n\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define BY_LENGTH FIMG_WHY_NONE, FIMG_END_LENGTH
#define BY_CHUNK FIMG_WHY_NONE, FIMG_END_CHUNKED
#define NO(reason) reason, FIMG_END_NONE, false
#define ZEROS10 "0000000000"

static const struct reply_case cases[] = {
    { "row 31: length 0", BYTES(LENGTH("0")), 'o', "", FIMG_WHY_EMPTY,
      FIMG_END_LENGTH, false },
    { "row 32: leading zeros", BYTES(LENGTH("00005") "hello"), 'o', "hello",
      BY_LENGTH, true },
    { "row 32: 20 digits", BYTES(LENGTH(ZEROS10 "0000000005") "hello"), 'o',
      "hello", BY_LENGTH, true },
    { "row 32: 40 zeros", BYTES(LENGTH(ZEROS10 ZEROS10 ZEROS10 ZEROS10)), 'o',
      "", NO(FIMG_WHY_FRAMING) },
    { "row 33: -1", BYTES(LENGTH("-1") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: +5", BYTES(LENGTH("+5") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: 5 5", BYTES(LENGTH("5 5") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: 5,5", BYTES(LENGTH("5,5") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: 0x10", BYTES(LENGTH("0x10") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: 1e3", BYTES(LENGTH("1e3") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: nothing", BYTES(LENGTH("") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: 5;", BYTES(LENGTH("5;") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 33: a three in Arabic", BYTES(LENGTH("\xd9\xa3") "hello"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 34: 2^64 - 1", BYTES(LENGTH("18446744073709551615") "hello"), 'o',
      "", NO(FIMG_WHY_TOO_LARGE) },
    { "row 34: 2^64", BYTES(LENGTH("18446744073709551616") "hello"), 'o', "",
      NO(FIMG_WHY_TOO_LARGE) },
    { "row 34: 2^64 + 5", BYTES(LENGTH("18446744073709551621") "hello"), 'o',
      "", NO(FIMG_WHY_TOO_LARGE) },
    { "row 34: 2^63", BYTES(LENGTH("9223372036854775808") "hello"), 'o', "",
      NO(FIMG_WHY_TOO_LARGE) },
    { "row 34: 2^32 + 5", BYTES(LENGTH("4294967301") "hello"), 'o', "",
      NO(FIMG_WHY_TOO_LARGE) },
    { "row 35: two lengths",
      BYTES(OK "Content-Length: 5\r\n"
               "content-length:"
               " 4\r\n\r\nhello"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 35: one length twice",
      BYTES(OK "Content-Length: 5\r\n"
               "Content-Length: 5\r\n\r\nhello"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 36: above the limit", BYTES(LENGTH("10485761") "hello"), 'o', "",
      NO(FIMG_WHY_TOO_LARGE) },
    { "row 37: short, then close_notify", BYTES(LENGTH("6") "hello"), 'n',
      "hello", NO(FIMG_WHY_CUT_SHORT) },
    { "row 37: nothing, then close_notify", BYTES(LENGTH("6")), 'n', "",
      NO(FIMG_WHY_CUT_SHORT) },
    { "row 38: short, then FIN", BYTES(LENGTH("6") "hello"), 'f', "hello",
      NO(FIMG_WHY_LOST) },
    { "row 38: short, then RST", BYTES(LENGTH("6") "hello"), 'r', "hello",
      NO(FIMG_WHY_LOST) },
    { "row 38: short, then silence", BYTES(LENGTH("6") "hello"), 'o', "hello",
      NO(FIMG_WHY_IDLE_LIMIT) },
    { "row 39: surplus", BYTES(LENGTH("5") "helloHTTP/1.1 200 OK\r\n"), 's',
      "hello", BY_LENGTH, false },

    { "row 41: chunked", BYTES(CHUNKED "5\r\nhello\r\n0\r\n\r\n"), 'o', "hello",
      BY_CHUNK, true },
    { "row 41, 42: chunks of 1 byte",
      BYTES(CHUNKED "1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n"
                    "0\r\n\r\n"),
      'o', "hello", BY_CHUNK, true },
    { "row 43: hex digits of any case",
      BYTES(CHUNKED "a\r\n0123456789\r\n0C\r\nabcdefghijkl\r\n"
                    "000000000000000F\r\nABCDEFGHIJKLMNO\r\n000\r\n\r\n"),
      'o', "0123456789abcdefghijklABCDEFGHIJKLMNO", BY_CHUNK, true },
    { "row 43: 17 digits", BYTES(CHUNKED "00000000000000005\r\nhello\r\n"), 'o',
      "", NO(FIMG_WHY_CHUNK) },
    { "row 44: no size", BYTES(CHUNKED "\r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 44: -1", BYTES(CHUNKED "-1\r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 44: +1", BYTES(CHUNKED "+1\r\nh\r\n"), 'o', "", NO(FIMG_WHY_CHUNK) },
    { "row 44: 0x5", BYTES(CHUNKED "0x5\r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 44: 5g", BYTES(CHUNKED "5g\r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 44: blank before", BYTES(CHUNKED " 5\r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 44: blank behind", BYTES(CHUNKED "5 \r\nhello\r\n"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 45: ffffffff", BYTES(CHUNKED "ffffffff\r\nhello"), 'n', "hello",
      NO(FIMG_WHY_CUT_SHORT) },
    { "row 45: 7fffffff", BYTES(CHUNKED "7fffffff\r\nhello"), 'f', "hello",
      NO(FIMG_WHY_LOST) },
    { "row 45: 2^64 - 1", BYTES(CHUNKED "ffffffffffffffff\r\nhello"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 45: 2^63", BYTES(CHUNKED "8000000000000000\r\nhello"), 'o', "",
      NO(FIMG_WHY_CHUNK) },
    { "row 45: 2^32 + 5", BYTES(CHUNKED "100000005\r\nhello\r\n0\r\n\r\n"), 'o',
      "", NO(FIMG_WHY_CHUNK) },
    { "row 45: 2^64 + 5",
      BYTES(CHUNKED "10000000000000005\r\nhello\r\n0\r\n"
                    "\r\n"),
      'o', "", NO(FIMG_WHY_CHUNK) },
    { "row 46: extensions",
      BYTES(CHUNKED "2;a=b\r\nhe\r\n2;a=\"x\\\"y\"\r\nll\r\n1; a\r\no\r\n"
                    "0;end\r\n\r\n"),
      'o', "hello", BY_CHUNK, true },
    { "row 46: LF in an extension", BYTES(CHUNKED "5;a\nb\r\nhello\r\n"), 'o',
      "", NO(FIMG_WHY_CHUNK) },
    { "row 47: no end of line after data", BYTES(CHUNKED "2\r\nhello\r\n"), 'o',
      "he", NO(FIMG_WHY_CHUNK) },
    { "row 47: LF after data", BYTES(CHUNKED "2\r\nhe\n0\r\n\r\n"), 'o', "he",
      NO(FIMG_WHY_CHUNK) },
    { "row 47: CR after data", BYTES(CHUNKED "2\r\nhe\r0\r\n\r\n"), 'o', "he",
      NO(FIMG_WHY_CHUNK) },
    { "row 48: last chunk of many zeros",
      BYTES(CHUNKED "5\r\nhello\r\n000\r\n\r\n"), 'o', "hello", BY_CHUNK,
      true },
    { "row 48: close_notify before the blank line",
      BYTES(CHUNKED "5\r\nhello\r\n0\r\n"), 'n', "hello",
      NO(FIMG_WHY_CUT_SHORT) },
    { "row 48: FIN before the blank line", BYTES(CHUNKED "5\r\nhello\r\n0\r\n"),
      'f', "hello", NO(FIMG_WHY_LOST) },
    { "row 49: trailers",
      BYTES(CHUNKED "5\r\nhello\r\n0\r\nContent-Length: 9\r\n"
                    "Transfer-Encoding: x\r\nConnection: close\r\n"
                    "Set-Cookie: a\r\n\r\n"),
      'o', "hello", BY_CHUNK, true },
    { "row 49: NUL in a trailer",
      BYTES(CHUNKED "5\r\nhello\r\n0\r\nA: \0\r\n\r\n"), 'o', "hello",
      NO(FIMG_WHY_CHUNK) },
    { "row 50: FIN in the size", BYTES(CHUNKED "5"), 'f', "",
      NO(FIMG_WHY_LOST) },
    { "row 50: close_notify in the data", BYTES(CHUNKED "5\r\nhel"), 'n', "hel",
      NO(FIMG_WHY_CUT_SHORT) },
    { "row 50: FIN after the data's CR", BYTES(CHUNKED "5\r\nhello\r"), 'f',
      "hello", NO(FIMG_WHY_LOST) },
    { "row 51: chunked and a length",
      BYTES(OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\n"
               "hello\r\n0\r\n\r\n"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 51: a length and chunked",
      BYTES(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
               "hello"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 52: gzip, chunked",
      BYTES(OK "Transfer-Encoding: gzip, chunked\r\n\r\n"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 52: chunked, gzip",
      BYTES(OK "Transfer-Encoding: chunked, gzip\r\n\r\n"), 'o', "",
      NO(FIMG_WHY_FRAMING) },
    { "row 52: identity", BYTES(OK "Transfer-Encoding: identity\r\n\r\n"), 'o',
      "", NO(FIMG_WHY_FRAMING) },
    { "row 52: xchunked", BYTES(OK "Transfer-Encoding: xchunked\r\n\r\n"), 'o',
      "", NO(FIMG_WHY_FRAMING) },
    { "row 52: chunked twice",
      BYTES(OK "Transfer-Encoding: chunked\r\n"
               "Transfer-Encoding: chunked\r\n\r\n"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 52: an empty element",
      BYTES(OK "Transfer-Encoding: chunked,\r\n"
               "\r\n"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 52: a weight", BYTES(OK "Transfer-Encoding: chunked;q=1\r\n\r\n"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 52: Chunked",
      BYTES(OK "Transfer-Encoding: Chunked\r\n\r\n"
               "5\r\nhello\r\n0\r\n\r\n"),
      'o', "hello", BY_CHUNK, true },
    { "row 53: chunked in HTTP/1.0",
      BYTES("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nhello\r\n0\r\n\r\n"),
      'o', "", NO(FIMG_WHY_FRAMING) },
    { "row 54: gzip",
      BYTES(OK "Content-Encoding: gzip\r\n"
               "Content-Length: 5\r\n\r\nhello"),
      'o', "", NO(FIMG_WHY_ENCODING) },
    { "row 54: identity",
      BYTES(OK "Content-Encoding: Identity\r\n"
               "Content-Length: 5\r\n\r\nhello"),
      'o', "hello", BY_LENGTH, true },
    { "row 54: identity, br",
      BYTES(OK "Content-Encoding: identity, br\r\n"
               "Content-Length: 5\r\n\r\nhello"),
      'o', "", NO(FIMG_WHY_ENCODING) },
    { "row 55: surplus after the last chunk",
      BYTES(CHUNKED "5\r\nhello\r\n0\r\n\r\nX"), 's', "hello", BY_CHUNK,
      false },
    { "no chunk with data", BYTES(CHUNKED "0\r\n\r\n"), 'o', "", FIMG_WHY_EMPTY,
      FIMG_END_CHUNKED, false },

    { "row 57: no length, close_notify", BYTES(OK "\r\nhello"), 'n', "hello",
      FIMG_WHY_NONE, FIMG_END_CLOSE_NOTIFY, false },
    { "row 57: no length, HTTP/1.0", BYTES("HTTP/1.0 200 OK\r\n\r\nhello"), 'n',
      "hello", FIMG_WHY_NONE, FIMG_END_CLOSE_NOTIFY, false },
    { "no length, no byte, close_notify", BYTES(OK "\r\n"), 'n', "",
      FIMG_WHY_EMPTY, FIMG_END_CLOSE_NOTIFY, false },
    { "row 58: no length, FIN", BYTES(OK "\r\nhello"), 'f', "hello",
      NO(FIMG_WHY_LOST) },
    { "row 58: no length, RST", BYTES(OK "\r\nhello"), 'r', "hello",
      NO(FIMG_WHY_LOST) },
    { "row 58: no length, silence", BYTES(OK "\r\nhello"), 'o', "hello",
      NO(FIMG_WHY_IDLE_LIMIT) },
};

/* Bodies of pattern: what they are made of, and the limit on their size. */
static const struct {
    const char *name;
    const char *head;
    size_t first; /* bytes of pattern, then `between`, then */
    const char *between;
    size_t second; /* more pattern, then `after` */
    const char *after;
    uint32_t max_size;
    uint64_t stored;
    enum fimg_reason reason;
} large[] = {
    { "row 40: one byte below a record", LENGTH("16383"), 16383, "", 0, "", 0,
      16383, FIMG_WHY_NONE },
    { "row 40: a record", LENGTH("16384"), 16384, "", 0, "", 0, 16384,
      FIMG_WHY_NONE },
    { "row 40: one byte above a record", LENGTH("16385"), 16385, "", 0, "", 0,
      16385, FIMG_WHY_NONE },
    { "row 41: one large chunk", CHUNKED "186A0\r\n", 100000, "\r\n0\r\n\r\n",
      0, "", 0, 100000, FIMG_WHY_NONE },
    { "row 41: a chunk ends with a record", CHUNKED "4000\r\n", 16384,
      "\r\n4001\r\n", 16385, "\r\n0\r\n\r\n", 0, 32769, FIMG_WHY_NONE },
    { "row 36: exactly the limit", LENGTH("20000"), 20000, "", 0, "", 20000,
      20000, FIMG_WHY_NONE },
    { "row 36: one more than the limit", LENGTH("20000"), 20000, "", 0, "",
      19999, 0, FIMG_WHY_TOO_LARGE },
    { "row 34: 4 GB and no limit", LENGTH("4294967296"), 16384, "", 0, "",
      UINT32_MAX, 0, FIMG_WHY_TOO_LARGE },
    { "row 56: chunks up to the limit", CHUNKED "2710\r\n", 10000,
      "\r\n2710\r\n", 10000, "\r\n0\r\n\r\n", 20000, 20000, FIMG_WHY_NONE },
    { "row 56: chunks above the limit", CHUNKED "2710\r\n", 10000,
      "\r\n2711\r\n", 10001, "\r\n0\r\n\r\n", 20000, 20000,
      FIMG_WHY_TOO_LARGE },
    { "row 56: no length, above the limit", OK "\r\n", 20001, "", 0, "", 20000,
      20000, FIMG_WHY_TOO_LARGE },
    { "row 56: a limit of one byte", CHUNKED "2\r\n", 2, "\r\n0\r\n\r\n", 0, "",
      1, 1, FIMG_WHY_TOO_LARGE },
};

static void run_large(size_t i, const struct reply_combination *how)
{
    struct peer_step steps[] = {
        DO(PEER_REQUEST),
        { PEER_SEND, large[i].head, strlen(large[i].head), how->piece },
        { PEER_SEND, NULL, large[i].first, how->piece },
        { PEER_SEND, large[i].between, strlen(large[i].between), 0 },
        { PEER_SEND, NULL, large[i].second, how->piece },
        { PEER_SEND, large[i].after, strlen(large[i].after), 0 },
        DO(PEER_REST),
    };
    static struct rig r;

    rig_open(&r, steps);
    r.cap = how->cap;
    /* records of 1 byte are small enough a piece */
    r.port.window_in = how->piece == 1 ? 0 : how->window;
    r.request.wait_ms = how->wait_ms;
    r.request.max_size = large[i].max_size;
    (void)rig_download(&r);
    rig_expect(&r, large[i].reason);
    CHECK(r.stored == large[i].stored);
    rig_close(&r);
}

/* Framing that goes on for ever and brings nothing. */
static void overhead(const char *name, const char *start, const char *again,
                     const char *image)
{
    static char wire[20000];
    struct peer_step steps[] = { DO(PEER_REQUEST),
                                 { PEER_SEND, wire, 0, 0 },
                                 DO(PEER_REST) };
    static struct rig r;
    size_t len = strlen(start);

    check_case("%s", name);
    strcpy(wire, start);
    for (; len + strlen(again) < sizeof wire; len += strlen(again))
        strcpy(wire + len, again);
    steps[1].len = len;
    rig_open(&r, steps);
    r.expect = image;
    r.expect_len = strlen(image);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_CHUNK);
    CHECK(r.stored == strlen(image));
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    run_reply_cases(cases, COUNT(cases));
    for (size_t i = 0; i < COUNT(large); i++) {
        struct reply_combination how;

        check_case("%s", large[i].name);
        for (unsigned n = 0; next_combination(&how, n * 11 + (unsigned)i); n++)
            run_large(i, &how);
    }
    overhead("row 46: endless extension", CHUNKED "1;", "x", "");
    overhead("row 49: endless trailers", CHUNKED "1\r\na\r\n0\r\n", "A: b\r\n",
             "a");
    overhead("row 46: endless zeros", CHUNKED, "0", "");
    return check_exit("session/body");
}
