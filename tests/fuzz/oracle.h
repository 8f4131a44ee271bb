/*
 * oracle.h: what a reply comes to, told from all of its bytes at once.
 *
 * Written from RFC 9112 and the project's own rules, line by line, and not as
 * a state machine: it shares no code with what it is held against.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "fuzz.h"

enum oracle_framing { ORACLE_CLOSE, ORACLE_LENGTH, ORACLE_CHUNKED };

/* A final head. Where there is none, or one to be refused, `len` is 0. */
struct oracle_head {
    size_t len;
    int status, minor, interims;
    enum oracle_framing framing;
    uint64_t length; /* Content-Length */
    bool json, encoded, close;
    struct source location;
    bool ranged; /* a Content-Range that makes sense */
    uint64_t first, last, total;
};

/* Fields count only if `bare` is false: a proxy's do not. */
struct oracle_head oracle_head(const uint8_t *in, size_t len, bool bare);

/* A body. */
struct oracle_body {
    bool whole;  /* its end is proven by its framing */
    size_t used; /* bytes up to its end, if it is whole */
    size_t overhead; /* bytes of framing */
    uint8_t *data;   /* to be freed */
    size_t data_len;
};

struct oracle_body oracle_body(enum oracle_framing framing, uint64_t length,
                               const uint8_t *in, size_t len);

#endif
