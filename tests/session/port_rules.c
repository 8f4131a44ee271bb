/*
 * port_rules.c: what the library must keep to when it uses a port, and what
 * it is told by one that keeps to nothing.
 */
#include "port_rules.h"

#include <limits.h>
#include <string.h>

void port_blame(struct scripted_port *p, const char *what)
{
    if (p->violation == NULL)
        p->violation = what;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t limit_left(uint32_t limit, uint32_t fallback, uint32_t passed)
{
    if (limit == FIMG_NO_LIMIT)
        return UINT32_MAX;
    if (limit == 0)
        limit = fallback;
    return passed < limit ? limit - passed : 0;
}

/* Has the client had the server's Finished, which lets it send a request? */
static bool verified(const struct scripted_port *p)
{
    return p->peer.open && p->taken >= p->peer.handshake_end;
}

static void check_wait(struct scripted_port *p, uint32_t wait_ms, uint32_t left)
{
    const struct fimg_request *r = p->request;
    uint32_t whole = limit_left(r->total_ms, 120000, p->now - p->start);

    if (wait_ms > least(left, least(whole, r->wait_ms)))
        port_blame(p, "a wait longer than the limits leave");
}

void port_check_sleep(struct scripted_port *p, uint32_t wait_ms)
{
    if (p->request != NULL)
        check_wait(p, wait_ms, UINT32_MAX);
}

void port_check_wait(struct scripted_port *p, uint32_t wait_ms)
{
    const struct fimg_request *r = p->request;
    uint32_t left = UINT32_MAX;

    if (r == NULL)
        return;
    if (p->state == PORT_OPEN && verified(p))
        left = limit_left(r->idle_ms, 15000, 0);
    else if (p->state != PORT_IDLE)
        left = limit_left(r->connect_ms, 10000, p->now - p->attempt_start);
    check_wait(p, wait_ms, left);
}

/* Follow the records that the client sends. */
void port_check_sent(struct scripted_port *p, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p->plain_len < sizeof p->plain)
            p->plain[p->plain_len++] = (char)at[i];
        if (p->peer.plain)
            continue;
        if (p->record_left > 0) {
            p->record_left--;
            continue;
        }
        p->header[p->header_len++] = at[i];
        if (p->header_len < 5)
            continue;
        p->header_len = 0;
        p->record_left = (uint32_t)(p->header[3] << 8 | p->header[4]);
        if (p->header[0] != 23)
            continue;
        p->app_records++;
        if (!verified(p))
            port_blame(p, "a request before the server was verified");
    }
}

void port_check_secret(struct scripted_port *p)
{
    size_t n = p->token ? strlen(p->token) : 0;

    for (size_t i = 0; n > 0 && i + n <= p->plain_len; i++)
        if (memcmp(p->plain + i, p->token, n) == 0)
            port_blame(p, "the token in clear");
}

int port_fault_value(enum port_fault fault, size_t len)
{
    static const int values[FAULTS] = {
        [FAULT_AGAIN] = FIMG_PORT_AGAIN,
        [FAULT_LATE] = FIMG_PORT_AGAIN,
        [FAULT_RESOLVING] = FIMG_PORT_RESOLVING,
        [FAULT_CLOSED] = FIMG_PORT_CLOSED,
        [FAULT_NO_NAME] = FIMG_PORT_NO_NAME,
        [FAULT_FAILED] = FIMG_PORT_FAILED,
        [FAULT_JUNK] = -77,
        [FAULT_MOST] = INT_MAX,
        [FAULT_LEAST] = INT_MIN,
    };

    return fault == FAULT_MORE ? (int)len + 1 : values[fault];
}
