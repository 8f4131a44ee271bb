/*
 * fimg_link.h: move bytes between the port's connection and TLS.
 *
 * Each call makes at most one call of the port, and holds the port to its
 * contract: a result that it must not give ends the connection.
 */
#ifndef FIMG_LINK_H
#define FIMG_LINK_H

#include "fimg_tls.h"

/* What a step has come to; a failure is its reason. */
enum fimg_link_result {
    FIMG_LINK_MOVED, /* connected, or bytes went one way or the other */
    FIMG_LINK_WAIT,  /* nothing yet */
    FIMG_LINK_LOST = FIMG_WHY_LOST,       /* ended, whichever way */
    FIMG_LINK_NO_NAME = FIMG_WHY_NAME,    /* connecting only */
    FIMG_LINK_REFUSED = FIMG_WHY_CONNECT, /* connecting only */
    FIMG_LINK_BROKEN = FIMG_WHY_PORT      /* the port broke its contract */
};

/* All-zero: no connection. */
struct fimg_link {
    const struct fimg_port *port; /* to be closed; NULL: none */
    enum fimg_wants wants;        /* of the last call; NOTHING: no socket yet */
};

/* Take a step towards a connection. Connected when it returns MOVED. */
enum fimg_link_result fimg_link_connect(struct fimg_link *l,
                                        const struct fimg_port *port,
                                        const char *host, uint16_t number,
                                        uint32_t wait_ms);

/* Bytes to send, and where there are none, room for what comes in. */
struct fimg_link_bytes {
    const uint8_t *out;
    size_t out_len;
    uint8_t *in;
    size_t in_len;
};

#if FIMG_PROXY
/*
 * Send some, or else receive some; l->wants tells which. Where it has MOVED,
 * `*moved` is the number of bytes.
 */
enum fimg_link_result fimg_link_swap(struct fimg_link *l,
                                     const struct fimg_link_bytes *b,
                                     uint32_t wait_ms, size_t *moved);
#endif

/* The same between the connection and TLS. */
enum fimg_link_result fimg_link_move(struct fimg_link *l, struct fimg_tls *t,
                                     uint32_t wait_ms, size_t *moved);

/* Is a connection that nobody uses silent, as it should be? */
bool fimg_link_silent(const struct fimg_link *l);

/* Say goodbye if that is possible without waiting, and close. */
void fimg_link_close(struct fimg_link *l, struct fimg_tls *t);

#endif
