/*
 * posix_resolver.h: from a host name to addresses, without holding anyone up.
 *
 * A system with a resolver of its own replaces posix_resolver.c and keeps
 * this header.
 */
#ifndef POSIX_RESOLVER_H
#define POSIX_RESOLVER_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#define POSIX_ADDRS_MAX 16 /* further addresses are left out */

union posix_addr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct posix_addrs {
    unsigned count;
    union posix_addr at[POSIX_ADDRS_MAX]; /* in order of preference */
};

struct posix_resolver {
    void *job; /* NULL: nothing is looked up */
    int fd;    /* of posix_resolver.c: where the answer comes */
};

/*
 * Begin to look for the addresses of `host`. `family` is AF_UNSPEC, AF_INET
 * or AF_INET6. Nothing is kept of `host`. Never waits. Returns 0, or
 * FIMG_PORT_FAILED, after which nothing is under way.
 */
int posix_resolver_start(struct posix_resolver *r, const char *host,
                         uint16_t port, int family);

/*
 * Wait up to wait_ms for the answer. Returns 0 with one address or more in
 * `addrs`; FIMG_PORT_RESOLVING if it takes longer; FIMG_PORT_NO_NAME or
 * FIMG_PORT_FAILED. After any but RESOLVING nothing is under way.
 */
int posix_resolver_wait(struct posix_resolver *r, struct posix_addrs *addrs,
                        uint32_t wait_ms);

/* Forget what is under way, if anything. Never waits. */
void posix_resolver_drop(struct posix_resolver *r);

#endif
