/*
 * token_cache.c: keep a token from one run to the next.
 */
#define _POSIX_C_SOURCE 200809L

#include "token_cache.h"

#include <string.h>

#include "number.h"
#include "posix_system.h"
#include "secret.h"

#define MAGIC "feishu-image token 1\n"
#define MAGIC_LEN (sizeof MAGIC - 1)
#define SUM_LEN 17 /* 16 digits and LF */
#define REPLACED CACHE_FILE_REPLACED
#define MARGIN_S 180    /* renewed so long before it expires */
#define CLOCK_SLIP_S 60 /* clocks are corrected a little now and then */

/* FNV-1a. It guards against accidents; against others the file's mode does. */
static uint64_t sum_of(const char *text, size_t len)
{
    uint64_t sum = 14695981039346656037u;
    size_t i;

    for (i = 0; i < len; i++)
        sum = (sum ^ (unsigned char)text[i]) * 1099511628211u;
    return sum;
}

/* What does not fit is left out; all callers' room is ample. */
struct writer {
    char *dst;
    size_t len, cap;
};

static void add(struct writer *w, const char *text)
{
    size_t len = strlen(text);

    if (len > w->cap - w->len)
        return;
    memcpy(w->dst + w->len, text, len);
    w->len += len;
}

/* In decimal, or as the 16 digits of a sum; and a line end. */
static void add_number(struct writer *w, uint64_t n, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;

    digits[--at] = '\0';
    digits[--at] = '\n';
    do {
        digits[--at] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n > 0 || (base == 16 && at > sizeof digits - 1 - SUM_LEN));
    add(w, digits + at);
}

void token_cache_open(struct token_cache *c, const struct url *base,
                      const char *app_id)
{
    struct writer w = { c->owner, 0, sizeof c->owner };

    add(&w, "https://");
    add(&w, base->host);
    add(&w, ":");
    add_number(&w, base->port, 10);
    w.len--;
    add(&w, base->prefix);
    add(&w, "\n");
    add(&w, app_id);
    add(&w, "\n");
    c->owner_len = w.len;
    if (posix_unix_time(NULL) != 0) /* without a date nothing expires */
        cache_file_open(&c->file, sum_of(c->owner, c->owner_len));
}

/* Does the text end with the sum of what stands before that? */
static bool is_whole(const char *text, size_t len)
{
    char sum[SUM_LEN + 1];
    struct writer w = { sum, 0, sizeof sum };

    if (len < MAGIC_LEN + SUM_LEN)
        return false;
    add_number(&w, sum_of(text, len - SUM_LEN), 16);
    return memcmp(text + len - SUM_LEN, sum, SUM_LEN) == 0 &&
           memcmp(text, MAGIC, MAGIC_LEN) == 0;
}

/* The next line, ended by a NUL; NULL if there is none. */
static char *next_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (end == NULL)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool next_number(uint32_t *n, char **at)
{
    const char *line = next_line(at);
    uint64_t wide;

    if (line == NULL || !parse_whole(&wide, line) || wide > UINT32_MAX)
        return false;
    *n = (uint32_t)wide;
    return true;
}

/* Seconds that a token may still be used as it is; 0: it is to be renewed. */
static uint32_t left_s(struct token_cache *c, uint32_t written,
                       uint32_t expires)
{
    uint32_t now = posix_unix_time(NULL), life = expires - written, margin;

    if (life > TOKEN_CACHE_LIFE_S || written > now + CLOCK_SLIP_S) {
        cache_file_warn(&c->file, "it is from the future", "check the clock");
        return 0;
    }
    margin = life / 2 < MARGIN_S ? life / 2 : MARGIN_S;
    return expires > now && expires - now > margin ? expires - now : 0;
}

/* Read the file, whichever its age. NULL: none that can be used. */
static char *read_token(struct token_cache *c, uint32_t *written,
                        uint32_t *expires)
{
    int got = cache_file_read(&c->file, c->text, sizeof c->text - 1);
    size_t len = got > 0 ? (size_t)got : 0;
    char *at = c->text + MAGIC_LEN + c->owner_len, *token;

    if (got < 0)
        return NULL;
    c->text[len] = '\0';
    if (!is_whole(c->text, len)) {
        cache_file_warn(&c->file, "it is damaged", REPLACED);
        return NULL;
    }
    if (len < MAGIC_LEN + c->owner_len ||
        memcmp(c->text + MAGIC_LEN, c->owner, c->owner_len) != 0) {
        cache_file_warn(&c->file, "it is for another app or server", REPLACED);
        return NULL;
    }
    if (next_number(written, &at) && next_number(expires, &at) &&
        (token = next_line(&at)) != NULL && c->text + len - at == SUM_LEN)
        return token;
    cache_file_warn(&c->file, "it is damaged", REPLACED);
    return NULL;
}

const char *token_cache_read(struct token_cache *c, uint32_t *life_ms)
{
    uint32_t written, expires, left;
    const char *token = c->file.open ? read_token(c, &written, &expires) : NULL;

    if (token == NULL)
        return NULL;
    c->given = sum_of(token, strlen(token));
    left = left_s(c, written, expires);
    *life_ms = left * 1000;
    return left > 0 ? token : NULL;
}

bool token_cache_write(struct token_cache *c, const char *token,
                       uint32_t life_ms)
{
    uint32_t now = posix_unix_time(NULL), life = life_ms / 1000;
    struct writer w = { c->text, 0, sizeof c->text };

    if (!c->file.open || now == 0)
        return false;
    if (life > TOKEN_CACHE_LIFE_S)
        life = TOKEN_CACHE_LIFE_S;
    add(&w, MAGIC);
    memcpy(w.dst + w.len, c->owner, c->owner_len);
    w.len += c->owner_len;
    add_number(&w, now, 10);
    add_number(&w, now + life, 10);
    add(&w, token);
    add(&w, "\n");
    add_number(&w, sum_of(w.dst, w.len), 16);
    return cache_file_replace(&c->file, w.dst, w.len);
}

void token_cache_drop(struct token_cache *c)
{
    uint32_t written, expires;
    const char *token = c->file.open ? read_token(c, &written, &expires) : NULL;

    if (token != NULL && sum_of(token, strlen(token)) == c->given)
        cache_file_remove(&c->file);
}

void token_cache_close(struct token_cache *c)
{
    cache_file_close(&c->file);
    secret_wipe(c->text, sizeof c->text);
}
