/*
 * lwip_port.c: lwIP's raw callbacks turned into a port.
 *
 *     callbacks   note what has happened, and queue what has arrived
 *     functions   look at the notes; where they say "nothing yet", let the
 *                 board run the stack until they do or the time is over
 *
 * Bytes stay in lwIP's own buffers until they are asked for, and only then is
 * the window opened again, so a slow caller slows the server down.
 */
#include "lwip_port.h"

#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>

#define SLICE_MS 50

/* --- waiting ------------------------------------------------------------- */

struct wait {
    uint32_t start;
    uint32_t ms;
    bool polled;
};

/* Run the stack. Returns false when the time is over; it is run once at least.
   No longer than SLICE_MS, because lwIP's timers change things, too. */
static bool wait_on(struct lwip_port *p, struct wait *w)
{
    uint32_t passed = sys_now() - w->start;
    uint32_t left = passed < w->ms ? w->ms - passed : 0;

    if (left == 0 && w->polled)
        return false;
    w->polled = true;
    p->board->poll(p->board->ctx, left < SLICE_MS ? left : SLICE_MS);
    return true;
}

/* --- the connection ------------------------------------------------------ */

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)pcb, (void)error; /* which is always ERR_OK */
    ((struct lwip_port *)arg)->phase = LWIP_CONNECTED;
    return ERR_OK;
}

/* lwIP has given the connection up, and the memory of it. */
static void on_error(void *arg, err_t error)
{
    struct lwip_port *p = arg;

    p->pcb = NULL;
    p->error = error;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data,
                         err_t error)
{
    struct lwip_port *p = arg;

    (void)pcb, (void)error;
    if (data == NULL)
        p->ended = true;
    else if (p->received == NULL)
        p->received = data;
    else
        pbuf_cat(p->received, data);
    return ERR_OK;
}

/* Let go of the connection. lwIP says good-bye by itself. */
static void drop(struct lwip_port *p)
{
    struct tcp_pcb *pcb = p->pcb;

    p->pcb = NULL;
    if (p->received != NULL)
        (void)pbuf_free(p->received);
    p->received = NULL;
    p->ended = false;
    if (pcb == NULL)
        return;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_setprio(pcb, TCP_PRIO_MIN); /* the next connection may have its place */
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

/* Begin to connect. An attempt that fails at once leaves no pcb. */
static void dial(struct lwip_port *p, const ip_addr_t *addr, uint16_t port)
{
    p->phase = LWIP_DIALLING;
    p->error = ERR_OK;
    p->pcb = tcp_new_ip_type(IP_GET_TYPE(addr));
    if (p->pcb == NULL) {
        p->error = ERR_MEM;
        return;
    }
    tcp_arg(p->pcb, p);
    tcp_recv(p->pcb, on_received);
    tcp_err(p->pcb, on_error);
    tcp_nagle_disable(p->pcb); /* a request is written in one go */
    /* Repeat the first segment after one second, as RFC 6298 wants, and not
       after three; ticks are of half a second. */
    p->pcb->rto = p->pcb->sv = 3;
    p->error = tcp_connect(p->pcb, addr, port, on_connected);
    if (p->error != ERR_OK)
        drop(p);
}

/* --- the port's functions ------------------------------------------------ */

static bool is_pending(int r)
{
    return r == FIMG_PORT_AGAIN || r == FIMG_PORT_RESOLVING;
}

/* Go on with one family as far as that is possible without waiting. NO_NAME
   and FAILED: it leads nowhere. */
static int family_step(struct lwip_port *p, const char *host, uint16_t port)
{
    ip_addr_t addr;
    int r;

    if (p->phase == LWIP_RESOLVING) {
        r = lwip_resolver_step(&p->resolver, host, p->family, &addr);
        if (r != 0)
            return r;
        p->refused = true; /* unless it takes the connection */
        dial(p, &addr, port);
    }
    if (p->pcb == NULL)
        return FIMG_PORT_FAILED;
    return p->phase == LWIP_CONNECTED ? 0 : FIMG_PORT_AGAIN;
}

static int connect_step(struct lwip_port *p, const char *host, uint16_t port)
{
    for (;;) {
        int r = family_step(p, host, port);

        if (r == 0 || is_pending(r))
            return r;
        if (++p->family == LWIP_RESOLVER_FAMILIES)
            return p->refused ? FIMG_PORT_FAILED : FIMG_PORT_NO_NAME;
        p->phase = LWIP_RESOLVING;
    }
}

static int port_connect(void *ctx, const char *host, uint16_t port,
                        uint32_t wait_ms)
{
    struct lwip_port *p = ctx;
    struct wait w = { sys_now(), wait_ms, false };
    int r;

    if (p->phase == LWIP_IDLE) {
        p->phase = LWIP_RESOLVING;
        p->family = 0;
        p->refused = false;
    }
    do
        r = connect_step(p, host, port);
    while (is_pending(r) && wait_on(p, &w));
    if (r != 0 && !is_pending(r)) {
        drop(p);
        p->phase = LWIP_IDLE;
    }
    return r;
}

/* Queue bytes. Returns how many, or a code. */
static int try_send(struct lwip_port *p, const uint8_t *src, size_t len)
{
    err_t e;

    if (p->pcb == NULL)
        return FIMG_PORT_FAILED;
    if (len > LWIP_PORT_SEND)
        len = LWIP_PORT_SEND;
    if (len > tcp_sndbuf(p->pcb))
        len = tcp_sndbuf(p->pcb);
    if (p->pcb->unsent != NULL)
        (void)tcp_output(p->pcb);
    /* lwIP would add to a segment that waits for the window to open, and the
       frame would be in pieces; see lwipopts.h */
    if (len == 0 || p->pcb->unsent != NULL)
        return FIMG_PORT_AGAIN;
    e = tcp_write(p->pcb, src, (u16_t)len, TCP_WRITE_FLAG_COPY);
    if (e == ERR_OK || e == ERR_MEM) {
        (void)tcp_output(p->pcb); /* what fails now is sent by its timer */
        return e == ERR_OK ? (int)len : FIMG_PORT_AGAIN;
    }
    p->error = e;
    return FIMG_PORT_FAILED;
}

static int port_send(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    struct lwip_port *p = ctx;
    struct wait w = { sys_now(), wait_ms, false };
    int r;

    do
        r = try_send(p, src, len);
    while (r == FIMG_PORT_AGAIN && wait_on(p, &w));
    return r;
}

/* Take what has arrived. Returns how much, or a code. */
static int try_recv(struct lwip_port *p, uint8_t *dst, size_t cap)
{
    u16_t n;

    if (p->received == NULL && p->ended)
        return FIMG_PORT_CLOSED;
    if (p->received == NULL)
        return p->pcb != NULL ? FIMG_PORT_AGAIN : FIMG_PORT_FAILED;
    n = p->received->tot_len; /* not above TCP_WND */
    if (n > cap)
        n = (u16_t)cap;
    n = pbuf_copy_partial(p->received, dst, n, 0);
    /* Not pbuf_dechain: that gives the rest of the queue away. */
    p->received = pbuf_free_header(p->received, n);
    if (p->pcb != NULL)
        tcp_recved(p->pcb, n);
    return n;
}

static int port_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    struct lwip_port *p = ctx;
    struct wait w = { sys_now(), wait_ms, false };
    int r;

    do
        r = try_recv(p, dst, cap);
    while (r == FIMG_PORT_AGAIN && wait_on(p, &w));
    return r;
}

static void port_close(void *ctx)
{
    struct lwip_port *p = ctx;

    lwip_resolver_drop(&p->resolver);
    drop(p);
    p->phase = LWIP_IDLE;
}

static void port_sleep(void *ctx, uint32_t wait_ms)
{
    struct lwip_port *p = ctx;
    struct wait w = { sys_now(), wait_ms, false };

    while (wait_on(p, &w))
        ;
}

static uint32_t port_now_ms(void *ctx)
{
    (void)ctx;
    return sys_now();
}

static uint32_t port_unix_time(void *ctx)
{
    const struct lwip_port *p = ctx;

    return p->board->unix_time(p->board->ctx);
}

static int port_entropy(void *ctx, uint8_t *dst, size_t len)
{
    const struct lwip_port *p = ctx;

    return p->board->entropy(p->board->ctx, dst, len);
}

void lwip_port_init(struct lwip_port *p, const struct lwip_board *board)
{
    p->board = board;
    p->port.ctx = p;
    p->port.connect = port_connect;
    p->port.send = port_send;
    p->port.recv = port_recv;
    p->port.close = port_close;
    p->port.sleep = port_sleep;
    p->port.now_ms = port_now_ms;
    p->port.unix_time = port_unix_time;
    p->port.entropy = port_entropy;
}
