/*
 * fuzz_api.c: what an error reply or a token's reply says.
 *
 * The input is the reply's body; how much of it is kept, and how many JSON
 * tokens there is room for, is taken from its last two bytes.
 */
#include "fimg_api.h"
#include "fuzz.h"

/* A body as it was collected. */
struct text {
    struct fimg_collector c;
    struct room room;
};

static struct text collect(enum fuzz_cut way, size_t cap, const uint8_t *in,
                           size_t len)
{
    struct text t = { { 0 }, room_of(cap) };
    struct cutter c = cutter_of(way, in, len);
    size_t used = 0;

    while (used < len) {
        size_t n = cutter_next(&c, len - used);
        uint8_t *piece = copy_of(in + used, n);
        bool fits = fimg_collector_feed(&t.c, (char *)t.room.at, cap, piece, n);

        free(piece);
        used += n;
        HOLDS(fits == (used <= FIMG_ERROR_BODY_MAX));
        if (!fits)
            break;
        HOLDS(t.c.seen == used && t.c.len == (used < cap ? used : cap));
    }
    HOLDS(memcmp(t.room.at, in, t.c.len) == 0);
    return t;
}

/* Does the member's name stand before what is at `at`, and a colon between?
   That commas and braces may, too, is jsmn's
   way. */
static bool is_named(const char *text, const char *at, const char *name)
{
    size_t n = strlen(name);
    bool colon = false;

    for (; at > text && strchr(": \t\r\n,}]", at[-1]) && at[-1]; at--)
        colon |= at[-1] == ':';
    return colon && (size_t)(at - text) >= n && memcmp(at - n, name, n) == 0;
}

/* A string of the text, between its quotation marks, and behind its name? */
static void check_string(const char *text, size_t text_len, const char *at,
                         size_t len, const char *name)
{
    if (at == NULL)
        return;
    HOLDS(at > text && at + len < text + text_len);
    HOLDS(at[-1] == '"' && at[len] == '"' && is_named(text, at - 1, name));
    for (size_t i = 0; i < len; i++) {
        HOLDS(at[i] != '"');
        i += at[i] == '\\';
    }
}

/* A number is there only if its digits follow one of the names. */
static void check_number(const char *text, size_t len, uint32_t n,
                         const char *name, const char *other)
{
    bool found = n == 0;

    for (size_t i = 1; i < len && !found; i++) {
        const char *at = text + i - (text[i - 1] == '"');
        uint64_t value = 0;
        size_t k = i;

        if (!is_named(text, at, name) && !is_named(text, at, other))
            continue;
        if (text[k] == '-')
            k++;
        for (; k < len && text[k] >= '0' && text[k] <= '9'; k++)
            value = value > UINT32_MAX ? value
                                       : value * 10 + (uint64_t)(text[k] - '0');
        found = value == n;
    }
    HOLDS(found && n <= INT32_MAX);
}

static void check(const struct fimg_api_reply *r, const char *text, size_t len)
{
    check_string(text, len, r->msg, r->msg_len, "\"msg\"");
    check_string(text, len, r->log_id, r->log_id_len, "\"log_id\"");
    check_string(text, len, r->token, r->token_len, "access_token\"");
    HOLDS(r->log_id == NULL || fuzz_has(text, len, "\"error\""));
    check_number(text, len, (uint32_t)labs(r->code), "\"code\"", "\"code\"");
    check_number(text, len, r->life_s, "\"expire\"", "\"expires_in\"");
}

/* Unescape and clean what is to be shown, as the session does. */
static void show(char *at, size_t len)
{
    size_t n;

    if (at == NULL)
        return;
    n = fimg_api_unescape(at, len);
    HOLDS(n <= len);
    n = fimg_text_clean(at, n);
    HOLDS(n <= len && fuzz_is_clean(at, n));
}

static void decode(const struct text *t, size_t tokens)
{
    size_t len = t->c.len;
    char *text = copy_of(t->room.at, len);
    struct room scratch = room_of(tokens * 20);
    struct fimg_api_reply r;

    fimg_api_decode(&r, text, len, scratch.at, scratch.cap);
    check(&r, text, len);
    HOLDS(memcmp(text, t->room.at, len) == 0);
    show(r.msg, r.msg_len);
    show(r.log_id, r.log_id_len);
    room_end(&scratch, scratch.cap);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    size_t cap = len > 1 ? (size_t)in[len - 2] * 16 + 1 : 1024;
    struct text t[FUZZ_CUTS];

    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        t[way] = collect(way, cap, in, len);
        HOLDS(t[way].c.len == t[0].c.len);
    }
    decode(&t[0], 800);
    decode(&t[0], len > 0 ? in[len - 1] % 16 : 0);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        room_end(&t[way].room, t[way].c.len);
    return 0;
}
