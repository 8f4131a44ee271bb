/*
 * lwip_resolver.c: lwIP's resolver, asked without waiting.
 *
 * lwIP does not take a question back, so a look-up that nobody waits for any
 * more keeps its place until the answer comes or lwIP gives up, ten seconds
 * at most. There are two places, so that the next one need not wait for that.
 */
#include "lwip_resolver.h"

#include <lwip/dns.h>
#include <lwip/netif.h>

#include "fimg_port.h"

static void on_found(const char *name, const ip_addr_t *addr, void *arg)
{
    struct lwip_lookup *l = arg;

    (void)name;
    if (l->state == LWIP_LOOKUP_GIVEN_UP) {
        l->state = LWIP_LOOKUP_FREE;
        return;
    }
    l->state = LWIP_LOOKUP_DONE;
    l->found = addr != NULL;
    if (addr != NULL)
        l->addr = *addr;
}

#if LWIP_IPV4 && LWIP_IPV6
/* IPv6 first where the board has an address that leads beyond the link. */
static u8_t dns_type(unsigned family)
{
    bool beyond = false;
    s8_t i;

    for (i = 1; i < LWIP_IPV6_NUM_ADDRESSES && netif_default != NULL; i++)
        if (ip6_addr_ispreferred(netif_ip6_addr_state(netif_default, i)))
            beyond = true;
    return beyond == (family == 0) ? LWIP_DNS_ADDRTYPE_IPV6
                                   : LWIP_DNS_ADDRTYPE_IPV4;
}
#else
static u8_t dns_type(unsigned family)
{
    (void)family;
    return LWIP_DNS_ADDRTYPE_DEFAULT;
}
#endif

/* Put the question, if there is room for it. */
static void begin(struct lwip_resolver *r, const char *host, unsigned family)
{
    struct lwip_lookup *l = &r->lookups[0];
    err_t e;

    if (l->state != LWIP_LOOKUP_FREE)
        l = &r->lookups[1];
    if (l->state != LWIP_LOOKUP_FREE)
        return; /* two given up: wait for one of them */
    e = dns_gethostbyname_addrtype(host, &l->addr, on_found, l,
                                   dns_type(family));
    if (e == ERR_MEM)
        return; /* lwIP's table is full */
    l->state = e == ERR_INPROGRESS ? LWIP_LOOKUP_RUNS : LWIP_LOOKUP_DONE;
    l->found = e == ERR_OK; /* it was known already */
    r->current = l;
}

int lwip_resolver_step(struct lwip_resolver *r, const char *host,
                       unsigned family, ip_addr_t *addr)
{
    bool found;

    if (r->current == NULL)
        begin(r, host, family);
    if (r->current == NULL || r->current->state == LWIP_LOOKUP_RUNS)
        return FIMG_PORT_RESOLVING;
    found = r->current->found;
    *addr = r->current->addr;
    lwip_resolver_drop(r);
    return found ? 0 : FIMG_PORT_NO_NAME;
}

void lwip_resolver_drop(struct lwip_resolver *r)
{
    struct lwip_lookup *l = r->current;

    if (l != NULL)
        l->state = l->state == LWIP_LOOKUP_RUNS ? LWIP_LOOKUP_GIVEN_UP
                                                : LWIP_LOOKUP_FREE;
    r->current = NULL;
}
