/*
 * api.c: a reply of any text; jsmn may make any tokens of it (see jsmn.c).
 */
#define JSMN_HEADER
#include "fimg_api.c"

#include "any.h"

#define TEXT_MAX 20 /* longer than any name */
#define TOKENS 4
#define SHOWN_MAX 8

static char text[TEXT_MAX];

struct place {
    int start, end;
};

/* Where values are: two that can be, and two that cannot. */
static const struct place values[] = {
    { 0, 0 }, { 0, 11 }, { 6, 5 }, { 5, TEXT_MAX + 1 }
};

/* Where keys are: at the text's end, or where none can be. */
static const struct place odd[] = {
    { -1, 5 }, { 5, -1 }, { 6, 5 }, { TEXT_MAX - 2, TEXT_MAX + 2 }
};

static struct place key, value;

static void jsmn_init(jsmn_parser *parser)
{
    parser->toknext = 0;
}

/* As many tokens as there is room for, of any type, anywhere. */
static int jsmn_parse(jsmn_parser *parser, const char *js, const size_t len,
                      jsmntok_t *tokens, const unsigned int room)
{
    (void)js, (void)len;
    parser->toknext = (unsigned)Frama_C_interval(0, TOKENS);
    for (unsigned i = 0; i < room; i++) {
        tokens[i].type = (jsmntype_t)Frama_C_interval(0, JSMN_PRIMITIVE);
        tokens[i].start = i % 2 ? key.start : value.start;
        tokens[i].end = i % 2 ? key.end : value.end;
        tokens[i].size = any_int();
        tokens[i].parent = any_int();
    }
    return 0;
}

/* A message as it is shown. */
static void unescape(size_t len)
{
    size_t n;

    any_bytes(text, sizeof text);
    n = fimg_api_unescape(text + (TEXT_MAX - len), len);
    must(n <= len);
}

/* A body is collected, wherever the collector is. */
static void collect(size_t len, size_t kept)
{
    static char room[SHOWN_MAX + 1];
    struct fimg_collector c = { (uint32_t)kept, any_u32() };

    (void)fimg_collector_feed(&c, room, SHOWN_MAX, any_window(len), len);
    must(c.len <= SHOWN_MAX);
}

static void decode(void)
{
    static uint32_t scratch[TOKENS * sizeof(jsmntok_t) / 4];
    struct fimg_api_reply reply;

    any_bytes(text, sizeof text);
    any_bytes(scratch, sizeof scratch);
    fimg_api_decode(&reply, text, TEXT_MAX, scratch, sizeof scratch);
    must(!reply.msg || reply.msg + reply.msg_len <= text + TEXT_MAX);
    must(!reply.log_id || reply.log_id + reply.log_id_len <= text + TEXT_MAX);
    must(!reply.token || reply.token + reply.token_len <= text + TEXT_MAX);
    must(reply.life_s <= INT32_MAX);
}

int main(void)
{
    size_t shown = (size_t)Frama_C_interval(0, SHOWN_MAX);
    size_t len = any_len();
    int at = Frama_C_interval(0, TEXT_MAX + 4), i = Frama_C_interval(0, 3);

    //@ split shown;
    //@ split len;
    unescape(shown);
    if (len > 0)
        collect(len, shown);
    if (shown > 0 || len > 0)
        return 0;
    //@ split i;
    //@ split at;
    value = values[i];
    key.start = TEXT_MAX - at;
    key.end = TEXT_MAX;
    if (at > TEXT_MAX)
        key = odd[at - TEXT_MAX - 1];
    decode();
    return 0;
}
