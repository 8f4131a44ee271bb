/*
 * test_api.c: Feishu's code, message and log id in an error reply: as Feishu
 * sends it, and as it might.
 */
#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "check.h"
#include "fimg_api.h"
#include "pieces.h"

#define NONE "(none)" /* no message, or no log id */

static const struct row {
    const char *name;
    const char *text;
    size_t len;
    int jsmn; /* what the parser makes of it: 0 is good */
    int32_t code;
    const char *msg, *log_id;
} rows[] = {
    { "row 101: as the API page has it",
      BYTES("{\"code\":234001,\"msg\":\"Invalid request param.\"}"), 0, 234001,
      "Invalid request param.", NONE },
    { "row 101: with details",
      BYTES("{\"code\":230001,\"msg\":\"param\",\"error\":{\"message\":\"m\","
            "\"log_id\":\"20251113\",\"details\":[{\"key\":\"code\","
            "\"value\":\"1\"}]},\"data\":{}}"),
      0, 230001, "param", "20251113" },
    { "row 101: another order, blanks and line ends",
      BYTES("\r\n { \"error\" : { \"log_id\" : \"L\" } ,\n\t\"msg\" : \"m\" , "
            "\"code\" : 99991663 } \n"),
      0, 99991663, "m", "L" },
    { "row 101: gateway's",
      BYTES("{\"code\":99991400,\"msg\":\"request trigger "
            "frequency limit\"}"),
      0, 99991400, "request trigger frequency limit", NONE },
    { "row 102: success",
      BYTES("{\"StatusCode\":0,\"StatusMessage\":\"success"
            "\",\"code\":0,\"data\":{},\"msg\":\"success"
            "\"}"),
      0, 0, "success", NONE },
    { "row 103: HTML", BYTES("<html><body>\"code\":1</body></html>"),
      JSMN_ERROR_INVAL, 0, NONE, NONE },
    { "row 103: text", BYTES("404 page not found"), JSMN_ERROR_INVAL, 0, NONE,
      NONE },
    { "row 103: empty", BYTES(""), 0, 0, NONE, NONE },
    { "row 103: blanks", BYTES(" \r\n"), 0, 0, NONE, NONE },
    { "row 103: a string", BYTES("\"code\""), 0, 0, NONE, NONE },
    { "row 103: an array", BYTES("[\"code\",1]"), 0, 0, NONE, NONE },
    { "row 103: an array of objects", BYTES("[{\"code\":1,\"msg\":\"m\"}]"), 0,
      0, NONE, NONE },
    { "row 103: an empty object", BYTES("{}"), 0, 0, NONE, NONE },
    { "row 103: cut off in the code", BYTES("{\"code\":2340"), JSMN_ERROR_PART,
      0, NONE, NONE },
    { "row 103: cut off behind the code", BYTES("{\"code\":234001,"),
      JSMN_ERROR_PART, 234001, NONE, NONE },
    { "row 103: cut off in the message", BYTES("{\"code\":1,\"msg\":\"Inv"),
      JSMN_ERROR_PART, 1, NONE, NONE },
    { "row 103: cut off behind the message", BYTES("{\"code\":1,\"msg\":\"m\""),
      JSMN_ERROR_PART, 1, "m", NONE },
    { "row 103: cut off in the details",
      BYTES("{\"code\":1,\"msg\":\"m\",\"error\":{\"log_id\":\"L\",\"de"),
      JSMN_ERROR_PART, 1, "m", "L" },
    { "row 103: key without a value", BYTES("{\"code\"}"), 0, 0, NONE, NONE },
    { "row 103: key without a value, cut off", BYTES("{\"msg\":\"m\",\"code\""),
      JSMN_ERROR_PART, 0, "m", NONE },
    { "row 103: keys in a row", BYTES("{\"code\",\"msg\"}"), 0, 0, NONE, NONE },
    { "row 103: garbage behind a good beginning",
      BYTES("{\"code\":1,\"msg\":\"m\",!}"), JSMN_ERROR_INVAL, 1, "m", NONE },
    { "row 103: bad escape", BYTES("{\"code\":1,\"msg\":\"a\\qb\"}"),
      JSMN_ERROR_INVAL, 1, NONE, NONE },
    { "row 103: bad \\u escape", BYTES("{\"code\":1,\"msg\":\"a\\u12g4\"}"),
      JSMN_ERROR_INVAL, 1, NONE, NONE },
    { "row 103: closed twice", BYTES("{\"code\":1}}"), JSMN_ERROR_INVAL, 1,
      NONE, NONE },
    { "row 103: closed wrongly", BYTES("{\"code\":1]"), JSMN_ERROR_INVAL, 1,
      NONE, NONE },
    { "row 103: two objects", BYTES("{\"code\":1}{\"code\":2}"), 0, 1, NONE,
      NONE },
    { "row 103: code as a string", BYTES("{\"code\":\"99991663\"}"), 0,
      99991663, NONE, NONE },
    { "row 103: code as a word", BYTES("{\"code\":\"none\"}"), 0, 0, NONE,
      NONE },
    { "row 103: code as an empty string", BYTES("{\"code\":\"\"}"), 0, 0, NONE,
      NONE },
    { "row 103: code as a string with a blank", BYTES("{\"code\":\" 1\"}"), 0,
      0, NONE, NONE },
    { "row 103: code as a float", BYTES("{\"code\":1.5}"), 0, 0, NONE, NONE },
    { "row 103: code with an exponent", BYTES("{\"code\":1e5}"), 0, 0, NONE,
      NONE },
    { "row 103: code negative", BYTES("{\"code\":-1}"), 0, -1, NONE, NONE },
    { "row 103: code -0", BYTES("{\"code\":-0}"), 0, 0, NONE, NONE },
    { "row 103: code -2147483647", BYTES("{\"code\":\"-2147483647\"}"), 0,
      -INT32_MAX, NONE, NONE },
    { "row 103: code -2147483648", BYTES("{\"code\":-2147483648}"), 0, 0,
      NONE, NONE },
    { "row 103: code only a sign", BYTES("{\"code\":\"-\"}"), 0, 0, NONE,
      NONE },
    { "row 103: code with two signs", BYTES("{\"code\":\"--1\"}"), 0, 0,
      NONE, NONE },
    { "row 103: code 2147483647", BYTES("{\"code\":2147483647}"), 0, INT32_MAX,
      NONE, NONE },
    { "row 103: code 2147483648", BYTES("{\"code\":2147483648}"), 0, 0, NONE,
      NONE },
    { "row 103: code 4294967297", BYTES("{\"code\":4294967297}"), 0, 0, NONE,
      NONE },
    { "row 103: code 18446744073709551617",
      BYTES("{\"code\":18446744073709551617}"), 0, 0, NONE, NONE },
    { "row 103: code of 30 digits",
      BYTES("{\"code\":123456789012345678901234567890}"), 0, 0, NONE, NONE },
    { "row 103: code null", BYTES("{\"code\":null,\"msg\":null}"), 0, 0, NONE,
      NONE },
    { "row 103: code true", BYTES("{\"code\":true}"), 0, 0, NONE, NONE },
    { "row 103: code an object", BYTES("{\"code\":{\"code\":7}}"), 0, 0, NONE,
      NONE },
    { "row 103: code an array", BYTES("{\"code\":[7],\"msg\":[\"m\"]}"), 0, 0,
      NONE, NONE },
    { "row 103: decoy before it",
      BYTES("{\"data\":{\"code\":7,\"msg\":\"x\"},\"code\":1,\"msg\":\"m\"}"),
      0, 1, "m", NONE },
    { "row 103: decoy behind it",
      BYTES("{\"code\":1,\"msg\":\"m\",\"data\":{\"code\":7,\"msg\":\"x\"}}"),
      0, 1, "m", NONE },
    { "row 103: only a decoy", BYTES("{\"data\":{\"code\":7,\"msg\":\"x\"}}"),
      0, 0, NONE, NONE },
    { "row 103: decoy in an array", BYTES("{\"a\":[{\"code\":7}],\"b\":8}"), 0,
      0, NONE, NONE },
    { "row 103: values that look like keys",
      BYTES("{\"a\":\"code\",\"b\":5,\"c\":\"msg\",\"d\":\"m\"}"), 0, 0, NONE,
      NONE },
    { "row 103: keys that begin or end like it",
      BYTES("{\"code1\":5,\"xcode\":6,\"cod\":7,\"Code\":8,\"msgs\":\"m\"}"), 0,
      0, NONE, NONE },
    { "row 103: escaped quote in a decoy",
      BYTES("{\"a\":\"\\\",\\\"code\\\":7\",\"code\":1}"), 0, 1, NONE, NONE },
    { "row 103: log id elsewhere",
      BYTES("{\"log_id\":\"x\",\"data\":{\"log_id\":\"y\"},\"code\":1,"
            "\"error\":{\"in\":{\"log_id\":\"z\"}}}"),
      0, 1, NONE, NONE },
    { "row 103: error as a string",
      BYTES("{\"error\":\"invalid_client\",\"code\":20002}"), 0, 20002, NONE,
      NONE },
    { "row 103: error as an array",
      BYTES("{\"error\":[\"log_id\",\"x\"],\"code\":1}"), 0, 1, NONE, NONE },
    { "log id behind the object", BYTES("{\"code\":1}\"log_id\":\"x\""), 0, 1,
      NONE, NONE },
    { "row 103: log id as a number",
      BYTES("{\"error\":{\"log_id\":5},\"code\":1}"), 0, 1, NONE, NONE },
    { "row 103: empty strings",
      BYTES("{\"code\":1,\"msg\":\"\",\"error\":{\"log_id\":\"\"}}"), 0, 1, "",
      "" },
    { "row 103: short escapes",
      BYTES("{\"msg\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t|\"}"), 0, 0, "\"\\/     |",
      NONE },
    { "row 103: escaped letters that are not escapes",
      BYTES("{\"msg\":\"\\\\b\\\\u0041\"}"), 0, 0, "\\b\\u0041", NONE },
    { "row 103: \\u escapes of one, two and three bytes",
      BYTES("{\"msg\":\"\\u0041\\u007f\\u0080\\u07FF\\u0800\\u6743\\uffff\"}"),
      0, 0, "A\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xe6\x9d\x83\xef\xbf\xbf", NONE },
    { "row 103: around the surrogates", BYTES("{\"msg\":\"\\ud7ff\\ue000\"}"),
      0, 0, "\xed\x9f\xbf\xee\x80\x80", NONE },
    { "row 103: unpaired surrogates",
      BYTES("{\"msg\":\"a\\ud800b\\udfffc\\udbff\"}"), 0, 0, "a?b?c?", NONE },
    { "row 103: surrogates in the wrong order",
      BYTES("{\"msg\":\"\\udc00\\ud800z\"}"), 0, 0, "\?\?z", NONE },
    { "row 103: invalid UTF-8 is left to the cleaner",
      BYTES("{\"code\":1,\"msg\":\"\xff\xc3(\"}"), 0, 1, "\xff\xc3(", NONE },
    { "row 103: Chinese",
      BYTES("{\"msg\":\"\xe6\x9d\x83\xe9\x99\x90\\u6743\"}"), 0, 0,
      "\xe6\x9d\x83\xe9\x99\x90\xe6\x9d\x83", NONE },
    { "row 103: NUL ends what jsmn sees",
      BYTES("{\"code\":1,\"msg\":\"m\"\0,\"code\":2}"), JSMN_ERROR_PART, 1, "m",
      NONE },
    { "row 103: NUL first", BYTES("\0{\"code\":1}"), 0, 0, NONE, NONE },
    { "row 104: jsmn takes \":{}", BYTES("\":{}"), JSMN_ERROR_PART, 0, NONE,
      NONE },
};

/* Not among them, as a part of it says something else. */
static const struct row twice = {
    "row 103: code and message twice, the last counts",
    BYTES("{\"code\":1,\"code\":2,\"msg\":\"a\",\"msg\":\"b\"}"),
    0,
    2,
    "b",
    NONE
};

static bool same(const char *at, size_t len, const char *expected)
{
    if (at == NULL)
        return strcmp(expected, NONE) == 0;
    return len == strlen(expected) && memcmp(at, expected, len) == 0;
}

/* What is to be shown is decoded afterwards. */
static void decode(struct fimg_api_reply *e, char *text, size_t len,
                   void *scratch, size_t scratch_len)
{
    fimg_api_decode(e, text, len, scratch, scratch_len);
    if (e->msg)
        e->msg_len = fimg_api_unescape(e->msg, e->msg_len);
    if (e->log_id)
        e->log_id_len = fimg_api_unescape(e->log_id, e->log_id_len);
}

#define SCRATCH 4096

static void check_decoded(const struct row *row, char *text, size_t len)
{
    struct fimg_api_reply e;
    int *scratch = block_of(SCRATCH);

    memset(&e, 0xa5, sizeof e);
    decode(&e, text, len, scratch, SCRATCH);
    CHECK(e.code == row->code);
    CHECK(same(e.msg, e.msg_len, row->msg));
    CHECK(same(e.log_id, e.log_id_len, row->log_id));
    CHECK(e.msg == NULL || (e.msg >= text && e.msg + e.msg_len <= text + len));
    free(scratch);
}

/* Collect the text in every cut, then read it, from a block of its size. */
static void test_row(const struct row *row)
{
    jsmntok_t tokens[SCRATCH / sizeof(jsmntok_t)];
    jsmn_parser parser;
    int parsed;

    check_case("%s", row->name);
    jsmn_init(&parser);
    parsed = jsmn_parse(&parser, row->text, row->len, tokens, COUNT(tokens));
    CHECK((parsed < 0 ? parsed : 0) == row->jsmn);
    for (struct cut c = { 0 }; next_cut(&c, row->len);) {
        char *kept = block_of(row->len);
        struct fimg_collector e = { 0, 0 };
        char *text;

        for (size_t pos = 0; pos < row->len;) {
            size_t n = cut_len(&c, pos, row->len);
            uint8_t *in = copy_of(row->text + pos, n);

            CHECK(fimg_collector_feed(&e, kept, row->len, in, n));
            free(in);
            pos += n;
        }
        CHECK(e.len == row->len && e.seen == row->len);
        text = copy_of(kept, e.len);
        check_decoded(row, text, e.len);
        free(text);
        free(kept);
    }
}

/*
 * Cut the text at every byte, and give the parser room for any number of
 * tokens: what is found must be right or nothing.
 */
static void test_less(const struct row *row)
{
    for (size_t len = 0; len <= row->len; len++)
        for (size_t room = 0; room <= 24; room += len == row->len ? 1 : 24) {
            size_t scratch_len = room * sizeof(jsmntok_t) + room % 5;
            int *scratch = block_of(scratch_len);
            char *text = copy_of(row->text, len);
            struct fimg_api_reply e;

            decode(&e, text, len, scratch, scratch_len);
            CHECK(e.code == 0 || e.code == row->code);
            CHECK(e.msg == NULL || same(e.msg, e.msg_len, row->msg));
            CHECK(e.log_id == NULL ||
                  same(e.log_id, e.log_id_len, row->log_id));
            CHECK(room >= 3 || (e.code == 0 && e.msg == NULL));
            CHECK(e.log_id == NULL || room >= 5);
            free(text);
            free(scratch);
        }
}

static void test_no_room(void)
{
    static const char text[] = "{\"code\":234001,\"msg\":\"m\",\"a\":1}";

    check_case("row 104: room for 0 to 7 tokens");
    for (size_t room = 0; room <= 7; room++) {
        size_t size = room * sizeof(jsmntok_t);
        int *scratch = block_of(size);
        char *copy = copy_of(text, sizeof text - 1);
        struct fimg_api_reply e;
        jsmntok_t tokens[7];
        jsmn_parser parser;

        jsmn_init(&parser);
        CHECK((jsmn_parse(&parser, text, sizeof text - 1, tokens,
                          (unsigned)room) == JSMN_ERROR_NOMEM) == (room < 7));
        decode(&e, copy, sizeof text - 1, scratch, size);
        CHECK(e.code == (room >= 3 ? 234001 : 0));
        CHECK(same(e.msg, e.msg_len, room >= 5 ? "m" : NONE));
        free(copy);
        free(scratch);
    }
}

static void test_nul(void)
{
    char text[] = "{\"msg\":\"a\\u0000b\"}";
    int scratch[SCRATCH / sizeof(int)];
    struct fimg_api_reply e;

    check_case("row 103: \\u0000 in a message");
    decode(&e, text, sizeof text - 1, scratch, sizeof scratch);
    CHECK(e.msg != NULL && e.msg_len == 3);
    CHECK(e.msg != NULL && memcmp(e.msg, "a\0b", 3) == 0);
}

/* `before`, `count` times `each`, `after`: must decode to this code. */
static void test_bulk(const char *name, const char *before, const char *each,
                      size_t count, const char *after, int32_t code)
{
    size_t len = strlen(before) + count * strlen(each) + strlen(after);
    char *text = block_of(len + 1), *at = text + strlen(before), *copy;
    int *scratch = block_of(SCRATCH * 4);
    struct fimg_api_reply e;

    memcpy(text, before, strlen(before));
    for (size_t i = 0; i < count; i++, at += strlen(each))
        memcpy(at, each, strlen(each));
    memcpy(at, after, strlen(after) + 1);
    copy = copy_of(text, len);
    check_case("%s", name);
    decode(&e, copy, len, scratch, SCRATCH * 4);
    CHECK(e.code == code);
    free(copy);
    free(text);
    free(scratch);
}

/* The text keeps the first bytes, counts the others, and then refuses. */
static void test_bounds(size_t piece, size_t total)
{
    char *kept = block_of(FIMG_ERROR_TEXT_CAP);
    struct fimg_collector e = { 0, 0 };
    uint8_t *in = block_of(piece);
    size_t fed = 0;
    bool more = true;

    check_case("row 101: %lu bytes of error text in pieces of %lu",
               (unsigned long)total, (unsigned long)piece);
    while (more && fed < total) {
        size_t n = total - fed < piece ? total - fed : piece;
        uint8_t *exact;

        for (size_t i = 0; i < n; i++)
            in[i] = (uint8_t)((fed + i) * 7 >> 3);
        exact = copy_of(in, n);
        more = fimg_collector_feed(&e, kept, FIMG_ERROR_TEXT_CAP, exact, n);
        CHECK(more == (fed + n <= FIMG_ERROR_BODY_MAX));
        free(exact);
        fed += n;
        if (more)
            CHECK(e.seen == fed);
        CHECK(e.len <= FIMG_ERROR_TEXT_CAP && e.len <= fed);
    }
    CHECK(e.len == (fed < FIMG_ERROR_TEXT_CAP ? fed : FIMG_ERROR_TEXT_CAP));
    for (size_t i = 0; i < e.len; i++)
        CHECK((uint8_t)kept[i] == (uint8_t)(i * 7 >> 3));
    free(in);
    free(kept);
}

int main(void)
{
    static const size_t pieces[] = { 1, 7, 256, 1000, 1024, 1025, 16384 };
    static const size_t totals[] = { 1,
                                     FIMG_ERROR_TEXT_CAP - 1,
                                     FIMG_ERROR_TEXT_CAP,
                                     FIMG_ERROR_TEXT_CAP + 1,
                                     65535,
                                     65536,
                                     65537,
                                     90000 };

    for (size_t i = 0; i < COUNT(rows); i++) {
        test_row(&rows[i]);
        test_less(&rows[i]);
    }
    test_row(&twice);
    test_nul();
    test_no_room();
    test_bulk("row 103: 2000 objects inside each other",
              "{\"code\":1,\"a\":", "{\"a\":", 2000, "1", 1);
    test_bulk("row 103: 2000 arrays inside each other", "", "[", 2000, "", 0);
    test_bulk("row 103: 2000 levels, then the code", "{\"a\":", "{\"a\":", 700,
              ",\"code\":1", 0);
    test_bulk("row 103: 100000 tokens", "{\"code\":1,\"a\":[", "1,", 100000,
              "1]}", 1);
    test_bulk("row 103: 100000 tokens before the code", "{\"a\":[", "1,",
              100000, "1],\"code\":1}", 0);
    test_bulk("row 103: a message of 60000 characters",
              "{\"code\":1,\"msg\":\"", "\\u6743", 10000, "\"}", 1);
    for (size_t p = 0; p < COUNT(pieces); p++)
        for (size_t t = 0; t < COUNT(totals); t++)
            test_bounds(pieces[p], totals[t]);
    return check_exit("unit/api");
}
