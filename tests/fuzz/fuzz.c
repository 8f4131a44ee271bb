/*
 * fuzz.c: what all fuzz entries share.
 */
#define _POSIX_C_SOURCE 200809L

#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#define GUARD 32
#define PAINT 0xa5

int fuzz_stderr = STDERR_FILENO;

void fuzz_holds(bool ok, const char *file, int line, const char *condition)
{
    if (ok)
        return;
    if (fuzz_stderr != STDERR_FILENO) /* for what others will say, too */
        (void)dup2(fuzz_stderr, STDERR_FILENO);
    fprintf(stderr, "FAIL %s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

uint32_t source_number(struct source *s, unsigned bytes)
{
    uint32_t n = 0;

    while (bytes-- > 0) {
        n <<= 8;
        if (s->len > 0) {
            n |= *s->at++;
            s->len--;
        }
    }
    return n;
}

struct source source_bytes(struct source *s, size_t len)
{
    struct source taken = { s->at, len < s->len ? len : s->len };

    s->at += taken.len;
    s->len -= taken.len;
    return taken;
}

char *source_line(struct source *s)
{
    const uint8_t *end = s->len > 0 ? memchr(s->at, '\n', s->len) : NULL;
    size_t n = end ? (size_t)(end - s->at) : s->len;
    char *line = block_of(n + 1);

    if (n > 0)
        memcpy(line, s->at, n);
    line[n] = '\0';
    (void)source_bytes(s, n + 1);
    return line;
}

struct cutter cutter_of(enum fuzz_cut way, const uint8_t *in, size_t len)
{
    struct cutter c = { way, 2166136261u };

    for (size_t i = 0; i < len; i++)
        c.random = (c.random ^ in[i]) * 16777619u;
    return c;
}

/* Short pieces and long ones are about as frequent. */
size_t cutter_next(struct cutter *c, size_t left)
{
    size_t n = 1;

    if (c->way == CUT_NOWHERE)
        return left;
    if (c->way == CUT_AT_RANDOM) {
        c->random = c->random * 1664525u + 1013904223u;
        n += c->random >> 24 & ((1u << (c->random >> 20 & 7)) - 1);
    }
    return n < left ? n : left;
}

struct room room_of(size_t cap)
{
    struct room r = { block_of(cap + 2 * GUARD), NULL, cap };

    memset(r.block, PAINT, cap + 2 * GUARD);
    r.at = r.block + GUARD;
    return r;
}

/* All bytes are like the first, which is right. */
static bool is_painted(const uint8_t *at, size_t len)
{
    return at[0] == PAINT && memcmp(at, at + 1, len - 1) == 0;
}

void room_end(struct room *r, size_t used)
{
    HOLDS(used <= r->cap);
    HOLDS(is_painted(r->block, GUARD));
    HOLDS(is_painted(r->at + used, r->cap - used + GUARD));
    free(r->block);
}

bool fuzz_has(const void *bytes, size_t len, const char *text)
{
    const char *at = bytes, *end = at + len;
    size_t n = strlen(text);

    while (n > 0 && len > 0 && (at = memchr(at, *text, (size_t)(end - at)))) {
        if ((size_t)(end - at) < n)
            return false;
        if (memcmp(at++, text, n) == 0)
            return true;
    }
    return false;
}

/* The code point at `at`, and how many bytes it takes; UINT32_MAX if none. */
static uint32_t code_point(const uint8_t *at, size_t len, size_t *n)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    unsigned more = at[0] < 0x80   ? 0
                    : at[0] < 0xc0 ? 4
                    : at[0] < 0xe0 ? 1
                    : at[0] < 0xf0 ? 2
                    : at[0] < 0xf8 ? 3
                                   : 4;
    uint32_t c = more ? at[0] & (0x3fu >> more) : at[0];

    *n = more + 1;
    if (more == 4 || *n > len)
        return UINT32_MAX;
    for (size_t i = 1; i <= more; i++) {
        if (at[i] >> 6 != 2)
            return UINT32_MAX;
        c = c << 6 | (at[i] & 0x3f);
    }
    return c < least[more] || c > 0x10ffff || c >> 11 == 0x1b ? UINT32_MAX : c;
}

bool fuzz_is_clean(const char *text, size_t len)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + len;
    size_t n;

    for (; at < end; at += n) {
        uint32_t c = code_point(at, (size_t)(end - at), &n);

        if (c == UINT32_MAX || c < ' ' || (c >= 0x7f && c < 0xa0))
            return false;
    }
    return true;
}
