/*
 * fuzz_token.c: the life of a token that is fetched, kept, used and dropped.
 *
 * The input is lines, each a call: "r" and a reply's body, "p" and a token,
 * "d" drop, "l" release, "w" and the milliseconds that pass.
 */
#include "fimg_token.h"

#include "fuzz.h"

#define CAP 200

static struct fimg *const somebody = (struct fimg *)(void *)&(int){ 0 };

struct life {
    struct fimg_token token;
    struct room memory;
    uint32_t now;
};

/* What a reply says is decoded where it was collected. */
static void reply(struct life *l, const char *line)
{
    struct fimg_collector c = { 0 };
    struct fimg_api_reply found;
    static int scratch[500];
    enum fimg_reason why;

    l->token.fetcher = somebody;
    fimg_token_drop(&l->token);
    (void)fimg_collector_feed(&c, l->token.memory, l->token.cap,
                              (const uint8_t *)line, strlen(line));
    if (c.seen > c.len)
        return; /* the session gives up here */
    fimg_api_decode(&found, l->token.memory, c.len, scratch, sizeof scratch);
    why = fimg_token_keep(&l->token, &found, l->now);
    HOLDS((why == FIMG_WHY_NONE) == (l->token.len > 0));
    if (why == FIMG_WHY_NONE) {
        HOLDS(fuzz_has(line, strlen(line), l->token.memory));
        HOLDS(fuzz_has(line, strlen(line), "access_token\""));
        HOLDS(fimg_token_left_ms(&l->token, l->now) == l->token.life_ms);
    }
}

static void put(struct life *l, const char *token)
{
    uint32_t life = (uint32_t)strlen(token) * 1000;
    uint16_t serial = l->token.serial;

    if (fimg_token_put(&l->token, token, life, l->now))
        HOLDS(strcmp(l->token.memory, token) == 0 && l->token.serial != serial);
    else
        HOLDS(l->token.serial == serial);
}

/* What holds at any time: a token of visible ASCII, and nothing behind it. */
static void check(const struct life *l)
{
    const struct fimg_token *t = &l->token;
    uint32_t left = fimg_token_left_ms(t, l->now);

    HOLDS(t->len < t->cap);
    HOLDS(t->life_ms <= FIMG_TOKEN_LIFE_MAX_S * 1000u);
    for (size_t i = 0; i < t->len; i++)
        HOLDS(t->memory[i] > ' ' && t->memory[i] < 0x7f);
    for (size_t i = t->len; t->len > 0 && i < t->cap; i++)
        HOLDS(t->memory[i] == '\0');
    HOLDS(left <= t->life_ms && (t->len > 0 || left == 0));
    if (fimg_token_is_fresh(t, l->now))
        HOLDS(left > 0 &&
              fimg_token_is_fresh(t, l->now - 1) == (l->now != t->born));
}

static void step(struct life *l, const char *line)
{
    switch (line[0]) {
    case 'r':
        reply(l, line + 1);
        break;
    case 'p':
        put(l, line + 1);
        break;
    case 'd':
        fimg_token_drop(&l->token);
        HOLDS(fimg_token_left_ms(&l->token, l->now) == 0);
        break;
    case 'l':
        fimg_token_release(&l->token, somebody);
        HOLDS(l->token.fetcher == NULL);
        break;
    default:
        l->now += (uint32_t)strtoul(line + (*line != '\0'), NULL, 10);
        break;
    }
    if (l->token.fetcher == NULL || l->token.len > 0)
        check(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    struct life l = { .memory = room_of(CAP), .now = (uint32_t)len * 64 };

    l.token.memory = (char *)l.memory.at;
    l.token.cap = CAP;
    fimg_token_drop(&l.token);
    while (s.len > 0) {
        char *line = source_line(&s);

        step(&l, line);
        free(line);
    }
    room_end(&l.memory, CAP);
    return 0;
}
