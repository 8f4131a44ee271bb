/*
 * start.c: from the boot arguments to a port that is ready to connect.
 *
 *     time     seconds since 1970; 0: not known
 *     seed     what keys are made of; none: no randomness
 *     dhcp     how long to wait for an address, in milliseconds
 *     dns      "10.0.2.2:5353": the resolver to ask
 */
#include "board.h"
#include "console.h"
#include "lwip_port.h"
#include "net.h"

static uint32_t unix_time(void *ctx)
{
    (void)ctx;
    return clock_unix();
}

static const struct lwip_board lwip_board = { NULL, net_poll, unix_time,
                                              entropy_fill };

bool board_start(struct lwip_port *port)
{
    clock_start();
    clock_set(argument_number("time", 0));
    if (*argument("seed", "") != '\0')
        entropy_seed(argument("seed", ""));
    if (!net_start(argument_number("dhcp", 15000)))
        return false;
    net_use_resolver(argument("dns", ""));
    lwip_port_init(port, &lwip_board);
    return true;
}
