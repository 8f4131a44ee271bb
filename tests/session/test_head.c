/*
 * test_head.c: reply heads of every kind, read from their first byte to the
 * end of the download. Rows A and B of the table of wire behaviour.
 */
#include "reply_cases.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define FIVE "Content-Length: 5\r\n\r\nhello"
#define HELLO FIMG_WHY_NONE, FIMG_END_LENGTH, true
#define NO(reason) "", reason, FIMG_END_NONE, false
#define INTERIM "HTTP/1.1 100 Continue\r\n\r\n"
#define INTERIMS4 INTERIM INTERIM INTERIM INTERIM

static const struct reply_case cases[] = {
    { "row 1, 2, 3: status line and length", BYTES(OK FIVE), 'o', "hello",
      HELLO },
    { "row 4: HTTP/1.0 is not kept", BYTES("HTTP/1.0 200 OK\r\n" FIVE), 'o',
      "hello", FIMG_WHY_NONE, FIMG_END_LENGTH, false },
    { "row 5: no reason phrase", BYTES("HTTP/1.1 200\r\n" FIVE), 'o', "hello",
      HELLO },
    { "row 5: empty reason phrase", BYTES("HTTP/1.1 200 \r\n" FIVE), 'o',
      "hello", HELLO },
    { "row 6: HTTP/2.0", BYTES("HTTP/2.0 200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 6: HTTP/1.x", BYTES("HTTP/1.x 200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 6: HTTP/1.2", BYTES("HTTP/1.2 200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 6: ICY", BYTES("ICY 200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 6: lower case", BYTES("http/1.1 200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 20", BYTES("HTTP/1.1 20 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 2000", BYTES("HTTP/1.1 2000 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 2x0", BYTES("HTTP/1.1 2x0 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status -200", BYTES("HTTP/1.1 -200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status +200", BYTES("HTTP/1.1 +200 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 000", BYTES("HTTP/1.1 000 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 099", BYTES("HTTP/1.1 099 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 7: status 600", BYTES("HTTP/1.1 600 OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 8: blank line first", BYTES("\r\n" OK FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 9: an SSH server", BYTES("SSH-2.0-OpenSSH_9.2\r\n"), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 9: a TLS alert inside TLS", BYTES("\x15\3\1\0\2\2\50"), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 9: HTTP/2 settings", BYTES("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x80"), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 11: NUL behind the status", BYTES("HTTP/1.1 200\0OK\r\n" FIVE), 'o',
      NO(FIMG_WHY_STATUS_LINE) },
    { "row 11: escape in the reason", BYTES("HTTP/1.1 200 \33[2J\r\n" FIVE),
      'o', NO(FIMG_WHY_STATUS_LINE) },
    { "row 12: 100 Continue first", BYTES(INTERIM OK FIVE), 'o', "hello",
      HELLO },
    { "row 12: early hints",
      BYTES("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n"
            "Content-Encoding: gzip\r\nConnection: close\r\n\r\n" OK FIVE),
      'o', "hello", HELLO },
    { "row 13: 101", BYTES("HTTP/1.1 101 Switching Protocols\r\n\r\n"), 'o',
      NO(FIMG_WHY_INTERIM) },
    { "row 14: eight interim responses", BYTES(INTERIMS4 INTERIMS4 OK FIVE),
      'o', "hello", HELLO },
    { "row 14: nine interim responses",
      BYTES(INTERIMS4 INTERIMS4 INTERIM OK FIVE), 'o', NO(FIMG_WHY_INTERIM) },
    { "row 15: an interim response with a length",
      BYTES("HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n"
            "Transfer-Encoding: chunked\r\n\r\n" OK FIVE),
      'o', "hello", HELLO },
    { "row 16: 204 with a body", BYTES("HTTP/1.1 204 No Content\r\n" FIVE), 'o',
      NO(FIMG_WHY_HTTP_STATUS) },
    { "row 16: 205 with a body", BYTES("HTTP/1.1 205 Reset\r\n" FIVE), 'o',
      NO(FIMG_WHY_HTTP_STATUS) },
    { "row 16, 59: 304 with a length",
      BYTES("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), 'o',
      NO(FIMG_WHY_HTTP_STATUS) },

    { "row 17, 29: names in any case, blanks around values",
      BYTES(OK "CONTENT-length:\t 5 \t \r\nconnection:keep-ALIVE\r\n\r\n"
               "hello"),
      'o', "hello", HELLO },
    { "row 18: names that only resemble",
      BYTES(OK "Content-Length-X: 1\r\nX-Content-Length: 2\r\nContent-Lengt: 3"
               "\r\nTransfer-Encodin: chunked\r\n" FIVE),
      'o', "hello", HELLO },
    { "row 19: blank before the colon",
      BYTES(OK "Content-Length : 5\r\n\r\nhello"), 'o', NO(FIMG_WHY_FIELD) },
    { "row 20: empty name", BYTES(OK ": x\r\n" FIVE), 'o', NO(FIMG_WHY_FIELD) },
    { "row 20: separator in a name", BYTES(OK "a(b: x\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 20: 8-bit in a name", BYTES(OK "a\xff: x\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 20: NUL in a name", BYTES(OK "a\0b: x\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 21: no colon", BYTES(OK "nothing\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 22: continuation line", BYTES(OK "A: b\r\n c\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 22: continued length",
      BYTES(OK "Content-Length:\r\n 5\r\n\r\nhello"), 'o',
      NO(FIMG_WHY_FRAMING) },
    { "row 23: lone LF", BYTES(OK "A: b\n" FIVE), 'o', NO(FIMG_WHY_FIELD) },
    { "row 23: lone CR", BYTES(OK "A: b\rc\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 23: CR CR LF", BYTES(OK "A: b\r\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 23: CR CR at the end", BYTES(OK "Content-Length: 5\r\n\r\r\nhello"),
      'o', NO(FIMG_WHY_FIELD) },
    { "row 24: NUL in a value", BYTES(OK "A: b\0c\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 24: NUL in a length", BYTES(OK "Content-Length: 5\0\r\n\r\nhello"),
      'o', NO(FIMG_WHY_FIELD) },
    { "row 24: DEL in a value", BYTES(OK "A: b\x7f\r\n" FIVE), 'o',
      NO(FIMG_WHY_FIELD) },
    { "row 28: two types",
      BYTES(OK "Content-Type: image/png\r\nContent-Type: image/gif\r\n" FIVE),
      'o', "hello", HELLO },
    { "row 28: two types, one of them JSON",
      BYTES(OK "Content-Type: application/json\r\nContent-Type: image/gif\r\n"
               "Content-Length: 2\r\n\r\n{}"),
      'o', "", FIMG_WHY_JSON, FIMG_END_LENGTH, true },
    { "row 30: FIN in the status line", BYTES("HTTP/1.1 20"), 'f',
      NO(FIMG_WHY_LOST) },
    { "row 30: FIN in a field", BYTES(OK "Content-Le"), 'f',
      NO(FIMG_WHY_LOST) },
    { "row 30: RST in the head's end", BYTES(OK "Content-Length: 5\r\n\r"), 'r',
      NO(FIMG_WHY_LOST) },
    { "row 30: close_notify in a field", BYTES(OK "Content-Length: 5"), 'n',
      NO(FIMG_WHY_CUT_SHORT) },
    { "row 60: Connection: close", BYTES(OK "Connection: close\r\n" FIVE), 'o',
      "hello", FIMG_WHY_NONE, FIMG_END_LENGTH, false },
    { "row 60: close in a list",
      BYTES(OK "Connection: keep-alive , CLOSE,x\r\n" FIVE), 'o', "hello",
      FIMG_WHY_NONE, FIMG_END_LENGTH, false },
    { "row 60: close in a second field",
      BYTES(OK "Connection: keep-alive\r\nConnection:\t,close\r\n" FIVE), 'o',
      "hello", FIMG_WHY_NONE, FIMG_END_LENGTH, false },
};

/* A reply with `count` bytes of 'x' in its middle. */
static void run_long(const char *name, const char *before, size_t count,
                     const char *after, const char *image,
                     enum fimg_reason reason)
{
    static char wire[80000];
    struct peer_step steps[] = { DO(PEER_REQUEST),
                                 { PEER_SEND, wire, 0, 0 },
                                 DO(PEER_REST) };
    static struct rig r;

    check_case("%s", name);
    strcpy(wire, before);
    memset(wire + strlen(before), 'x', count);
    strcpy(wire + strlen(before) + count, after);
    steps[1].len = strlen(wire);
    for (size_t piece = 5000; piece < 20000; piece += 11384) {
        steps[1].piece = piece;
        rig_open(&r, steps);
        r.expect = image;
        r.expect_len = strlen(image);
        (void)rig_download(&r);
        rig_expect(&r, reason);
        rig_close(&r);
    }
}

static void endless(const char *name, const char *start, const char *again,
                    enum fimg_reason reason)
{
    static char wire[80000];
    struct peer_step steps[] = { DO(PEER_REQUEST),
                                 { PEER_SEND, wire, 0, 0 },
                                 DO(PEER_REST) };
    static struct rig r;
    size_t len = strlen(start);

    check_case("%s", name);
    strcpy(wire, start);
    for (; len + strlen(again) < 70000; len += strlen(again))
        strcpy(wire + len, again);
    steps[1].len = len;
    rig_open(&r, steps);
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(fimg_report(r.f)->wire_in < 75000);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    run_reply_cases(cases, COUNT(cases));
    run_long("row 10: reason phrase of 64 KB", "HTTP/1.1 200 ", 65536,
             "\r\n" FIVE, "", FIMG_WHY_HEAD_SIZE);
    run_long("row 10: reason phrase of 60 KB", "HTTP/1.1 200 ", 60000,
             "\r\n" FIVE, "hello", FIMG_WHY_NONE);
    run_long("row 25: unneeded field of 20 KB", OK "X-Policy: ", 20480,
             "\r\n" FIVE, "hello", FIMG_WHY_NONE);
    run_long("row 25: needed field of 20 KB", OK "Location: ", 20480,
             "\r\n" FIVE, "hello", FIMG_WHY_NONE);
    run_long("row 26: one field of 66 KB", OK "X-Policy: ", 66000, "\r\n" FIVE,
             "", FIMG_WHY_HEAD_SIZE);
    /* whose end might say +json */
    run_long("row 27: type of 300 bytes", OK "Content-Type: image/", 300,
             "\r\n" FIVE, "", FIMG_WHY_JSON);
    run_long("row 27: parameters of 300 bytes",
             OK "Content-Type: image/png; name=", 300, "\r\n" FIVE, "hello",
             FIMG_WHY_NONE);
    run_long("row 27: coding of 300 bytes", OK "Transfer-Encoding: chunked",
             300, "\r\n\r\n", "", FIMG_WHY_FRAMING);
    endless("row 26: endless fields", OK, "A: b\r\n", FIMG_WHY_HEAD_SIZE);
    endless("row 14: endless interim responses", "", INTERIM, FIMG_WHY_INTERIM);
    return check_exit("session/head");
}
