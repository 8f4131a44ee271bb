/*
 * port_skeleton_posix.c: the functions of the skeleton, filled in as its
 * comments say, for a host with sockets. port_skeleton.py takes them one at a
 * time, in this order; what stands before the first goes with each.
 *
 * To be read beside the comments of skeleton_port.c. A product on such a
 * host takes port/posix/, which waits for no resolver and tries all addresses.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "skeleton_port.h"

static uint32_t skeleton_now_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)t.tv_sec * 1000 + (uint32_t)(t.tv_nsec / 1000000);
}

static void skeleton_sleep(void *ctx, uint32_t wait_ms)
{
    (void)ctx;
    (void)poll(NULL, 0, (int)wait_ms);
}

static uint32_t skeleton_unix_time(void *ctx)
{
    (void)ctx;
    return (uint32_t)time(NULL);
}

static int skeleton_entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx;
    return getentropy(dst, len) == 0 ? 0 : FIMG_PORT_FAILED;
}

/* Begin to connect to the first address. Returns 0 or a code. */
static int begin(struct skeleton_port *p, const char *host, uint16_t port)
{
    struct addrinfo hints = { .ai_family = AF_INET,
                              .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    char service[6];
    int r;

    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    r = getaddrinfo(host, service, &hints, &found);
    if (r != 0)
        return r == EAI_NONAME ? FIMG_PORT_NO_NAME : FIMG_PORT_FAILED;
    p->connection = socket(AF_INET, SOCK_STREAM, 0);
    (void)fcntl(p->connection, F_SETFL, O_NONBLOCK);
    r = connect(p->connection, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return r == 0 || errno == EINPROGRESS ? 0 : FIMG_PORT_FAILED;
}

static int skeleton_connect(void *ctx, const char *host, uint16_t port,
                            uint32_t wait_ms)
{
    struct skeleton_port *p = ctx;
    int r = p->connection < 0 ? begin(p, host, port) : 0, error = 0;
    struct pollfd fd = { p->connection, POLLOUT, 0 };
    socklen_t len = sizeof error;

    if (r == 0 && poll(&fd, 1, (int)wait_ms) == 0)
        return FIMG_PORT_AGAIN;
    if (r == 0)
        (void)getsockopt(p->connection, SOL_SOCKET, SO_ERROR, &error, &len);
    if (r == 0 && error == 0)
        return 0;
    if (p->connection >= 0)
        (void)close(p->connection);
    p->connection = -1;
    return r == 0 ? FIMG_PORT_FAILED : r;
}

static void skeleton_close(void *ctx)
{
    struct skeleton_port *p = ctx;

    (void)close(p->connection);
    p->connection = -1;
}

static int skeleton_send(void *ctx, const uint8_t *src, size_t len,
                         uint32_t wait_ms)
{
    struct skeleton_port *p = ctx;
    struct pollfd fd = { p->connection, POLLOUT, 0 };
    ssize_t n = send(p->connection, src, len, MSG_NOSIGNAL);

    if (n < 0 && errno == EAGAIN && poll(&fd, 1, (int)wait_ms) > 0)
        n = send(p->connection, src, len, MSG_NOSIGNAL);
    if (n > 0)
        return (int)n;
    return errno == EAGAIN ? FIMG_PORT_AGAIN : FIMG_PORT_FAILED;
}

static int skeleton_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    struct skeleton_port *p = ctx;
    struct pollfd fd = { p->connection, POLLIN, 0 };
    ssize_t n = recv(p->connection, dst, cap, 0);

    if (n < 0 && errno == EAGAIN && poll(&fd, 1, (int)wait_ms) > 0)
        n = recv(p->connection, dst, cap, 0);
    if (n == 0)
        return FIMG_PORT_CLOSED;
    if (n > 0)
        return (int)n;
    return errno == EAGAIN ? FIMG_PORT_AGAIN : FIMG_PORT_FAILED;
}
