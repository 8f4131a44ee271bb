/*
 * skeleton_port.h: a port that refuses everything, to be copied.
 *
 *     static struct skeleton_port p;
 *
 *     skeleton_port_init(&p);
 *     request.port = &p.port;
 *
 * README.md tells how to make a port of it. One struct carries one connection
 * at a time: every struct fimg needs its own.
 */
#ifndef SKELETON_PORT_H
#define SKELETON_PORT_H

#include "fimg_port.h"

struct skeleton_port {
    struct fimg_port port; /* what the library takes: &p.port */

    /* The rest is the port's own: a socket, a control block, a queue ... */
    int connection; /* -1: none */
};

/* Make `p` a port without a connection. From now on it must not be moved. */
void skeleton_port_init(struct skeleton_port *p);

#endif
