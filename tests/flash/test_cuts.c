/*
 * test_cuts.c: the power is cut at every operation of the flash, in every way.
 *
 * After each cut the flash is mounted anew and holds exactly the image of
 * before or the new one, later too, when what was left half done comes out the
 * other way; and the next store works.
 */
#include "check.h"
#include "images.h"
#include "nor.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* When what was left half done comes out the other way. */
enum decay { DECAY_NEVER, DECAY_BEFORE_MOUNT, DECAY_AFTER_MOUNT, DECAYS };

struct shape {
    uint32_t page_size, block_size, blocks;
};

/* A flash with images of these lengths stored one after the other. */
struct past {
    const char *name;
    unsigned count;
    int lengths[3]; /* in units: see length_of */
};

static unsigned long cuts;
static struct nor before, nor;
static struct store store;

/* Lengths around the edges of a shape. */
enum {
    ONE,
    PAGE_LESS,
    PAGE,
    PAGE_MORE,
    FIRST_BLOCK,
    FIRST_BLOCK_MORE,
    BLOCK,
    ROOM_LESS,
    ROOM,
    LENGTHS
};

static uint32_t length_of(const struct shape *s, int which)
{
    uint32_t room = s->blocks / 2 * s->block_size - 2 * s->page_size;
    uint32_t lengths[LENGTHS] = { 1,
                                  s->page_size - 1,
                                  s->page_size,
                                  s->page_size + 1,
                                  s->block_size - 2 * s->page_size,
                                  s->block_size - 2 * s->page_size + 1,
                                  s->block_size,
                                  room - 1,
                                  room };

    return lengths[which];
}

/* The image that is in place: 1 to 3, 0 for none, -1 for nonsense. */
static int which_image(const uint32_t lengths[4])
{
    struct store_image image;
    int i;

    if (!store_find(&store, &image))
        return 0;
    for (i = 1; i < 4; i++)
        if (is_image(&store, (unsigned)i, lengths[i]))
            return i;
    return -1;
}

/* How many operations the store of image `number` takes. */
static unsigned count_ops(unsigned number, uint32_t len)
{
    nor_copy(&nor, &before);
    nor_power_on(&nor);
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
    CHECK(put_image(&store, number, len, 512) == STORE_OK);
    return nor.ops;
}

static int mount(void)
{
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
    CHECK(nor.violation == NULL);
    return 0;
}

/* One cut: `last` of the operations are the records'. Image 2 replaces the
   image `old`, then 3 comes. */
static void one_cut(const uint32_t lengths[4], int old, unsigned op,
                    unsigned last, enum nor_cut cut, enum decay decay)
{
    int seen;

    cuts++;
    nor_copy(&nor, &before);
    nor_power_on(&nor);
    nor.cut_op = op;
    nor.cut = cut;
    mount();
    CHECK(put_image(&store, 2, lengths[2], 512) == STORE_ERR_FLASH);
    CHECK(nor.off);
    nor_power_on(&nor);
    if (decay == DECAY_BEFORE_MOUNT)
        nor_decay(&nor);
    mount();
    seen = which_image(lengths);
    CHECK(seen == old || seen == 2);
    if (op < last - 1 || (op == last - 1 && cut == CUT_BEFORE))
        CHECK(seen == old);
    if (op == last || (op == last - 1 && cut == CUT_AFTER))
        CHECK(seen == 2);
    if (decay == DECAY_AFTER_MOUNT) {
        nor_decay(&nor);
        mount();
        /* what was seen once stays, unless the new one comes up late */
        CHECK(which_image(lengths) == seen || which_image(lengths) == 2);
    }
    CHECK(put_image(&store, 3, lengths[3], 512) == STORE_OK);
    nor_decay(&nor);
    mount();
    CHECK(which_image(lengths) == 3);
}

static void every_cut(const struct shape *shape, const struct past *past,
                      int next, unsigned polls)
{
    uint32_t lengths[4] = { 0, 0, length_of(shape, next),
                            length_of(shape, FIRST_BLOCK_MORE) };
    unsigned ops, op, cut, decay, i;

    nor_open(&before, shape->page_size, shape->block_size, shape->blocks);
    nor_open(&nor, shape->page_size, shape->block_size, shape->blocks);
    before.polls = polls;
    CHECK(store_open(&store, &before.flash) == STORE_OK);
    for (i = 0; i < past->count; i++) {
        lengths[1] = length_of(shape, past->lengths[i]);
        /* the last is image 1; those before it must never be seen again */
        CHECK(put_image(&store, past->count - i == 1 ? 1 : 7 + i, lengths[1],
                        100) == STORE_OK);
    }
    ops = count_ops(2, lengths[2]);
    for (op = 1; op <= ops; op++)
        for (cut = 0; cut < CUTS; cut++)
            for (decay = 0; decay < DECAYS; decay++)
                one_cut(lengths, past->count > 0, op, ops, (enum nor_cut)cut,
                        (enum decay)decay);
    CHECK(before.violation == NULL);
    nor_close(&before);
    nor_close(&nor);
}

/* A cut, then one in the store_open that follows or in the next store. */
static void two_cuts(const uint32_t lengths[4], unsigned op, unsigned cut,
                     unsigned op2, unsigned cut2)
{
    int seen;

    cuts++;
    nor_copy(&nor, &before);
    nor_power_on(&nor);
    nor.cut_op = op;
    nor.cut = (enum nor_cut)cut;
    mount();
    CHECK(put_image(&store, 2, lengths[2], 512) == STORE_ERR_FLASH);
    nor_power_on(&nor);
    nor.cut_op = op2;
    nor.cut = (enum nor_cut)cut2;
    mount();
    if (!nor.off) {
        seen = which_image(lengths);
        CHECK(seen == 1 || seen == 2);
        CHECK(put_image(&store, 3, lengths[3], 512) == STORE_ERR_FLASH ||
              !nor.off);
    }
    nor_power_on(&nor);
    mount();
    CHECK(which_image(lengths) > 0);
    nor_decay(&nor);
    mount();
    CHECK(which_image(lengths) > 0);
    CHECK(put_image(&store, 3, lengths[3], 512) == STORE_OK);
    mount();
    CHECK(which_image(lengths) == 3);
}

static void every_two_cuts(const struct shape *shape, int first, int second)
{
    uint32_t lengths[4] = { 0, length_of(shape, BLOCK), length_of(shape, first),
                            length_of(shape, second) };
    unsigned ops, ops2, op, op2, cut, cut2;

    nor_open(&before, shape->page_size, shape->block_size, shape->blocks);
    nor_open(&nor, shape->page_size, shape->block_size, shape->blocks);
    CHECK(store_open(&store, &before.flash) == STORE_OK);
    CHECK(put_image(&store, 9, lengths[1], 100) == STORE_OK);
    CHECK(put_image(&store, 1, lengths[1], 100) == STORE_OK);
    ops2 = count_ops(3, lengths[3]) + 1; /* store_open may take one */
    ops = count_ops(2, lengths[2]);
    for (op = 1; op <= ops; op++)
        for (cut = 0; cut < CUTS; cut++)
            for (op2 = 1; op2 <= ops2; op2++)
                for (cut2 = 0; cut2 < CUTS; cut2++)
                    two_cuts(lengths, op, cut, op2, cut2);
    nor_close(&before);
    nor_close(&nor);
}

int main(void)
{
    static const struct shape shapes[] = { { 32, 128, 10 },
                                           { 256, 1024, 7 },
                                           { 256, 4096, 6 } };
    static const struct past pasts[] = {
        { "an empty flash", 0, { 0 } },
        { "one image", 1, { BLOCK } },
        { "two images", 2, { ROOM, PAGE } },
        { "three images", 3, { ROOM, ROOM, ONE } },
    };
    size_t i, j;
    int next;

    for (i = 0; i < COUNT(shapes); i++)
        for (j = 0; j < COUNT(pasts); j++)
            for (next = 0; next < LENGTHS; next++) {
                check_case("every cut: pages of %u, blocks of %u, %s, then "
                           "one of %u bytes",
                           (unsigned)shapes[i].page_size,
                           (unsigned)shapes[i].block_size, pasts[j].name,
                           (unsigned)length_of(&shapes[i], next));
                every_cut(&shapes[i], &pasts[j], next, (unsigned)next % 3);
            }
    check_case("every two cuts: small images");
    every_two_cuts(&shapes[0], PAGE_MORE, ONE);
    check_case("every two cuts: over a block");
    every_two_cuts(&shapes[0], FIRST_BLOCK_MORE, PAGE);
    printf("%lu cuts tried\n", cuts);
    return check_exit("flash/cuts");
}
