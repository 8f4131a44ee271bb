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

/* No resolver finds this one, but some networks give every name an address:
   then NULL leaves that check out. */
#ifndef UNKNOWN_HOST
#define UNKNOWN_HOST "no-such-host.invalid"
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

    /* Here goes whatever starts clocks, serial line and network. */
    skeleton_port_init(&port);
    check.name = "skeleton";
    check.port = &port.port;
    check.host = PEER_HOST;
    check.peer_port = ports[0];
    check.closed_port = ports[1];
    check.deaf_port = ports[2];
    check.unknown_host = UNKNOWN_HOST;
    check.print = print;
    return port_check(&check) == 0 ? 0 : 1;
}
