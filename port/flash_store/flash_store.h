/*
 * flash_store.h: keep one image in a NOR flash, whatever happens to the power.
 *
 *     store_open                             once, after power on
 *     store_find, store_read                 the image that is there
 *     store_begin, store_write..., store_commit   or store_abort: the next one
 *
 * Two slots take turns. The image in place stays as it is until the commit of
 * the next one is complete; a power cut at any moment leaves either. Nothing
 * is allocated. No call but store_open waits for the flash: each begins one
 * erase or program, or copies or checks one page, at most.
 */
#ifndef FLASH_STORE_H
#define FLASH_STORE_H

#include <stdbool.h>

#include "flash.h"

enum store_status {
    STORE_OK = 0,
    STORE_PENDING = -1,   /* the flash is busy; call again */
    STORE_ERR_USE = -2,   /* not now: nothing begun, failed before, or empty */
    STORE_ERR_FULL = -3,  /* the image is larger than a slot */
    STORE_ERR_FLASH = -4, /* the flash refused, or does not hold its bits */
    STORE_ERR_SHAPE = -5  /* struct flash: sizes that do not fit together */
};

enum store_state {
    STORE_CLOSED = 0, /* not opened yet, or in vain */
    STORE_IDLE,
    STORE_WRITING,
    STORE_FLUSHING, /* committing: the last page */
    STORE_CHECKING, /* ... reading back what was written */
    STORE_SEALING,  /* ... the first copy of the record */
    STORE_SEALED,   /* ... the second copy */
    STORE_FAILED    /* nothing but begin or abort helps */
};

/* An image that is in place. */
struct store_image {
    uint32_t at;       /* where it begins in the part, in one piece */
    uint32_t length;   /* bytes */
    uint32_t sequence; /* one more than that of the image before it */
    uint32_t crc;      /* CRC-32 as in PNG and zip */
};

struct store {
    const struct flash *flash;
    enum store_state state;
    int slot; /* that `image` is in; negative: there is none */
    struct store_image image;

    /* the next image */
    struct store_image next;
    bool begun;       /* an erase or program of its own */
    uint32_t page_at; /* where the page below goes to */
    uint32_t erased_to;
    uint32_t checked;
    uint32_t check_crc;
    uint32_t page_used;
    uint8_t page[FLASH_PAGE_MAX];
};

/*
 * Look for the image. `flash`, and what its ctx points to, stay valid as long
 * as `s` is used. Reads the image once to check it, and finishes what a power
 * cut left half done, which may take the time of one page: it is meant for the
 * start of the program. Returns STORE_OK, with an image or without, or
 * STORE_ERR_SHAPE.
 */
int store_open(struct store *s, const struct flash *flash);

/* Is there an image? If so, `image` tells where. */
bool store_find(const struct store *s, struct store_image *image);

/*
 * Copy up to `cap` bytes of the image from `offset` on. Returns how many, 0 at
 * its end, or STORE_PENDING or another negative status.
 */
int store_read(const struct store *s, uint32_t offset, void *dst, size_t cap);

/* The largest image there is room for: right for a request's max_size. */
uint32_t store_room(const struct store *s);

/* Begin the next image; one that was begun and not committed is forgotten. */
int store_begin(struct store *s);

/*
 * Take some of the next `len` bytes (not 0). Returns 1 to len, or
 * STORE_PENDING, or another negative status, after which the image is lost.
 */
int store_write(struct store *s, const void *src, size_t len);

/*
 * Put the new image into the place of the old one: call it until it returns
 * something else than STORE_PENDING. STORE_OK: it is there. Otherwise the old
 * one is.
 */
int store_commit(struct store *s);

/* Forget what was begun. Harmless when repeated. */
void store_abort(struct store *s);

#endif
