/*
 * port_check.h: the list that every port must pass, on the target.
 *
 * Link port_check.c, port_check_connect.c and port_check_stream.c with the
 * port, and call port_check. Nothing else is needed: no heap, no stdio, no
 * operating system, about 600 bytes of RAM. At the other end tests/port_peer.py
 * runs, on any computer that the target can reach by name; it prints the
 * numbers to put in here.
 */
#ifndef PORT_CHECK_H
#define PORT_CHECK_H

#include <stdbool.h>

#include "fimg_port.h"

struct port_check {
    const char *name; /* of the port, for the last line */
    const struct fimg_port *port;
    const char *host;         /* where port_peer.py runs */
    uint16_t peer_port;       /* its three numbers */
    uint16_t closed_port;     /* nobody listens there */
    uint16_t deaf_port;       /* nobody answers there; 0: leave out */
    const char *unknown_host; /* has no address; NULL: leave out */
    uint32_t slack_ms;        /* how late a call may return; 0: 1000 */
    uint32_t lost_ms;         /* now_ms may lose this a second; 0: 100 */

    /* Print text, which ends a line where it has a \n. */
    void (*print)(void *ctx, const char *text);
    void *ctx;

    /* The result */
    unsigned passed, failed;

    /* The rest is the list's own. */
    bool clock_moves;
    bool connected;
    uint32_t begin; /* of what is timed */
    int got;        /* what the latest call returned */
    uint8_t bytes[512];
};

/*
 * Run the list. Takes about 10 s, on a port that fails a few minutes at most,
 * unless one of its functions never returns: then the last line printed names
 * the check. Returns the number of checks that failed; a line with both sums,
 * "port_check/NAME: N passed, N failed", is printed last.
 */
unsigned port_check(struct port_check *c);

/* --- between the parts of the list ---------------------------------------- */

/* A check returns NULL if it passed, "" if it was left out, or what is wrong.
 */
struct port_check_case {
    const char *name;
    const char *(*run)(struct port_check *c);
};

extern const struct port_check_case port_check_connect[], port_check_stream[];

/* Begin to time; how long ago that was; has it been `ms` or is there no clock?
 */
void port_check_begin(struct port_check *c);
uint32_t port_check_past(const struct port_check *c);
bool port_check_is_over(const struct port_check *c, uint32_t ms);

/* What is wrong, if a call that may wait `ms` returned now; NULL: nothing. */
const char *port_check_waited(const struct port_check *c, uint32_t ms);

/* The same for one that had a result: it may be early, but not late. */
const char *port_check_late(const struct port_check *c, uint32_t ms);

#define PORT_CHECK_PATIENCE_MS 3000 /* for a call that should get a result */

/* What port_peer.py does upon a connection's first byte. */
enum {
    PEER_ECHO = 'e',
    PEER_END = 'c',
    PEER_BURST = 'b',
    PEER_RESET = 'r',
    PEER_SILENT = 's',
    PEER_PAUSE = 'p',
    PEER_SINK = 'k',
    PEER_NUMBER = 'n',
    PEER_OVER = 'o'
};

/* Connect to the peer and tell it what to do. Returns what is wrong. */
const char *port_check_ask(struct port_check *c, uint8_t what);

/* The check that all is well: connect, and a byte there and back. */
const char *port_check_echo(struct port_check *c);

/* The port's functions, with results kept in c->got; recv fills c->bytes. */
int port_check_recv(struct port_check *c, size_t cap, uint32_t wait_ms);
int port_check_send(struct port_check *c, const uint8_t *src, size_t len,
                    uint32_t wait_ms);
void port_check_hang_up(struct port_check *c);

#endif
