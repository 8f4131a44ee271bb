/*
 * needles.h: what must not be found, and where it is after all.
 */
#ifndef NEEDLES_H
#define NEEDLES_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>

/* A set of secrets, of which any 8 bytes in a row are too much. */
struct needles {
    unsigned char windows[4096][8];
    size_t count;
};

void needles_text(struct needles *n, const char *text);

/* The master secret of a server's session, and all keys that come of it. */
void needles_keys(struct needles *n, const br_ssl_engine_context *server);

/* How many places in this memory have some of it. */
size_t needles_in(const struct needles *n, const void *memory, size_t len);

#endif
