/*
 * handshake.c: what TLS handshakes cost the library, full and resumed.
 *
 *     handshake PORT BUNDLE KEY COUNT
 *
 * fetches KEY from localhost over 2 * COUNT connections of their own, every
 * other one with the session of the one before it, and prints the processor
 * time of a full handshake and of a resumed one in nanoseconds: of the calls
 * that make it, without connecting and waiting. The token is in the
 * environment, as the command wants it.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fimg.h"
#include "fimg_state.h"
#include "posix_port.h"

static struct fimg f;
static struct posix_port port;
static struct fimg_session session;
static uint8_t image[65536];

static int read_bundle(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    return (int)pread(*(int *)ctx, dst, cap, (off_t)offset);
}

static long long cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void wait_for_it(void)
{
    struct pollfd fd = { posix_fd(&port), POLLIN, 0 };
    uint32_t ms = fimg_next_ms(&f);

    if (fimg_wants(&f) == FIMG_WANTS_WRITE)
        fd.events = POLLOUT;
    if (fd.fd < 0)
        ms = ms < 1 ? ms : 1;
    if (ms > 0)
        (void)poll(&fd, 1, (int)ms);
}

/* One download. Returns what its handshake took, or -1. */
static long long download(const struct fimg_request *request, bool resumed)
{
    long long spent = 0;
    int n = FIMG_PENDING;

    (void)fimg_start(&f, request);
    while (n > 0 || n == FIMG_PENDING) {
        bool counts = fimg_report(&f)->stage == FIMG_STAGE_HANDSHAKE;
        long long begin = cpu_ns();

        n = fimg_read(&f, image, sizeof image);
        if (counts)
            spent += cpu_ns() - begin;
        if (n == FIMG_PENDING)
            wait_for_it();
    }
    fimg_close(&f);
    return n == FIMG_OK && fimg_report(&f)->resumed == resumed ? spent : -1;
}

int main(int argc, char **argv)
{
    int bundle = argc == 5 ? open(argv[2], O_RDONLY) : -1;
    struct fimg_trust trust = { .read = read_bundle, .ctx = &bundle };
    struct fimg_request request = { .trust = &trust, .host = "localhost" };
    long long sum[2] = { 0, 0 };
    long i, count;

    if (bundle < 0)
        return 2;
    posix_port_init(&port, 0);
    request.port = &port.port;
    request.port_number = (uint16_t)atoi(argv[1]);
    request.image_key = argv[3];
    request.token = getenv("FEISHU_TENANT_ACCESS_TOKEN");
    request.session = &session;
    count = atol(argv[4]);
    for (i = 0; i < 2 * count; i++) {
        long long spent;

        if (i % 2 == 0)
            session = (struct fimg_session){ 0 };
        spent = download(&request, i % 2 == 1);
        if (spent < 0)
            return 1;
        sum[i % 2] += spent;
    }
    printf("%lld %lld\n", sum[0] / count, sum[1] / count);
    return 0;
}
