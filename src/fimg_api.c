/*
 * fimg_api.c: find Feishu's code, message and log id in a reply, or its token.
 *
 *     {"code":234001,"msg":"...","error":{"log_id":"...", ...}, ...}
 *
 * jsmn splits the text into tokens and is trusted with nothing else: it takes
 * much that is not JSON, and its counts may promise tokens that are not there.
 * So the tokens are walked as a flat array, each is held against the text's
 * length, and what cannot be understood counts as absent. Of members given
 * twice the last one counts, as it does in most JSON libraries.
 */
#include "fimg_api.h"

#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

bool fimg_collector_feed(struct fimg_collector *c, char *text, size_t cap,
                         const uint8_t *in, size_t len)
{
    size_t room = cap - c->len, n = len < room ? len : room;

    if (len > FIMG_ERROR_BODY_MAX - c->seen)
        return false;
    memcpy(text + c->len, in, n);
    c->len += (uint32_t)n;
    c->seen += (uint32_t)len;
    return true;
}

/* The code point of the four hexadecimal digits that jsmn has seen there. */
static uint32_t hex4(const char **at, const char *end)
{
    uint32_t value = 0;

    for (int i = 0; i < 4 && *at < end; i++)
        value =
            value << 4 | ((uint32_t)fimg_hex_value((uint8_t) * (*at)++) & 15);
    return value;
}

/*
 * Write a character as UTF-8. One beyond the basic plane comes in two halves,
 * each of which is shown as '?': Feishu sends such text unescaped.
 */
static char *put_utf8(char *out, uint32_t c)
{
    if ((c & 0xf800) == 0xd800)
        c = '?';
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
    } else {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (c & 0x3f));
    return out;
}

/*
 * Line ends and the like become blanks, as the text is to be shown on one line.
 */
size_t fimg_api_unescape(char *text, size_t len)
{
    const char *in = text, *end = text + len;
    char *out = text;

    while (in < end) {
        char c = *in++;

        if (c == '\\' && in < end) {
            c = *in++;
            if (c == 'u') {
                out = put_utf8(out, hex4(&in, end));
                continue;
            }
            if (c >= 'a')
                c = ' ';
        }
        *out++ = c;
    }
    return (size_t)(out - text);
}

struct walk {
    char *text;
    size_t len;
    const jsmntok_t *tokens;
    int count;
};

/* A token's text; of one without an end, or with one that cannot be, none. */
static char *text_of(const struct walk *w, const jsmntok_t *t, size_t *len)
{
    size_t start = (size_t)t->start, end = (size_t)t->end;

    *len = 0;
    /* unreachable 1: jsmn has no token that ends before it starts */
    if (start > end || end > w->len)
        return w->text;
    *len = end - start;
    return w->text + start;
}

/* Is it a key? Then its value follows, which names the key as its parent. */
static bool is_key(const struct walk *w, int i)
{
    const jsmntok_t *t = &w->tokens[i];

    return t->type == JSMN_STRING && t[1].parent == i;
}

static bool is_named(const struct walk *w, int i, int parent, const char *name)
{
    size_t len;
    const char *text = text_of(w, &w->tokens[i], &len);

    return w->tokens[i].parent == parent && len == strlen(name) &&
           memcmp(text, name, len) == 0;
}

/*
 * A whole number of up to 31 bits and its sign, bare or as a string; 0
 * otherwise.
 */
static int32_t code_value(const struct walk *w, const jsmntok_t *t)
{
    size_t len;
    const char *at = text_of(w, t, &len);
    bool minus = len > 0 && *at == '-';
    uint32_t value;

    if (!fimg_parse_u32(at + minus, len - minus, &value) || value > INT32_MAX)
        return 0;
    return minus ? -(int32_t)value : (int32_t)value;
}

#if FIMG_TOKENS
static uint32_t life_value(const struct walk *w, const jsmntok_t *t)
{
    int32_t life = code_value(w, t);

    return life > 0 ? (uint32_t)life : 0;
}
#endif

static void take_string(const struct walk *w, const jsmntok_t *t, char **at,
                        size_t *len)
{
    if (t->type == JSMN_STRING)
        *at = text_of(w, t, len);
}

static void find_members(const struct walk *w, struct fimg_api_reply *reply)
{
    int details = -2; /* the value of "error"; where there is none, what no
                         token has as its parent */

    for (int i = 1; i + 1 < w->count; i++) {
        const jsmntok_t *value = &w->tokens[i + 1];

        if (!is_key(w, i))
            continue;
        if (is_named(w, i, 0, "code"))
            reply->code = code_value(w, value);
        else if (is_named(w, i, 0, "msg"))
            take_string(w, value, &reply->msg, &reply->msg_len);
        else if (is_named(w, i, 0, "error"))
            details = i + 1;
        else if (is_named(w, i, details, "log_id"))
            take_string(w, value, &reply->log_id, &reply->log_id_len);
#if FIMG_TOKENS
        else if (is_named(w, i, 0, "tenant_access_token") ||
                 is_named(w, i, 0, "access_token"))
            take_string(w, value, &reply->token, &reply->token_len);
        else if (is_named(w, i, 0, "expire") || is_named(w, i, 0, "expires_in"))
            reply->life_s = life_value(w, value);
#endif
    }
}

void fimg_api_decode(struct fimg_api_reply *reply, char *text, size_t len,
                     void *scratch, size_t scratch_len)
{
    jsmntok_t *tokens = scratch;
    unsigned room = (unsigned)(scratch_len / sizeof *tokens);
    struct walk w = { text, len, tokens, 0 };
    jsmn_parser parser;

    *reply = (struct fimg_api_reply){ 0 };
    jsmn_init(&parser);
    /* text that is cut off or has too many tokens still begins well */
    (void)jsmn_parse(&parser, text, len, tokens, room);
    w.count = (int)(parser.toknext < room ? parser.toknext : room);
    if (w.count > 0 && tokens[0].type == JSMN_OBJECT)
        find_members(&w, reply);
    fimg_wipe(scratch, scratch_len);
}
