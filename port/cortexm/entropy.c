/*
 * entropy.c: where keys come from.
 *
 * The boards that QEMU plays have no source of randomness. So there is only
 * what the boot arguments bring, stretched by hashing: good for tests, and
 * for nothing else. On a real board entropy_fill reads the hardware's random
 * number generator, and fails when that reports a fault.
 */
#include <bearssl.h>
#include <string.h>

#include "board.h"

static struct {
    bool seeded;
    uint32_t count;
    uint8_t key[br_sha256_SIZE];
} pool;

void entropy_seed(const char *seed)
{
    br_sha256_context c;

    br_sha256_init(&c);
    br_sha256_update(&c, seed, strlen(seed));
    br_sha256_out(&c, pool.key);
    pool.seeded = true;
}

/* One block: the hash of the key and of how many there were before. */
static void block(uint8_t out[br_sha256_SIZE])
{
    br_sha256_context c;

    pool.count++;
    br_sha256_init(&c);
    br_sha256_update(&c, pool.key, sizeof pool.key);
    br_sha256_update(&c, &pool.count, sizeof pool.count);
    br_sha256_out(&c, out);
}

int entropy_fill(void *ctx, uint8_t *dst, size_t len)
{
    uint8_t bytes[br_sha256_SIZE];

    (void)ctx;
    if (!pool.seeded)
        return -1;
    while (len > 0) {
        size_t n = len < sizeof bytes ? len : sizeof bytes;

        block(bytes);
        memcpy(dst, bytes, n);
        dst += n;
        len -= n;
    }
    memset(bytes, 0, sizeof bytes);
    return 0;
}
