/*
 * fimg_advice.h: what to do about a failure, in plain English.
 */
#ifndef FIMG_ADVICE_H
#define FIMG_ADVICE_H

#include "fimg.h"

/* What helps; "" where nothing is known, or FIMG_ADVICE is 0. */
const char *fimg_advice(enum fimg_reason reason, uint16_t http_status,
                        int32_t code);

#endif
