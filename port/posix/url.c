/*
 * url.c: take a base URL apart.
 *
 * RFC 3986 has more to offer than is accepted here. What is wrong is said
 * without quoting: what stands before an "@" may be a password.
 */
#include "url.h"

#include <string.h>

const char *url_after(const char *text, const char *scheme)
{
    for (; *scheme != '\0'; text++, scheme++) {
        char c = *text;

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != *scheme)
            return NULL;
    }
    return text;
}

static bool copy(char *dst, size_t cap, const char *src, size_t len)
{
    if (len >= cap)
        return false;
    memcpy(dst, src, len);
    dst[len] = '\0';
    return true;
}

bool url_parse_port(uint16_t *port, const char *text, size_t len)
{
    unsigned long n = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (unsigned long)(text[i] - '0');
        if (n > 65535)
            return false;
    }
    *port = (uint16_t)n;
    return n > 0;
}

/* Labels of 1 to 63 characters, with hyphens only inside (RFC 1123, 2.1). */
static bool labels_fit(const char *host)
{
    size_t label = 0, i;

    for (i = 0;; i++) {
        if (host[i] != '.' && host[i] != '\0')
            continue;
        if (i == label || i - label > 63 || host[label] == '-' ||
            host[i - 1] == '-')
            return false;
        if (host[i] == '\0')
            return true;
        label = i + 1;
    }
}

const char *url_parse(struct url *u, const char *text)
{
    const char *host = url_after(text, "https://");
    size_t authority_len, host_len, prefix_len;
    const char *prefix;

    if (host == NULL)
        return url_after(text, "http://") != NULL
                   ? "http is refused: the token would travel in the clear"
                   : "not a URL that begins with https://";
    if (strpbrk(host, "?#") != NULL)
        return "a base URL has no query and no fragment";
    authority_len = strcspn(host, "/");
    if (memchr(host, '@', authority_len) != NULL)
        return "a base URL has no user name";
    if (host[0] == '[')
        return "a base URL names its host; addresses are refused";
    host_len = strcspn(host, ":/");
    u->port = 443;
    if (host_len < authority_len &&
        !url_parse_port(&u->port, host + host_len + 1,
                        authority_len - host_len - 1))
        return "the port is not a number from 1 to 65535";
    prefix = host + authority_len;
    prefix_len = strlen(prefix);
    if (prefix_len > 0 && prefix[prefix_len - 1] == '/')
        prefix_len--;
    if (!copy(u->host, sizeof u->host, host, host_len) ||
        !copy(u->prefix, sizeof u->prefix, prefix, prefix_len))
        return "the URL is too long";
    return labels_fit(u->host) ? NULL : "the host is not a name";
}
