/*
 * nor.h: a NOR flash in memory, whose power can be cut at any operation.
 *
 * It holds the driver's side of flash.h and its user to it: `violation` names
 * the first thing that must not have been done. What a power cut leaves behind
 * half done may read differently later: nor_decay makes it so.
 */
#ifndef NOR_H
#define NOR_H

#include <stdbool.h>

#include "flash.h"

/* What is left of the operation that the power is cut at. */
enum nor_cut {
    CUT_BEFORE, /* nothing has happened yet */
    CUT_FIRST,  /* the first quarter is done */
    CUT_LAST,   /* all but the first byte is */
    CUT_BITS,   /* about half of the bits are, all over */
    CUT_WEAK,   /* it reads as done; later only half of the bits do */
    CUT_FAINT,  /* it reads as if never begun; later it reads as done */
    CUT_AFTER,  /* it is done */
    CUTS
};

struct nor {
    struct flash flash; /* for the store: &nor.flash */

    /* how to be */
    unsigned polls;  /* how often busy says 1 per operation */
    unsigned cut_op; /* cut at the n-th operation; 0: never */
    enum nor_cut cut;
    unsigned fail_op;    /* the n-th operation fails; 0: none */
    unsigned stuck_op;   /* the n-th leaves a wrong bit, and says nothing */
    bool stuck_on;       /* ... and so do all after it */
    bool protect;        /* nothing is written, and nothing said of it */
    uint32_t unreadable; /* a read of this byte fails; UINT32_MAX: none */

    /* what has been */
    const char *violation;
    unsigned ops;     /* begun */
    bool off;         /* without power: everything fails */
    unsigned *erases; /* per block */

    /* what is */
    uint32_t size;
    uint8_t *bytes; /* as they read now */
    uint8_t *later; /* as they will; as many */
    bool *torn;     /* per block: an erase was not finished */
    bool *used;     /* per page: programmed since the last erase */
    bool erasing;   /* the operation under way, if any */
    const uint8_t *src;
    uint32_t at, len;
    unsigned polls_left;
    int result;
};

/*
 * Make a flash as it comes, erased. `n` is all-zero but for its five arrays,
 * which are there and hold zeros.
 */
void nor_init(struct nor *n, uint32_t page_size, uint32_t block_size,
              uint32_t blocks);

/* The same with arrays from the heap. */
void nor_open(struct nor *n, uint32_t page_size, uint32_t block_size,
              uint32_t blocks);
void nor_close(struct nor *n);

/* Power is back, and nothing will go wrong from here on. */
void nor_power_on(struct nor *n);

/* Time passes, and what was left half done comes out the other way. */
void nor_decay(struct nor *n);

/* Make `to`, opened with the same shape, what `from` is. */
void nor_copy(struct nor *to, const struct nor *from);

#endif
