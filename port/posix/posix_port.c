/*
 * posix_port.c: BSD sockets as a port.
 *
 * Sockets are non-blocking throughout. To wait is to poll, and only once the
 * call itself had nothing to give. What comes is taken in large pieces.
 * Names are posix_resolver.c's, connecting is posix_dial.c's, clocks and
 * randomness are posix_system.c's.
 */
#define _POSIX_C_SOURCE 200809L

#include "posix_port.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "posix_system.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* then posix_dial.c has set SO_NOSIGPIPE */
#endif

/* Bytes that a poll waits for, where many times as many are still to come. */
#define GATHERED 131072

static int port_connect(void *ctx, const char *host, uint16_t port,
                        uint32_t wait_ms)
{
    struct posix_port *p = ctx;
    uint32_t start = posix_now_ms(NULL), past;
    int r;

    if (p->phase == POSIX_IDLE) {
        p->error = 0;
        r = posix_resolver_start(&p->resolver, host, port, p->family);
        if (r != 0)
            return r;
        p->phase = POSIX_RESOLVING;
    }
    if (p->phase == POSIX_RESOLVING) {
        r = posix_resolver_wait(&p->resolver, &p->dial.addrs, wait_ms);
        if (r == FIMG_PORT_RESOLVING)
            return r;
        p->phase = POSIX_IDLE;
        if (r != 0)
            return r;
        p->phase = POSIX_DIALLING;
        posix_dial_start(&p->dial);
    }
    past = posix_now_ms(NULL) - start;
    r = posix_dial(&p->dial, past < wait_ms ? wait_ms - past : 0);
    if (r == FIMG_PORT_AGAIN || r == FIMG_PORT_RESOLVING)
        return r;
    p->error = r < 0 ? p->dial.error : 0;
    p->fd = r;
    p->ahead_at = p->ahead_end = 0;
    p->sent = false;
    p->least = 1;
    p->phase = r < 0 ? POSIX_IDLE : POSIX_CONNECTED;
    return r < 0 ? r : 0;
}

/*
 * After a send or recv that failed with `error`: can it be tried again now?
 * If it would have blocked, wait for what is left of wait_ms since `start`.
 * Returns 0 or a code.
 */
static int after(struct posix_port *p, int error, short events, uint32_t start,
                 uint32_t wait_ms)
{
    struct pollfd fd = { p->fd, events, 0 };
    uint32_t past;

    if (error == EINTR)
        return 0;
    if (error != EAGAIN && error != EWOULDBLOCK) {
        if (p->error == 0) /* what follows from it would tell less */
            p->error = error;
        return FIMG_PORT_FAILED;
    }
    if (wait_ms == 0)
        return FIMG_PORT_AGAIN;
    past = posix_now_ms(NULL) - start;
    if (past >= wait_ms)
        return FIMG_PORT_AGAIN;
    wait_ms -= past;
    (void)poll(&fd, 1, wait_ms < INT_MAX ? (int)wait_ms : INT_MAX);
    return 0; /* send or recv finds out what it was */
}

static int port_send(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    struct posix_port *p = ctx;
    uint32_t start = wait_ms > 0 ? posix_now_ms(NULL) : 0;
    int r;

    if (len > INT_MAX)
        len = INT_MAX;
    do {
        ssize_t n = send(p->fd, src, len, MSG_NOSIGNAL);

        if (n >= 0) { /* never 0: len is not */
            p->sent = true;
            return (int)n;
        }
        r = after(p, errno, POLLOUT, start, wait_ms);
    } while (r == 0);
    return r;
}

/*
 * Receive what there is, as far as there is room. Right after something was
 * sent that will be nothing, so then it is waited for first. Returns 0 or a
 * code.
 */
static int fill(struct posix_port *p, uint32_t wait_ms)
{
    uint32_t start = wait_ms > 0 ? posix_now_ms(NULL) : 0;
    int r = p->sent ? after(p, EAGAIN, POLLIN, start, wait_ms) : 0;

    p->sent = false;
    while (r == 0) {
        ssize_t n = recv(p->fd, p->ahead, sizeof p->ahead, 0);

        if (n > 0) {
            p->ahead_at = 0;
            p->ahead_end = (size_t)n;
            return 0;
        }
        if (n == 0)
            return FIMG_PORT_CLOSED;
        r = after(p, errno, POLLIN, start, wait_ms);
    }
    return r;
}

static int port_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    struct posix_port *p = ctx;
    size_t n;

    if (p->ahead_at == p->ahead_end) {
        int r = fill(p, wait_ms);

        if (r != 0)
            return r;
    }
    n = p->ahead_end - p->ahead_at;
    if (n > cap)
        n = cap;
    memcpy(dst, p->ahead + p->ahead_at, n);
    p->ahead_at += n;
    return (int)n;
}

static void port_close(void *ctx)
{
    struct posix_port *p = ctx;

    switch (p->phase) {
    case POSIX_IDLE:
        break;
    case POSIX_RESOLVING:
        posix_resolver_drop(&p->resolver);
        break;
    case POSIX_DIALLING:
        posix_dial_drop(&p->dial);
        break;
    case POSIX_CONNECTED:
        (void)close(p->fd); /* nobody waits for what was not sent */
        break;
    }
    p->phase = POSIX_IDLE;
}

void posix_port_init(struct posix_port *p, int family)
{
    memset(p, 0, offsetof(struct posix_port, ahead));
    p->port.ctx = p;
    p->port.connect = port_connect;
    p->port.send = port_send;
    p->port.recv = port_recv;
    p->port.close = port_close;
    p->port.sleep = posix_sleep;
    p->port.now_ms = posix_now_ms;
    p->port.unix_time = posix_unix_time;
    p->port.entropy = posix_entropy;
    p->family = AF_UNSPEC;
    if (family == 4)
        p->family = AF_INET;
    if (family == 6)
        p->family = AF_INET6;
}

int posix_fd(const struct posix_port *p)
{
    if (p->phase == POSIX_CONNECTED)
        return p->fd;
    return p->phase == POSIX_DIALLING ? posix_dial_fd(&p->dial) : -1;
}

bool posix_expect(struct posix_port *p, uint32_t bytes)
{
    int least = bytes >= 4 * GATHERED ? GATHERED : 1;

    if (p->phase != POSIX_CONNECTED)
        return false;
    if (least != p->least &&
        setsockopt(p->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least) == 0)
        p->least = least;
    return p->least > 1;
}
