/*
 * pems.h: a reader of PEM text in any state that it can be in.
 */
#ifndef PEMS_H
#define PEMS_H

#include "any.h"
#include "fimg_bundle.h"

void any_pem(struct fimg_pem *p);

/* Is it in one of them? */
bool sound_pem(const struct fimg_pem *p);

#endif
