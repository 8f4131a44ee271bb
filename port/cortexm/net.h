/*
 * net.h: lwIP over the board's Ethernet controller.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Start lwIP and ask for an address by DHCP, for up to wait_ms. Returns false
 * if none came, or there is no Ethernet controller.
 */
bool net_start(uint32_t wait_ms);

/* Move frames, run timers; if there was nothing to do, sleep for up to
   wait_ms. As struct lwip_board wants it. */
void net_poll(void *ctx, uint32_t wait_ms);

/* Ask this resolver, "10.0.2.2:5353", instead of the one DHCP has named. */
void net_use_resolver(const char *address);

#endif
