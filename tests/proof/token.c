/*
 * token.c: tokens of any text, in memory of up to 6 bytes.
 */
#include "fimg_token.h"

#include "any.h"

#define CAP_MAX 6

static char memory[CAP_MAX];
static char text[CAP_MAX + 1];

static void any_token(struct fimg_token *t, size_t cap)
{
    any_bytes(t, sizeof *t);
    any_bytes(memory, sizeof memory);
    t->memory = memory + (CAP_MAX - cap);
    t->cap = cap;
    t->len = (uint16_t)Frama_C_interval(0, CAP_MAX);
    t->fetcher = NULL;
}

/* A token of `len` bytes from `start` on. */
static void keep(struct fimg_token *t, size_t start, size_t len)
{
    struct fimg_api_reply found = { 0 };
    enum fimg_reason why;

    found.code = any_int();
    found.life_s = any_u32();
    (void)fimg_token_keep(t, &found, any_u32());
    found.token = t->memory + start;
    found.token_len = len;
    why = fimg_token_keep(t, &found, any_u32());
    must(why != FIMG_WHY_NONE || (t->len == len && t->len < t->cap));
}

static void use(struct fimg_token *t, size_t cap, size_t len)
{
    static const struct fimg *fetcher;
    struct fimg_token none = { .cap = cap };

    (void)fimg_token_left_ms(t, any_u32());
    (void)fimg_token_is_fresh(t, any_u32());
    (void)fimg_token_mark(t);
    (void)fimg_token_is_dead(any_u16(), any_int());
    t->fetcher = any_bool() ? fetcher : (const void *)text;
    fimg_token_release(t, fetcher);
    any_text(text, len);
    (void)fimg_token_put(&none, text, any_u32(), any_u32());
    fimg_token_drop(&none);
    if (fimg_token_put(t, text, any_u32(), any_u32()))
        must(t->len == len && len < cap);
    fimg_token_drop(t);
}

int main(void)
{
    struct fimg_token t;
    size_t cap = (size_t)Frama_C_interval(0, CAP_MAX);
    size_t start = (size_t)Frama_C_interval(0, CAP_MAX);
    size_t len = (size_t)Frama_C_interval(0, CAP_MAX);

    //@ split cap;
    //@ split start;
    //@ split len;
    any_token(&t, cap);
    //@ split t.len;
    if (start == 0 && t.len <= cap)
        use(&t, cap, len);
    any_token(&t, cap);
    if (start + len < cap || (start == 0 && len == cap && cap > 0))
        keep(&t, start, len);
    return 0;
}
