/*
 * posix_port.h: BSD sockets as a port, for blocking callers and event loops.
 *
 *     static struct posix_port p;
 *
 *     posix_port_init(&p, 0);
 *     request.port = &p.port;
 *
 * One struct posix_port carries one connection at a time, so every struct
 * fimg needs its own. Nothing is allocated, and nothing is global.
 */
#ifndef POSIX_PORT_H
#define POSIX_PORT_H

#include <stdbool.h>

#include "fimg_port.h"
#include "posix_dial.h"
#include "posix_resolver.h"

/* Bytes received ahead: two records of TLS, so that neither the header of a
   record nor its rest takes a system call of its own. */
#ifndef POSIX_AHEAD
#define POSIX_AHEAD 32826
#endif

/* How far connect has come. */
enum posix_phase {
    POSIX_IDLE = 0,
    POSIX_RESOLVING, /* the resolver looks for addresses */
    POSIX_DIALLING,  /* one attempt or more is under way */
    POSIX_CONNECTED
};

struct posix_port {
    struct fimg_port port; /* what the library takes: &p.port */
    int error; /* errno that the connection failed with first, for messages;
                  0: none. When connecting: of the address tried last */

    /* The rest is the port's own. */
    enum posix_phase phase;
    int family; /* AF_UNSPEC, AF_INET or AF_INET6 */
    int fd;     /* while connected */
    struct posix_resolver resolver;
    struct posix_dial dial;
    bool sent;                  /* nothing was received since */
    int least;                  /* bytes that a poll waits for */
    size_t ahead_at, ahead_end; /* what of `ahead` was not asked for yet */
    uint8_t ahead[POSIX_AHEAD];
};

/*
 * Make `p` a port without a connection. `family` is 4 or 6 for IPv4 or IPv6
 * only, 0 for both. `p` may hold garbage; from now on it must not be moved.
 */
void posix_port_init(struct posix_port *p, int family);

/*
 * The descriptor to poll while a download is pending, for what fimg_wants
 * says; -1 if only the clock can tell. May change with every call of fimg_*.
 */
int posix_fd(const struct posix_port *p);

/*
 * At least so many bytes are still to come over the connection. Where they are
 * many, polling waits for a part of them together, not for the first, which
 * saves most of its cost. Who calls this does so before each poll. True: poll
 * for a fraction of a second at the most, and see then what has come.
 */
bool posix_expect(struct posix_port *p, uint32_t bytes);

#endif
