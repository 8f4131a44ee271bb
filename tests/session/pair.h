/*
 * pair.h: two rigs with one token and one clock, their calls in any order.
 */
#ifndef PAIR_H
#define PAIR_H

#include "talk.h"

struct pair {
    struct rig *r[2];
    struct fimg_token token[1];
};

/* Both fetch from the same token, never wait, and have a server each. */
void pair_open(struct pair *p, const struct talk *first,
               const struct talk *second);
void pair_close(struct pair *p);

/* Begin both downloads. */
void pair_start(struct pair *p);

/* One call of fimg_read for one of them, if it is not over. */
void pair_turn(struct pair *p, unsigned which);

/* Let the time pass that this one has to wait for; the other, too. */
void pair_pass(struct pair *p, unsigned which);

/* Go on with this one alone until it is over. */
void pair_finish(struct pair *p, unsigned which);

/* Go on with both, in turns, until this one is over; until both are. */
void pair_until(struct pair *p, unsigned which);
void pair_run(struct pair *p);

void pair_expect(const struct pair *p, enum fimg_reason first,
                 enum fimg_reason second);

#endif
