/*
 * number.h: numbers as options have them. All digits, no sign, no blanks.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number. */
bool parse_whole(uint64_t *n, const char *text);

/* Bytes, 1 to 4294967295; k behind it makes it KiB, M makes it MiB. */
bool parse_size(uint32_t *bytes, const char *text);

/* Seconds, more than 0, up to 2000000, maybe with a fraction, as ms. */
bool parse_seconds(uint32_t *ms, const char *text);

#endif
