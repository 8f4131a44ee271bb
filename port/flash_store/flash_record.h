/*
 * flash_record.h: what can be told from reading the flash.
 *
 * The record that makes an image count takes one page: 20 bytes, integers
 * little-endian, and 0xff to the end.
 *
 *     0 "fim1"   4 sequence   8 length   12 CRC-32 of the image
 *     16 CRC-32 of these 16 bytes
 */
#ifndef FLASH_RECORD_H
#define FLASH_RECORD_H

#include <stdbool.h>

#include "flash_store.h"

/* CRC-32 of what `crc` was taken of (0: of nothing), with `len` bytes more. */
uint32_t flash_crc(uint32_t crc, const void *bytes, size_t len);

/* Fill `page` with the record of `image`. */
void flash_record_make(const struct store_image *image, uint8_t *page,
                       uint32_t page_size);

/* Is there a record at `at`? If so, fills all of `image` but its place. */
bool flash_record_read(const struct flash *flash, uint32_t at,
                       struct store_image *image);

/* Reads the image once: are its bytes those that its record tells of? */
bool flash_is_whole(const struct flash *flash, const struct store_image *image);

/* Does the page at `at` read as erased? */
bool flash_is_blank(const struct flash *flash, uint32_t at);

/* Do the sizes fit together? */
bool flash_has_shape(const struct flash *flash);

#endif
