/*
 * fuzz_chunk.c: chunked framing. The input is a body as it comes.
 */
#include "fimg_chunk.h"
#include "oracle.h"

struct outcome {
    struct fimg_chunk chunk;
    size_t used, data_len;
    uint8_t *data;
};

static void feed(struct outcome *o, const uint8_t *in, size_t n)
{
    uint8_t *piece = copy_of(in, n);
    struct fimg_span run;
    size_t used = fimg_chunk_feed(&o->chunk, piece, n, &run);

    HOLDS(used <= n);
    HOLDS(run.len == 0 ||
          (run.at >= piece && run.at + run.len == piece + used));
    HOLDS(used == n || run.len > 0 || o->chunk.state >= FIMG_CHUNK_DONE);
    memcpy(o->data + o->data_len, run.at, run.len);
    o->data_len += run.len;
    o->used += used;
    free(piece);
}

static void run(struct outcome *o, enum fuzz_cut way, const uint8_t *in,
                size_t len)
{
    struct cutter c = cutter_of(way, in, len);
    struct outcome end;

    *o = (struct outcome){ .data = block_of(len) };
    while (o->used < len && o->chunk.state < FIMG_CHUNK_DONE)
        feed(o, in + o->used, cutter_next(&c, len - o->used));
    if (o->chunk.state < FIMG_CHUNK_DONE)
        return;
    end = *o; /* and there it stays */
    feed(o, (const uint8_t *)"1\r\na\r\n", 6);
    HOLDS(o->used == end.used && o->data_len == end.data_len);
    HOLDS(o->chunk.state == end.chunk.state);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct oracle_body wanted = oracle_body(ORACLE_CHUNKED, 0, in, len);
    struct outcome o[FUZZ_CUTS];

    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        run(&o[way], way, in, len);
        HOLDS(o[way].chunk.state == o[0].chunk.state);
        HOLDS(o[way].used == o[0].used && o[way].data_len == o[0].data_len);
        HOLDS(memcmp(o[way].data, o[0].data, o[0].data_len) == 0);
    }
    if (wanted.overhead <= FIMG_CHUNK_OVERHEAD_MAX)
        HOLDS((o[0].chunk.state == FIMG_CHUNK_DONE) == wanted.whole);
    if (o[0].chunk.state == FIMG_CHUNK_DONE) {
        HOLDS(wanted.whole && o[0].used == wanted.used);
        HOLDS(o[0].data_len == wanted.data_len);
    }
    HOLDS(o[0].data_len <= wanted.data_len);
    HOLDS(memcmp(o[0].data, wanted.data, o[0].data_len) == 0);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        free(o[way].data);
    free(wanted.data);
    return 0;
}
