/*
 * script.h: what a server says, as an input tells it.
 *
 *     h m2            a line of options: see options() in drive.c
 *     HTTP/1.1 ...    what the server says to the first request
 *     `r              here it waits for the next request
 *     `c              here it is another connection
 *     `|  `e          here a record ends; an empty record
 *     `n  `f  `x      close_notify, FIN, RST
 *     `w  `a  `h      a warning, a fatal alert, a HelloRequest
 *     `d              a bit of the next record is flipped
 *     `pX             bytes of the pattern, 64 times the number of X
 *     `t              TLS begins: what stands before is a proxy's answer
 *     ``              a backtick
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "fuzz.h"
#include "session/tls_peer.h"

#define SCRIPT_STEPS 256
#define SCRIPT_REPLIES 64
#define SCRIPT_PLAIN 150000

/* What the client gets to see as plaintext after a request. */
struct script_reply {
    size_t begin, len; /* in script.plain */
    bool notified;     /* and then close_notify */
    bool disturbed;    /* something in it is neither data nor close_notify */
};

struct script {
    char *options;
    uint8_t *text; /* all that is said, without the backticks */
    size_t text_len;
    struct peer_step steps[SCRIPT_STEPS];
    size_t step_count, first[PEER_SCRIPTS];
    struct script_reply replies[SCRIPT_REPLIES];
    size_t reply_count, first_reply[PEER_SCRIPTS];
    struct source answers[PEER_SCRIPTS]; /* a proxy's */
    size_t connections;
    uint8_t plain[SCRIPT_PLAIN];
    size_t plain_len;
};

/* To be ended by script_end. A "p" in the options: connections begin with a
   proxy. */
void script_parse(struct script *s, const uint8_t *in, size_t len);
void script_end(struct script *s);

/* The reply to the n-th request on the n-th connection, counted from 1; NULL:
   none. */
const struct script_reply *script_reply(const struct script *s,
                                        size_t connection, size_t request);

#endif
