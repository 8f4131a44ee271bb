/*
 * lwip_resolver.h: from a host name to an address, by lwIP's resolver.
 */
#ifndef LWIP_RESOLVER_H
#define LWIP_RESOLVER_H

#include <stdbool.h>

#include <lwip/ip_addr.h>
#include <lwip/opt.h>

/* Families of addresses to ask for in turn. lwIP gives one address of each. */
#define LWIP_RESOLVER_FAMILIES (LWIP_IPV4 + LWIP_IPV6)

struct lwip_resolver {
    struct lwip_lookup {
        enum lwip_lookup_state {
            LWIP_LOOKUP_FREE = 0,
            LWIP_LOOKUP_RUNS,
            LWIP_LOOKUP_GIVEN_UP, /* lwIP cannot be stopped: it still runs */
            LWIP_LOOKUP_DONE
        } state;
        bool found;
        ip_addr_t addr;
    } lookups[2];
    struct lwip_lookup *current; /* NULL: none */
};

/*
 * Look for an address of `host`; `family` counts from 0, the preferred one.
 * Never waits. Returns 0 with the address; FIMG_PORT_RESOLVING: let the stack
 * run and call again with the same; or FIMG_PORT_NO_NAME.
 */
int lwip_resolver_step(struct lwip_resolver *r, const char *host,
                       unsigned family, ip_addr_t *addr);

/* Forget what is under way, if anything. Never waits. */
void lwip_resolver_drop(struct lwip_resolver *r);

#endif
