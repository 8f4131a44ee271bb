/*
 * port_check_faults.c: the POSIX port, right but for one thing.
 *
 * They show that port_check finds what it is for. port_check.py has the names,
 * too, each with the check that has to notice.
 */
#define _POSIX_C_SOURCE 200809L

#include "port_check_faults.h"

#include <string.h>
#include <unistd.h>

#include "posix_port.h"

static struct fimg_port good;

static uint32_t clock_still(void *ctx)
{
    (void)ctx;
    return 42;
}

static uint32_t clock_fast(void *ctx)
{
    return good.now_ms(ctx) * 4;
}

static uint32_t clock_slow(void *ctx)
{
    return good.now_ms(ctx) / 4;
}

static uint32_t clock_back(void *ctx)
{
    uint32_t now = good.now_ms(ctx);

    return now ^ 1;
}

static void sleep_not(void *ctx, uint32_t wait_ms)
{
    (void)ctx;
    (void)wait_ms;
}

static uint32_t time_1970(void *ctx)
{
    return good.now_ms(ctx) / 1000 + 1;
}

static int entropy_short(void *ctx, uint8_t *dst, size_t len)
{
    return good.entropy(ctx, dst, len - 1);
}

static int entropy_long(void *ctx, uint8_t *dst, size_t len)
{
    return good.entropy(ctx, dst, len + 1);
}

static int entropy_same(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx;
    memset(dst, 77, len);
    return 0;
}

static int connect_waits(void *ctx, const char *host, uint16_t port,
                         uint32_t wait_ms)
{
    return good.connect(ctx, host, port, wait_ms + 20);
}

static int connect_hasty(void *ctx, const char *host, uint16_t port,
                         uint32_t wait_ms)
{
    (void)wait_ms;
    return good.connect(ctx, host, port, 0);
}

static int connect_endless(void *ctx, const char *host, uint16_t port,
                           uint32_t wait_ms)
{
    int r = good.connect(ctx, host, port, wait_ms);

    return r == FIMG_PORT_FAILED ? FIMG_PORT_AGAIN : r;
}

static int connect_blind(void *ctx, const char *host, uint16_t port,
                         uint32_t wait_ms)
{
    int r = good.connect(ctx, host, port, wait_ms);

    return r == FIMG_PORT_NO_NAME ? FIMG_PORT_CLOSED : r;
}

static int connect_failing(void *ctx, const char *host, uint16_t port,
                           uint32_t wait_ms)
{
    int r = good.connect(ctx, host, port, wait_ms);

    if (r != FIMG_PORT_AGAIN && r != FIMG_PORT_RESOLVING)
        return r;
    good.close(ctx);
    return FIMG_PORT_FAILED;
}

static int send_more(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    int r = good.send(ctx, src, len, wait_ms);

    return r > 0 && len > 1 ? (int)len + 1 : r;
}

static int send_less(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    int r = good.send(ctx, src, len, wait_ms);

    return r > 1 ? r - 1 : r; /* the last byte is sent twice */
}

static int send_waits(void *ctx, const uint8_t *src, size_t len,
                      uint32_t wait_ms)
{
    return good.send(ctx, src, len, wait_ms + 20);
}

static int send_hasty(void *ctx, const uint8_t *src, size_t len,
                      uint32_t wait_ms)
{
    (void)wait_ms;
    return good.send(ctx, src, len, 0);
}

static int send_full(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    int r = good.send(ctx, src, len, wait_ms);

    return r == FIMG_PORT_AGAIN ? FIMG_PORT_FAILED : r;
}

static int recv_waits(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    return good.recv(ctx, dst, cap, wait_ms + 20);
}

static int recv_hasty(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    return good.recv(ctx, dst, cap, wait_ms / 2);
}

static int recv_late(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    uint32_t begin = good.now_ms(ctx);
    int r = good.recv(ctx, dst, cap, wait_ms);

    while (r > 0 && good.now_ms(ctx) - begin < wait_ms)
        continue;
    return r;
}

static int recv_zero(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    int r = good.recv(ctx, dst, cap, wait_ms);

    return r == FIMG_PORT_CLOSED ? 0 : r;
}

static int recv_failed(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    int r = good.recv(ctx, dst, cap, wait_ms);

    return r == FIMG_PORT_CLOSED ? FIMG_PORT_FAILED : r;
}

static int recv_closed(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    int r = good.recv(ctx, dst, cap, wait_ms);

    return r == FIMG_PORT_FAILED ? FIMG_PORT_CLOSED : r;
}

static int recv_past(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    int r = good.recv(ctx, dst, cap, wait_ms);

    if (r > 0 && cap < 64) /* there is room for it */
        dst[cap] = 0;
    return r;
}

static void close_not(void *ctx)
{
    (void)ctx;
}

/* The connection is forgotten, and not ended. */
static void close_quiet(void *ctx)
{
    (void)dup(posix_fd(ctx));
    good.close(ctx);
}

static void close_waits(void *ctx)
{
    good.close(ctx);
    good.sleep(ctx, 1500);
}

/* What each fault puts in place of the good functions. */
static const struct {
    const char *name;
    struct fimg_port instead;
} faults[] = {
    { "clock-still", { .now_ms = clock_still } },
    { "clock-fast", { .now_ms = clock_fast } },
    { "clock-slow", { .now_ms = clock_slow } },
    { "clock-back", { .now_ms = clock_back } },
    { "sleep-not", { .sleep = sleep_not } },
    { "time-1970", { .unix_time = time_1970 } },
    { "entropy-short", { .entropy = entropy_short } },
    { "entropy-long", { .entropy = entropy_long } },
    { "entropy-same", { .entropy = entropy_same } },
    { "connect-waits", { .connect = connect_waits } },
    { "connect-hasty", { .connect = connect_hasty } },
    { "connect-endless", { .connect = connect_endless } },
    { "connect-blind", { .connect = connect_blind } },
    { "connect-failing", { .connect = connect_failing } },
    { "send-more", { .send = send_more } },
    { "send-less", { .send = send_less } },
    { "send-waits", { .send = send_waits } },
    { "send-hasty", { .send = send_hasty } },
    { "send-full", { .send = send_full } },
    { "recv-waits", { .recv = recv_waits } },
    { "recv-hasty", { .recv = recv_hasty } },
    { "recv-late", { .recv = recv_late } },
    { "recv-zero", { .recv = recv_zero } },
    { "recv-failed", { .recv = recv_failed } },
    { "recv-closed", { .recv = recv_closed } },
    { "recv-past", { .recv = recv_past } },
    { "close-not", { .close = close_not } },
    { "close-quiet", { .close = close_quiet } },
    { "close-waits", { .close = close_waits } },
};

static void replace(struct fimg_port *port, const struct fimg_port *instead)
{
    if (instead->connect != NULL)
        port->connect = instead->connect;
    if (instead->send != NULL)
        port->send = instead->send;
    if (instead->recv != NULL)
        port->recv = instead->recv;
    if (instead->close != NULL)
        port->close = instead->close;
    if (instead->sleep != NULL)
        port->sleep = instead->sleep;
    if (instead->now_ms != NULL)
        port->now_ms = instead->now_ms;
    if (instead->unix_time != NULL)
        port->unix_time = instead->unix_time;
    if (instead->entropy != NULL)
        port->entropy = instead->entropy;
}

bool port_check_spoil(struct fimg_port *port, const char *name)
{
    size_t i;

    good = *port;
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(faults[i].name, name) == 0) {
            replace(port, &faults[i].instead);
            return true;
        }
    }
    return false;
}
