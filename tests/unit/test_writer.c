/*
 * test_writer.c: a request head, byte for byte, however little room there is.
 */
#include "writes.h"

#define TOKEN "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRB"
#define LAST                                                                   \
    "\r\nUser-Agent: feishu-image/" FIMG_VERSION "\r\n"                        \
    "Accept-Encoding: identity\r\n\r\n"

static const struct row {
    const char *name;
    uint16_t port;
    const char *prefix, *host, *key;
    const char *head; /* up to and with "Bearer " */
} rows[] = {
    { "row 72, 73: as usual", 0, NULL, "open.feishu.cn", "img_v3_0abc",
      "GET /open-apis/im/v1/images/img_v3_0abc HTTP/1.1\r\n"
      "Host: open.feishu.cn\r\nAuthorization: Bearer " },
    { "row 73: port 443, empty prefix", 443, "", "open.feishu.cn", "k",
      "GET /open-apis/im/v1/images/k HTTP/1.1\r\n"
      "Host: open.feishu.cn\r\nAuthorization: Bearer " },
    { "row 73: port 8443 and a prefix", 8443, "/gate/way", "a.b", "x-y.z_",
      "GET /gate/way/open-apis/im/v1/images/x-y.z_ HTTP/1.1\r\n"
      "Host: a.b:8443\r\nAuthorization: Bearer " },
    { "row 73: port 1", 1, NULL, "localhost", "k",
      "GET /open-apis/im/v1/images/k HTTP/1.1\r\n"
      "Host: localhost:1\r\nAuthorization: Bearer " },
    { "row 73: port 442", 442, NULL, "localhost", "k",
      "GET /open-apis/im/v1/images/k HTTP/1.1\r\n"
      "Host: localhost:442\r\nAuthorization: Bearer " },
    { "row 73: port 10000", 10000, NULL, "localhost", "k",
      "GET /open-apis/im/v1/images/k HTTP/1.1\r\n"
      "Host: localhost:10000\r\nAuthorization: Bearer " },
    { "row 73: port 65535", 65535, NULL, "localhost", "k",
      "GET /open-apis/im/v1/images/k HTTP/1.1\r\n"
      "Host: localhost:65535\r\nAuthorization: Bearer " },
};

static void expect(const struct fimg_request *r, const char *head,
                   const char *token)
{
    size_t size = strlen(head) + strlen(token) + sizeof LAST;
    char *expected = block_of(size);

    (void)snprintf(expected, size, "%s%s%s", head, token, LAST);
    CHECK(strstr(expected, "\r\n\r\n") == expected + size - 5);
    expect_written(r, FIMG_ASK_RESOURCE, expected);
    free(expected);
}

static void test_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fimg_request r = { .host = rows[i].host,
                                  .port_number = rows[i].port,
                                  .prefix = rows[i].prefix,
                                  .image_key = rows[i].key,
                                  .token = TOKEN };

        check_case("%s", rows[i].name);
        expect(&r, rows[i].head, TOKEN);
        CHECK(fimg_request_port(&r) == (rows[i].port ? rows[i].port : 443));
    }
}

/* Every field as long as it may be. */
static void test_longest(void)
{
    static char host[FIMG_HOST_MAX + 1], prefix[FIMG_PREFIX_MAX + 1];
    static char key[FIMG_KEY_MAX + 1], token[FIMG_TOKEN_MAX + 1];
    static char head[1000];
    struct fimg_request r = { .host = host,
                              .port_number = 65535,
                              .prefix = prefix,
                              .image_key = key,
                              .token = token };

    check_case("row 72: every field as long as it may be");
    memset(host, 'h', FIMG_HOST_MAX);
    memset(prefix, 'p', FIMG_PREFIX_MAX);
    prefix[0] = '/';
    memset(key, 'k', FIMG_KEY_MAX);
    for (size_t i = 0; i < FIMG_TOKEN_MAX; i++)
        token[i] = (char)('!' + i % 94);
    (void)snprintf(head, sizeof head,
                   "GET %s/open-apis/im/v1/images/%s HTTP/1.1\r\n"
                   "Host: %s:65535\r\nAuthorization: Bearer ",
                   prefix, key, host);
    expect(&r, head, token);
}

static void test_no_room(void)
{
    struct fimg_request r = { .host = "h", .image_key = "k", .token = "t" };
    struct fimg_writer w = { 0 };
    uint8_t byte = '#';

    check_case("row 73: no room, nothing stored");
    CHECK(fimg_request_write(&w, &r, &byte, 0) == 0 && byte == '#');
    CHECK(fimg_request_write(&w, &r, &byte, 1) == 1 && byte == 'G');
}

int main(void)
{
    test_rows();
    test_longest();
    test_no_room();
    return check_exit("unit/writer");
}
