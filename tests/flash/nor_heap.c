/*
 * nor_heap.c: the memory of a simulated flash, from the heap.
 */
#include <stdlib.h>
#include <string.h>

#include "nor.h"

static void *get(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (p == NULL)
        abort();
    return p;
}

void nor_open(struct nor *n, uint32_t page_size, uint32_t block_size,
              uint32_t blocks)
{
    uint32_t size = block_size * blocks;

    *n = (struct nor){ .bytes = get(size, 1),
                       .later = get(size, 1),
                       .torn = get(blocks, sizeof *n->torn),
                       .used = get(size / page_size, sizeof *n->used),
                       .erases = get(blocks, sizeof *n->erases) };
    nor_init(n, page_size, block_size, blocks);
}

void nor_close(struct nor *n)
{
    free(n->bytes);
    free(n->later);
    free(n->torn);
    free(n->used);
    free(n->erases);
}

void nor_copy(struct nor *to, const struct nor *from)
{
    struct nor was = *to;
    uint32_t pages = from->size / from->flash.page_size;

    *to = *from;
    to->flash.ctx = to;
    to->bytes = memcpy(was.bytes, from->bytes, from->size);
    to->later = memcpy(was.later, from->later, from->size);
    to->torn =
        memcpy(was.torn, from->torn, from->flash.blocks * sizeof *to->torn);
    to->used = memcpy(was.used, from->used, pages * sizeof *to->used);
    to->erases = memcpy(was.erases, from->erases,
                        from->flash.blocks * sizeof *to->erases);
}
