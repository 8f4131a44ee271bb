/*
 * proxy.c: which HTTP proxy to go through. The environment is read as curl
 * reads it, so that what is set up for that works here too.
 *
 * No message quotes a proxy's URL: a password may stand in it.
 */
#define _POSIX_C_SOURCE 200809L

#include "proxy.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "secret.h"

#define USAGE 2 /* the exit code */
#define DEFAULT_PORT 1080
#define DECODED_MAX (PROXY_BASIC_CAP / 4 * 3) /* of "user:password" */
#define FORMS "write http://host:port or http://user:password@host:port"

/* Length of what stands before `c` in the first `len` bytes; `len` if it is
 * not among them. */
static size_t before(char c, const char *text, size_t len)
{
    const char *at = memchr(text, c, len);

    return at != NULL ? (size_t)(at - text) : len;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value of a hexadecimal digit, or -1. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Decode %-escapes of `len` bytes to `dst`, which has room for `cap`. Returns
 * NULL, or what is wrong with them.
 */
static const char *decode(char *dst, size_t cap, size_t *stored,
                          const char *src, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)src[i];

        if (c == '%') {
            int high = i + 2 < len ? digit_of(src[i + 1]) : -1;
            int low = i + 2 < len ? digit_of(src[i + 2]) : -1;

            if (high < 0 || low < 0)
                return "a % in user or password is written %25";
            c = (unsigned char)(high << 4 | low);
            i += 2;
        }
        if (c < ' ' || c == 0x7f)
            return "user and password have no control characters";
        if (*stored == cap)
            return "user and password are too long";
        dst[(*stored)++] = (char)c;
    }
    return NULL;
}

/* `dst` has room for 4 characters for every 3 bytes begun, and a NUL. */
static void to_base64(char *dst, const char *src, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)src;

    for (; len > 0; at += 3) {
        size_t n = len < 3 ? len : 3;
        unsigned long bits = (unsigned long)at[0] << 16;

        if (n > 1)
            bits |= (unsigned long)at[1] << 8;
        if (n > 2)
            bits |= at[2];
        *dst++ = digits[bits >> 18];
        *dst++ = digits[bits >> 12 & 63];
        *dst++ = n > 1 ? digits[bits >> 6 & 63] : '=';
        *dst++ = n > 2 ? digits[bits & 63] : '=';
        len -= n;
    }
    *dst = '\0';
}

/* "user:password" or "user", as it stands in a URL. */
static const char *take_user(struct proxy *p, const char *text, size_t len)
{
    char decoded[DECODED_MAX];
    size_t stored = 0, user_len = before(':', text, len);
    const char *wrong;

    /* one byte less, so that the colon has room */
    wrong = decode(decoded, sizeof decoded - 1, &stored, text, user_len);
    if (wrong == NULL && memchr(decoded, ':', stored) != NULL)
        wrong = "a user name has no colon"; /* RFC 7617, 2 */
    if (wrong == NULL) {
        decoded[stored++] = ':';
        if (user_len < len)
            wrong = decode(decoded, sizeof decoded, &stored,
                           text + user_len + 1, len - user_len - 1);
    }
    if (wrong == NULL) {
        to_base64(p->basic, decoded, stored);
        p->proxy.basic = p->basic;
    }
    secret_wipe(decoded, sizeof decoded);
    return wrong;
}

/* A name, or an IPv4 address. */
static const char *take_host(struct proxy *p, const char *text, size_t len)
{
    size_t i;

    if (len > 0 && text[0] == '[')
        return "IPv6 addresses are not taken; name the host";
    if (len == 0 || len >= sizeof p->host)
        return "the host is missing, or too long";
    for (i = 0; i < len; i++) {
        char c = lower(text[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '.')
            return "the host is not a name";
    }
    memcpy(p->host, text, len);
    p->host[len] = '\0';
    p->proxy.host = p->host;
    return NULL;
}

/* Take the proxy's URL apart. Returns NULL, or what is wrong with it. */
static const char *take_url(struct proxy *p, const char *text)
{
    const char *rest = url_after(text, "http://"), *at, *wrong = NULL;
    size_t len, host_len;

    if (url_after(text, "https://") != NULL)
        return "a proxy that is spoken to in TLS is not supported";
    if (rest == NULL && strstr(text, "://") != NULL)
        return "only HTTP proxies are supported";
    rest = rest != NULL ? rest : text; /* "host:port" will do for curl */
    len = strcspn(rest, "/?#");
    if (rest[len] != '\0' && strcmp(rest + len, "/") != 0)
        return "a proxy has no path";
    for (at = rest + len; at > rest && at[-1] != '@'; at--)
        ;
    if (at > rest)
        wrong = take_user(p, rest, (size_t)(at - rest) - 1);
    if (wrong != NULL)
        return wrong;
    len -= (size_t)(at - rest);
    host_len = before(':', at, len);
    if (host_len < len &&
        !url_parse_port(&p->proxy.port_number, at + host_len + 1,
                        len - host_len - 1))
        return "the port is not a number from 1 to 65535";
    return take_host(p, at, host_len);
}

static bool same_name(const char *a, const char *b, size_t len)
{
    while (len > 0 && lower(a[len - 1]) == lower(b[len - 1]))
        len--;
    return len == 0;
}

/* Is the host, or a domain that it is in, an entry of the list? */
static bool is_excepted(const char *host, const char *list)
{
    size_t host_len = strlen(host);

    if (strcmp(list, "*") == 0)
        return true;
    while (*list != '\0') {
        size_t len = strcspn(list, ", \t"), skip = list[0] == '.', entry;

        entry = len - skip;
        if (entry > 0 && list[len - 1] == '.')
            entry--;
        if (entry > 0 && entry <= host_len &&
            (entry == host_len || host[host_len - entry - 1] == '.') &&
            same_name(host + host_len - entry, list + skip, entry))
            return true;
        list += len + (list[len] != '\0');
    }
    return false;
}

static char *variable(const char *name)
{
    char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

/* Overwrite user and password, and all else before the host. */
static void hide(char *url)
{
    char *at = url != NULL ? strrchr(url, '@') : NULL;

    if (at != NULL)
        memset(url, '*', (size_t)(at - url));
}

static int find(struct proxy *p, const struct options *o,
                const struct url *base)
{
    const char *source = "--proxy", *text = o->proxy, *list, *wrong;

    if (text == NULL) {
        source = "https_proxy";
        text = variable(source);
        if (text == NULL) {
            source = "HTTPS_PROXY";
            text = variable(source);
        }
        list = variable("no_proxy");
        if (list == NULL)
            list = variable("NO_PROXY");
        if (list != NULL && is_excepted(base->host, list))
            return 0;
    }
    if (text == NULL || *text == '\0')
        return 0;
    p->proxy.port_number = DEFAULT_PORT;
    wrong = take_url(p, text);
    if (wrong != NULL) {
        complain(source, wrong, NULL, FORMS);
        return USAGE;
    }
    p->used = &p->proxy;
    return 0;
}

static void hide_all(const struct options *o)
{
    hide(o->proxy);
    hide(variable("https_proxy"));
    hide(variable("HTTPS_PROXY"));
}

int proxy_find(struct proxy *p, const struct options *o, const struct url *base)
{
    int code;

    *p = (struct proxy){ 0 };
    code = find(p, o, base);
    hide_all(o);
    return code;
}

void proxy_wipe(struct proxy *p, const struct options *o)
{
    hide_all(o); /* in case that nobody looked for one */
    secret_wipe(p->basic, sizeof p->basic);
    p->used = NULL;
}
