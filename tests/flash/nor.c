/*
 * nor.c: a NOR flash in memory, whose power can be cut at any operation.
 */
#include "nor.h"

#include <string.h>

static void violate(struct nor *n, const char *what)
{
    if (n->violation == NULL)
        n->violation = what;
}

/* A mask that looks random and is the same every time. */
static uint8_t mask(uint32_t at)
{
    return (uint8_t)((at + 1) * 2654435761u >> 13);
}

/* What the byte at `at` is once the operation is done. */
static uint8_t done(const struct nor *n, uint32_t at, uint8_t before)
{
    return n->erasing ? 0xff : before & n->src[at - n->at];
}

/* Is this byte reached before the power goes? */
static bool is_reached(const struct nor *n, uint32_t at)
{
    switch (n->cut) {
    case CUT_FIRST:
        return at - n->at < n->len / 4;
    case CUT_LAST:
        return at != n->at;
    case CUT_WEAK:
    case CUT_AFTER:
        return true;
    case CUT_BEFORE:
    case CUT_BITS:
    case CUT_FAINT:
    case CUTS:
        break;
    }
    return false;
}

static void apply_torn(struct nor *n)
{
    uint32_t at;

    for (at = n->at; at < n->at + n->len; at++) {
        uint8_t before = n->bytes[at], after = done(n, at, before);
        uint8_t half = (uint8_t)((before & mask(at)) | (after & ~mask(at)));

        n->later[at] = n->bytes[at] = is_reached(n, at) ? after : before;
        if (n->cut == CUT_BITS)
            n->later[at] = n->bytes[at] = half;
        if (n->cut == CUT_WEAK)
            n->later[at] = half;
        if (n->cut == CUT_FAINT)
            n->later[at] = after;
    }
    if (n->erasing && n->cut != CUT_AFTER && n->cut != CUT_BEFORE)
        n->torn[n->at / n->flash.block_size] = true;
    n->off = true;
}

static void apply(struct nor *n)
{
    uint32_t at;

    for (at = n->at; at < n->at + n->len; at++) {
        n->later[at] = done(n, at, n->later[at]);
        n->bytes[at] = done(n, at, n->bytes[at]);
    }
    if (n->stuck_op == n->ops || (n->stuck_on && n->ops > n->stuck_op))
        n->later[n->at] = n->bytes[n->at] ^= 0x10;
    if (n->erasing)
        n->torn[n->at / n->flash.block_size] = false;
}

static void finish(struct nor *n)
{
    bool erased = n->erasing && n->cut_op != n->ops;
    uint32_t page = n->flash.page_size, i;

    n->result = n->fail_op == n->ops ? -1 : 0;
    for (i = n->at / page; i < (n->at + n->len) / page; i++)
        n->used[i] = !erased;
    if (n->cut_op == n->ops)
        apply_torn(n);
    else if (n->result == 0 && !n->protect)
        apply(n);
    n->len = 0;
}

static int begin(struct nor *n, uint32_t at, uint32_t len, const uint8_t *src)
{
    if (n->len > 0)
        violate(n, "an operation was begun while one was under way");
    if (n->off)
        return -1;
    n->at = at;
    n->len = len;
    n->src = src;
    n->erasing = src == NULL;
    n->ops++;
    n->polls_left = n->polls;
    return 0;
}

static int nor_erase(void *ctx, uint32_t block)
{
    struct nor *n = ctx;

    if (block >= n->flash.blocks) {
        violate(n, "erased outside the part");
        return -1;
    }
    if (!n->off)
        n->erases[block]++;
    return begin(n, block * n->flash.block_size, n->flash.block_size, NULL);
}

static int nor_program(void *ctx, uint32_t at, const uint8_t *src)
{
    struct nor *n = ctx;
    uint32_t page = n->flash.page_size, i;

    if (at % page != 0 || at >= n->size) {
        violate(n, "programmed what is no page");
        return -1;
    }
    if (n->torn[at / n->flash.block_size])
        violate(n, "programmed a block that was never erased to the end");
    for (i = 0; i < page; i++)
        if (n->used[at / page] && n->bytes[at + i] != 0xff)
            violate(n, "programmed a page that was not blank");
    return begin(n, at, page, src);
}

static int nor_busy(void *ctx)
{
    struct nor *n = ctx;

    if (n->off)
        return -1;
    if (n->len > 0 && n->polls_left > 0) {
        n->polls_left--;
        return 1;
    }
    if (n->len > 0)
        finish(n);
    return n->off ? -1 : n->result;
}

static int nor_read(void *ctx, uint32_t at, void *dst, size_t len)
{
    struct nor *n = ctx;

    if (n->len > 0)
        violate(n, "read while an operation was under way");
    if (at > n->size || len > n->size - at)
        violate(n, "read outside the part");
    else if (!n->off && (n->unreadable < at || n->unreadable - at >= len)) {
        memcpy(dst, n->bytes + at, len);
        return 0;
    }
    return -1;
}

void nor_init(struct nor *n, uint32_t page_size, uint32_t block_size,
              uint32_t blocks)
{
    n->size = block_size * blocks;
    n->unreadable = UINT32_MAX;
    n->flash = (struct flash){ n,         page_size,   block_size, blocks,
                               nor_erase, nor_program, nor_busy,   nor_read };
    memset(n->bytes, 0xff, n->size);
    memset(n->later, 0xff, n->size);
}

void nor_power_on(struct nor *n)
{
    n->off = false;
    n->len = 0;
    n->result = 0;
    n->ops = 0;
    n->cut_op = n->fail_op = n->stuck_op = 0;
    n->stuck_on = n->protect = false;
    n->unreadable = UINT32_MAX;
}

void nor_decay(struct nor *n)
{
    memcpy(n->bytes, n->later, n->size);
}
