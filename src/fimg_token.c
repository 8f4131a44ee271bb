/*
 * fimg_token.c: a token's life.
 */
#include "fimg_token.h"

#include <string.h>

#include "fimg_request.h"
#include "fimg_text.h"

#if FIMG_TOKENS

#define MARGIN_MS 180000

uint32_t fimg_token_left_ms(const struct fimg_token *t, uint32_t now)
{
    uint32_t passed = now - t->born;

    return t->len > 0 && passed < t->life_ms ? t->life_ms - passed : 0;
}

/* One that lives for less than twice the margin is used for half its life. */
bool fimg_token_is_fresh(const struct fimg_token *t, uint32_t now)
{
    uint32_t margin = t->margin_ms ? t->margin_ms : MARGIN_MS;

    if (margin > t->life_ms / 2)
        margin = t->life_ms / 2;
    return fimg_token_left_ms(t, now) > margin;
}

void fimg_token_drop(struct fimg_token *t)
{
    if (t->memory && t->fetcher == NULL) /* else there is a reply in it */
        fimg_wipe(t->memory, t->cap);
    t->len = 0;
}

/* The token is at the start of the memory; the rest of it is wiped. */
static void settle(struct fimg_token *t, size_t len, uint32_t life_ms,
                   uint32_t now)
{
    fimg_wipe(t->memory + len, t->cap - len);
    t->len = (uint16_t)len;
    t->born = now;
    t->life_ms = life_ms;
    t->serial++;
}

bool fimg_token_put(struct fimg_token *t, const char *token, uint32_t life_ms,
                    uint32_t now)
{
    size_t len;

    if (!fimg_request_token_ok(token) || t->memory == NULL || t->fetcher ||
        (len = strlen(token)) >= t->cap)
        return false;
    memcpy(t->memory, token, len);
    settle(t, len, life_ms, now);
    return true;
}

enum fimg_reason fimg_token_keep(struct fimg_token *t,
                                 const struct fimg_api_reply *found,
                                 uint32_t now)
{
    uint32_t life_s = found->life_s;

    if (found->code != 0 || found->token == NULL || life_s == 0 ||
        memchr(found->token, '\\', found->token_len) != NULL)
        return FIMG_WHY_TOKEN_REPLY;
    if (found->token_len == t->cap)
        return FIMG_WHY_TOKEN_SIZE;
    if (life_s > FIMG_TOKEN_LIFE_MAX_S)
        life_s = FIMG_TOKEN_LIFE_MAX_S;
    memmove(t->memory, found->token, found->token_len);
    t->memory[found->token_len] = '\0';
    if (!fimg_request_token_ok(t->memory) ||
        strlen(t->memory) != found->token_len)
        return FIMG_WHY_TOKEN_REPLY;
    settle(t, found->token_len, life_s * 1000, now);
    return FIMG_WHY_NONE;
}

bool fimg_token_is_dead(uint16_t http_status, int32_t code)
{
    static const int32_t codes[] = { 4001,     234002,   99991663, 99991664,
                                     99991665, 99991668, 99991671, 99991677 };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (code == codes[i])
            return true;
    return http_status == 401 && code == 0;
}

void fimg_token_release(struct fimg_token *t, const struct fimg *fetcher)
{
    if (t->fetcher != fetcher)
        return;
    t->fetcher = NULL;
    if (t->len == 0)
        fimg_token_drop(t);
}

/* FNV-1a */
uint32_t fimg_token_mark(const struct fimg_token *t)
{
    uint32_t mark = 2166136261u;

    for (size_t i = 0; i < t->len; i++)
        mark = (mark ^ (uint8_t)t->memory[i]) * 16777619u;
    return mark;
}

#endif
