/*
 * fimg_port.h: the eight things a platform lends to the library.
 *
 * Fill in one const struct; each function is given its `ctx` back. A port
 * carries one connection at a time, so every struct fimg needs a ctx of its
 * own. A function that takes wait_ms returns as soon as it has a result, and
 * at the latest after about that time; 0 means it must not wait at all. No
 * function returns 0 for "nothing yet", "closed" or "try again": those have
 * names. tests/port_check.c holds the list that a port has to pass.
 */
#ifndef FIMG_PORT_H
#define FIMG_PORT_H

#include <stddef.h>
#include <stdint.h>

enum fimg_port_code {
    FIMG_PORT_AGAIN = -1,     /* wait_ms passed; call again with the same */
    FIMG_PORT_RESOLVING = -2, /* connect only: as AGAIN, but there is no
                                 socket yet, so only the clock can tell when
                                 to call again */
    FIMG_PORT_CLOSED = -3,    /* recv only: the peer ended its side in order */
    FIMG_PORT_NO_NAME = -4,   /* connect only: the name has no address */
    FIMG_PORT_FAILED = -5     /* anything else; the connection is useless */
};

struct fimg_port {
    void *ctx;

    /*
     * Find the addresses of `host` and connect to one of them over TCP.
     * Returns 0 when connected, or a code. After AGAIN and RESOLVING it is
     * called again, with the same arguments, until it returns something else
     * or close is called.
     */
    int (*connect)(void *ctx, const char *host, uint16_t port,
                   uint32_t wait_ms);

    /* Send some of `len` bytes (never 0). Returns 1 to len, or a code. */
    int (*send)(void *ctx, const uint8_t *src, size_t len, uint32_t wait_ms);

    /* Receive some bytes (cap is never 0). Returns 1 to cap, or a code. */
    int (*recv)(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms);

    /*
     * Drop the connection, or what is under way towards one. Called once
     * after each connect that did not fail, pending ones too. Never waits.
     */
    void (*close)(void *ctx);

    /* Let wait_ms pass. Called between attempts, when a connection may be
       open but idle. */
    void (*sleep)(void *ctx, uint32_t wait_ms);

    /* Milliseconds from any fixed start. May wrap, must not step back. */
    uint32_t (*now_ms)(void *ctx);

    /*
     * Seconds since 1970 UTC, for certificate dates: good until 2106. 0 if
     * not known.
     */
    uint32_t (*unix_time)(void *ctx);

    /*
     * Fill `dst` with `len` bytes fit for making keys. Returns 0, or a code
     * if there are none: the download then fails before it connects.
     */
    int (*entropy)(void *ctx, uint8_t *dst, size_t len);
};

#endif
