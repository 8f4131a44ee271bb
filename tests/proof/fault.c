/*
 * fault.c: a stage that is told of one byte more than there is, and a promise
 * that does not hold. Eva has to notice both.
 */
#include "fimg_chunk.h"

#include "any.h"

int main(void)
{
    struct fimg_chunk c = { 0 };
    struct fimg_span data;

    must(fimg_chunk_feed(&c, any_window(1), 2, &data) == 2);
    return 0;
}
