/*
 * test_options.c: what only some requests have: a message, an app's
 * credentials, the rest of something.
 */
#include "good_request.h"

#define SECRET "dskLLdkasdjlasdKK"

/* --- texts ---------------------------------------------------------------- */

enum field { MESSAGE, ID, SECRET_FIELD, TOKEN_HOST };

static char memory[512];

static struct fimg_token good_token(void)
{
    return (struct fimg_token){ .id = "cli_a1b2c3",
                                .secret = SECRET,
                                .memory = memory,
                                .cap = sizeof memory };
}

/* The reason for a request with that text, in a block of its own. */
static enum fimg_reason try_text(enum field field, const char *text, size_t len)
{
    struct fimg_token t = good_token();
    struct fimg_request r = good();
    char *block = block_of(len + 1);
    enum fimg_reason why;

    memcpy(block, text, len);
    block[len] = '\0';
    *(field == MESSAGE        ? &r.message_id
      : field == ID           ? &t.id
      : field == SECRET_FIELD ? &t.secret
                              : &t.host) = block;
    if (field != MESSAGE) {
        r.token = NULL;
        r.token_from = &t;
    }
    why = fimg_request_check(&r);
    free(block);
    return why;
}

static const enum fimg_reason whys[] = { FIMG_WHY_MESSAGE, FIMG_WHY_CREDENTIALS,
                                         FIMG_WHY_CREDENTIALS,
                                         FIMG_WHY_CREDENTIALS };

static const struct {
    const char *name;
    enum field field;
    bool fit;
    const char *text;
} texts[] = {
    { "message", MESSAGE, true, "om_dc13264520392913993dd051dba21dcf" },
    { "message: empty", MESSAGE, false, "" },
    { "message: a slash", MESSAGE, false, "om_1/../x" },
    { "message: a question mark", MESSAGE, false, "om_1?a=b" },
    { "message: a percent sign", MESSAGE, false, "om_1%2f" },
    { "message: CR LF", MESSAGE, false, "om_1\r\nX: y" },
    { "message: a blank", MESSAGE, false, "om_1 HTTP/1.1" },
    { "message: ..", MESSAGE, false, ".." },
    { "message: a hyphen first", MESSAGE, false, "-m" },
    { "message: 8 bits", MESSAGE, false, "om_\xc3\xa4" },
    { "id", ID, true, "cli_9f4e0b1c2d3e4f5a" },
    { "id: a tenant key", ID, true, "2ed263bf32cf1651" },
    { "id: empty", ID, false, "" },
    { "id: a quote", ID, false, "cli\",\"x\":\"" },
    { "id: a backslash", ID, false, "cli\\" },
    { "id: an ampersand", ID, false, "cli&a=b" },
    { "id: a percent sign", ID, false, "cli%22" },
    { "id: a tilde", ID, false, "cli~" },
    { "id: CR LF", ID, false, "cli\r\n" },
    { "id: a dot first", ID, false, ".cli" },
    { "secret: every kind of character", SECRET_FIELD, true, "-.~_aZ09" },
    { "secret: empty", SECRET_FIELD, false, "" },
    { "secret: a quote", SECRET_FIELD, false, "a\"b" },
    { "secret: a backslash", SECRET_FIELD, false, "a\\b" },
    { "secret: an ampersand", SECRET_FIELD, false, "a&b" },
    { "secret: an equals sign", SECRET_FIELD, false, "a=b" },
    { "secret: a plus sign", SECRET_FIELD, false, "a+b" },
    { "secret: a percent sign", SECRET_FIELD, false, "a%26b" },
    { "secret: a blank", SECRET_FIELD, false, "a b" },
    { "secret: a line end, as of a file", SECRET_FIELD, false, SECRET "\n" },
    { "secret: 8 bits", SECRET_FIELD, false, "a\xff" },
    { "token's host", TOKEN_HOST, true, "accounts.feishu.cn" },
    { "token's host: empty", TOKEN_HOST, false, "" },
    { "token's host: an address", TOKEN_HOST, false, "127.0.0.1" },
    { "token's host: a port", TOKEN_HOST, false, "accounts.feishu.cn:443" },
    { "token's host: a path", TOKEN_HOST, false, "accounts.feishu.cn/x" },
    { "token's host: CR LF", TOKEN_HOST, false, "a\r\n.feishu.cn" },
    { "token's host: a dot at its end", TOKEN_HOST, false, "a.feishu.cn." },
};

static void test_texts(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        check_case("%s", texts[i].name);
        CHECK(try_text(texts[i].field, texts[i].text, strlen(texts[i].text)) ==
              (texts[i].fit ? FIMG_WHY_NONE : whys[texts[i].field]));
    }
}

static bool may_stand(enum field field, int c, bool first)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
        (c >= 'A' && c <= 'Z') || c == '_')
        return true;
    if (field == SECRET_FIELD)
        return c == '.' || c == '-' || c == '~';
    return !first && (c == '.' || c == '-');
}

static void test_bytes(const char *name, enum field field)
{
    char copy[] = "abcd";

    check_case("%s: every byte", name);
    for (int c = 1; c < 256; c++)
        for (size_t at = 0; at < 4; at++) {
            char was = copy[at];

            copy[at] = (char)c;
            CHECK((try_text(field, copy, 4) == FIMG_WHY_NONE) ==
                  may_stand(field, c, at == 0));
            copy[at] = was;
        }
}

/* `max` characters are fit, one more is not, and no byte behind is read. */
static void test_length(const char *name, enum field field, size_t max)
{
    char *text = block_of(max + 1000);

    check_case("%s: %lu characters and more", name, (unsigned long)max);
    memset(text, 'a', max + 1000);
    CHECK(try_text(field, text, 1) == FIMG_WHY_NONE);
    CHECK(try_text(field, text, max) == FIMG_WHY_NONE);
    CHECK(try_text(field, text, max + 1) == whys[field]);
    CHECK(try_text(field, text, max + 1000) == whys[field]);
    free(text);
}

/* --- what else a token needs ---------------------------------------------- */

static enum fimg_reason try_token(const struct fimg_token *t)
{
    struct fimg_request r = good();

    r.token = NULL;
    r.token_from = (struct fimg_token *)(uintptr_t)t;
    return fimg_request_check(&r);
}

static void test_tokens(void)
{
    struct fimg_token t = good_token();

    check_case("token: all that it needs");
    CHECK(try_token(&t) == FIMG_WHY_NONE);
#define WITH(name, assignment, reason)                                         \
    check_case("token: " name);                                                \
    t = good_token();                                                          \
    assignment;                                                                \
    CHECK(try_token(&t) == (reason))
    WITH("no id", t.id = NULL, FIMG_WHY_CREDENTIALS);
    WITH("no secret", t.secret = NULL, FIMG_WHY_CREDENTIALS);
    WITH("no memory", t.memory = NULL, FIMG_WHY_CREDENTIALS);
    WITH("memory of no bytes", t.cap = 0, FIMG_WHY_CREDENTIALS);
    WITH("memory of 1 byte", t.cap = 1, FIMG_WHY_NONE);
    WITH("memory of 65535 bytes", t.cap = 65535, FIMG_WHY_NONE);
    WITH("memory of 65536 bytes", t.cap = 65536, FIMG_WHY_CREDENTIALS);
    WITH("memory of all bytes", t.cap = SIZE_MAX, FIMG_WHY_CREDENTIALS);
    WITH("OAuth without a host", t.grant = FIMG_GRANT_OAUTH,
         FIMG_WHY_CREDENTIALS);
    WITH("store app without a host", t.grant = FIMG_GRANT_STORE, FIMG_WHY_NONE);
    WITH("a way that there is not", t.grant = (enum fimg_grant)3,
         FIMG_WHY_CREDENTIALS);
    WITH("a way far from any", t.grant = (enum fimg_grant)0x7fffffff,
         FIMG_WHY_CREDENTIALS);
    WITH("a way before any", t.grant = (enum fimg_grant) - 1,
         FIMG_WHY_CREDENTIALS);
#undef WITH
    check_case("token: OAuth with a host");
    t = good_token();
    t.grant = FIMG_GRANT_OAUTH;
    t.host = "accounts.feishu.cn";
    CHECK(try_token(&t) == FIMG_WHY_NONE);
}

static void test_either(void)
{
    struct fimg_token none = { 0 };
    struct fimg_request r = good();

    check_case("token: one that is given, and credentials nobody looks at");
    r.token_from = &none;
    CHECK(fimg_request_check(&r) == FIMG_WHY_NONE);
    check_case("token: one that is unfit is not made good by credentials");
    r.token = "";
    CHECK(fimg_request_check(&r) == FIMG_WHY_TOKEN);
    check_case("token: neither");
    r.token = NULL;
    r.token_from = NULL;
    CHECK(fimg_request_check(&r) == FIMG_WHY_TOKEN);
}

/* --- rests ---------------------------------------------------------------- */

static void test_resume(const char *name, uint32_t offset, const char *text,
                        size_t len, bool resumes)
{
    struct fimg_resume *resume = block_of(sizeof *resume);
    struct fimg_request r = good();

    memset(resume, 0, sizeof *resume);
    resume->offset = offset;
    memcpy(resume->validator, text, len);
    r.resume = resume;
    check_case("rest: %s", name);
    CHECK(fimg_request_resumes(&r) == resumes);
    CHECK(fimg_request_check(&r) == FIMG_WHY_NONE); /* then from the start */
    free(resume);
}

static void test_resumes(void)
{
    static const char x64[65] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    struct fimg_request r = good();

    check_case("rest: of nothing");
    CHECK(!fimg_request_resumes(&r));
    test_resume("nothing there yet", 0, BYTES("\"a\""), false);
    test_resume("an ETag", 1, BYTES("\"a b!~\""), true);
    test_resume("a date", UINT32_MAX, BYTES("Thu, 13 Nov 2025 09:06:27 GMT"),
                true);
    test_resume("no validator", 1, BYTES(""), false);
    test_resume("63 characters", 1, x64, 63, true);
    test_resume("64 characters and no NUL", 1, x64, 64, false);
    test_resume("CR LF", 1, BYTES("\"a\"\r\nX: y"), false);
    test_resume("LF", 1, BYTES("\"a\"\n"), false);
    test_resume("a tab", 1, BYTES("\"\t\""), false);
    test_resume("DEL", 1, BYTES("\"\x7f\""), false);
    test_resume("8 bits", 1, BYTES("\"\xc3\xa4\""), false);
    test_resume("FF", 1, BYTES("\xff\xff\xff"), false);
}

int main(void)
{
    test_texts();
    test_bytes("message", MESSAGE);
    test_bytes("id", ID);
    test_bytes("secret", SECRET_FIELD);
    test_length("message", MESSAGE, 128);
    test_length("id", ID, 128);
    test_length("secret", SECRET_FIELD, 4096);
    test_tokens();
    test_either();
    test_resumes();
    return check_exit("unit/options");
}
