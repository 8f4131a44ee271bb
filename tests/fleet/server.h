/*
 * server.h: the documented rate limits of an app, as a model. 50 requests a
 * second and 1000 a minute; whichever is reached first refuses, and says in
 * how many whole seconds it will let one pass. A refused request counts for
 * nothing. Two kinds of windows, since the documentation names none.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

#define PER_SECOND 50
#define PER_MINUTE 1000

enum window_kind {
    WINDOWS_FIXED,  /* one begins when the one before has ended */
    WINDOWS_SLIDING /* any second, any minute */
};

struct server {
    enum window_kind kind;
    uint32_t offset_ms;          /* where the fixed windows begin */
    uint64_t passed[PER_MINUTE]; /* when the last requests passed: a ring */
    uint64_t count;              /* of all that have passed */
};

/*
 * A request comes at `now`, never before an earlier one's time. 0: it passes;
 * else what x-ogw-ratelimit-reset says.
 */
uint32_t server_ask(struct server *s, uint64_t now);

#endif
