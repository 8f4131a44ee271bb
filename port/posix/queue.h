/*
 * queue.h: which image is next: first the keys that are arguments, then those
 * of -i.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "fimg.h"
#include "keys.h"
#include "options.h"

struct queue {
    const struct options *options;
    struct keys keys; /* opened, if there is -i */
    size_t given;     /* how many there were so far */
    bool ended;
};

/*
 * The next key, which need not be fit if it is one of -i, and its number,
 * from 0. KEYS_LATER: poll keys.fd for more.
 */
enum keys_result queue_next(struct queue *q, char key[KEY_CAP], size_t *number);

/* The key given last is unfit, so it is one of -i: say so. */
void queue_tell_unfit(const struct queue *q, enum fimg_reason reason);

/* Could the keys not be read to their end? If so, say why. */
bool queue_failed(const struct queue *q);

#endif
