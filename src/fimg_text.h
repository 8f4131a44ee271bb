/*
 * fimg_text.h: compare, convert and clean text without locale or overflow.
 *
 * Text is pointer plus length; nothing here looks for a NUL unless it says so.
 */
#ifndef FIMG_TEXT_H
#define FIMG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of somebody else's bytes. */
struct fimg_span {
    const uint8_t *at;
    size_t len;
};

/* Does the text equal `lower`, a NUL-ended string in lower case? */
bool fimg_text_is(const char *text, size_t len, const char *lower);

/* The value of a hexadecimal digit, or -1. */
int fimg_hex_value(uint8_t c);

bool fimg_is_digit(uint8_t c);

/* ASCII letter, digit, or one of `extra` (a NUL-ended string). */
bool fimg_is_name_char(uint8_t c, const char *extra);

/* May the byte stand in a header field's name (RFC 9110, 5.6.2)? */
bool fimg_is_token_char(uint8_t c);

/* SP or HTAB */
static inline bool fimg_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* May it stand in a field's value: visible, SP, HTAB or above 127? */
static inline bool fimg_is_value_char(uint8_t c)
{
    return c != 127 && (c >= ' ' || c == '\t');
}

/*
 * Read a whole text as a decimal number; what is UINT32_MAX or above comes out
 * as that. False if it is empty, longer than 20 digits, or has anything but
 * digits.
 */
bool fimg_parse_u32(const char *text, size_t len, uint32_t *out);

/*
 * Seconds since 1970 of the 14 digits "YYYYMMDDhhmmss", UTC. Times before 1970
 * come out as 0, and those after 2105 as UINT32_MAX. False if they are no
 * digits, or one of the numbers is out of its range.
 */
bool fimg_unix_time(const char *digits, uint32_t *out);

/*
 * Make text from outside fit for a terminal and a log, in place: control
 * characters (C0, DEL, C1) and bytes that are not UTF-8 become '?'. Returns
 * the new length, never more than `len`.
 */
size_t fimg_text_clean(char *text, size_t len);

/*
 * Overwrite every occurrence of `secret` (NUL-ended) with '*', and, as the
 * text may have been cut off there, a beginning of it of 4 characters or more
 * at the text's end.
 */
void fimg_text_mask(char *text, size_t len, const char *secret);

/* Shorten UTF-8 text to at most `cap` bytes without splitting a character. */
size_t fimg_text_shorten(const char *text, size_t len, size_t cap);

/* Overwrite memory in a way that no compiler leaves out. */
void fimg_wipe(void *memory, size_t len);

#endif
