/*
 * pems.c: a reader of PEM text in any state that it can be in.
 */
#include "pems.h"

#define MARKER 27 /* bytes of "-----BEGIN CERTIFICATE-----" */

void any_pem(struct fimg_pem *p)
{
    p->state = (enum fimg_pem_state)Frama_C_interval(0, FIMG_PEM_SKIP);
    p->mid_line = any_bool();
    p->padded = any_bool();
    p->matched = (uint8_t)Frama_C_interval(0, MARKER - 1);
    p->digits = (uint8_t)Frama_C_interval(0, 3);
    p->group = any_u32();
}

bool sound_pem(const struct fimg_pem *p)
{
    return p->state <= FIMG_PEM_SKIP && p->matched < MARKER && p->digits < 4 &&
           (p->state != FIMG_PEM_EOL || p->digits == 0);
}
