/*
 * fuzz_body.c: the three ways in which a body ends.
 *
 * The input is a line "close", "chunked" or a length, and the body.
 */
#include "fimg_body.h"
#include "oracle.h"

struct outcome {
    struct fimg_body body;
    size_t used, data_len;
    uint8_t *data;
};

static enum fimg_framing read_line(struct source *s, uint32_t *length)
{
    char *line = source_line(s);
    enum fimg_framing framing = line[0] == 'c' && line[1] == 'l'
                                    ? FIMG_FRAMING_CLOSE
                                : line[0] == 'c' ? FIMG_FRAMING_CHUNKED
                                                 : FIMG_FRAMING_LENGTH;

    *length = (uint32_t)strtoul(line, NULL, 10);
    free(line);
    return framing;
}

static void feed(struct outcome *o, const uint8_t *in, size_t n)
{
    uint8_t *piece = copy_of(in, n);
    struct fimg_span run;
    size_t used = fimg_body_feed(&o->body, piece, n, &run);

    HOLDS(used <= n);
    HOLDS(run.len == 0 ||
          (run.at >= piece && run.at + run.len == piece + used));
    HOLDS(used > 0 || o->body.state != FIMG_BODY_MORE);
    memcpy(o->data + o->data_len, run.at, run.len);
    o->data_len += run.len;
    o->used += used;
    free(piece);
}

static void run(struct outcome *o, const struct fimg_body *begin,
                enum fuzz_cut way, struct source in)
{
    struct cutter c = cutter_of(way, in.at, in.len);
    struct outcome end;

    *o = (struct outcome){ .body = *begin, .data = block_of(in.len) };
    while (o->used < in.len && o->body.state == FIMG_BODY_MORE)
        feed(o, in.at + o->used, cutter_next(&c, in.len - o->used));
    if (o->body.state == FIMG_BODY_MORE)
        return;
    end = *o; /* and there it stays */
    feed(o, (const uint8_t *)"1\r\na\r\n", 6);
    HOLDS(o->used == end.used && o->data_len == end.data_len);
    HOLDS(o->body.state == end.body.state);
}

static void check(const struct outcome *o, const struct oracle_body *wanted)
{
    if (wanted->overhead <= FIMG_CHUNK_OVERHEAD_MAX)
        HOLDS((o->body.state == FIMG_BODY_DONE) == wanted->whole);
    if (o->body.state == FIMG_BODY_DONE)
        HOLDS(o->used == wanted->used && o->data_len == wanted->data_len);
    HOLDS(o->data_len <= wanted->data_len);
    HOLDS(memcmp(o->data, wanted->data, o->data_len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    uint32_t length;
    enum fimg_framing framing = read_line(&s, &length);
    struct oracle_body wanted =
        oracle_body((enum oracle_framing)framing, length, s.at, s.len);
    struct outcome o[FUZZ_CUTS];
    struct fimg_body begin;

    fimg_body_start(&begin, framing, length);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        run(&o[way], &begin, way, s);
        HOLDS(o[way].body.state == o[0].body.state);
        HOLDS(o[way].used == o[0].used && o[way].data_len == o[0].data_len);
        HOLDS(memcmp(o[way].data, o[0].data, o[0].data_len) == 0);
    }
    check(&o[0], &wanted);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        free(o[way].data);
    free(wanted.data);
    return 0;
}
