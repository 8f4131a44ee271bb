/*
 * fimg_field.h: which header fields count, and what their values mean.
 */
#ifndef FIMG_FIELD_H
#define FIMG_FIELD_H

#include "fimg_head.h"

/* The number of a field's name in the table of kept fields; 0: not kept. */
uint8_t fimg_field_find(const char *name, size_t len);

/*
 * Note the field in h->value in `reply` (or `h`, for Location). Returns
 * FIMG_WHY_NONE, or why the reply must be refused.
 */
enum fimg_reason fimg_field_note(struct fimg_head *h,
                                 struct fimg_reply *reply);

/* Seconds since 1970 of an IMF-fixdate (RFC 9110, 5.6.7); 0 if it is none. */
uint32_t fimg_field_date(const char *text, size_t len);

#endif
