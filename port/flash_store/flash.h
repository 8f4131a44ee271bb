/*
 * flash.h: a part of a NOR flash, as flash_store.c wants to see it.
 *
 * Erasing makes every bit of a block 1; programming makes bits 0. Both take
 * long, so they are begun here and asked after with busy. Where the chip
 * programs less than a page at a time, the driver goes on in busy or loops.
 */
#ifndef FLASH_H
#define FLASH_H

#include <stddef.h>
#include <stdint.h>

#define FLASH_PAGE_MAX 256

struct flash {
    void *ctx;
    uint32_t page_size;  /* what is programmed at once: 32, 64, 128 or 256 */
    uint32_t block_size; /* what is erased at once: 4 pages or more */
    uint32_t blocks;     /* 2 or more; of an odd number the last stays unused */

    /* Begin to erase block `block`, 0 the first. Returns 0, or not if the
       flash refuses. */
    int (*erase)(void *ctx, uint32_t block);

    /*
     * Begin to program the page at byte `at` of the part. `src` stays valid
     * and unchanged until busy says that it is over. A page is programmed once
     * after an erase; twice only if it still read as blank after a power cut.
     */
    int (*program)(void *ctx, uint32_t at, const uint8_t *src);

    /* Returns 1 while an operation is under way, 0 when the last one came to
       a good end, negative when it failed. Never waits. */
    int (*busy)(void *ctx);

    /* Copy `len` bytes from `at` on to `dst`. Never called while busy. Returns
       0, or not if the bytes cannot be read. */
    int (*read)(void *ctx, uint32_t at, void *dst, size_t len);
};

#endif
