/*
 * download.c: the POSIX port over threaded lwIP, on a tap device.
 *
 *     PRECONFIGURED_TAPIF=tap0 download MODE HOST PORT CERTIFICATES OUT KEY...
 *
 * MODE is "wait" for calls that wait, "poll" for an event loop, "6" for the
 * first over IPv6 only, "leave" to leave look-ups behind first, as many as
 * there is room for. The token comes from FEISHU_TENANT_ACCESS_TOKEN. Each
 * image goes to OUT.N, N from 0. lwIP is 192.0.2.2 and fd00::2; 192.0.2.1 is
 * its gateway and DNS server. Exits with the negated status of the first
 * download that failed, 99 if the test itself did.
 */
#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fimg_state.h"
#include "lwip/dns.h"
#include "lwip/tcpip.h"
#include "netif/tapif.h"
#include "posix_port.h"
#include "posix_system.h"
#include "trust_file.h"

#define LOOKUPS 4 /* as lwip_socket_resolver.c has it */

static struct netif tap;
static struct fimg f;
static struct posix_port port;
static struct trust_file trust;
static sys_sem_t ready;

static void fail(const char *what)
{
    printf("%s\n", what);
    exit(99);
}

/* In lwIP's thread. */
static void start_network(void *arg)
{
    ip4_addr_t own, mask, gateway;
    ip_addr_t server;
    ip6_addr_t own6;
    s8_t index;

    (void)arg;
    IP4_ADDR(&own, 192, 0, 2, 2);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 192, 0, 2, 1);
    IP_ADDR4(&server, 192, 0, 2, 1);
    IP6_ADDR(&own6, PP_HTONL(0xfd000000u), 0, 0, PP_HTONL(2u));
    if (netif_add(&tap, &own, &mask, &gateway, NULL, tapif_init, tcpip_input) ==
        NULL)
        fail("no netif");
    netif_set_default(&tap);
    netif_set_up(&tap);
    if (netif_add_ip6_address(&tap, &own6, &index) != ERR_OK)
        fail("no IPv6 address");
    netif_ip6_addr_set_state(&tap, index, IP6_ADDR_PREFERRED);
    dns_setserver(0, &server);
    sys_sem_signal(&ready);
}

static void wait_for_more(void)
{
    enum fimg_wants wants = fimg_wants(&f);
    uint32_t ms = fimg_next_ms(&f);
    struct pollfd p = { posix_fd(&port), 0, 0 };

    if (wants == FIMG_WANTS_READ)
        p.events = POLLIN;
    if (wants == FIMG_WANTS_WRITE)
        p.events = POLLOUT;
    (void)poll(&p, 1, ms < 1000 ? (int)ms : 1000);
}

/* Look-ups that nobody waits for take no room for longer than they last. */
static void leave_lookups(void)
{
    struct posix_addrs addrs;
    struct posix_resolver r;
    char name[] = "late0.invalid";
    int i;

    for (i = 0; i < LOOKUPS; i++) {
        name[4] = (char)('0' + i);
        if (posix_resolver_start(&r, name, 443, AF_UNSPEC) != 0 ||
            posix_resolver_wait(&r, &addrs, 10) != FIMG_PORT_RESOLVING)
            fail("a look-up is not under way");
        posix_resolver_drop(&r);
        posix_resolver_drop(&r);
    }
    if (posix_resolver_start(&r, "localhost", 443, AF_UNSPEC) !=
        FIMG_PORT_FAILED)
        fail("there is more room than there should be");
    posix_sleep(NULL, 3000);
    for (i = 0; i < LOOKUPS; i++)
        if (posix_resolver_start(&r, "localhost", 443, AF_UNSPEC) != 0 ||
            posix_resolver_wait(&r, &addrs, 2000) != 0 || addrs.count != 1)
            fail("no room again, or no address");
}

static int download(struct fimg_request *request, const char *path)
{
    static uint8_t piece[16384];
    FILE *out = fopen(path, "wb");
    int n;

    if (out == NULL)
        fail("cannot open the output");
    (void)fimg_start(&f, request); /* fimg_read repeats it */
    do {
        n = fimg_read(&f, piece, sizeof piece);
        if (n > 0 && fwrite(piece, 1, (size_t)n, out) != (size_t)n)
            fail("cannot write");
        if (n == FIMG_PENDING && request->wait_ms == 0)
            wait_for_more();
    } while (n > 0 || n == FIMG_PENDING);
    fimg_finish(&f);
    if (fclose(out) != 0)
        fail("cannot write");
    return n;
}

int main(int argc, char **argv)
{
    struct fimg_request request = { 0 };
    int i, status = 0;

    if (argc < 7 || getenv("FEISHU_TENANT_ACCESS_TOKEN") == NULL)
        fail("usage: see the head of download.c");
    if (sys_sem_new(&ready, 0) != ERR_OK)
        fail("no semaphore");
    tcpip_init(start_network, NULL);
    (void)sys_arch_sem_wait(&ready, 0);
    posix_port_init(&port, argv[1][0] == '6' ? 6 : 0);
    if (trust_file_open(&trust, argv[4]) != 0)
        fail("no certificates");
    request.port = &port.port;
    request.trust = &trust.trust;
    request.host = argv[2];
    request.port_number = (uint16_t)strtoul(argv[3], NULL, 10);
    request.token = getenv("FEISHU_TENANT_ACCESS_TOKEN");
    request.wait_ms = strcmp(argv[1], "poll") == 0 ? 0 : FIMG_WAIT;
    request.connect_ms = 3000;
    request.idle_ms = 1500;
    if (strcmp(argv[1], "leave") == 0)
        leave_lookups();
    for (i = 6; i < argc && status == 0; i++) {
        const struct fimg_report *r = fimg_report(&f);
        char path[256];

        (void)snprintf(path, sizeof path, "%s.%d", argv[5], i - 6);
        request.image_key = argv[i];
        status = download(&request, path);
        printf("%s: status %d, %s, stage %d, errno %d, %lu bytes, reused %d\n",
               argv[i], status, fimg_reason_text(r->reason), (int)r->stage,
               port.error, (unsigned long)r->delivered, r->reused);
    }
    fimg_close(&f);
    return -status;
}
