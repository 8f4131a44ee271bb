/*
 * fimg_request.c: check what the caller asks for, and write it as HTTP.
 *
 * Every field is held to a set of harmless characters, so that none can end a
 * line or begin another. The head is written in pieces straight to where TLS
 * wants it: there is no request buffer that a long token could overflow.
 */
#include "fimg_request.h"

#include <string.h>

#include "fimg_text.h"

#define TIME_MAX INT32_MAX /* ms: what a clock that wraps can tell apart */

static bool all_name_chars(const char *text, size_t len, const char *extra)
{
    for (size_t i = 0; i < len; i++)
        if (!fimg_is_name_char((uint8_t)text[i], extra))
            return false;
    return true;
}

/* strlen, but never reading beyond one byte more than is allowed. */
static size_t bounded_len(const char *text, size_t max)
{
    size_t n = 0;

    while (n <= max && text[n] != '\0')
        n++;
    return n;
}

/* Labels of 1 to 63 letters, digits and inner hyphens (RFC 1123, 2.1). */
static bool labels_ok(const char *host, size_t len)
{
    size_t label = 0;

    for (size_t i = 0; i <= len; i++) {
        if (i < len && host[i] != '.')
            continue;
        if (i == label || i - label > 63 || host[label] == '-' ||
            host[i - 1] == '-')
            return false;
        label = i + 1;
    }
    return true;
}

/* An address in digits ends in a number, which no top-level domain is. */
static bool ends_in_number(const char *host, size_t len)
{
    size_t label = len;

    while (label > 0 && host[label - 1] != '.')
        label--;
    if (len - label > 2 && host[label] == '0' &&
        (host[label + 1] == 'x' || host[label + 1] == 'X'))
        return true;
    while (label < len && fimg_is_digit((uint8_t)host[label]))
        label++;
    return label == len;
}

size_t fimg_request_host_len(const struct fimg_request *request)
{
    size_t len = strlen(request->host);

    return len > 0 && request->host[len - 1] == '.' ? len - 1 : len;
}

static bool host_ok(const struct fimg_request *request)
{
    size_t len;

    if (request->host == NULL ||
        bounded_len(request->host, FIMG_HOST_MAX + 1) > FIMG_HOST_MAX + 1)
        return false;
    len = fimg_request_host_len(request);
    return len > 0 && len <= FIMG_HOST_MAX &&
           all_name_chars(request->host, len, "-.") &&
           labels_ok(request->host, len) && !ends_in_number(request->host, len);
}

/* An absolute path without empty or dot segments, and without a last "/". */
static bool prefix_ok(const char *prefix)
{
    size_t len, segment = 1;

    if (prefix == NULL || prefix[0] == '\0')
        return true;
    len = bounded_len(prefix, FIMG_PREFIX_MAX);
    if (prefix[0] != '/' || len > FIMG_PREFIX_MAX ||
        !all_name_chars(prefix, len, "-_.~/"))
        return false;
    for (size_t i = 1; i <= len; i++) {
        if (i < len && prefix[i] != '/')
            continue;
        if (i == segment || prefix[segment] == '.')
            return false;
        segment = i + 1;
    }
    return true;
}

static bool key_ok(const char *key)
{
    size_t len;

    if (key == NULL || key[0] == '.' || key[0] == '-')
        return false;
    len = bounded_len(key, FIMG_KEY_MAX);
    return len > 0 && len <= FIMG_KEY_MAX && all_name_chars(key, len, "_.-");
}

static bool token_ok(const char *token)
{
    size_t len;

    if (token == NULL)
        return false;
    len = bounded_len(token, FIMG_TOKEN_MAX);
    if (len == 0 || len > FIMG_TOKEN_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return false;
    return true;
}

static bool time_ok(uint32_t ms)
{
    return ms <= TIME_MAX || ms == FIMG_NO_LIMIT;
}

static bool port_ok(const struct fimg_port *port)
{
    return port && port->connect && port->send && port->recv && port->close &&
           port->sleep && port->now_ms && port->unix_time && port->entropy;
}

enum fimg_reason fimg_request_check(const struct fimg_request *request)
{
    const struct fimg_trust *trust = request->trust;

    if (!port_ok(request->port))
        return FIMG_WHY_PORT_MISSING;
    if (trust == NULL ||
        (trust->anchors == NULL && (trust->read == NULL || !FIMG_BUNDLE)))
        return FIMG_WHY_TRUST_MISSING;
    if (!host_ok(request))
        return FIMG_WHY_HOST;
    if (!prefix_ok(request->prefix))
        return FIMG_WHY_PREFIX;
    if (!key_ok(request->image_key))
        return FIMG_WHY_KEY;
    if (!token_ok(request->token))
        return FIMG_WHY_TOKEN;
    if (!time_ok(request->connect_ms) || !time_ok(request->idle_ms) ||
        !time_ok(request->rate_ms) || !time_ok(request->total_ms))
        return FIMG_WHY_LIMITS;
    return FIMG_WHY_NONE;
}

uint16_t fimg_request_port(const struct fimg_request *request)
{
    return request->port_number ? request->port_number : 443;
}

/* ":8443" in `room`; nothing for the default port. */
static struct fimg_span port_suffix(uint16_t port, char room[6])
{
    size_t at = 6;

    if (port == 443)
        return (struct fimg_span){ (const uint8_t *)room, 0 };
    for (; port > 0; port = (uint16_t)(port / 10))
        room[--at] = (char)('0' + port % 10);
    room[--at] = ':';
    return (struct fimg_span){ (const uint8_t *)room + at, 6 - at };
}

static struct fimg_span text_span(const char *text, size_t len)
{
    return (struct fimg_span){ (const uint8_t *)text, len };
}

static struct fimg_span whole(const char *text)
{
    return text ? text_span(text, strlen(text)) : text_span("", 0);
}

/* The pieces that make up a request head, in order. */
static struct fimg_span piece(const struct fimg_request *request, uint8_t n,
                              char room[6])
{
    switch (n) {
    case 0:
        return whole("GET ");
    case 1:
        return whole(request->prefix);
    case 2:
        return whole("/open-apis/im/v1/images/");
    case 3:
        return whole(request->image_key);
    case 4:
        return whole(" HTTP/1.1\r\nHost: ");
    case 5:
        return text_span(request->host, fimg_request_host_len(request));
    case 6:
        return port_suffix(fimg_request_port(request), room);
    case 7:
        return whole("\r\nAuthorization: Bearer ");
    case 8:
        return whole(request->token);
    default:
        return whole("\r\nUser-Agent: feishu-image/" FIMG_VERSION
                     "\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\r\n");
    }
}

#define PIECES 10

bool fimg_request_written(const struct fimg_writer *w)
{
    return w->piece == PIECES;
}

size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap)
{
    size_t stored = 0;

    while (w->piece < PIECES && stored < cap) {
        char room[6];
        struct fimg_span p = piece(request, w->piece, room);
        size_t n = p.len - w->offset;

        if (n > cap - stored)
            n = cap - stored;
        memcpy(dst + stored, p.at + w->offset, n);
        stored += n;
        w->offset = (uint16_t)(w->offset + n);
        if (w->offset == p.len) {
            w->piece++;
            w->offset = 0;
        }
    }
    return stored;
}
