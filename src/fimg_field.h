/*
 * fimg_field.h: which header fields count, and what their values mean.
 */
#ifndef FIMG_FIELD_H
#define FIMG_FIELD_H

#include "fimg_head.h"

/*
 * Take the line in `h`, NUL-ended and without blanks at its end: `len` bytes,
 * at least one. Returns FIMG_WHY_NONE, or why the reply must be refused.
 */
enum fimg_reason fimg_field_take(struct fimg_head *h, struct fimg_reply *reply,
                                 size_t len);

/* Seconds since 1970 of an IMF-fixdate (RFC 9110, 5.6.7); 0 if it is none. */
uint32_t fimg_field_date(const char *text, size_t len);

#endif
