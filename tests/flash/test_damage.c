/*
 * test_damage.c: a flash that refuses, lies or forgets. The old image stays, or
 * the one before it comes back; what is not whole never counts.
 */
#include "flash_record.h"
#include "one_flash.h"

/* The n-th operation fails, or goes wrong silently, for every n. */
static void test_faults(void)
{
    unsigned n, ops, silent;

    for (silent = 0; silent < 2; silent++) {
        for (n = 1, ops = 1; n <= ops; n++) {
            int r;

            check_case("operation %u %s", n,
                       silent ? "leaves a wrong bit" : "fails");
            nor_open(&nor, PAGE, BLOCK, BLOCKS);
            CHECK(store_open(&store, &nor.flash) == STORE_OK);
            CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
            nor_power_on(&nor);
            *(silent ? &nor.stuck_op : &nor.fail_op) = n;
            r = put_image(&store, 2, 1700, 100);
            ops = nor.ops > ops ? nor.ops : ops;
            CHECK(r == STORE_ERR_FLASH || silent);
            CHECK(is_image(&store, r == STORE_OK ? 2 : 1,
                           r == STORE_OK ? 1700 : 900));
            mount();
            if (r == STORE_OK) /* of two records one was enough */
                CHECK(is_image(&store, 2, 1700));
            else
                CHECK(is_image(&store, 1, 900) || is_image(&store, 2, 1700));
            CHECK(put_image(&store, 3, 1100, 100) == STORE_OK);
            mount();
            CHECK(is_image(&store, 3, 1100));
            nor_close(&nor); /* a wrong bit makes pages that are not blank */
        }
    }
}

/* Flashes that say that all is well. */
static void test_lies(void)
{
    open_all("two wrong records: the old image stays");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    nor_power_on(&nor);
    nor.stuck_op = 7; /* after two erases and four pages */
    nor.stuck_on = true;
    CHECK(put_image(&store, 2, 1000, 100) == STORE_ERR_FLASH);
    CHECK(nor.ops == 8 && is_image(&store, 1, 900));
    mount();
    CHECK(is_image(&store, 1, 900));
    nor_close(&nor);

    open_all("a write-protected flash that holds the same image from before");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    CHECK(put_image(&store, 2, 900, 100) == STORE_OK);
    nor.protect = true;
    CHECK(put_image(&store, 1, 900, 100) == STORE_ERR_FLASH);
    CHECK(is_image(&store, 2, 900));
    nor_close(&nor);

    open_all("the failure of a store given up does not harm the next one");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    CHECK(write_image(&store, 2, 2 * PAGE, 512) == STORE_OK);
    CHECK(store_write(&store, "", 1) == STORE_PENDING);
    nor.fail_op = nor.ops; /* that has just begun */
    store_abort(&store);
    CHECK(put_image(&store, 3, 1000, 100) == STORE_OK);
    CHECK(is_image(&store, 3, 1000));
    close_all();

    open_all("a record that tells of more than there is room for");
    nor.size -= 8; /* whoever reads the last bytes goes too far */
    store.image.length = BLOCKS / 2 * BLOCK - 2 * PAGE + 1;
    flash_record_make(&store.image, nor.bytes + BLOCKS / 2 * BLOCK, PAGE);
    mount();
    CHECK(!is_image(&store, 1, store.image.length));
    nor.size += 8;
    close_all();
}

static void test_rot(void)
{
    struct store_image image;

    open_all(
        "an image that has lost a bit does not count, the one before does");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    CHECK(put_image(&store, 2, 1000, 100) == STORE_OK);
    nor.bytes[BLOCKS / 2 * BLOCK + 2 * PAGE + 500] ^= 1;
    mount();
    CHECK(is_image(&store, 1, 900));
    CHECK(put_image(&store, 3, 1100, 100) == STORE_OK);
    mount();
    CHECK(is_image(&store, 3, 1100));
    nor.bytes[2 * PAGE] ^= 1;
    nor.bytes[BLOCKS / 2 * BLOCK + 2 * PAGE] ^= 1;
    mount();
    CHECK(!store_find(&store, &image));
    close_all();

    open_all("one lost record of two is no loss");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    nor.bytes[5] ^= 1;
    mount();
    CHECK(is_image(&store, 1, 900));
    nor.bytes[5] ^= 1;
    nor.bytes[PAGE + 5] ^= 1;
    mount();
    CHECK(is_image(&store, 1, 900));
    nor.bytes[5] ^= 1;
    mount();
    CHECK(!is_image(&store, 1, 900));
    close_all();

    open_all("bytes that cannot be read are as good as wrong ones");
    CHECK(put_image(&store, 1, 900, 100) == STORE_OK);
    nor.unreadable = 10;
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
    CHECK(is_image(&store, 1, 900));
    nor.unreadable = 2 * PAGE + 10;
    CHECK(!is_image(&store, 1, 900));
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
    CHECK(!is_image(&store, 1, 900));
    mount();
    CHECK(is_image(&store, 1, 900));
    close_all();
}

int main(void)
{
    test_faults();
    test_lies();
    test_rot();
    return check_exit("flash/damage");
}
