/*
 * fuzz_head.c: the reply head and its fields.
 *
 * The input is what a server sends. The first byte's case tells a proxy's head
 * apart, in which no field counts: "h" instead of "H".
 */
#include "fimg_head.h"
#include "oracle.h"

struct outcome {
    struct fimg_head head;
    struct fimg_reply reply;
    size_t used;
};

static size_t feed(struct outcome *o, const uint8_t *in, size_t n)
{
    uint8_t *piece = copy_of(in, n);
    size_t used = fimg_head_feed(&o->head, &o->reply, piece, n);

    HOLDS(used <= n);
    HOLDS(used == n || o->head.state >= FIMG_HEAD_DONE);
    free(piece);
    return used;
}

static void run(struct outcome *o, enum fuzz_cut way, bool bare,
                const uint8_t *in, size_t len)
{
    struct cutter c = cutter_of(way, in, len);
    struct outcome end;

    memset(o, 0, sizeof *o);
    o->head.bare = bare;
    while (o->used < len && o->head.state < FIMG_HEAD_DONE)
        o->used += feed(o, in + o->used, cutter_next(&c, len - o->used));
    HOLDS((o->head.state == FIMG_HEAD_FAILED) == (o->head.why != 0));
    if (o->head.state < FIMG_HEAD_DONE)
        return;
    end = *o; /* and there it stays */
    HOLDS(feed(o, (const uint8_t *)"HTTP/1.1 200 OK\r\n\r\n", 19) == 0);
    HOLDS(memcmp(o, &end, sizeof end) == 0);
}

/* It was taken: by the rules, and for what it says? */
static void check(const struct outcome *o, const struct oracle_head *w)
{
    const struct fimg_reply *r = &o->reply;
    const struct fimg_head *h = &o->head;

    HOLDS(o->used == w->len);
    HOLDS(r->status == w->status && r->minor == w->minor);
    HOLDS(h->interims == w->interims);
    HOLDS((int)r->framing == (int)w->framing);
    if (w->framing == ORACLE_LENGTH)
        HOLDS(r->length == (w->length < UINT32_MAX ? w->length : UINT32_MAX));
    HOLDS(r->json == w->json && r->encoded == w->encoded);
    HOLDS(r->close == w->close);
    HOLDS(strlen(h->location) == w->location.len);
    if (w->location.len > 0)
        HOLDS(memcmp(h->location, w->location.at, w->location.len) == 0);
    HOLDS((h->range_total > 0) == w->ranged);
    if (w->ranged)
        HOLDS(h->range_first == w->first && h->range_last == w->last &&
              h->range_total == w->total);
    HOLDS(memchr(r->log_id, '\0', sizeof r->log_id) != NULL);
    HOLDS(memchr(h->validator, '\0', sizeof h->validator) != NULL);
    HOLDS(!h->tagged || h->validator[0] == '"');
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct outcome o[FUZZ_CUTS];
    uint8_t *wire = copy_of(in, len);
    bool bare = len > 0 && in[0] == 'h';
    struct oracle_head wanted;

    if (bare)
        wire[0] = 'H';
    wanted = oracle_head(wire, len, bare);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        run(&o[way], way, bare, wire, len);
        /* how much was taken of one that is refused may differ */
        if (o[way].head.state == FIMG_HEAD_FAILED)
            HOLDS(o[way].head.why == o[0].head.why);
        else
            HOLDS(memcmp(&o[way], &o[0], sizeof o[0]) == 0);
    }
    if (len < FIMG_HEAD_MAX)
        HOLDS((o[0].head.state == FIMG_HEAD_DONE) == (wanted.len > 0));
    if (o[0].head.state == FIMG_HEAD_DONE)
        check(&o[0], &wanted);
    free(wire);
    return 0;
}
