/*
 * posix_system.c: clocks, sleep and randomness of a POSIX system.
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS 64 /* 32-bit machines: dates after 2038 */

#include "posix_system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/random.h>
#endif

#include "fimg_port.h"

/* 2020-01-01. Boards without a battery start in 1970 or 2000. */
#define EARLIEST_TIME 1577836800

uint32_t posix_now_ms(void *ctx)
{
    struct timespec t = { 0 };

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* POSIX: cannot fail */
    return (uint32_t)((uint64_t)t.tv_sec * 1000 +
                      (uint64_t)t.tv_nsec / 1000000);
}

uint32_t posix_unix_time(void *ctx)
{
    struct timespec t;
    int64_t seconds;

    (void)ctx;
    if (clock_gettime(CLOCK_REALTIME, &t) != 0)
        return 0;
    seconds = t.tv_sec;
    return seconds >= EARLIEST_TIME && seconds <= UINT32_MAX ? (uint32_t)seconds
                                                             : 0;
}

void posix_sleep(void *ctx, uint32_t wait_ms)
{
    uint32_t start = posix_now_ms(ctx), past = 0;

    while (past < wait_ms) {
        uint32_t left = wait_ms - past;

        (void)poll(NULL, 0, left < INT_MAX ? (int)left : INT_MAX);
        past = posix_now_ms(ctx) - start;
    }
}

static ssize_t from_kernel(uint8_t *dst, size_t len)
{
#ifdef __linux__
    return getrandom(dst, len, 0);
#else
    (void)dst;
    (void)len;
    errno = ENOSYS;
    return -1;
#endif
}

static ssize_t from_device(uint8_t *dst, size_t len)
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd >= 0) {
        n = read(fd, dst, len);
        (void)close(fd); /* only read from */
    }
    return n;
}

int posix_entropy(void *ctx, uint8_t *dst, size_t len)
{
    size_t got = 0;

    (void)ctx;
    while (got < len) {
        ssize_t n = from_kernel(dst + got, len - got);

        /* Before Linux 3.17, or behind a filter of system calls. */
        if (n < 0 && errno != EINTR)
            n = from_device(dst + got, len - got);
        if (n == 0 || (n < 0 && errno != EINTR))
            return FIMG_PORT_FAILED;
        if (n > 0)
            got += (size_t)n;
    }
    return 0;
}
