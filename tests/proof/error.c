/*
 * error.c: error replies of any text, with any token and secret.
 *
 * What fimg_api.c finds in a reply lies anywhere in it (see api.c); how text is
 * changed is fimg_text.c's business (see text.c): here it becomes any. While a
 * token is fetched there is none, as fimg_answer.c sees to.
 */
#include "fimg_error.h"

#include <string.h>

#include "any.h"
#include "fimg_token.h"

#define TEXT_MAX 6
#define SECRET_MAX 5
#define MEMORY_MAX (FIMG_ERROR_TEXT_CAP + 1) /* for a token */

static struct fimg f;
static size_t start, end;

static void found(char *text, char **at, size_t *len)
{
    if (any_bool())
        return;
    *at = text + start;
    *len = end - start;
}

void fimg_api_decode(struct fimg_api_reply *reply, char *text, size_t len,
                     void *scratch, size_t scratch_len)
{
    *reply = (struct fimg_api_reply){ .code = any_int() };
    must(len <= FIMG_ERROR_TEXT_CAP);
    //@ check \valid((char *)scratch + (0 .. scratch_len - 1));
    found(text, &reply->msg, &reply->msg_len);
    found(text, &reply->log_id, &reply->log_id_len);
    found(text, &reply->token, &reply->token_len);
}

/* Text that is shortened by up to two bytes. */
static size_t change(char *text, size_t len)
{
    //@ check len == 0 || \valid(text + (0 .. len - 1));
    any_bytes(text, len);
    return len > 2 ? len - (size_t)Frama_C_interval(0, 2) : len;
}

size_t fimg_api_unescape(char *text, size_t len)
{
    return change(text, len);
}

size_t fimg_text_clean(char *text, size_t len)
{
    return change(text, len);
}

size_t fimg_text_shorten(const char *text, size_t len, size_t cap)
{
    //@ check len == 0 || \valid_read(text + (0 .. len - 1));
    must(cap > 0);
    return any_bool() || len < 1 ? len : len - 1;
}

void fimg_text_mask(char *text, size_t len, const char *secret)
{
    must(strlen(secret) <= MEMORY_MAX);
    (void)change(text, len);
}

void fimg_wipe(void *memory, size_t len)
{
    (void)change(memory, len);
}

bool fimg_collector_feed(struct fimg_collector *c, char *text, size_t cap,
                         const uint8_t *in, size_t len)
{
    //@ check \valid(text + (0 .. cap - 1));
    //@ check \valid_read(in + (0 .. len - 1));
    c->len = (uint32_t)Frama_C_interval(0, (int)cap);
    return any_bool();
}

uint32_t fimg_token_mark(const struct fimg_token *t)
{
    (void)t;
    return any_u32();
}

static void collect(void)
{
    struct fimg_span run = { any_window(WINDOW_MAX), WINDOW_MAX };

    (void)fimg_error_collect(&f, &run);
    must(f.attempt.scratch.error.collector.len <= MEMORY_MAX);
}

static void show(size_t len)
{
    char text[TEXT_MAX + 1];
    char *at = text + (TEXT_MAX - len);

    any_bytes(text, TEXT_MAX);
    must(fimg_error_show(&f, at, len) == at);
}

int main(void)
{
    static char token[SECRET_MAX + 1], memory[MEMORY_MAX + 1];
    static struct fimg_token from = { .memory = memory, .cap = MEMORY_MAX };
    static struct fimg_request request;
    bool fetches = any_bool(), gets = fetches && any_bool();

    start = (size_t)Frama_C_interval(0, TEXT_MAX);
    end = (size_t)Frama_C_interval(0, TEXT_MAX);
    //@ split fetches;
    //@ split gets;
    //@ split start;
    //@ split end;
    if (start > end)
        return 0;
    any_bytes(token, SECRET_MAX);
    any_bytes(memory, MEMORY_MAX);
    from.secret = token;
    from.len = fetches ? 0 : 1;
    request.token_from = &from;
    request.token = fetches || any_bool() ? NULL : token;
    f.request = &request;
    f.report.log_id = "";
    f.attempt.writer.ask = fetches ? FIMG_ASK_TOKEN : FIMG_ASK_RESOURCE;
    f.attempt.reply.status = gets ? 200 : 400;
    show(end);
    collect();
    f.attempt.scratch.error.collector.len = gets ? MEMORY_MAX : TEXT_MAX;
    fimg_error_read(&f);
    return 0;
}
