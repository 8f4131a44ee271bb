/*
 * port_check_connect.c: the list that every port must pass: connecting.
 *
 * The first byte of a connection tells port_peer.py what to do. A port's sleep
 * is never called here while there is a connection; the library does so only
 * while it is idle.
 */
#include "port_check.h"

#define DEADLINE_MS 20000 /* what may take time, but not for ever */
#define NAME_MS 60000     /* a resolver that asks several servers in vain */
#define SHORT_MS 300      /* the budget of a call that should get nothing */
#define ZERO_CALLS 100    /* together no longer than c->slack_ms */

static bool is_pending(int r)
{
    return r == FIMG_PORT_AGAIN || r == FIMG_PORT_RESOLVING;
}

static int call_connect(struct port_check *c, const char *host, uint16_t port,
                        uint32_t wait_ms)
{
    c->got = c->port->connect(c->port->ctx, host, port, wait_ms);
    c->connected = c->got == 0 || is_pending(c->got);
    return c->got;
}

int port_check_recv(struct port_check *c, size_t cap, uint32_t wait_ms)
{
    return c->got = c->port->recv(c->port->ctx, c->bytes, cap, wait_ms);
}

int port_check_send(struct port_check *c, const uint8_t *src, size_t len,
                    uint32_t wait_ms)
{
    return c->got = c->port->send(c->port->ctx, src, len, wait_ms);
}

void port_check_hang_up(struct port_check *c)
{
    c->port->close(c->port->ctx);
    c->connected = false;
}

/* Call connect until it stops saying would-block, or for too long. */
static int dial(struct port_check *c, const char *host, uint16_t port,
                uint32_t wait_ms, uint32_t deadline_ms)
{
    port_check_begin(c);
    do {
        (void)call_connect(c, host, port, wait_ms);
    } while (is_pending(c->got) && !port_check_is_over(c, deadline_ms));
    return c->got;
}

/* Connect to the peer and tell it what to do. */
const char *port_check_ask(struct port_check *c, uint8_t what)
{
    if (dial(c, c->host, c->peer_port, PORT_CHECK_PATIENCE_MS, DEADLINE_MS) !=
        0)
        return "no connection to the peer";
    if (port_check_send(c, &what, 1, PORT_CHECK_PATIENCE_MS) != 1)
        return "a single byte was not sent";
    return NULL;
}

const char *port_check_echo(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_ECHO);

    if (wrong != NULL)
        return wrong;
    c->bytes[1] = 'X';
    if (port_check_recv(c, 1, PORT_CHECK_PATIENCE_MS) != 1 ||
        c->bytes[0] != PEER_ECHO)
        return "the byte sent did not come back";
    return c->bytes[1] == 'X' ? NULL : "recv wrote past cap";
}

static const char *connects_in_steps(struct port_check *c)
{
    unsigned i;

    for (i = 0; i < 3; i++) {
        if (dial(c, c->host, c->peer_port, 0, DEADLINE_MS) != 0)
            return "no connection by calls that do not wait";
        port_check_hang_up(c);
    }
    return NULL;
}

/* A connection that was closed ends at the other end, too. */
static const char *peer_sees_close(struct port_check *c)
{
    const char *wrong = port_check_ask(c, PEER_NUMBER);
    uint8_t number;

    if (wrong != NULL)
        return wrong;
    if (port_check_recv(c, 1, PORT_CHECK_PATIENCE_MS) != 1)
        return "no word from the peer";
    number = c->bytes[0];
    port_check_hang_up(c);
    wrong = port_check_ask(c, PEER_OVER);
    if (wrong != NULL)
        return wrong;
    if (port_check_send(c, &number, 1, PORT_CHECK_PATIENCE_MS) != 1)
        return "a single byte was not sent";
    if (port_check_recv(c, 1, PORT_CHECK_PATIENCE_MS) != 1)
        return "no word from the peer";
    return c->bytes[0] == 'y' ? NULL : "the peer does not hear of a close";
}

static const char *connects_often(struct port_check *c)
{
    const char *wrong = NULL;
    unsigned i;

    for (i = 0; i < 10 && wrong == NULL; i++) {
        wrong = port_check_echo(c);
        if (wrong == NULL)
            port_check_hang_up(c);
    }
    return wrong != NULL ? wrong : peer_sees_close(c);
}

/* There must be an end to it, and no close, and then a good connection. */
static const char *fails_to(struct port_check *c, const char *host,
                            uint16_t port, uint32_t deadline_ms)
{
    if (is_pending(dial(c, host, port, PORT_CHECK_PATIENCE_MS, deadline_ms)))
        return "never comes to an end";
    if (c->got == 0)
        return "says that it is connected";
    if (c->got != FIMG_PORT_FAILED &&
        (c->got != FIMG_PORT_NO_NAME || port == c->closed_port))
        return "fails with the wrong code";
    return port_check_echo(c);
}

static const char *closed_port(struct port_check *c)
{
    return fails_to(c, c->host, c->closed_port, DEADLINE_MS);
}

static const char *unknown_name(struct port_check *c)
{
    if (c->unknown_host == NULL)
        return "";
    return fails_to(c, c->unknown_host, c->peer_port, NAME_MS);
}

/* Nobody answers: both budgets, and giving up. */
static const char *deaf_port(struct port_check *c)
{
    const char *wrong;
    unsigned i;

    if (c->deaf_port == 0)
        return "";
    port_check_begin(c);
    for (i = 0; i < ZERO_CALLS; i++)
        if (!is_pending(call_connect(c, c->host, c->deaf_port, 0)))
            return "an unanswered connect is not pending";
    wrong = port_check_late(c, 0);
    if (wrong != NULL)
        return "wait_ms 0: waits";
    port_check_begin(c);
    if (!is_pending(call_connect(c, c->host, c->deaf_port, SHORT_MS)))
        return "an unanswered connect is not pending";
    wrong = port_check_waited(c, SHORT_MS);
    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    port_check_hang_up(c);
    wrong = port_check_late(c, 0);
    return wrong != NULL ? "close waits" : port_check_echo(c);
}

static const char *gives_up(struct port_check *c)
{
    unsigned i;

    for (i = 0; i < 10; i++) {
        if (call_connect(c, c->host, c->peer_port, 0) != 0 &&
            !is_pending(c->got))
            return "connect failed at once";
        port_check_hang_up(c);
    }
    return port_check_echo(c);
}

const struct port_check_case port_check_connect[] = {
    { "connect: a name; a byte there and back", port_check_echo },
    { "connect: in steps of wait_ms 0", connects_in_steps },
    { "connect: again after close, 10 times", connects_often },
    { "connect: a closed port FAILED, and then another", closed_port },
    { "connect: an unknown name NO_NAME or FAILED", unknown_name },
    { "connect: no answer; budget kept, close gives up", deaf_port },
    { "close: as soon as connect has begun", gives_up },
    { NULL, NULL },
};
