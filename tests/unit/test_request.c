/*
 * test_request.c: what a request may ask for, and how it looks on the wire.
 */
#include "good_request.h"

/* --- which values are fit ------------------------------------------------- */

enum field { HOST, PREFIX, KEY, TOKEN };

/* The reason for a request with that text, in a block of its own. */
static enum fimg_reason try_text(enum field field, const char *text, size_t len)
{
    struct fimg_request r = good();
    char *block = block_of(len + 1);
    enum fimg_reason why;

    memcpy(block, text, len);
    block[len] = '\0';
    *(field == HOST     ? &r.host
      : field == PREFIX ? &r.prefix
      : field == KEY    ? &r.image_key
                        : &r.token) = block;
    why = fimg_request_check(&r);
    free(block);
    return why;
}

static const enum fimg_reason whys[] = { FIMG_WHY_HOST, FIMG_WHY_PREFIX,
                                         FIMG_WHY_KEY, FIMG_WHY_TOKEN };

#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
#define L61 "a234567890123456789012345678901234567890123456789012345678901"

static const struct {
    const char *name;
    enum field field;
    bool fit;
    const char *text;
} texts[] = {
    { "row 68: key", KEY, true, "img_v3_02r5_ab-cd.ef" },
    { "row 68: key of one character", KEY, true, "0" },
    { "row 68: key with dots inside", KEY, true, "a..b" },
    { "row 68: empty key", KEY, false, "" },
    { "row 68: key ..", KEY, false, ".." },
    { "row 68: key beginning with a dot", KEY, false, ".a" },
    { "row 68: key beginning with a hyphen", KEY, false, "-o" },
    { "row 68: key with CR LF", KEY, false, "img\r\nX: y" },
    { "row 68: key with a blank", KEY, false, "img x" },
    { "row 68: key with a tab", KEY, false, "img\tx" },
    { "row 68: key with a slash", KEY, false, "../../x" },
    { "row 68: key with ?", KEY, false, "img?type=image" },
    { "row 68: key with #", KEY, false, "img#x" },
    { "row 68: key with %", KEY, false, "img%2e" },
    { "row 68: key with 8 bits", KEY, false, "img\xc3\xa4" },
    { "row 68: key with DEL", KEY, false, "img\x7f" },
    { "row 69: token", TOKEN, true, "t-!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~" },
    { "row 69: empty token", TOKEN, false, "" },
    { "row 69: token with a blank", TOKEN, false, "Bearer t-x" },
    { "row 69: token with CR", TOKEN, false, "t-x\r" },
    { "row 69: token with LF", TOKEN, false, "t-x\n" },
    { "row 69: token with CR LF and a field", TOKEN, false,
      "t-x\r\nHost: evil" },
    { "row 69: token with 8 bits", TOKEN, false, "t-\xc3\xa4" },
    { "row 69: token beginning with FF", TOKEN, false, "\xff" },
    { "row 69: token with DEL", TOKEN, false, "t-\x7f" },
    { "row 70: host", HOST, true, "open.larksuite.com" },
    { "row 70: host of one label", HOST, true, "localhost" },
    { "row 70: host with hyphens and digits", HOST, true, "a-1.0b--c.d9" },
    { "row 70: empty host", HOST, false, "" },
    { "row 70: host with CR LF", HOST, false, "open\r\n.feishu.cn" },
    { "row 70: host with a blank", HOST, false, "open feishu.cn" },
    { "row 70: host with @", HOST, false, "user@open.feishu.cn" },
    { "row 70: host with a slash", HOST, false, "open.feishu.cn/x" },
    { "row 70: host with a port", HOST, false, "open.feishu.cn:443" },
    { "row 70: host with an underscore", HOST, false, "open_x.feishu.cn" },
    { "row 70: host with a percent sign", HOST, false, "open%2e.feishu.cn" },
    { "row 70: host with 8 bits", HOST, false, "\xe9\xa3\x9e.cn" },
    { "row 70: IPv6 literal", HOST, false, "[::1]" },
    { "row 70: IPv6 without brackets", HOST, false, "fe80::1" },
    { "row 96: IPv4 literal", HOST, false, "127.0.0.1" },
    { "row 96: IPv4 literal with a last dot", HOST, false, "127.0.0.1." },
    { "row 96: IPv4 as one number", HOST, false, "2130706433" },
    { "row 96: IPv4 in hexadecimal", HOST, false, "0x7f000001" },
    { "row 96: IPv4 in upper case hexadecimal", HOST, false, "0X7F.1" },
    { "row 96: last part in hexadecimal", HOST, false, "127.0.0.0x1" },
    { "row 96: last label a number", HOST, false, "example.1" },
    { "row 96: a label of digits elsewhere", HOST, true, "1.example" },
    { "row 96: last label begins with a digit", HOST, false, "a.1e" },
    { "row 96: last label begins with a hyphen", HOST, false, "a.-b" },
    { "row 96: last label ends in one", HOST, true, "a.e1" },
    { "row 96: name with a trailing dot", HOST, false, "open.feishu.cn." },
    { "row 96: upper case", HOST, true, "OPEN.FEISHU.CN" },
    { "row 96: last label begins with A", HOST, true, "open.A" },
    { "row 96: last label begins with z", HOST, true, "open.z9" },
    { "row 96: a dot alone", HOST, false, "." },
    { "row 96: two trailing dots", HOST, false, "a.." },
    { "row 96: leading dot", HOST, false, ".a" },
    { "row 96: empty label", HOST, false, "a..b" },
    { "row 96: label of 63", HOST, true, L63 ".cn" },
    { "row 96: 253 characters", HOST, true, L63 "." L63 "." L63 "." L61 },
    { "row 96: 254 characters", HOST, false, L63 "." L63 "." L63 "." L61 "x" },
    { "prefix: empty", PREFIX, true, "" },
    { "prefix: one segment", PREFIX, true, "/gateway" },
    { "prefix: several", PREFIX, true, "/a/b-c_d.e~f/9" },
    { "prefix: without a slash", PREFIX, false, "gateway" },
    { "prefix: a slash alone", PREFIX, false, "/" },
    { "prefix: slash at the end", PREFIX, false, "/a/" },
    { "prefix: empty segment", PREFIX, false, "/a//b" },
    { "prefix: two slashes first", PREFIX, false, "//evil" },
    { "prefix: dot segment", PREFIX, false, "/a/./b" },
    { "prefix: dots at the end", PREFIX, false, "/a/.." },
    { "prefix: dot segment first", PREFIX, false, "/../a" },
    { "prefix: question mark", PREFIX, false, "/a?b" },
    { "prefix: number sign", PREFIX, false, "/a#b" },
    { "prefix: percent sign", PREFIX, false, "/a%2f" },
    { "prefix: CR LF", PREFIX, false, "/a\r\nX: y" },
    { "prefix: blank", PREFIX, false, "/a b" },
    { "prefix: 8 bits", PREFIX, false, "/\xc3\xa4" },
};

static void test_texts(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        check_case("%s", texts[i].name);
        CHECK(try_text(texts[i].field, texts[i].text, strlen(texts[i].text)) ==
              (texts[i].fit ? FIMG_WHY_NONE : whys[texts[i].field]));
    }
}

/* May this byte stand at this place of a text that is fit otherwise? */
static bool may_stand(enum field field, int c, bool first)
{
    bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                 (c >= 'A' && c <= 'Z');

    switch (field) {
    case HOST:
        return alnum || c == '-' || (!first && c == '.');
    case PREFIX:
        return alnum || c == '_' || c == '~' || c == '-' ||
               (!first && (c == '.' || c == '/'));
    case KEY:
        return alnum || c == '_' || (!first && (c == '.' || c == '-'));
    case TOKEN:
        break;
    }
    return c > ' ' && c < 0x7f;
}

static void test_bytes(const char *name, enum field field, const char *text,
                       size_t first, size_t within)
{
    size_t len = strlen(text);
    char copy[16];

    check_case("%s", name);
    for (int c = 1; c < 256; c++) {
        memcpy(copy, text, len);
        copy[first] = (char)c;
        CHECK((try_text(field, copy, len) == FIMG_WHY_NONE) ==
              may_stand(field, c, true));
        memcpy(copy, text, len);
        copy[within] = (char)c;
        CHECK((try_text(field, copy, len) == FIMG_WHY_NONE) ==
              may_stand(field, c, false));
    }
}

/* `max` characters are fit, one more is not, and no byte behind is read. */
static void test_length(const char *name, enum field field, size_t max)
{
    char *text = block_of(max + 1000);

    check_case("%s", name);
    memset(text, 'a', max + 1000);
    if (field == PREFIX)
        text[0] = '/';
    CHECK(try_text(field, text, max - 1) == FIMG_WHY_NONE);
    CHECK(try_text(field, text, max) == FIMG_WHY_NONE);
    CHECK(try_text(field, text, max + 1) == whys[field]);
    CHECK(try_text(field, text, max + 1000) == whys[field]);
    free(text);
}

static void test_lengths(void)
{
    test_length("row 68: key of 128 and 129 characters", KEY, 128);
    test_length("row 69: token of 4096 and 4097 characters", TOKEN, 4096);
    test_length("prefix: of 256 and 257 characters", PREFIX, 256);
    check_case("row 70: host that never seems to end");
    {
        char *text = block_of(100000);

        memset(text, 'a', 100000);
        CHECK(try_text(HOST, text, 100000) == FIMG_WHY_HOST);
        free(text);
    }
}

/* --- what must be there --------------------------------------------------- */

static enum fimg_reason without(const struct fimg_port *port)
{
    struct fimg_request r = good();

    r.port = port;
    return fimg_request_check(&r);
}

static void test_port(void)
{
    struct fimg_port p;

    check_case("port: complete");
    CHECK(without(&good_port) == FIMG_WHY_NONE);
    check_case("port: missing");
    CHECK(without(NULL) == FIMG_WHY_PORT_MISSING);
#define WITHOUT(function)                                                      \
    check_case("port: without " #function);                                    \
    p = good_port;                                                             \
    p.function = NULL;                                                         \
    CHECK(without(&p) == FIMG_WHY_PORT_MISSING)
    WITHOUT(connect);
    WITHOUT(send);
    WITHOUT(recv);
    WITHOUT(close);
    WITHOUT(sleep);
    WITHOUT(now_ms);
    WITHOUT(unix_time);
    WITHOUT(entropy);
#undef WITHOUT
}

static void test_missing(void)
{
    struct fimg_trust none = { 0 }, reader = { .read = trust_read };
    struct fimg_request r = good();

    check_case("trust: missing");
    r.trust = NULL;
    CHECK(fimg_request_check(&r) == FIMG_WHY_TRUST_MISSING);
    check_case("trust: neither anchors nor a reader");
    r.trust = &none;
    CHECK(fimg_request_check(&r) == FIMG_WHY_TRUST_MISSING);
    check_case("trust: a reader");
    r.trust = &reader;
    CHECK(fimg_request_check(&r) ==
          (FIMG_BUNDLE ? FIMG_WHY_NONE : FIMG_WHY_TRUST_MISSING));
    check_case("missing host, key, token; a prefix may be missing");
    r = good();
    CHECK(fimg_request_check(&r) == FIMG_WHY_NONE);
    r.host = NULL;
    CHECK(fimg_request_check(&r) == FIMG_WHY_HOST);
    r = good();
    r.image_key = NULL;
    CHECK(fimg_request_check(&r) == FIMG_WHY_KEY);
    r = good();
    r.token = NULL;
    CHECK(fimg_request_check(&r) == FIMG_WHY_TOKEN);
}

/* Limits of any size are fit; those above 24 days are none. */
static void test_limits(void)
{
    struct fimg_request r = good();

    check_case("row 98: limits of any size are fit");
    r.connect_ms = r.idle_ms = r.rate_ms = r.total_ms = 2147483648;
    r.min_rate = r.max_size = r.wait_ms = UINT32_MAX;
    r.retry_max = UINT8_MAX;
    CHECK(fimg_request_check(&r) == FIMG_WHY_NONE);
    r.connect_ms = r.idle_ms = r.rate_ms = r.total_ms = 1;
    CHECK(fimg_request_check(&r) == FIMG_WHY_NONE);
}

int main(void)
{
    test_texts();
    test_bytes("row 68: every byte in a key", KEY, "abcd", 0, 2);
    test_bytes("row 69: every byte in a token", TOKEN, "abcd", 0, 3);
    test_bytes("row 70: every byte in a host", HOST, "abcd.ef", 0, 2);
    test_bytes("prefix: every byte", PREFIX, "/abc", 1, 2);
    test_lengths();
    test_port();
    test_missing();
    test_limits();
    return check_exit("unit/request");
}
