/*
 * heads.h: a head reader in any state that it can be in.
 */
#ifndef HEADS_H
#define HEADS_H

#include "any.h"
#include "fimg_head.h"

void any_head(struct fimg_head *h);
void any_fields(struct fimg_head *h); /* all but h->line */
void any_reply(struct fimg_reply *r);

/* Is it in one of them? */
bool sound_head(const struct fimg_head *h);
bool sound_reply(const struct fimg_reply *r);

#endif
