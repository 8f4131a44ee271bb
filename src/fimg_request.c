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

static bool key_ok(const char *key)
{
    return text_len(key, FIMG_KEY_MAX, "_.-") > 0 && *key != '.' && *key != '-';
}

static bool token_ok(const char *token)
{
    return text_len(token, FIMG_TOKEN_MAX, NULL) > 0;
}

#if FIMG_TOKENS
bool fimg_request_token_ok(const char *token)
{
    return token_ok(token);
}

/* Nothing in a secret can end a JSON string, or a form's field. */
static bool credentials_ok(const struct fimg_token *t)
{
    return (unsigned)t->grant <= FIMG_GRANT_STORE && key_ok(t->id) &&
           text_len(t->secret, FIMG_TOKEN_MAX, "_.-~") > 0 && t->memory &&
           t->cap > 0 && t->cap <= UINT16_MAX &&
           (t->host ? host_ok(t->host) : t->grant != FIMG_GRANT_OAUTH);
}
#endif

/* What only some requests have. */
static enum fimg_reason check_options(const struct fimg_request *request)
{
#if FIMG_TOKENS
    if (request->token == NULL && request->token_from)
        return credentials_ok(request->token_from) ? FIMG_WHY_NONE
                                                   : FIMG_WHY_CREDENTIALS;
#endif
    return token_ok(request->token) ? FIMG_WHY_NONE : FIMG_WHY_TOKEN;
}

static bool message_ok(const struct fimg_request *request)
{
#if FIMG_MESSAGES
    return request->message_id == NULL || key_ok(request->message_id);
#else
    (void)request;
    return true;
#endif
}

static bool proxy_ok(const struct fimg_request *request)
{
#if FIMG_PROXY
    const struct fimg_proxy *p = request->proxy;

    return p == NULL ||
           (text_len(p->host, FIMG_HOST_MAX, "-.") > 0 && p->port_number > 0 &&
            (p->basic == NULL || text_len(p->basic, FIMG_BASIC_MAX, "+/=")));
#else
    (void)request;
    return true;
#endif
}

static bool trust_ok(const struct fimg_trust *trust)
{
    if (trust == NULL ||
        (trust->anchors == NULL && (trust->read == NULL || !FIMG_BUNDLE)))
        return false;
#if FIMG_PINS
    if (trust->pin_count > 0 ? trust->pins == NULL
                             : trust->clock == FIMG_CLOCK_PINNED)
        return false;
#endif
    return true;
}

enum fimg_reason fimg_request_check(const struct fimg_request *request)
{
    if (!port_ok(request->port))
        return FIMG_WHY_PORT_MISSING;
    if (!trust_ok(request->trust))
        return FIMG_WHY_TRUST_MISSING;
    if (!host_ok(request->host))
        return FIMG_WHY_HOST;
    if (!prefix_ok(request->prefix))
        return FIMG_WHY_PREFIX;
    if (!key_ok(request->image_key))
        return FIMG_WHY_KEY;
    if (!message_ok(request))
        return FIMG_WHY_MESSAGE;
    if (!proxy_ok(request))
        return FIMG_WHY_PROXY;
    return check_options(request);
}

#if FIMG_RESUME
bool fimg_request_resumes(const struct fimg_request *request)
{
    const struct fimg_resume *r = request->resume;
    size_t n = 0;

    if (r == NULL || r->offset == 0)
        return false;
    while (n < sizeof r->validator && r->validator[n] >= ' ' &&
           r->validator[n] < 0x7f)
        n++;
    return n > 0 && n < sizeof r->validator && r->validator[n] == '\0';
}
#endif

/*
 * The parts of a request. %h host,
 * %n ":" and port where it is not the default, %p prefix, %k key, %m message
 * id, %t token, %o offset, %v validator; of a token request %i id, %s secret,
 * %l length of the body; to a proxy %N port, %b credentials.
 */
#define HOST "Host: %h%n\r\n"
#define COMMON                                                                 \
    "User-Agent: feishu-image/" FIMG_VERSION "\r\n"                            \
    "Accept-Encoding: identity\r\n"

#if FIMG_TOKENS
static const struct {
    const char *head;
    const char *body; /* with two values, of two characters each */
} grants[] = {
    [FIMG_GRANT_SELF_BUILT] = { "POST "
                                "%p/open-apis/auth/v3/tenant_access_token/"
                                "internal HTTP/1.1\r\n"
                                "Content-Type: application/json; "
                                "charset=utf-8\r\n",
                                "{\"app_id\":\"%i\",\"app_secret\":\"%s\"}" },
    [FIMG_GRANT_OAUTH] = { "POST /oauth/v3/token HTTP/1.1\r\n"
                           "Content-Type: "
                           "application/x-www-form-urlencoded\r\n",
                           "grant_type=client_credentials&client_id=%i&client_"
                           "secret=%s" },
    [FIMG_GRANT_STORE] = { "POST %p/open-apis/auth/v3/tenant_access_token "
                           "HTTP/1.1\r\n"
                           "Content-Type: application/json; charset=utf-8\r\n",
                           "{\"tenant_key\":\"%i\",\"app_access_token\":\"%"
                           "s\"}" },
};

static const char *token_part(const struct fimg_token *t, unsigned n)
{
    switch (n) {
    case 0:
        return grants[t->grant].head;
    case 1:
        return HOST COMMON "Content-Length: %l\r\n\r\n";
    case 2:
        return grants[t->grant].body;
    default:
        return NULL;
    }
}
#endif

static const char *resource_part(const struct fimg_request *request, unsigned n)
{
#if FIMG_RESUME
    if (n == 1)
        return HOST "Authorization: Bearer %t\r\n" COMMON;
    if (n == 2)
        return fimg_request_resumes(request)
                   ? "Range: bytes=%o-\r\nIf-Range: %v\r\n\r\n"
                   : "\r\n";
#else
    if (n == 1)
        return HOST "Authorization: Bearer %t\r\n" COMMON "\r\n";
#endif
    if (n > 1)
        return NULL;
#if FIMG_MESSAGES
    if (request->message_id)
        return request->file ? "GET %p/open-apis/im/v1/messages/%m/resources/"
                               "%k?type=file HTTP/1.1\r\n"
                             : "GET %p/open-apis/im/v1/messages/%m/resources/"
                               "%k?type=image HTTP/1.1\r\n";
#endif
    (void)request;
    return "GET %p/open-apis/im/v1/images/%k HTTP/1.1\r\n";
}

/* The template of part `n`; NULL if there are fewer. */
static const char *part(const struct fimg_writer *w,
                        const struct fimg_request *request, unsigned n)
{
#if FIMG_PROXY
    if (w->connect) {
        static const char head[] = "CONNECT %h:%N HTTP/1.1\r\n"
                                   "Host: %h:%N\r\n";

        if (n == 1)
            return request->proxy->basic
                       ? "Proxy-Authorization: Basic %b\r\n\r\n"
                       : "\r\n";
        return n == 0 ? head : NULL;
    }
#endif
#if FIMG_TOKENS
    if (w->ask == FIMG_ASK_TOKEN)
        return token_part(request->token_from, n);
#endif
    (void)w;
    return resource_part(request, n);
}

/* A number's digits, at the end of `room`. */
static char *digits(uint32_t value, char room[12])
{
    size_t at = 11;

    room[at] = '\0';
    do {
        room[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return room + at;
}

/* ":8443"; nothing for the default port. */
static const char *port_suffix(uint16_t port, char room[12])
{
    char *text = digits(port, room);

    if (port == 443)
        return "";
    *--text = ':';
    return text;
}

#if FIMG_TOKENS
static uint32_t body_length(const struct fimg_token *t)
{
    return (uint32_t)(strlen(grants[t->grant].body) - 4 + strlen(t->id) +
                      strlen(t->secret));
}
#endif

/* What stands for %`letter`. */
static const char *value(const struct fimg_writer *w,
                         const struct fimg_request *request, char letter,
                         char room[12])
{
    switch (letter) {
    case 'h':
        return fimg_request_host(request, w->ask);
    case 'k':
        return request->image_key;
    case 'n':
        return port_suffix(fimg_request_port(request), room);
    case 't':
        return fimg_request_token(request);
#if FIMG_MESSAGES
    case 'm':
        return request->message_id;
#endif
#if FIMG_RESUME
    case 'o':
        return digits(request->resume->offset, room);
    case 'v':
        return request->resume->validator;
#endif
#if FIMG_TOKENS
    case 'i':
        return request->token_from->id;
    case 's':
        return request->token_from->secret;
    case 'l':
        return digits(body_length(request->token_from), room);
#endif
#if FIMG_PROXY
    case 'N':
        return digits(fimg_request_port(request), room);
    case 'b':
        return request->proxy->basic;
#endif
    default: /* p */
        return request->prefix ? request->prefix : "";
    }
}

size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap)
{
    size_t stored = 0;
    const char *text;

    while (stored < cap && (text = part(w, request, w->part)) != NULL) {
        char c = text[w->at], room[12];

        if (c == '\0') {
            w->part++;
            w->at = 0;
            continue;
        }
        if (c == '%') {
            c = value(w, request, text[w->at + 1], room)[w->offset++];
            if (c == '\0') {
                w->offset = 0;
                w->at = (uint8_t)(w->at + 2);
                continue;
            }
        } else {
            w->at++;
        }
        dst[stored++] = (uint8_t)c;
    }
    return stored;
}
