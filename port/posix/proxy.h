/*
 * proxy.h: which HTTP proxy to go through.
 */
#ifndef PROXY_H
#define PROXY_H

#include "fimg.h"
#include "options.h"
#include "url.h"

#define PROXY_BASIC_CAP 1025 /* the library's limit, and NUL */

/* All-zero at birth. Not to be moved once found: it points into itself. */
struct proxy {
    const struct fimg_proxy *used; /* what the library takes; NULL: none */

    /* the rest is its own */
    struct fimg_proxy proxy;
    char host[254];
    char basic[PROXY_BASIC_CAP];
};

/*
 * Find the proxy for `base`: --proxy, else https_proxy, else HTTPS_PROXY; the
 * latter two unless no_proxy, else NO_PROXY, excepts the host. User names and
 * passwords are overwritten where they were found. Returns 0; or 2, after
 * having said why on standard error.
 */
int proxy_find(struct proxy *p, const struct options *o,
               const struct url *base);

/* Overwrite what is secret. */
void proxy_wipe(struct proxy *p, const struct options *o);

#endif
