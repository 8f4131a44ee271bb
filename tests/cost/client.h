/*
 * client.h: downloads by the library from the server in the same image, and
 * what they cost.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identities.h"

struct cost {
    uint32_t instructions; /* of the library and BearSSL's client, no port */
    size_t stack;          /* bytes, at most */
};

struct download {
    bool ok;               /* the image came, and is the one that was sent */
    bool resumed;          /* with the keys of an earlier TLS session */
    struct cost handshake; /* from fimg_start on */
    struct cost transfer;  /* all that comes behind it */
    uint32_t longest;      /* instructions of one call, which may not wait */
};

/* Download an image of `body_len` bytes. The client knows nothing yet. */
void client_fresh(struct download *d, const struct identity *identity,
                  uint16_t suite, uint32_t body_len);

/* Once more, after the server has closed the connection. */
void client_again(struct download *d);

#endif
