/*
 * board_lwip.h: put before every file of lwIP's (-include) on these boards.
 *
 * The resolver's port is a variable, so that tests can have one that needs no
 * privileges. A product leaves this out, and net_use_resolver with it.
 */
#ifndef BOARD_LWIP_H
#define BOARD_LWIP_H

#include <stdint.h>

extern uint16_t board_dns_port;
#define DNS_SERVER_PORT board_dns_port

#endif
