/*
 * test_store.c: the store on a flash that keeps its power: what goes in comes
 * out, what is given up leaves the old image, and wear is spread.
 */
#include <string.h>

#include "flash_record.h"
#include "one_flash.h"

static void test_crc(void)
{
    check_case("CRC-32 is that of PNG and zip");
    CHECK(flash_crc(0, "123456789", 9) == 0xcbf43926);
    CHECK(flash_crc(flash_crc(0, "1234", 4), "56789", 5) == 0xcbf43926);
    CHECK(flash_crc(0, "", 0) == 0);
}

static void test_shapes(void)
{
    static const struct {
        uint32_t page, block, blocks;
        int result;
    } rows[] = {
        { 256, 4096, 2, STORE_OK },
        { 32, 128, 2, STORE_OK },
        { 64, 65536, 65535, STORE_OK },
        { 16, 4096, 8, STORE_ERR_SHAPE },
        { 512, 4096, 8, STORE_ERR_SHAPE },
        { 0, 4096, 8, STORE_ERR_SHAPE },
        { 96, 960, 8, STORE_ERR_SHAPE },
        { 256, 4000, 8, STORE_ERR_SHAPE },
        { 256, 768, 8, STORE_ERR_SHAPE },
        { 256, 0, 8, STORE_ERR_SHAPE },
        { 256, 4096, 1, STORE_ERR_SHAPE },
        { 256, 4096, 0, STORE_ERR_SHAPE },
        { 256, 65536, 65536, STORE_ERR_SHAPE },
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct flash flash;

        check_case("shape %u %u %u", (unsigned)rows[i].page,
                   (unsigned)rows[i].block, (unsigned)rows[i].blocks);
        nor_open(&nor, 256, 4096, 2);
        nor.unreadable = 0; /* so that nothing else is read either */
        flash = nor.flash;
        flash.page_size = rows[i].page;
        flash.block_size = rows[i].block;
        flash.blocks = rows[i].blocks;
        nor.violation = NULL;
        CHECK(store_open(&store, &flash) == rows[i].result);
        if (rows[i].result != STORE_OK)
            CHECK(store_begin(&store) == STORE_ERR_USE &&
                  store_room(&store) == 0);
        nor_close(&nor);
    }
}

static void test_pieces(void)
{
    static const uint32_t pieces[] = { 1, 7, PAGE - 1, PAGE, PAGE + 1, 512 };
    static uint8_t first[BLOCKS * BLOCK];
    size_t i;

    for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        check_case("written %u bytes at a time", (unsigned)pieces[i]);
        nor_open(&nor, PAGE, BLOCK, BLOCKS);
        nor.polls = (unsigned)i;
        CHECK(store_open(&store, &nor.flash) == STORE_OK);
        CHECK(put_image(&store, 1, 3000, pieces[i]) == STORE_OK);
        CHECK(is_image(&store, 1, 3000));
        mount();
        CHECK(is_image(&store, 1, 3000));
        if (i == 0)
            memcpy(first, nor.bytes, sizeof first);
        CHECK(memcmp(first, nor.bytes, sizeof first) == 0);
        CHECK(nor.bytes[2 * PAGE + 3000] == 0xff); /* nothing of ours there */
        close_all();
    }
}

static void test_use(void)
{
    struct store_image image;
    struct store closed = { 0 };
    uint8_t byte = 0;

    open_all("calls out of turn are refused and change nothing");
    CHECK(!store_find(&store, &image) && !store_find(&closed, &image));
    CHECK(store_read(&store, 0, &byte, 1) == STORE_ERR_USE);
    CHECK(store_read(&closed, 0, &byte, 1) == STORE_ERR_USE);
    CHECK(store_begin(&closed) == STORE_ERR_USE);
    CHECK(store_write(&closed, &byte, 1) == STORE_ERR_USE);
    CHECK(store_commit(&closed) == STORE_ERR_USE);
    store_abort(&closed);
    CHECK(store_begin(&closed) == STORE_ERR_USE);
    CHECK(store_write(&store, &byte, 1) == STORE_ERR_USE);
    CHECK(store_commit(&store) == STORE_ERR_USE);
    CHECK(store_begin(&store) == STORE_OK);
    CHECK(store_write(&store, &byte, 0) == STORE_ERR_USE);
    CHECK(store_commit(&store) == STORE_ERR_USE); /* no image of no bytes */
    CHECK(put_image(&store, 1, 1000, 100) == STORE_OK);
    CHECK(store_write(&store, &byte, 1) == STORE_ERR_USE);
    CHECK(store_commit(&store) == STORE_ERR_USE);
    CHECK(store_read(&store, 1000, &byte, 1) == 0);
    CHECK(store_read(&store, 1001, &byte, 1) == STORE_ERR_USE);
    CHECK(write_image(&store, 2, 700, 100) == STORE_OK);
    CHECK(store_commit(&store) == STORE_PENDING);
    CHECK(store_write(&store, &byte, 1) == STORE_ERR_USE);
    CHECK(commit(&store) == STORE_OK && is_image(&store, 2, 700));
    close_all();
}

static void test_abort(void)
{
    uint32_t len;

    for (len = 0; len <= 2000; len += 250) {
        check_case("given up after %u bytes", (unsigned)len);
        nor_open(&nor, PAGE, BLOCK, BLOCKS);
        nor.polls = 3;
        CHECK(store_open(&store, &nor.flash) == STORE_OK);
        CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
        CHECK(write_image(&store, 2, len, 100) == STORE_OK);
        store_abort(&store);
        store_abort(&store);
        CHECK(store_commit(&store) == STORE_ERR_USE);
        while (nor.flash.busy(&nor) > 0)
            continue;
        CHECK(is_image(&store, 1, 900));
        CHECK(put_image(&store, 3, 1100, 100) == STORE_OK);
        CHECK(is_image(&store, 3, 1100));
        mount();
        CHECK(is_image(&store, 3, 1100));
        close_all();
    }
}

static void test_full(void)
{
    open_all("an image larger than a slot is an error, and the old one stays");
    CHECK(store_room(&store) == ROOM);
    CHECK(put_image(&store, 1, ROOM, 512) == STORE_OK);
    CHECK(put_image(&store, 2, ROOM + 1, 512) == STORE_ERR_FULL);
    CHECK(store_commit(&store) == STORE_ERR_USE);
    CHECK(is_image(&store, 1, ROOM));
    mount();
    CHECK(is_image(&store, 1, ROOM));
    CHECK(put_image(&store, 2, ROOM, 512) == STORE_OK);
    CHECK(is_image(&store, 2, ROOM));
    close_all();
}

static void test_wear(void)
{
    unsigned i;

    open_all("wear is the same for all blocks that images need");
    for (i = 0; i < 40; i++) {
        CHECK(put_image(&store, i, 3 * BLOCK, 300) == STORE_OK);
        CHECK(is_image(&store, i, 3 * BLOCK));
        if (i % 3 == 0)
            mount();
    }
    for (i = 0; i < BLOCKS; i++) /* records and image take 4 of 5 blocks */
        CHECK(nor.erases[i] == (i % 5 < 4 ? 20 : 0));
    close_all();
}

static void test_sequence(void)
{
    struct store_image image;

    open_all("sequence numbers may wrap");
    store.image.sequence = UINT32_MAX - 2;
    CHECK(put_image(&store, 1, 100, 100) == STORE_OK);
    CHECK(put_image(&store, 2, 200, 100) == STORE_OK);
    CHECK(put_image(&store, 3, 300, 100) == STORE_OK);
    mount();
    CHECK(is_image(&store, 3, 300));
    CHECK(store_find(&store, &image) && image.sequence == 0);
    CHECK(put_image(&store, 4, 400, 100) == STORE_OK);
    mount();
    CHECK(is_image(&store, 4, 400));
    close_all();
}

int main(void)
{
    test_crc();
    test_shapes();
    test_pieces();
    test_use();
    test_abort();
    test_full();
    test_wear();
    test_sequence();
    return check_exit("flash/store");
}
