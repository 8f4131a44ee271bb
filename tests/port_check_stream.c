/*
 * port_check_stream.c: the list that every port must pass: sending, receiving
 * and ends of connections.
 */
#include "port_check.h"

#include <string.h>

#define DEADLINE_MS 20000 /* what may take time, but not for ever */
#define SHORT_MS 300      /* the budget of a call that should get nothing */
#define PAUSE_MS 1000     /* of the peer, before it answers PAUSE */
#define ZERO_CALLS 100    /* together no longer than c->slack_ms */
#define BURST_BYTES 20000 /* that the peer sends upon BURST */
#define SINK_END 255      /* ends what SINK counts; patterns go up to 250 */

static const char *silence_at_once(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_SILENT);
    unsigned i;

    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    for (i = 0; i < ZERO_CALLS; i++)
        if (port_check_recv(c, sizeof c->bytes, 0) != FIMG_PORT_AGAIN)
            return "not AGAIN";
    return port_check_late(c, 0) != NULL ? "waits" : NULL;
}

static const char *silence(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_SILENT);

    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    if (port_check_recv(c, sizeof c->bytes, SHORT_MS) != FIMG_PORT_AGAIN)
        return "not AGAIN";
    wrong = port_check_waited(c, SHORT_MS);
    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    port_check_hang_up(c);
    return port_check_late(c, 0) != NULL ? "close waits" : NULL;
}

/* The peer's clock is the only other one there is. */
static const char *pause(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_PAUSE);

    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    if (port_check_recv(c, sizeof c->bytes, 4 * PAUSE_MS) != 1)
        return "what came in the meantime was not received";
    if (port_check_past(c) + c->lost_ms < PAUSE_MS)
        return "now_ms is slow, or recv does not wait";
    return port_check_late(c, PAUSE_MS) != NULL
               ? "now_ms is fast, or recv waits to the end"
               : NULL;
}

/* Thousands of bytes, in ever other portions, then the end. */
static const char *burst(struct port_check *c)
{
    static const size_t caps[] = { 1, 1, 7, 64, sizeof c->bytes };
    const char *wrong = port_check_ask(c, PEER_BURST);
    uint32_t total = 0;
    unsigned turn;
    int i;

    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    for (turn = 0;; turn++) {
        size_t cap = caps[turn % (sizeof caps / sizeof *caps)];

        if (port_check_past(c) > DEADLINE_MS)
            return "takes too long";
        if (port_check_recv(c, cap, PORT_CHECK_PATIENCE_MS) <= 0)
            break;
        if ((size_t)c->got > cap)
            return "more than cap";
        for (i = 0; i < c->got; i++, total++)
            if (c->bytes[i] != total % 251)
                return "bytes were lost, repeated or out of order";
    }
    if (c->got != FIMG_PORT_CLOSED)
        return "the end is not CLOSED";
    return total == BURST_BYTES ? NULL : "CLOSED before the last byte";
}

static const char *end(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_END);

    if (wrong != NULL)
        return wrong;
    return port_check_recv(c, sizeof c->bytes, PORT_CHECK_PATIENCE_MS) ==
                   FIMG_PORT_CLOSED
               ? NULL
               : "not CLOSED";
}

static const char *reset(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_RESET);

    if (wrong != NULL)
        return wrong;
    if (port_check_recv(c, sizeof c->bytes, PORT_CHECK_PATIENCE_MS) !=
        FIMG_PORT_FAILED)
        return "not FAILED";
    port_check_hang_up(c);
    return port_check_echo(c);
}

/* Send the next piece of the pattern. Returns what send did. */
static int send_pattern(struct port_check *c, uint32_t *total, uint32_t wait_ms)
{
    uint32_t i;

    for (i = 0; i < sizeof c->bytes; i++)
        c->bytes[i] = (uint8_t)((*total + i) % 251);
    if (port_check_send(c, c->bytes, sizeof c->bytes, wait_ms) > 0)
        *total += (uint32_t)c->got;
    return c->got;
}

/* Send until nothing more goes, however long the call waits. */
static const char *fill(struct port_check *c, uint32_t *total)
{
    uint32_t begin = c->port->now_ms(c->port->ctx);

    do {
        while (send_pattern(c, total, 0) > 0)
            if (c->got > (int)sizeof c->bytes)
                return "more than len";
        if (c->got != FIMG_PORT_AGAIN)
            return "a full connection is not AGAIN";
        port_check_begin(c);
        if (send_pattern(c, total, SHORT_MS) == FIMG_PORT_AGAIN)
            return port_check_waited(c, SHORT_MS);
    } while (c->got > 0 && c->clock_moves && c->begin - begin < DEADLINE_MS);
    return c->got < 0 ? "failed before the connection was full"
                      : "takes no end of bytes that nobody reads";
}

/* Some more may go all the same, when buffers are put in order. */
static const char *full_at_once(struct port_check *c, uint32_t *total)
{
    unsigned calls, again = 0;
    uint32_t spent_ms = 0;

    for (calls = 0; calls < 40 * ZERO_CALLS && again < ZERO_CALLS; calls++) {
        port_check_begin(c);
        again += send_pattern(c, total, 0) == FIMG_PORT_AGAIN;
        spent_ms += port_check_past(c);
    }
    return spent_ms > c->slack_ms ? "wait_ms 0: waits" : NULL;
}

/* The peer reads nothing until nothing more comes, then all of it. */
static const char *sink(struct port_check *c)
{
    const uint8_t tell_end = SINK_END;
    const char *wrong = port_check_ask(c, PEER_SINK);
    uint32_t total = 0;
    unsigned i;

    if (wrong == NULL)
        wrong = fill(c, &total);
    if (wrong == NULL)
        wrong = full_at_once(c, &total);
    for (i = 0; i < 50 && wrong == NULL; i++)
        if (send_pattern(c, &total, DEADLINE_MS) <= 0)
            wrong = "did not go on when the peer began to read";
    if (wrong != NULL)
        return wrong;
    if (port_check_send(c, &tell_end, 1, DEADLINE_MS) != 1)
        return "the last byte was not sent";
    if (port_check_recv(c, 1, DEADLINE_MS) != 1)
        return "no word from the peer";
    return c->bytes[0] == 'y' ? NULL : "the peer got something else";
}

static const char *full_close(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_SINK);
    uint32_t total = 0;

    if (wrong == NULL)
        wrong = fill(c, &total);
    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    port_check_hang_up(c);
    return port_check_late(c, 0) != NULL ? "waits for what was not sent"
                                         : port_check_echo(c);
}

const struct port_check_case port_check_stream[] = {
    { "recv: silence, wait_ms 0: AGAIN at once", silence_at_once },
    { "recv: silence, wait_ms 300: AGAIN in time", silence },
    { "recv: what comes meanwhile; now_ms is right", pause },
    { "recv: 20000 bytes in portions from 1 on, CLOSED", burst },
    { "recv: an orderly close is CLOSED", end },
    { "recv: a reset is FAILED", reset },
    { "send: a peer that does not read: AGAIN, goes on", sink },
    { "close: full of what was not sent", full_close },
    { NULL, NULL },
};
