/*
 * scripted_port.c: a port over a tls_peer, on a clock that only it moves.
 */
#include "port_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 3000000 /* no download of these tests takes as many */

static uint32_t until(uint32_t now, uint32_t when)
{
    return (int32_t)(when - now) > 0 ? when - now : 0;
}

/* --- faults -------------------------------------------------------------- */

/* Does the fault fall on this call? Then `result` is what it returns. */
static bool at_fault(struct scripted_port *p, enum port_call call, size_t len,
                     uint32_t wait_ms, int *result)
{
    p->last_call = call;
    if (p->calls > CALLS_MAX) {
        printf("FAIL: the library calls the port for ever\n");
        exit(EXIT_FAILURE);
    }
    if (++p->calls != p->fault_call || p->fault == FAULT_NONE)
        return false;
    p->fault_hit = call;
    *result = port_fault_value(p->fault, len);
    if (*result == FIMG_PORT_AGAIN)
        p->again_call = call;
    if (p->fault == FAULT_LATE && wait_ms != FIMG_WAIT)
        p->now += wait_ms;
    return true;
}

/* --- the functions of a port --------------------------------------------- */

static void note_connect(struct scripted_port *p, const char *host,
                         uint16_t number)
{
    if (p->state == PORT_OPEN || p->broken)
        port_blame(p, "connect while connected");
    if (p->state == PORT_DIALING &&
        (strcmp(host, p->host) != 0 || number != p->number))
        port_blame(p, "connect called again with something else");
    if (strlen(host) >= sizeof p->host)
        port_blame(p, "a host name that is too long");
    else
        memcpy(p->host, host, strlen(host) + 1);
    p->number = number;
    if (p->state == PORT_DIALING)
        return;
    p->dial_start = p->now;
    p->dials++;
    p->dead = false;
    p->optional_close = false;
    p->state = PORT_DIALING;
}

static void connected(struct scripted_port *p)
{
    p->state = PORT_OPEN;
    p->connects++;
    p->taken = 0;
    p->given = 0;
    p->header_len = 0;
    p->record_left = 0;
    p->plain_len = 0;
    p->ready_in = p->now;
    p->ready_out = p->now;
    peer_connect(&p->peer, p->now);
}

/* When a dial in progress changes, PORT_NEVER if it does not. */
static uint32_t dial_left(const struct scripted_port *p, bool *resolving)
{
    uint32_t passed = p->now - p->dial_start;

    *resolving = passed < p->resolve_ms;
    if (*resolving)
        return p->resolve_ms == PORT_NEVER ? PORT_NEVER
                                           : p->resolve_ms - passed;
    if (p->dial_ms == PORT_NEVER)
        return PORT_NEVER;
    return passed - p->resolve_ms < p->dial_ms
               ? p->dial_ms - (passed - p->resolve_ms)
               : 0;
}

/* A wait that nothing would ever end: the test would not, either. */
static int endless(struct scripted_port *p)
{
    port_blame(p, "a wait that never ends");
    p->dead = true;
    p->state = p->state == PORT_DIALING ? PORT_IDLE : p->state;
    return FIMG_PORT_FAILED;
}

static int port_connect(void *ctx, const char *host, uint16_t number,
                        uint32_t wait_ms)
{
    struct scripted_port *p = ctx;
    bool resolving;
    uint32_t left;
    int result;

    note_connect(p, host, number);
    port_check_wait(p, wait_ms);
    if (at_fault(p, CALL_CONNECT, 0, wait_ms, &result) && result != 0) {
        if (result != FIMG_PORT_AGAIN && result != FIMG_PORT_RESOLVING)
            p->state = PORT_IDLE;
        p->optional_close = result > 0 || result == FIMG_PORT_CLOSED;
        p->broken = p->optional_close;
        return result;
    }
    while ((left = dial_left(p, &resolving)) > 0) {
        if (left > wait_ms || left == PORT_NEVER) {
            if (wait_ms == FIMG_WAIT)
                return endless(p);
            p->now += wait_ms;
            p->again_call = resolving ? CALL_SLEEP : CALL_CONNECT;
            return resolving ? FIMG_PORT_RESOLVING : FIMG_PORT_AGAIN;
        }
        p->now += left;
        wait_ms -= wait_ms == FIMG_WAIT ? 0 : left;
    }
    if (p->connect_result == 0)
        connected(p);
    else
        p->state = PORT_IDLE;
    return p->connect_result;
}

static bool usable(struct scripted_port *p, size_t len, uint32_t wait_ms)
{
    if (p->state != PORT_OPEN)
        port_blame(p, "send or recv without a connection");
    if (len == 0)
        port_blame(p, "send or recv of nothing");
    port_check_wait(p, wait_ms);
    return p->state == PORT_OPEN && len > 0;
}

/* A fault on an open connection may end it. */
static int faulty(struct scripted_port *p, int result)
{
    if (result == FIMG_PORT_AGAIN)
        return result;
    if (result <= FIMG_PORT_FAILED || result == FIMG_PORT_CLOSED)
        p->dead = true; /* a code that does not exist is a failure */
    else
        p->broken = true;
    return result;
}

/* Milliseconds until the next bytes can be sent, or received. */
static uint32_t send_left(struct scripted_port *p)
{
    if (p->dead || p->peer.stream == PEER_STREAM_RST)
        return 0;
    if (p->send_max && p->given >= p->send_max)
        return PORT_NEVER;
    return until(p->now, p->ready_out);
}

/* Is the stream cut on this connection, and here? */
static bool is_cut(const struct scripted_port *p)
{
    return p->connects == p->cut_connection;
}

static bool at_cut(const struct scripted_port *p)
{
    return is_cut(p) && p->taken >= p->cut_after;
}

static size_t recv_room(struct scripted_port *p)
{
    size_t n = peer_run(&p->peer, p->now);

    if (at_cut(p))
        return 0;
    if (is_cut(p) && n > p->cut_after - p->taken)
        n = (size_t)(p->cut_after - p->taken);
    return n;
}

static uint32_t recv_left(struct scripted_port *p)
{
    size_t n = recv_room(p);
    uint32_t left = until(p->now, p->ready_in);

    if (p->dead)
        return 0;
    if (n > 0)
        return left;
    if (at_cut(p))
        return p->cut == FAULT_AGAIN ? PORT_NEVER : left;
    if (p->peer.stream != PEER_STREAM_OPEN)
        return left;
    return p->peer.pausing ? until(p->now, p->peer.pause_end) : PORT_NEVER;
}

/* Wait for `left` to come down to 0. */
static bool wait_for(struct scripted_port *p,
                     uint32_t (*left)(struct scripted_port *),
                     enum port_call call, uint32_t wait_ms)
{
    uint32_t end = p->now + wait_ms, ms;

    while ((ms = left(p)) > 0) {
        uint32_t may = wait_ms == FIMG_WAIT ? FIMG_WAIT : until(p->now, end);

        if (ms > may || ms == PORT_NEVER) {
            if (wait_ms == FIMG_WAIT)
                (void)endless(p);
            else
                p->now = end;
            p->again_call = call;
            return false;
        }
        p->now += ms;
    }
    return true;
}

static int port_send(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    struct scripted_port *p = ctx;
    int result;

    p->last_sent = 0;
    if (!usable(p, len, wait_ms))
        return FIMG_PORT_FAILED;
    if (at_fault(p, CALL_SEND, len, wait_ms, &result))
        return faulty(p, result);
    if (!wait_for(p, send_left, CALL_SEND, wait_ms))
        return FIMG_PORT_AGAIN;
    if (p->dead || p->peer.stream == PEER_STREAM_RST)
        return FIMG_PORT_FAILED;
    if (p->window_out && len > p->window_out)
        len = p->window_out;
    if (p->send_max && len > p->send_max - p->given)
        len = (size_t)(p->send_max - p->given);
    port_check_sent(p, src, len);
    (void)peer_run(&p->peer, p->now);
    peer_give(&p->peer, src, len);
    if (p->peer.early > 0)
        port_blame(p, "bytes for the server before the proxy agreed");
    (void)peer_run(&p->peer, p->now); /* its pauses begin now */
    p->given += len;
    p->sent += len;
    p->last_sent = len;
    p->ready_out = p->now + p->gap_ms;
    return (int)len;
}

static int port_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    struct scripted_port *p = ctx;
    size_t n;
    int result;

    if (!usable(p, cap, wait_ms))
        return FIMG_PORT_FAILED;
    if (p->broken)
        port_blame(p, "recv after the port broke its contract");
    if (at_fault(p, CALL_RECV, cap, wait_ms, &result))
        return faulty(p, result);
    if (!wait_for(p, recv_left, CALL_RECV, wait_ms))
        return FIMG_PORT_AGAIN;
    n = recv_room(p);
    if (p->dead)
        return FIMG_PORT_FAILED;
    if (at_cut(p))
        return port_fault_value(p->cut, 0);
    if (n == 0)
        return p->peer.stream == PEER_STREAM_RST ? FIMG_PORT_FAILED
                                                 : FIMG_PORT_CLOSED;
    if (n > cap)
        n = cap;
    if (p->window_in && n > p->window_in)
        n = p->window_in;
    peer_take(&p->peer, dst, n);
    (void)peer_run(&p->peer, p->now);
    p->taken += n;
    p->received += n;
    p->ready_in = p->now + p->gap_ms;
    return (int)n;
}

static void port_close(void *ctx)
{
    struct scripted_port *p = ctx;

    if (p->state == PORT_IDLE && !p->optional_close)
        port_blame(p, "close without a connection");
    if (p->last_call == CALL_SEND)
        p->goodbye += p->last_sent;
    port_check_secret(p);
    p->closes++;
    p->state = PORT_IDLE;
    p->optional_close = false;
    p->broken = false;
    p->last_call = CALL_CLOSE;
}

static void port_sleep(void *ctx, uint32_t wait_ms)
{
    struct scripted_port *p = ctx;

    if (p->state != PORT_IDLE && p->state != PORT_OPEN)
        port_blame(p, "sleep while connecting");
    port_check_sleep(p, wait_ms);
    p->last_call = CALL_SLEEP;
    p->again_call = CALL_SLEEP;
    p->sleeps++;
    p->now += wait_ms;
}

static uint32_t port_now_ms(void *ctx)
{
    return ((struct scripted_port *)ctx)->now;
}

static uint32_t port_unix_time(void *ctx)
{
    struct scripted_port *p = ctx;
    int result;

    if (p->state == PORT_IDLE)
        p->attempt_start = p->now;
    if (at_fault(p, CALL_TIME, 0, 0, &result))
        return 0;
    return p->unix_time;
}

/* Bytes that are the same every time. */
static int port_entropy(void *ctx, uint8_t *dst, size_t len)
{
    struct scripted_port *p = ctx;
    int result;

    if (at_fault(p, CALL_ENTROPY, len, 0, &result) && result != 0)
        return result;
    p->entropies++;
    for (size_t i = 0; i < len; i++)
        dst[i] = (uint8_t)(i * 29 + p->entropies * 3);
    return p->entropy_result;
}

void port_init(struct scripted_port *p)
{
    p->api = (struct fimg_port){
        .ctx = p,
        .connect = port_connect,
        .send = port_send,
        .recv = port_recv,
        .close = port_close,
        .sleep = port_sleep,
        .now_ms = port_now_ms,
        .unix_time = port_unix_time,
        .entropy = port_entropy,
    };
}

void port_watch(struct scripted_port *p, const struct fimg_request *request)
{
    p->request = request;
    p->token = request->token;
    p->start = p->now;
    p->attempt_start = p->now;
}

uint32_t port_event(struct scripted_port *p, enum fimg_wants wants)
{
    bool resolving;

    if (wants == FIMG_WANTS_NOTHING)
        return PORT_NEVER;
    if (p->state == PORT_DIALING)
        return dial_left(p, &resolving);
    if (p->state != PORT_OPEN)
        return PORT_NEVER;
    return wants == FIMG_WANTS_READ ? recv_left(p) : send_left(p);
}
