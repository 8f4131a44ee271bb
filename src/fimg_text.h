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

/* May it stand in a field's value: visible, SP, HTAB or above 127? */
bool fimg_is_value_char(uint8_t c);

/*
 * Read a whole text as a decimal number. False if it is empty, longer than 20
 * digits, has anything but digits, or does not fit.
 */
bool fimg_parse_u64(const char *text, size_t len, uint64_t *out);

/* Seconds since 1970 of a date in the proleptic Gregorian calendar. */
int64_t fimg_unix_time(int year, int month, int day, int32_t second_of_day);

/*
 * Make text from outside fit for a terminal and a log, in place: control
 * characters (C0, DEL, C1) and bytes that are not UTF-8 become '?'. Returns
 * the new length, never more than `len`.
 */
size_t fimg_text_clean(char *text, size_t len);

/*
 * Overwrite every occurrence of `secret` (NUL-ended; NULL or "" for none) with
 * '*'. Where `cut` says that the text was longer once, a beginning of the
 * secret at its end goes too.
 */
void fimg_text_mask(char *text, size_t len, const char *secret, bool cut);

/* Shorten UTF-8 text to at most `cap` bytes without splitting a character. */
size_t fimg_text_shorten(const char *text, size_t len, size_t cap);

/* Overwrite memory in a way that no compiler leaves out. */
void fimg_wipe(void *memory, size_t len);

#endif
