/*
 * posix_dial.h: from a list of addresses to one TCP connection.
 */
#ifndef POSIX_DIAL_H
#define POSIX_DIAL_H

#include "posix_resolver.h"

struct posix_dial {
    struct posix_addrs addrs;      /* in the order of the attempts */
    int attempts[POSIX_ADDRS_MAX]; /* a socket per address, or -1 */
    unsigned next;                 /* the first address not yet tried */
    uint32_t started_ms;           /* when the latest attempt began */
    int error;                     /* errno of the latest failure */
};

/* Make ready to try the addresses in d->addrs, one at least. */
void posix_dial_start(struct posix_dial *d);

/*
 * Go on for up to wait_ms. Returns a connected, non-blocking socket, which is
 * the caller's; FIMG_PORT_AGAIN while one attempt is left to poll for;
 * FIMG_PORT_RESOLVING while there are several and only the clock can tell;
 * FIMG_PORT_FAILED when all have failed. After a socket or FAILED nothing is
 * under way.
 */
int posix_dial(struct posix_dial *d, uint32_t wait_ms);

/* The one descriptor to poll for writing; -1 if there is no such one. */
int posix_dial_fd(const struct posix_dial *d);

/* Give up what is under way. Never waits. */
void posix_dial_drop(struct posix_dial *d);

#endif
