/*
 * body.c: bytes of a body that ends in any of the ways.
 */
#include "fimg_body.h"

#include "any.h"

int main(void)
{
    struct fimg_body b;
    enum fimg_framing framing = (enum fimg_framing)Frama_C_interval(0, 2);
    size_t len = any_len(), used;
    struct fimg_span data;

    //@ split framing;
    //@ split len;
    fimg_body_start(&b, framing, any_u32());
    must(b.framing == framing);
    if (framing == FIMG_FRAMING_LENGTH) {
        b.so_far.left = any_u32();
    } else {
        b.so_far.chunk.state =
            (enum fimg_chunk_state)Frama_C_interval(0, FIMG_CHUNK_FAILED);
        //@ split b.so_far.chunk.state;
        b.so_far.chunk.digits = any_u8();
        b.so_far.chunk.overhead = any_u16();
        b.so_far.chunk.left = any_u32();
    }
    b.state = (enum fimg_body_state)Frama_C_interval(0, FIMG_BODY_FAILED);
    //@ split b.state;
    used = fimg_body_feed(&b, any_window(len), len, &data);
    must(b.state <= FIMG_BODY_FAILED && b.framing == framing);
    must(LONG || used <= len);
    //@ check LONG || \valid_read(data.at + (0 .. data.len - 1));
    return 0;
}
