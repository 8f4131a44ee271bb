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

static bool may_stand(uint8_t c, const char *extra)
{
    return extra ? fimg_is_name_char(c, extra) : c > ' ' && c < 0x7f;
}

/*
 * Length of a text of letters, digits and `extra`, or of visible ASCII if that
 * is NULL; 0 if the text is missing, empty, longer than `max`, or has anything
 * else. Reads no further than that.
 */
static size_t text_len(const char *text, size_t max, const char *extra)
{
    size_t n = 0;

    if (text == NULL)
        return 0;
    while (n <= max && may_stand((uint8_t)text[n], extra))
        n++;
    return n <= max && text[n] == '\0' ? n : 0;
}

/* The last segment of a list; NULL if one is empty or begins with a dot. */
static const char *last_segment(const char *text, char separator)
{
    const char *last = text;

    for (const char *at = text;; at++) {
        if (at == last && (*at == separator || *at == '.' || *at == '\0'))
            return NULL;
        if (*at == '\0')
            return last;
        if (*at == separator)
            last = at + 1;
    }
}

/*
 * A name, and not an address in any of its notations: those end in a number,
 * and no top-level domain begins with a digit (RFC 3696, 2).
 */
static bool host_ok(const char *host)
{
    const char *last;

    if (text_len(host, FIMG_HOST_MAX, "-.") == 0)
        return false;
    last = last_segment(host, '.');
    return last && *last >= 'A';
}

/* An absolute path without empty or dot segments, and without a last "/". */
static bool prefix_ok(const char *prefix)
{
    if (prefix == NULL || prefix[0] == '\0')
        return true;
    return text_len(prefix, FIMG_PREFIX_MAX, "-_.~/") > 0 && prefix[0] == '/' &&
           last_segment(prefix + 1, '/');
}

static bool port_ok(const struct fimg_port *port)
{
    return port && port->connect && port->send && port->recv && port->close &&
           port->sleep && port->now_ms && port->unix_time && port->entropy;
}

enum fimg_reason fimg_request_check(const struct fimg_request *request)
{
    const struct fimg_trust *trust = request->trust;
    const char *key = request->image_key;

    if (!port_ok(request->port))
        return FIMG_WHY_PORT_MISSING;
    if (trust == NULL ||
        (trust->anchors == NULL && (trust->read == NULL || !FIMG_BUNDLE)))
        return FIMG_WHY_TRUST_MISSING;
    if (!host_ok(request->host))
        return FIMG_WHY_HOST;
    if (!prefix_ok(request->prefix))
        return FIMG_WHY_PREFIX;
    if (text_len(key, FIMG_KEY_MAX, "_.-") == 0 || *key == '.' || *key == '-')
        return FIMG_WHY_KEY;
    if (text_len(request->token, FIMG_TOKEN_MAX, NULL) == 0)
        return FIMG_WHY_TOKEN;
    return FIMG_WHY_NONE;
}

/* ":8443" in `room`; nothing for the default port. */
static const char *port_suffix(uint16_t port, char room[7])
{
    size_t at = 6;

    room[at] = '\0';
    if (port == 443)
        return room + at;
    for (; port > 0; port = (uint16_t)(port / 10))
        room[--at] = (char)('0' + port % 10);
    room[--at] = ':';
    return room + at;
}

/* The request head; \1 to \5 stand for the values below, in this order. */
static const char template[] = "GET \1/open-apis/im/v1/images/\2 HTTP/1.1\r\n"
                               "Host: \3\4\r\n"
                               "Authorization: Bearer \5\r\n"
                               "User-Agent: feishu-image/" FIMG_VERSION "\r\n"
                               "Accept-Encoding: identity\r\n"
                               "\r\n";

bool fimg_request_written(const struct fimg_writer *w)
{
    return template[w->at] == '\0';
}

size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap)
{
    char room[7];
    const char *const values[] = {
        request->prefix ? request->prefix : "",
        request->image_key,
        request->host,
        port_suffix(fimg_request_port(request), room),
        request->token,
    };
    size_t stored = 0;

    while (stored < cap && !fimg_request_written(w)) {
        char c = template[w->at];

        if (c <= 5) {
            c = values[c - 1][w->offset++];
            if (c == '\0') {
                w->offset = 0;
                w->at++;
                continue;
            }
        } else {
            w->at++;
        }
        dst[stored++] = (uint8_t)c;
    }
    return stored;
}
