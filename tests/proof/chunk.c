/*
 * chunk.c: bytes of a chunked body, wherever in it the decoder is.
 */
#include "fimg_chunk.h"

#include "any.h"

int main(void)
{
    struct fimg_chunk c;
    size_t len = any_len(), used;
    struct fimg_span data;

    any_bytes(&c, sizeof c);
    c.state = (enum fimg_chunk_state)Frama_C_interval(0, FIMG_CHUNK_FAILED);
    //@ split c.state;
    //@ split len;
    used = fimg_chunk_feed(&c, any_window(len), len, &data);
    must(c.state <= FIMG_CHUNK_FAILED);
    must(LONG || used <= len);
    //@ check LONG || \valid_read(data.at + (0 .. data.len - 1));
    return 0;
}
