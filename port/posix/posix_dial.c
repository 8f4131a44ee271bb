/*
 * posix_dial.c: from a list of addresses to one TCP connection.
 *
 * As RFC 8305 in spirit: the addresses are tried in the resolver's order of
 * preference, IPv6 and IPv4 in turn; an attempt begins when the one before it
 * failed or has had 250 ms; the first to connect wins.
 */
#define _POSIX_C_SOURCE 200809L

#include "posix_dial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "fimg_port.h"
#include "posix_system.h"

#define HEAD_START_MS 250 /* RFC 8305, 5: Connection Attempt Delay */

/* Take turns between the families; each keeps its own order. */
static void interleave(struct posix_addrs *addrs)
{
    struct posix_addrs in = *addrs;
    sa_family_t family = in.at[0].any.sa_family;
    bool taken[POSIX_ADDRS_MAX] = { false };
    unsigned n, i;

    for (n = 0; n < in.count; n++) {
        for (i = 0; i < in.count; i++)
            if (!taken[i] && in.at[i].any.sa_family == family)
                break;
        if (i == in.count) /* that family is used up */
            for (i = 0; taken[i];)
                i++;
        taken[i] = true;
        addrs->at[n] = in.at[i];
        family = in.at[i].any.sa_family == AF_INET ? AF_INET6 : AF_INET;
    }
}

static unsigned under_way(const struct posix_dial *d)
{
    unsigned n = 0, i;

    for (i = 0; i < d->next; i++)
        n += d->attempts[i] >= 0;
    return n;
}

static void end_attempt(struct posix_dial *d, unsigned i)
{
    if (d->attempts[i] >= 0)
        (void)close(d->attempts[i]); /* nothing was written */
    d->attempts[i] = -1;
}

static int open_socket(int family)
{
    int fd = socket(family, SOCK_STREAM, IPPROTO_TCP);
    int on = 1;

    if (fd < 0)
        return -1;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        (void)close(fd);
        return -1;
    }
    /* Without any of these the download still works. */
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return fd;
}

/* Try the next address. One that fails at once leaves -1. */
static void begin_attempt(struct posix_dial *d)
{
    const union posix_addr *addr = &d->addrs.at[d->next];
    bool v4 = addr->any.sa_family == AF_INET;
    socklen_t len = v4 ? sizeof addr->v4 : sizeof addr->v6;
    int fd = open_socket(addr->any.sa_family);

    if (fd < 0) {
        d->error = errno;
    } else if (connect(fd, &addr->any, len) != 0 && errno != EINPROGRESS &&
               errno != EINTR) { /* POSIX: goes on when interrupted */
        d->error = errno;
        (void)close(fd);
        fd = -1;
    }
    d->attempts[d->next++] = fd;
    d->started_ms = posix_now_ms(NULL);
}

/* How long until the next attempt is due; UINT32_MAX: there is none. */
static uint32_t next_due_ms(const struct posix_dial *d)
{
    uint32_t past;

    if (d->next == d->addrs.count)
        return UINT32_MAX;
    if (d->next == 0 || d->attempts[d->next - 1] < 0)
        return 0;
    past = posix_now_ms(NULL) - d->started_ms;
    return past < HEAD_START_MS ? HEAD_START_MS - past : 0;
}

/* An attempt is over. Returns its socket if it connected, or -1. */
static int outcome(struct posix_dial *d, unsigned i)
{
    int fd = d->attempts[i], error = 0;
    socklen_t len = sizeof error;

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error == 0) {
        d->attempts[i] = -1;
        return fd;
    }
    d->error = error;
    end_attempt(d, i);
    return -1;
}

/* Wait for an attempt to be over. Returns the first that connected, or -1. */
static int look(struct posix_dial *d, uint32_t wait_ms)
{
    struct pollfd fds[POSIX_ADDRS_MAX];
    int fd = -1;
    unsigned i;

    for (i = 0; i < d->next; i++) {
        fds[i].fd = d->attempts[i]; /* poll skips -1 */
        fds[i].events = POLLOUT;
        fds[i].revents = 0;
    }
    if (poll(fds, d->next, wait_ms < INT_MAX ? (int)wait_ms : INT_MAX) <= 0)
        return -1;
    for (i = 0; i < d->next && fd < 0; i++)
        if (fds[i].revents != 0)
            fd = outcome(d, i);
    return fd;
}

void posix_dial_start(struct posix_dial *d)
{
    interleave(&d->addrs);
    d->next = 0;
    d->error = 0;
}

int posix_dial(struct posix_dial *d, uint32_t wait_ms)
{
    uint32_t start = posix_now_ms(NULL);

    for (;;) {
        uint32_t past, left, due;
        int fd;

        while (next_due_ms(d) == 0)
            begin_attempt(d);
        if (under_way(d) == 0)
            return FIMG_PORT_FAILED;
        past = posix_now_ms(NULL) - start;
        left = past < wait_ms ? wait_ms - past : 0;
        due = next_due_ms(d);
        fd = look(d, left < due ? left : due);
        if (fd >= 0) {
            posix_dial_drop(d);
            return fd;
        }
        if (left == 0)
            return posix_dial_fd(d) >= 0 ? FIMG_PORT_AGAIN
                                         : FIMG_PORT_RESOLVING;
    }
}

int posix_dial_fd(const struct posix_dial *d)
{
    int fd = -1;
    unsigned i;

    if (d->next < d->addrs.count || under_way(d) != 1)
        return -1;
    for (i = 0; i < d->next; i++)
        if (d->attempts[i] >= 0)
            fd = d->attempts[i];
    return fd;
}

void posix_dial_drop(struct posix_dial *d)
{
    unsigned i;

    for (i = 0; i < d->next; i++)
        end_attempt(d, i);
}
