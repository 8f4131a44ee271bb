/*
 * again.h: files that break off go on where they were.
 *
 * The library tries again only as long as none of the bytes have come. What
 * is behind that is decided here: a file that a message holds, and that goes
 * into a file of ours, is asked for once more from where it broke off.
 */
#ifndef AGAIN_H
#define AGAIN_H

#include "download.h"

/* A try has failed. Pause for another; false if there is none. */
bool again_put_off(struct download *d);

/* Begin the next try. */
void again_go_on(struct download *d);

#endif
