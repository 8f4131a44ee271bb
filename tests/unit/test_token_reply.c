/*
 * test_token_reply.c: a token out of the replies that token endpoints send,
 * and that anybody might.
 */
#include "tokens.h"

#define NONE "(none)" /* no token */
#define JWT "eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJhIn0.M_x-Y"
#define T "\"tenant_access_token\":\"t-1\""
#define E(value) "{" T ",\"expire\":" value "}"

/* --- read out of JSON ----------------------------------------------------- */

static const struct row {
    const char *name;
    const char *text;
    size_t len;
    const char *token;
    uint32_t life_s;
    int32_t code;
    bool good; /* a token to work with */
} rows[] = {
    { "as the page for self-built apps has it",
      BYTES("{\"code\":0,\"msg\":\"ok\",\"tenant_access_token\":"
            "\"t-caecc734c2e3328a62489fe0648c4b98779515d3\",\"expire\":7200}"),
      "t-caecc734c2e3328a62489fe0648c4b98779515d3", 7200, 0, true },
    { "as the page for app access tokens has it",
      BYTES("{\"app_access_token\":\"t-other\",\"code\":0,\"expire\":7140,"
            "\"msg\":\"ok\",\"tenant_access_token\":\"" TOKEN "\"}"),
      TOKEN, 7140, 0, true },
    { "as the page for store apps has it",
      BYTES("{\n    \"code\": 0,\n    \"msg\": \"success\",\n"
            "    \"tenant_access_token\": \"t-xxx\",\n"
            "    \"expire\": 7200 \n}\n"),
      "t-xxx", 7200, 0, true },
    { "as OAuth has it",
      BYTES("{\"access_token\":\"" JWT "\",\"token_type\":\"Bearer\","
            "\"expires_in\":7199}"),
      JWT, 7199, 0, true },
    { "OAuth with a code and more",
      BYTES("{\"code\":0,\"token_type\":\"Bearer\",\"scope\":\"\","
            "\"expires_in\":7200,\"access_token\":\"" JWT "\"}"),
      JWT, 7200, 0, true },
    { "invalid param", BYTES("{\"code\":10003,\"data\":{},\"msg\":\"x\"}"),
      NONE, 0, 10003, false },
    { "app secret invalid",
      BYTES("{\"code\":10014,\"msg\":\"app secret invalid\"}"), NONE, 0, 10014,
      false },
    { "OAuth's refusal",
      BYTES("{\"error\":\"invalid_grant\",\"error_description\":\"x\","
            "\"code\":20003}"),
      NONE, 0, 20003, false },
    { "OAuth's refusal without a code", BYTES("{\"error\":\"invalid_client\"}"),
      NONE, 0, 0, false },
    { "a code before the token", BYTES("{\"code\":1,\"expire\":7200," T "}"),
      "t-1", 7200, 1, false },
    { "a negative code", BYTES("{\"code\":-1,\"expire\":7200," T "}"),
      "t-1", 7200, -1, false },
    { "a code as text", BYTES("{\"code\":\"10014\",\"expire\":7200," T "}"),
      "t-1", 7200, 10014, false },
    { "code 0 as text", BYTES("{\"code\":\"0\",\"expire\":7200," T "}"), "t-1",
      7200, 0, true },
    { "no code", BYTES(E("7200")), "t-1", 7200, 0, true },
    { "empty", BYTES(""), NONE, 0, 0, false },
    { "blanks", BYTES(" \r\n"), NONE, 0, 0, false },
    { "HTML", BYTES("<html>" E("7200") "</html>"), NONE, 0, 0, false },
    { "a token alone", BYTES("\"" TOKEN "\""), NONE, 0, 0, false },
    { "an array", BYTES("[" E("7200") "]"), NONE, 0, 0, false },
    { "an empty object", BYTES("{}"), NONE, 0, 0, false },
    { "somewhere inside", BYTES("{\"data\":" E("7200") ",\"code\":0}"), NONE, 0,
      0, false },
    { "a lifetime somewhere inside", BYTES("{" T ",\"a\":{\"expire\":7200}}"),
      "t-1", 0, 0, false },
    { "another app's", BYTES("{\"app_access_token\":\"a-1\",\"expire\":7200}"),
      NONE, 7200, 0, false },
    { "names that begin or end like it",
      BYTES("{\"xaccess_token\":\"a\",\"access_tokens\":\"b\","
            "\"Access_token\":\"c\",\"expires\":1,\"expires_i\":2}"),
      NONE, 0, 0, false },
    { "an empty token", BYTES("{\"access_token\":\"\",\"expire\":7200}"), "",
      7200, 0, false },
    { "null", BYTES("{\"access_token\":null,\"expire\":7200}"), NONE, 7200, 0,
      false },
    { "a number", BYTES("{\"access_token\":12345,\"expire\":7200}"), NONE, 7200,
      0, false },
    { "an object", BYTES("{\"access_token\":{\"a\":\"b\"},\"expire\":7200}"),
      NONE, 7200, 0, false },
    { "a list", BYTES("{\"access_token\":[\"t-1\"],\"expire\":7200}"), NONE,
      7200, 0, false },
    { "an escaped letter",
      BYTES("{\"access_token\":\"\\u0074-1\",\"expire\":7200}"), "\\u0074-1",
      7200, 0, false },
    { "an escaped quote",
      BYTES("{\"access_token\":\"t-\\\"1\",\"expire\":7200}"), "t-\\\"1", 7200,
      0, false },
    { "a backslash at its end",
      BYTES("{\"access_token\":\"t-1\\\\\",\"expire\":7200}"), "t-1\\\\", 7200,
      0, false },
    { "a line end in it",
      BYTES("{\"access_token\":\"t\r\nX: y\",\"expire\":7200}"), "t\r\nX: y",
      7200, 0, false },
    { "8 bits in it",
      BYTES("{\"access_token\":\"t-\xc3\xa4\",\"expire\":7200}"), "t-\xc3\xa4",
      7200, 0, false },
    { "NUL in it", BYTES("{\"access_token\":\"t-\0001\",\"expire\":7200}"),
      NONE, 0, 0, false },
    { "no lifetime", BYTES("{" T "}"), "t-1", 0, 0, false },
    { "lifetime 0", BYTES(E("0")), "t-1", 0, 0, false },
    { "lifetime -1", BYTES(E("-1")), "t-1", 0, 0, false },
    { "lifetime 1", BYTES(E("1")), "t-1", 1, 0, true },
    { "lifetime 1e12", BYTES(E("1e12")), "t-1", 0, 0, false },
    { "lifetime 10^12", BYTES(E("1000000000000")), "t-1", 0, 0, false },
    { "lifetime 2147483647", BYTES(E("2147483647")), "t-1", INT32_MAX, 0,
      true },
    { "lifetime 2147483648", BYTES(E("2147483648")), "t-1", 0, 0, false },
    { "lifetime 4294967297", BYTES(E("4294967297")), "t-1", 0, 0, false },
    { "lifetime 18446744073709551617", BYTES(E("18446744073709551617")), "t-1",
      0, 0, false },
    { "lifetime 7200.5", BYTES(E("7200.5")), "t-1", 0, 0, false },
    { "lifetime null", BYTES(E("null")), "t-1", 0, 0, false },
    { "lifetime true", BYTES(E("true")), "t-1", 0, 0, false },
    { "lifetime soon", BYTES(E("\"soon\"")), "t-1", 0, 0, false },
    { "lifetime of no digits", BYTES(E("\"\"")), "t-1", 0, 0, false },
    { "lifetime as text", BYTES(E("\"7200\"")), "t-1", 7200, 0, true },
    { "lifetime as text with a blank", BYTES(E("\"7200 \"")), "t-1", 0, 0,
      false },
    { "lifetime a list", BYTES(E("[7200]")), "t-1", 0, 0, false },
};

/* Rows whose beginnings say something else. */
static const struct row others[] = {
    { "a code behind the token", BYTES("{" T ",\"expire\":7200,\"code\":1}"),
      "t-1", 7200, 1, false },
    { "twice: the last counts",
      BYTES("{\"access_token\":\"t-0\",\"expire\":1," T ",\"expire\":2}"),
      "t-1", 2, 0, true },
};

static bool same(const char *at, size_t len, const char *expected)
{
    if (at == NULL)
        return strcmp(expected, NONE) == 0;
    return len == strlen(expected) && memcmp(at, expected, len) == 0;
}

/* Read `len` bytes of the row with so much scratch, and try to keep it. */
static void test_part(const struct row *row, size_t len, size_t scratch_len,
                      bool cut)
{
    struct fimg_token t = { .memory = copy_of(row->text, len),
                            .cap = len ? len : 1 };
    int *scratch = block_of(scratch_len);
    struct fimg_api_reply r;
    enum fimg_reason why;

    memset(&r, 0xa5, sizeof r);
    fimg_api_decode(&r, t.memory, len, scratch, scratch_len);
    CHECK((cut && r.token == NULL) || same(r.token, r.token_len, row->token));
    CHECK((cut && r.life_s == 0) || r.life_s == row->life_s);
    CHECK((cut && r.code == 0) || r.code == row->code);
    CHECK(memcmp(t.memory, row->text, len) == 0);
    why = fimg_token_keep(&t, &r, 1);
    CHECK((cut && why) || (why == FIMG_WHY_NONE) == row->good);
    CHECK(why == FIMG_WHY_NONE || why == FIMG_WHY_TOKEN_REPLY);
    if (why == FIMG_WHY_NONE)
        CHECK(t.len == strlen(row->token) && is_wiped(&t, t.len) &&
              memcmp(t.memory, row->token, t.len) == 0);
    fimg_token_release(&t, NULL);
    CHECK(why == FIMG_WHY_NONE || len == 0 || is_wiped(&t, 0));
    free(scratch);
    free(t.memory);
}

static void test_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("reply: %s", rows[i].name);
        test_part(&rows[i], rows[i].len, 4096, false);
        for (size_t len = 0; len < rows[i].len; len++)
            test_part(&rows[i], len, 4096, true);
        for (size_t room = 0; room < 400; room += 5)
            test_part(&rows[i], rows[i].len, room, true);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        check_case("reply: %s", others[i].name);
        test_part(&others[i], others[i].len, 4096, false);
    }
}

static void test_orders(void)
{
    static const char *const members[] = { T, "\"expire\":7200", "\"code\":0",
                                           "\"msg\":\"expire\"" };

    for (unsigned n = 0; n < 256; n++) {
        unsigned a = n & 3, b = n >> 2 & 3, c = n >> 4 & 3, d = n >> 6;
        char text[200];
        struct row row = { .token = "t-1", .life_s = 7200, .good = true };

        if ((1u << a | 1u << b | 1u << c | 1u << d) != 15)
            continue;
        check_case("reply: members in the order %u %u %u %u", a, b, c, d);
        row.len =
            (size_t)snprintf(text, sizeof text, "{%s,%s,%s,%s}", members[a],
                             members[b], members[c], members[d]);
        row.text = text;
        for (size_t len = 0; len <= row.len; len++)
            test_part(&row, len, 4096, len < row.len);
    }
}

/* The longest token, in a reply that leaves no room but for itself. */
static void test_longest(void)
{
    char *token = token_of(4096);
    size_t cap = 4096 + 40;
    struct row row = { .token = token, .life_s = 7200, .good = true };
    char *text = block_of(cap);

    check_case("reply: a token of 4096 characters");
    for (size_t i = 0; i < 4096; i++)
        if (token[i] == '\\' || token[i] == '"')
            token[i] = 'x';
    row.len = (size_t)snprintf(
        text, cap, "{\"access_token\":\"%s\",\"expire\":7200}", token);
    CHECK(row.len < cap);
    row.text = text;
    test_part(&row, row.len, 4096, false);
    free(text);
    free(token);
}

int main(void)
{
    test_rows();
    test_orders();
    test_longest();
    return check_exit("unit/token_reply");
}
