/*
 * flash_store.c: two slots in a NOR flash that take turns.
 *
 *     slot:  | record | record | image ......................... |
 *            | page 0 | page 1 | from page 2 on                  |
 *
 * A store erases block after block of the slot that is not in use, the one
 * with the records first, and programs the image. Only when that was read back
 * and found right are the two records programmed, one after the other. The
 * slot with the higher sequence number whose record and image are whole counts.
 *
 * A power cut while the first record is programmed can leave one that reads
 * as whole today and not tomorrow. The second copy, begun after the first is
 * finished, settles that; where it is missing, store_open writes it, before
 * anybody can overwrite the image of before.
 */
#include "flash_store.h"

#include <string.h>

#include "flash_record.h"

static uint32_t slot_size(const struct flash *flash)
{
    return flash->blocks / 2 * flash->block_size;
}

static uint32_t slot_at(const struct flash *flash, int slot)
{
    return slot == 0 ? 0 : slot_size(flash);
}

static uint32_t data_at(const struct flash *flash, int slot)
{
    return slot_at(flash, slot) + 2 * flash->page_size;
}

/* The slot that the next image goes to. */
static int next_slot(const struct store *s)
{
    return s->slot == 0 ? 1 : 0;
}

static int fail(struct store *s, enum store_status status)
{
    s->state = STORE_FAILED;
    return (int)status;
}

/* Is the flash free? Returns STORE_OK, STORE_PENDING or STORE_ERR_FLASH. */
static int settle(struct store *s)
{
    int busy = s->flash->busy(s->flash->ctx);

    if (busy > 0)
        return STORE_PENDING;
    /* the failure of something given up is no concern of this image */
    return busy == 0 || !s->begun ? STORE_OK : fail(s, STORE_ERR_FLASH);
}

static int program(struct store *s, uint32_t at)
{
    s->begun = true;
    if (s->flash->program(s->flash->ctx, at, s->page) != 0)
        return fail(s, STORE_ERR_FLASH);
    return STORE_PENDING;
}

/* The page is full: erase the block it goes to, or program it. */
static int put_page(struct store *s)
{
    const struct flash *flash = s->flash;
    int r;

    if (s->page_at >= s->erased_to) {
        uint32_t block = s->erased_to / flash->block_size;

        s->begun = true;
        s->erased_to += flash->block_size;
        if (flash->erase(flash->ctx, block) != 0)
            return fail(s, STORE_ERR_FLASH);
        return STORE_PENDING;
    }
    r = program(s, s->page_at);
    s->page_at += flash->page_size;
    s->page_used = 0; /* but left alone until the flash is free */
    return r;
}

/* --- what is there ------------------------------------------------------ */

/* The image that the records of a slot tell of, if it can be there. */
static bool read_slot(const struct flash *flash, int slot,
                      struct store_image *image)
{
    uint32_t at = slot_at(flash, slot);

    if (!flash_record_read(flash, at, image) &&
        !flash_record_read(flash, at + flash->page_size, image))
        return false;
    image->at = data_at(flash, slot);
    return image->length <= slot_size(flash) - 2 * flash->page_size;
}

/*
 * Write the second record if it is missing. When this fails, the image is
 * still there, and the next store_open tries again.
 */
static void mend(struct store *s)
{
    const struct flash *flash = s->flash;
    uint32_t at = slot_at(flash, s->slot) + flash->page_size;

    if (!flash_is_blank(flash, at))
        return;
    flash_record_make(&s->image, s->page, flash->page_size);
    if (flash->program(flash->ctx, at, s->page) == 0)
        while (flash->busy(flash->ctx) > 0)
            continue;
}

int store_open(struct store *s, const struct flash *flash)
{
    struct store_image found[2];
    bool whole[2];
    int slot, newer;

    *s = (struct store){ .flash = flash, .slot = -1 };
    if (!flash_has_shape(flash))
        return STORE_ERR_SHAPE;
    while (flash->busy(flash->ctx) > 0)
        continue; /* only if the program started anew and the flash did not */
    for (slot = 0; slot < 2; slot++)
        whole[slot] = read_slot(flash, slot, &found[slot]);
    newer = whole[1] &&
            (!whole[0] || found[1].sequence - found[0].sequence < 0x80000000u);
    if (whole[newer] && flash_is_whole(flash, &found[newer]))
        s->slot = newer;
    else if (whole[!newer] && flash_is_whole(flash, &found[!newer]))
        s->slot = !newer;
    s->state = STORE_IDLE;
    if (s->slot >= 0) {
        s->image = found[s->slot];
        mend(s);
    }
    return STORE_OK;
}

bool store_find(const struct store *s, struct store_image *image)
{
    if (s->state == STORE_CLOSED || s->slot < 0)
        return false;
    *image = s->image;
    return true;
}

int store_read(const struct store *s, uint32_t offset, void *dst, size_t cap)
{
    const struct flash *flash = s->flash;
    uint32_t left;

    if (s->state == STORE_CLOSED || s->slot < 0 || offset > s->image.length)
        return STORE_ERR_USE;
    left = s->image.length - offset;
    if (left > INT32_MAX)
        left = INT32_MAX;
    if (cap > left)
        cap = left;
    if (cap == 0)
        return 0;
    if (flash->busy(flash->ctx) > 0)
        return STORE_PENDING;
    if (flash->read(flash->ctx, s->image.at + offset, dst, cap) != 0)
        return STORE_ERR_FLASH;
    return (int)cap;
}

uint32_t store_room(const struct store *s)
{
    if (s->state == STORE_CLOSED)
        return 0;
    return slot_size(s->flash) - 2 * s->flash->page_size;
}

/* --- the next one ------------------------------------------------------- */

int store_begin(struct store *s)
{
    int slot = next_slot(s);

    if (s->state == STORE_CLOSED)
        return STORE_ERR_USE;
    s->next = (struct store_image){ .at = data_at(s->flash, slot),
                                    .sequence = s->image.sequence + 1 };
    s->page_at = s->next.at;
    s->erased_to = slot_at(s->flash, slot);
    s->page_used = 0;
    s->begun = false;
    s->state = STORE_WRITING;
    return STORE_OK;
}

int store_write(struct store *s, const void *src, size_t len)
{
    uint32_t page = s->state == STORE_CLOSED ? 0 : s->flash->page_size;
    uint32_t room;
    int r;

    if (s->state != STORE_WRITING || len == 0)
        return STORE_ERR_USE;
    r = settle(s); /* until then the page is the flash's */
    if (r == STORE_OK && s->page_used == page)
        r = put_page(s);
    if (r != STORE_OK)
        return r;
    room = page - s->page_used;
    if (len > room)
        len = room;
    if (len > store_room(s) - s->next.length)
        return fail(s, STORE_ERR_FULL);
    memcpy(s->page + s->page_used, src, len);
    s->next.crc = flash_crc(s->next.crc, src, len);
    s->next.length += (uint32_t)len;
    s->page_used += (uint32_t)len;
    return (int)len;
}

static int flush_step(struct store *s)
{
    s->state = STORE_FLUSHING;
    if (s->page_used > 0) {
        memset(s->page + s->page_used, 0xff,
               s->flash->page_size - s->page_used);
        return put_page(s);
    }
    s->checked = 0;
    s->check_crc = 0;
    s->state = STORE_CHECKING;
    return STORE_PENDING;
}

static int check_step(struct store *s)
{
    const struct flash *flash = s->flash;
    uint32_t n = s->next.length - s->checked;

    if (n > flash->page_size)
        n = flash->page_size;
    if (flash->read(flash->ctx, s->next.at + s->checked, s->page, n) != 0)
        return fail(s, STORE_ERR_FLASH);
    s->check_crc = flash_crc(s->check_crc, s->page, n);
    s->checked += n;
    if (s->checked < s->next.length)
        return STORE_PENDING;
    if (s->check_crc != s->next.crc)
        return fail(s, STORE_ERR_FLASH);
    s->state = STORE_SEALING;
    flash_record_make(&s->next, s->page, flash->page_size);
    return program(s, slot_at(flash, next_slot(s)));
}

/* Both records are programmed: does one of them read as it should? */
static int conclude(struct store *s)
{
    struct store_image image;

    if (!read_slot(s->flash, next_slot(s), &image) ||
        image.sequence != s->next.sequence) /* a write-protected flash */
        return fail(s, STORE_ERR_FLASH);
    s->slot = next_slot(s);
    s->image = s->next;
    s->state = STORE_IDLE;
    return STORE_OK;
}

int store_commit(struct store *s)
{
    int r;

    if (s->state < STORE_WRITING || s->state > STORE_SEALED ||
        s->next.length == 0)
        return STORE_ERR_USE;
    r = settle(s);
    if (r != STORE_OK)
        return r;
    if (s->state <= STORE_FLUSHING)
        return flush_step(s);
    if (s->state == STORE_CHECKING)
        return check_step(s);
    if (s->state == STORE_SEALED)
        return conclude(s);
    s->state = STORE_SEALED;
    return program(s, slot_at(s->flash, next_slot(s)) + s->flash->page_size);
}

void store_abort(struct store *s)
{
    if (s->state != STORE_CLOSED)
        s->state = STORE_IDLE;
}
