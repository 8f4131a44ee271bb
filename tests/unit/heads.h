/*
 * heads.h: run a reply head through its stage and put the outcome in words.
 *
 * The words are, in this order and each only where it applies: the status;
 * 1.0; length=N, chunked or close (how the body ends); json; encoded; end
 * (Connection: close); date=N; retry=N; reset=N; log=TEXT; to=TEXT; ranges;
 * validator=TEXT; range=FIRST-LAST/TOTAL. A head that was refused is the reason
 * alone, one that is not complete "more".
 */
#ifndef HEADS_H
#define HEADS_H

#include <stdarg.h>

#include "check.h"
#include "fimg_head.h"
#include "pieces.h"

struct words {
    char text[600];
    size_t len;
};

#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline void
say(struct words *w, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(w->text + w->len, sizeof w->text - w->len, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof w->text - w->len)
        abort();
    w->len += (size_t)n;
}

static inline const char *why_word(enum fimg_reason why)
{
    switch (why) {
    case FIMG_WHY_STATUS_LINE:
        return "STATUS_LINE";
    case FIMG_WHY_FIELD:
        return "FIELD";
    case FIMG_WHY_FRAMING:
        return "FRAMING";
    case FIMG_WHY_HEAD_SIZE:
        return "HEAD_SIZE";
    case FIMG_WHY_INTERIM:
        return "INTERIM";
    default:
        return "an unexpected reason";
    }
}

static inline void say_reply(struct words *w, const struct fimg_reply *r)
{
    static const char *const framings[] = {
        [FIMG_FRAMING_CLOSE] = " close",
        [FIMG_FRAMING_LENGTH] = " length",
        [FIMG_FRAMING_CHUNKED] = " chunked",
    };

    say(w, "%d%s%s", r->status, r->minor ? "" : " 1.0", framings[r->framing]);
    if (r->framing == FIMG_FRAMING_LENGTH)
        say(w, "=%lu", (unsigned long)r->length);
    say(w, "%s%s%s", r->json ? " json" : "", r->encoded ? " encoded" : "",
        r->close ? " end" : "");
    if (r->date != 0)
        say(w, " date=%lu", (unsigned long)r->date);
    if (r->retry_s != 0)
        say(w, " retry=%lu", (unsigned long)r->retry_s);
    if (r->reset_s != 0)
        say(w, " reset=%lu", (unsigned long)r->reset_s);
    if (r->log_id[0] != '\0')
        say(w, " log=%s", r->log_id);
}

/* What bears on going on where an earlier download stopped. */
static inline void say_ranges(struct words *w, const struct fimg_head *h)
{
#if FIMG_RESUME
    if (h->ranges)
        say(w, " ranges");
    CHECK(memchr(h->validator, '\0', sizeof h->validator) != NULL);
    if (h->validator[0] != '\0')
        say(w, " validator=%s", h->validator);
    if (h->range_total != 0)
        say(w, " range=%lu-%lu/%lu", (unsigned long)h->range_first,
            (unsigned long)h->range_last, (unsigned long)h->range_total);
#else
    (void)w, (void)h;
#endif
}

/* Feed a head cut up like that; `used` is how much of it was taken. */
static inline void feed_head(struct words *w, const char *wire, size_t len,
                             const struct cut *cut, size_t *used)
{
    struct fimg_head h = { 0 };
    struct fimg_reply r = { 0 };
    size_t pos = 0;

    while (pos < len && h.state < FIMG_HEAD_DONE) {
        size_t n = cut_len(cut, pos, len), taken;
        uint8_t *in = copy_of(wire + pos, n);

        taken = fimg_head_feed(&h, &r, in, n);
        free(in);
        CHECK(taken <= n && (taken > 0 || h.state == FIMG_HEAD_FAILED));
        if (taken == 0)
            break;
        pos += taken;
    }
    *used = pos;
    *w = (struct words){ .len = 0 };
    if (h.state == FIMG_HEAD_FAILED) {
        say(w, "%s", why_word(h.why));
        return;
    }
    if (h.state != FIMG_HEAD_DONE) {
        say(w, "more");
        return;
    }
    say_reply(w, &r);
    if (h.location[0] != '\0')
        say(w, " to=%s", h.location);
    say_ranges(w, &h);
}

/*
 * One case: `wire` must be taken to its last byte, unless it is refused, `rest`
 * not be touched, and the outcome be `expected`, however the two are cut up.
 */
static inline void test_head(const char *name, const char *wire,
                             size_t wire_len, const char *rest, size_t rest_len,
                             const char *expected)
{
    size_t len = wire_len + rest_len;
    char *all = block_of(len);
    bool refused = expected[0] >= 'A' && expected[0] <= 'Z';

    memcpy(all, wire, wire_len);
    memcpy(all + wire_len, rest, rest_len);
    check_case("%s", name);
    for (struct cut c = { 0 }; next_cut(&c, len);) {
        struct words w;
        size_t used;

        feed_head(&w, all, len, &c, &used);
        CHECK(refused ? used <= wire_len : used == wire_len);
        CHECK(strcmp(w.text, expected) == 0);
        if (strcmp(w.text, expected) != 0)
            printf("    got \"%s\"\n", w.text);
    }
    free(all);
}

#endif
