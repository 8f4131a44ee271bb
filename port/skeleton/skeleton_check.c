/*
 * skeleton_check.c: run the list on the port, on the target; to be copied with
 * it. Where there is no stdio, print is the one function to replace.
 */
#include <stdio.h>

#include "port_check.h"
#include "skeleton_port.h"

/* Where tests/port_peer.py runs, and the numbers it prints. */
#ifndef PEER_HOST
#define PEER_HOST "localhost"
#define PEER_PORTS 0, 0, 0
#endif

static void print(void *ctx, const char *text)
{
    (void)ctx;
    (void)fputs(text, stdout);
    (void)fflush(stdout); /* a check that hangs shows its name */
}

int main(void)
{
    static const uint16_t ports[3] = { PEER_PORTS };
    static struct skeleton_port port;
    static struct port_check check;

    skeleton_port_init(&port); /* and whatever starts the network */
    check.name = "skeleton";
    check.port = &port.port;
    check.host = PEER_HOST;
    check.peer_port = ports[0];
    check.closed_port = ports[1];
    check.deaf_port = ports[2];
    check.unknown_host = "no-such-host.invalid";
    check.print = print;
    return port_check(&check) == 0 ? 0 : 1;
}
