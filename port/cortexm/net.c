/*
 * net.c: lwIP over the board's Ethernet controller.
 *
 * A frame is left in the controller until lwIP has memory for it, so that a
 * slow reader costs speed and no frames, as long as the window is no larger
 * than the controller's own memory.
 */
#include "net.h"

#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <string.h>

#include "board.h"
#include "board_lwip.h"
#include "console.h"

#define FRAMES_AT_ONCE 8 /* then timers have their turn */
#define EXIT_ASSERTION 71
#define ROUTER_MS 5000
#define LOOK_MS 50

static struct netif netif;
static struct dhcp dhcp;

uint16_t board_dns_port = 53;

/* --- what lwIP wants of the board ---------------------------------------- */

u32_t sys_now(void)
{
    return clock_ms();
}

uint32_t lwip_board_random(void)
{
    uint32_t n;

    /* Without randomness no connection gets past TLS anyway. */
    if (entropy_fill(NULL, (uint8_t *)&n, sizeof n) != 0)
        n = clock_ms();
    return n;
}

void lwip_board_assert(const char *file, int line)
{
    console_text("lwIP's assertion in ");
    console_text(file);
    console_text(", line ");
    console_number((uint32_t)line);
    console_line();
    console_exit(EXIT_ASSERTION);
}

/* --- frames -------------------------------------------------------------- */

static err_t output(struct netif *n, struct pbuf *p)
{
    (void)n;
    if (p->next != NULL)
        return ERR_BUF; /* does not happen: see lwipopts.h */
    return board.nic->send(board.nic_at, p->payload, p->len) ? ERR_OK : ERR_MEM;
}

/* Take one frame, if there is one and memory for it. */
static bool input(void)
{
    size_t len = board.nic->waiting(board.nic_at);
    struct pbuf *p;

    if (len == 0)
        return false;
    /* whole words are copied */
    p = pbuf_alloc(PBUF_RAW, (u16_t)((len + 3) & ~(size_t)3), PBUF_POOL);
    if (p == NULL)
        return false;
    board.nic->receive(board.nic_at, p->payload);
    pbuf_realloc(p, (u16_t)len);
    if (netif.input(p, &netif) != ERR_OK)
        (void)pbuf_free(p);
    return true;
}

void net_poll(void *ctx, uint32_t wait_ms)
{
    uint32_t start = clock_ms();

    (void)ctx;
    for (;;) {
        unsigned frames = 0;

        while (frames < FRAMES_AT_ONCE && input())
            frames++;
        sys_check_timeouts();
        if (frames > 0 || clock_ms() - start >= wait_ms)
            return;
        clock_nap();
    }
}

/* --- starting ------------------------------------------------------------ */

static err_t setup(struct netif *n)
{
    if (!board.nic->start(board.nic_at, n->hwaddr))
        return ERR_IF;
    n->hwaddr_len = ETH_HWADDR_LEN;
    n->mtu = 1500;
    n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
               NETIF_FLAG_LINK_UP;
    n->name[0] = 'e';
    n->name[1] = 'n';
    n->output = etharp_output;
    n->linkoutput = output;
#if LWIP_IPV6
    n->output_ip6 = ethip6_output;
#endif
    return ERR_OK;
}

static void set_up(struct netif *n)
{
    netif_set_default(n);
#if LWIP_IPV6
    netif_create_ip6_linklocal_address(n, 1);
    netif_set_ip6_autoconfig_enabled(n, 1);
#endif
    netif_set_up(n);
}

static bool has_address(struct netif *n, uint32_t passed)
{
#if LWIP_IPV6
    /* Routers announce themselves when asked, if there are any. */
    if (passed < ROUTER_MS && !ip6_addr_ispreferred(netif_ip6_addr_state(n, 1)))
        return false;
#endif
    (void)passed;
    return dhcp_supplied_address(n);
}

bool net_start(uint32_t wait_ms)
{
    uint32_t start = clock_ms();

    lwip_init();
    if (netif_add_noaddr(&netif, NULL, setup, netif_input) == NULL)
        return false;
    set_up(&netif);
    dhcp_set_struct(&netif, &dhcp);
    if (dhcp_start(&netif) != ERR_OK)
        return false;
    for (;;) {
        uint32_t passed = clock_ms() - start;

        if (has_address(&netif, passed))
            return true;
        if (passed >= wait_ms)
            return false;
        net_poll(NULL, wait_ms - passed < LOOK_MS ? wait_ms - passed : LOOK_MS);
    }
}

void net_use_resolver(const char *address)
{
    const char *colon = strchr(address, ':');
    uint16_t port = 0;
    ip4_addr_t v4;
    ip_addr_t server;

    if (!ip4addr_aton(address, &v4) && colon == NULL)
        return;
    if (colon != NULL) {
        char text[16];
        size_t len = (size_t)(colon - address);

        if (len >= sizeof text)
            return;
        memcpy(text, address, len);
        text[len] = '\0';
        if (!ip4addr_aton(text, &v4))
            return;
        for (colon++; *colon >= '0' && *colon <= '9'; colon++)
            port = (uint16_t)(port * 10 + (*colon - '0'));
        board_dns_port = port;
    }
    ip_addr_copy_from_ip4(server, v4);
    dns_setserver(0, &server);
}
