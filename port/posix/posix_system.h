/*
 * posix_system.h: clocks, sleep and randomness of a POSIX system.
 *
 * The functions have the shape that struct fimg_port wants; none uses its
 * ctx. A board with sockets but without these replaces posix_system.c.
 */
#ifndef POSIX_SYSTEM_H
#define POSIX_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of the monotonic clock, wrapping. */
uint32_t posix_now_ms(void *ctx);

/* Seconds since 1970 UTC; 0 if the clock was plainly never set right. */
uint32_t posix_unix_time(void *ctx);

/* Let wait_ms pass, whatever signals arrive. */
void posix_sleep(void *ctx, uint32_t wait_ms);

/*
 * Fill `dst` from the kernel's generator. Waits only on a machine that has
 * just booted and has not gathered enough yet. Returns 0 or FIMG_PORT_FAILED.
 */
int posix_entropy(void *ctx, uint8_t *dst, size_t len);

#endif
