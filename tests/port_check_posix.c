/*
 * port_check_posix.c: the list for the POSIX port.
 *
 *     port_check_posix HOST PEER_PORT CLOSED_PORT DEAF_PORT [FAULT]
 *
 * With the name of one of the faults of port_check_faults.c, for that port
 * spoiled.
 */
#include <stdio.h>
#include <stdlib.h>

#include "port_check.h"
#include "port_check_faults.h"
#include "posix_port.h"

/* Too long a label: no resolver asks anybody for it. */
#define UNKNOWN_HOST                                                           \
    "this-label-has-more-than-the-sixty-three-characters-that-a-label-may-"    \
    "have"                                                                     \
    ".invalid"

static void print(void *ctx, const char *text)
{
    (void)fputs(text, ctx);
    (void)fflush(ctx);
}

static uint16_t number(const char *text)
{
    return (uint16_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    static struct posix_port port;
    static struct port_check check;

    if (argc != 5 && argc != 6) {
        fputs("usage: port_check_posix HOST PEER CLOSED DEAF [FAULT]\n",
              stderr);
        return 2;
    }
    posix_port_init(&port, 0);
    if (argc == 6 && !port_check_spoil(&port.port, argv[5])) {
        fputs("port_check_posix: no such fault\n", stderr);
        return 2;
    }
    check.name = "posix";
    check.port = &port.port;
    check.host = argv[1];
    check.peer_port = number(argv[2]);
    check.closed_port = number(argv[3]);
    check.deaf_port = number(argv[4]);
    check.unknown_host = UNKNOWN_HOST;
    check.print = print;
    check.ctx = stdout;
    return port_check(&check) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
