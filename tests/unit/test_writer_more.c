/*
 * test_writer_more.c: requests for tokens, for what messages hold and for the
 * rest of something, byte for byte.
 */
#include "writes.h"

#define TOKEN "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRB"
#define COMMON                                                                 \
    "User-Agent: feishu-image/" FIMG_VERSION "\r\n"                            \
    "Accept-Encoding: identity\r\n"
#define BEARER "Authorization: Bearer " TOKEN "\r\n" COMMON
#define GET(path) "GET " path " HTTP/1.1\r\nHost: open.feishu.cn\r\n" BEARER
#define MESSAGES "/open-apis/im/v1/messages/"
#define CLASSIC "/open-apis/auth/v3/tenant_access_token"
#define JSON "Content-Type: application/json; charset=utf-8\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

/* --- tokens --------------------------------------------------------------- */

static const struct {
    const char *name;
    enum fimg_grant grant;
    const char *id, *secret;
    const char *token_host; /* NULL: the request's */
    const char *prefix;
    uint16_t port;
    const char *expected;
} grants[] = {
    { "self-built", FIMG_GRANT_SELF_BUILT, "cli_a1b2c3", "dskLLdkasdjlasdKK",
      NULL, NULL, 0,
      "POST " CLASSIC "/internal HTTP/1.1\r\n" JSON
      "Host: open.feishu.cn\r\n" COMMON "Content-Length: 56\r\n\r\n"
      "{\"app_id\":\"cli_a1b2c3\",\"app_secret\":\"dskLLdkasdjlasdKK\"}" },
    { "self-built, a prefix, a port and a host of its own",
      FIMG_GRANT_SELF_BUILT, "i", "s", "tokens.example", "/gate/way", 8443,
      "POST /gate/way" CLASSIC "/internal HTTP/1.1\r\n" JSON
      "Host: tokens.example:8443\r\n" COMMON "Content-Length: 31\r\n\r\n"
      "{\"app_id\":\"i\",\"app_secret\":\"s\"}" },
    { "OAuth", FIMG_GRANT_OAUTH, "cli_a1b2c3", "dskLLdkasdjlasdKK",
      "accounts.feishu.cn", "/gateway", 0,
      "POST /oauth/v3/token HTTP/1.1\r\n" FORM
      "Host: accounts.feishu.cn\r\n" COMMON "Content-Length: 82\r\n\r\n"
      "grant_type=client_credentials&client_id=cli_a1b2c3&"
      "client_secret=dskLLdkasdjlasdKK" },
    { "OAuth, a port, every character", FIMG_GRANT_OAUTH, "A_z.9-", "aZ0_.-~",
      "accounts.feishu.cn", NULL, 1,
      "POST /oauth/v3/token HTTP/1.1\r\n" FORM
      "Host: accounts.feishu.cn:1\r\n" COMMON "Content-Length: 68\r\n\r\n"
      "grant_type=client_credentials&client_id=A_z.9-&client_secret=aZ0_.-~" },
    { "store", FIMG_GRANT_STORE, "2ed263bf32cf1651", "a-6U1SbDiM6XIH2DcTCPyeub",
      NULL, "", 443,
      "POST " CLASSIC " HTTP/1.1\r\n" JSON "Host: open.feishu.cn\r\n" COMMON
      "Content-Length: 79\r\n\r\n"
      "{\"tenant_key\":\"2ed263bf32cf1651\","
      "\"app_access_token\":\"a-6U1SbDiM6XIH2DcTCPyeub\"}" },
    { "store, a prefix", FIMG_GRANT_STORE, "k", "a-1", NULL, "/p", 0,
      "POST /p" CLASSIC " HTTP/1.1\r\n" JSON "Host: open.feishu.cn\r\n" COMMON
      "Content-Length: 43\r\n\r\n"
      "{\"tenant_key\":\"k\",\"app_access_token\":\"a-1\"}" },
};

/* What stands behind "Content-Length: " is the length of what comes then. */
static bool length_is_right(const char *request)
{
    const char *field = strstr(request, "Content-Length: ");
    const char *body = strstr(request, "\r\n\r\n");

    return field && body && strtoul(field + 16, NULL, 10) == strlen(body + 4);
}

static void test_grants(void)
{
    for (size_t i = 0; i < COUNT(grants); i++) {
        struct fimg_token t = { .grant = grants[i].grant,
                                .id = grants[i].id,
                                .secret = grants[i].secret,
                                .host = grants[i].token_host };
        struct fimg_request r = { .host = "open.feishu.cn",
                                  .port_number = grants[i].port,
                                  .prefix = grants[i].prefix,
                                  .image_key = "img_v3_key",
                                  .token_from = &t };

        check_case("token: %s", grants[i].name);
        CHECK(length_is_right(grants[i].expected));
        expect_written(&r, FIMG_ASK_TOKEN, grants[i].expected);
        CHECK(strcmp(fimg_request_host(&r, FIMG_ASK_TOKEN),
                     grants[i].token_host ? grants[i].token_host : r.host) ==
              0);
        CHECK(fimg_request_host(&r, FIMG_ASK_RESOURCE) == r.host);
    }
}

/* Id and secret of every length that makes for one digit more. */
static void test_lengths(enum fimg_grant grant, size_t id_len,
                         size_t secret_len)
{
    static const char *const bodies[][3] = {
        { "{\"app_id\":\"", "\",\"app_secret\":\"", "\"}" },
        { "grant_type=client_credentials&client_id=", "&client_secret=", "" },
        { "{\"tenant_key\":\"", "\",\"app_access_token\":\"", "\"}" },
    };
    static const char *const lines[] = {
        "POST " CLASSIC "/internal HTTP/1.1\r\n" JSON,
        "POST /oauth/v3/token HTTP/1.1\r\n" FORM,
        "POST " CLASSIC " HTTP/1.1\r\n" JSON,
    };
    char *id = block_of(id_len + 1), *secret = block_of(secret_len + 1);
    struct fimg_token t = { .grant = grant, .id = id, .secret = secret };
    struct fimg_request r = { .host = "h", .token_from = &t };
    char expected[5000], body[4600];
    int len;

    check_case("token: way %d, an id of %lu and a secret of %lu characters",
               (int)grant, (unsigned long)id_len, (unsigned long)secret_len);
    for (size_t i = 0; i <= id_len; i++)
        id[i] = i < id_len ? (char)('a' + i % 26) : '\0';
    for (size_t i = 0; i <= secret_len; i++)
        secret[i] = i < secret_len ? (char)('A' + i % 25) : '\0';
    len = snprintf(body, sizeof body, "%s%s%s%s%s", bodies[grant][0], id,
                   bodies[grant][1], secret, bodies[grant][2]);
    (void)snprintf(expected, sizeof expected,
                   "%sHost: h\r\n" COMMON "Content-Length: %d\r\n\r\n%s",
                   lines[grant], len, body);
    expect_written(&r, FIMG_ASK_TOKEN, expected);
    free(id);
    free(secret);
}

/* --- what messages hold, and rests ---------------------------------------- */

static const struct {
    const char *name;
    const char *message;
    bool file;
    struct fimg_resume resume;
    const char *head; /* up to "identity" and its line end */
    const char *rest; /* what is added to it */
} resources[] = {
    { "an image of a message",
      "om_dc13264520392913993dd051dba21dcf",
      false,
      { 0, 0, "" },
      GET(MESSAGES "om_dc13264520392913993dd051dba21dcf/resources/key-1.x"
                   "?type=image"),
      "" },
    { "a file of a message",
      "om_1",
      true,
      { 0, 0, "" },
      GET(MESSAGES "om_1/resources/key-1.x?type=file"),
      "" },
    { "an image without a message",
      NULL,
      false,
      { 0, 0, "" },
      GET("/open-apis/im/v1/images/key-1.x"),
      "" },
    { "a file without a message is none",
      NULL,
      true,
      { 0, 0, "" },
      GET("/open-apis/im/v1/images/key-1.x"),
      "" },
    { "the rest of a file",
      "om_1",
      true,
      { 1000, 2000, "\"abc\"" },
      GET(MESSAGES "om_1/resources/key-1.x?type=file"),
      "Range: bytes=1000-\r\nIf-Range: \"abc\"\r\n" },
    { "the rest of an image",
      NULL,
      false,
      { 1, 0, "Thu, 13 Nov 2025 09:06:27 GMT" },
      GET("/open-apis/im/v1/images/key-1.x"),
      "Range: bytes=1-\r\nIf-Range: Thu, 13 Nov 2025 09:06:27 GMT\r\n" },
    { "the rest after 4 GB less 1",
      NULL,
      false,
      { UINT32_MAX, 7, "x" },
      GET("/open-apis/im/v1/images/key-1.x"),
      "Range: bytes=4294967295-\r\nIf-Range: x\r\n" },
    { "nothing there yet",
      NULL,
      false,
      { 0, 2000, "\"abc\"" },
      GET("/open-apis/im/v1/images/key-1.x"),
      "" },
    { "nothing to tell it by",
      "om_1",
      true,
      { 1000, 2000, "" },
      GET(MESSAGES "om_1/resources/key-1.x?type=file"),
      "" },
    { "a validator with a line end",
      "om_1",
      true,
      { 1000, 2000, "\"a\"\r\nX: y" },
      GET(MESSAGES "om_1/resources/key-1.x?type=file"),
      "" },
};

static void test_resources(void)
{
    for (size_t i = 0; i < COUNT(resources); i++) {
        struct fimg_resume resume = resources[i].resume;
        struct fimg_request r = { .host = "open.feishu.cn",
                                  .image_key = "key-1.x",
                                  .token = TOKEN,
                                  .message_id = resources[i].message,
                                  .file = resources[i].file,
                                  .resume = &resume };
        char expected[1000];

        check_case("row 74: resource: %s", resources[i].name);
        (void)snprintf(expected, sizeof expected, "%s%s\r\n", resources[i].head,
                       resources[i].rest);
        expect_written(&r, FIMG_ASK_RESOURCE, expected);
        CHECK(memcmp(&resume, &resources[i].resume, sizeof resume) == 0);
    }
}

/* Every field as long as it may be, with a token that was fetched. */
static void test_longest(void)
{
    static char prefix[FIMG_PREFIX_MAX + 1], key[FIMG_KEY_MAX + 1];
    static char message[FIMG_KEY_MAX + 1], token[FIMG_TOKEN_MAX + 1];
    static char expected[6000];
    struct fimg_resume resume = { UINT32_MAX, 0, "" };
    struct fimg_token t = { .memory = token,
                            .cap = sizeof token,
                            .len = FIMG_TOKEN_MAX };
    struct fimg_request r = { .host = "h",
                              .prefix = prefix,
                              .image_key = key,
                              .message_id = message,
                              .token_from = &t,
                              .resume = &resume };

    check_case("resource: every field as long as it may be");
    memset(prefix, 'p', FIMG_PREFIX_MAX);
    prefix[0] = '/';
    memset(key, 'k', FIMG_KEY_MAX);
    memset(message, 'm', FIMG_KEY_MAX);
    memset(token, 't', FIMG_TOKEN_MAX);
    memset(resume.validator, 'v', sizeof resume.validator - 1);
    (void)snprintf(expected, sizeof expected,
                   "GET %s" MESSAGES "%s/resources/%s?type=image HTTP/1.1\r\n"
                   "Host: h\r\nAuthorization: Bearer %s\r\n" COMMON
                   "Range: bytes=4294967295-\r\nIf-Range: %s\r\n\r\n",
                   prefix, message, key, token, resume.validator);
    CHECK(strlen(expected) > 4800);
    expect_written(&r, FIMG_ASK_RESOURCE, expected);
    CHECK(fimg_request_token(&r) == t.memory);

    check_case("resource: a token given counts more than one fetched");
    r.token = "t-given";
    CHECK(fimg_request_token(&r) == r.token);
    r.token = NULL;
    t.len = 0;
    CHECK(fimg_request_token(&r)[0] == '\0');
}

int main(void)
{
    static const size_t ids[] = { 1, 64, 65, 66, 128 };
    static const size_t secrets[] = { 1, 20, 837, 838, 900, 4096 };

    test_grants();
    for (int g = 0; g <= (int)FIMG_GRANT_STORE; g++)
        for (size_t i = 0; i < COUNT(ids) * COUNT(secrets); i++)
            test_lengths((enum fimg_grant)g, ids[i / COUNT(secrets)],
                         secrets[i % COUNT(secrets)]);
    test_resources();
    test_longest();
    return check_exit("unit/writer_more");
}
