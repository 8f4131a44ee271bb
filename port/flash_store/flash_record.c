/*
 * flash_record.c: what can be told from reading the flash.
 */
#include "flash_record.h"

#include <string.h>

#define RECORD_LEN 20

static const uint8_t magic[4] = { 'f', 'i', 'm', '1' };

/* Half a byte at a time: a table of 64 bytes, and fast beside a flash. */
uint32_t flash_crc(uint32_t crc, const void *bytes, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *in = bytes;
    size_t i;

    crc = ~crc;
    for (i = 0; i < len; i++) {
        crc ^= in[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

static void put32(uint8_t *at, uint32_t n)
{
    int i;

    for (i = 0; i < 4; i++)
        at[i] = (uint8_t)(n >> 8 * i);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

void flash_record_make(const struct store_image *image, uint8_t *page,
                       uint32_t page_size)
{
    memset(page, 0xff, page_size);
    memcpy(page, magic, sizeof magic);
    put32(page + 4, image->sequence);
    put32(page + 8, image->length);
    put32(page + 12, image->crc);
    put32(page + 16, flash_crc(0, page, 16));
}

bool flash_record_read(const struct flash *flash, uint32_t at,
                       struct store_image *image)
{
    uint8_t in[RECORD_LEN];

    if (flash->read(flash->ctx, at, in, sizeof in) != 0 ||
        memcmp(in, magic, sizeof magic) != 0 ||
        get32(in + 16) != flash_crc(0, in, 16))
        return false;
    image->sequence = get32(in + 4);
    image->length = get32(in + 8);
    image->crc = get32(in + 12);
    return true;
}

bool flash_is_whole(const struct flash *flash, const struct store_image *image)
{
    uint8_t part[64];
    uint32_t done = 0, crc = 0;

    while (done < image->length) {
        uint32_t n = image->length - done;

        if (n > sizeof part)
            n = sizeof part;
        if (flash->read(flash->ctx, image->at + done, part, n) != 0)
            return false;
        crc = flash_crc(crc, part, n);
        done += n;
    }
    return crc == image->crc;
}

bool flash_is_blank(const struct flash *flash, uint32_t at)
{
    uint8_t in[32];
    uint32_t done;
    size_t i;

    for (done = 0; done < flash->page_size; done += (uint32_t)sizeof in) {
        if (flash->read(flash->ctx, at + done, in, sizeof in) != 0)
            return false;
        for (i = 0; i < sizeof in; i++)
            if (in[i] != 0xff)
                return false;
    }
    return true;
}

bool flash_has_shape(const struct flash *flash)
{
    uint32_t page = flash->page_size;

    return (page == 32 || page == 64 || page == 128 || page == 256) &&
           flash->block_size % page == 0 && flash->block_size / page >= 4 &&
           flash->blocks >= 2 &&
           flash->blocks <= UINT32_MAX / flash->block_size;
}
