/*
 * lwip_port.h: lwIP's raw interface as a port, for one thread without an
 * operating system (NO_SYS).
 *
 *     static struct lwip_port p;
 *
 *     lwip_port_init(&p, &board);
 *     request.port = &p.port;
 *
 * One struct lwip_port carries one connection at a time, so every struct fimg
 * needs its own. Nothing is allocated, and nothing is global. No fimg_*
 * function may be called from inside lwIP, that is from its callbacks.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdbool.h>

#include <lwip/err.h>

#include "fimg_port.h"
#include "lwip_resolver.h"

#define LWIP_PORT_SEND 512 /* bytes sent at a time; see lwippools.h */

/* What the board adds to lwIP. Stays valid as long as the port. */
struct lwip_board {
    void *ctx;

    /*
     * Hand received frames to lwIP and run its timers; if there was nothing
     * to do, sleep until something may have happened, at most for wait_ms.
     * 0: do not sleep.
     */
    void (*poll)(void *ctx, uint32_t wait_ms);

    /* As in fimg_port.h. */
    uint32_t (*unix_time)(void *ctx);
    int (*entropy)(void *ctx, uint8_t *dst, size_t len);
};

/* How far connect has come. */
enum lwip_phase {
    LWIP_IDLE = 0,
    LWIP_RESOLVING, /* lwIP looks for an address */
    LWIP_DIALLING,  /* one attempt is under way */
    LWIP_CONNECTED
};

struct lwip_port {
    struct fimg_port port; /* what the library takes: &p.port */
    err_t error;           /* lwIP's reason for the latest FIMG_PORT_FAILED */

    /* The rest is the port's own. */
    const struct lwip_board *board;
    enum lwip_phase phase;
    unsigned family; /* the one that is tried, the first or the second */
    bool refused;    /* an address was found, but it took no connection yet */
    struct lwip_resolver resolver;
    struct tcp_pcb *pcb;   /* NULL: none, or lwIP has given it up */
    struct pbuf *received; /* what was not taken yet */
    bool ended;            /* behind that, the peer has ended its side */
};

/*
 * Make `p` a port without a connection. `p` is all-zero or was used before,
 * with no connection open; from now on it must not be moved.
 */
void lwip_port_init(struct lwip_port *p, const struct lwip_board *board);

#endif
