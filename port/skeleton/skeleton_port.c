/*
 * skeleton_port.c: a port that refuses everything, to be copied.
 *
 * Fill in one function at a time, from the first on, and run the list
 * (skeleton_check.c) after each. fimg_port.h is the contract. Each function
 * here says what to do with
 *
 *   sockets  an RTOS whose sockets are BSD's (lwip_*, zsock_*) or nearly so
 *            (FreeRTOS_*: no errno, results of their own); all eight in POSIX
 *            are in tests/port_skeleton_posix.c
 *   raw      callbacks, as lwIP's raw interface has them: port/lwip/ is that
 *   bare     a network chip that has TCP itself, or a modem
 *
 * Two rules hold for all. A function that takes wait_ms has to come back: with
 * a result as soon as there is one, without one after about wait_ms, and at
 * once if that is 0; but a stack that only moves when it is run is run even
 * then. And "not yet" (AGAIN) is never confused with "the peer has ended"
 * (CLOSED) or "broken" (FAILED): the one way images are lost that were on
 * their way, the other way the library waits until a time limit runs out.
 */
#include "skeleton_port.h"

/*
 * Milliseconds from any start; wraps after 49 days, which is fine.
 *
 * sockets: the tick count times 1000 / tick rate, in uint32_t all the way: a
 *          count that wraps before the multiplication steps back.
 * raw:     sys_now().
 * bare:    a counter that the timer interrupt increments each millisecond.
 */
static uint32_t skeleton_now_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

/*
 * Let wait_ms pass, between two attempts. A connection may be open, but idle.
 *
 * sockets: vTaskDelay, k_msleep, tx_thread_sleep; round up to whole ticks.
 * raw:     run the stack until now_ms says so.
 * bare:    wait for interrupts until now_ms says so; kick the watchdog.
 */
static void skeleton_sleep(void *ctx, uint32_t wait_ms)
{
    (void)ctx;
    (void)wait_ms;
}

/*
 * Seconds since 1970 UTC, 0 if not known. Certificates are checked by it; a
 * few minutes off do not matter. The list takes 0 for an answer, but with it
 * the library refuses to connect, unless the request's trust says
 * FIMG_CLOCK_OPTIONAL.
 *
 * All:     SNTP once after start-up, or a clock chip. Not a clock that starts
 *          in 1970 or 2000 when nobody has set it: return 0 for that.
 */
static uint32_t skeleton_unix_time(void *ctx)
{
    (void)ctx;
    return 0;
}

/*
 * Fill `dst` from a source fit for making keys. Called once a connection, for
 * 32 bytes, and once for each further attempt, for 2.
 *
 * All:     the chip's random number generator, once its own health tests have
 *          passed, or the RTOS's function for secrets. Not rand(), not the
 *          clock, not a serial number: who guesses it reads everything. If
 *          there is none, keep FIMG_PORT_FAILED: there is no TLS without.
 */
static int skeleton_entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx;
    (void)dst;
    (void)len;
    return FIMG_PORT_FAILED;
}

/*
 * Find the address of `host` and connect. After AGAIN or RESOLVING it is
 * called again, so keep how far it is in the struct. What failed must be
 * tidied up here: close is not called after it. NO_NAME if the resolver says
 * that there is no such name; FAILED if it did not answer.
 *
 * sockets: getaddrinfo (for AF_INET only, or the addresses one after another),
 *          socket, make it non-blocking, connect. EINPROGRESS: now and in each
 *          later call, select or poll for writing up to wait_ms; once it is
 *          ready, SO_ERROR tells how it went. getaddrinfo may block for longer
 *          than wait_ms; where that matters, use the stack's resolver with a
 *          callback.
 * raw:     dns_gethostbyname, then tcp_new, tcp_connect; the callbacks note
 *          the result in the struct; run the stack until they have, or wait_ms
 *          has passed. RESOLVING before there is a control block, then AGAIN.
 * bare:    the chip's commands for DNS and connect; look at its status.
 */
static int skeleton_connect(void *ctx, const char *host, uint16_t port,
                            uint32_t wait_ms)
{
    struct skeleton_port *p = ctx;

    (void)host;
    (void)port;
    (void)wait_ms;
    p->connection = -1;
    return FIMG_PORT_FAILED;
}

/*
 * Drop the connection, or what is under way towards one; wait for nothing.
 * Called once after every connect that did not fail. connect may follow.
 *
 * sockets: close. No SO_LINGER.
 * raw:     take the callbacks off first; tcp_close, and if that fails
 *          tcp_abort; free what was received and not taken. A DNS answer may
 *          still come: its callback must find nothing to do.
 * bare:    the chip's command to disconnect.
 */
static void skeleton_close(void *ctx)
{
    struct skeleton_port *p = ctx;

    p->connection = -1;
}

/*
 * Send some of it: 1 to len. AGAIN when nothing fits within wait_ms.
 *
 * sockets: send. If EAGAIN: select for writing up to what is left of wait_ms,
 *          once more, then AGAIN. Any other error is FAILED. No SIGPIPE:
 *          MSG_NOSIGNAL. FreeRTOS_send: AGAIN is -pdFREERTOS_ERRNO_ENOSPC.
 * raw:     tcp_write up to tcp_sndbuf with TCP_WRITE_FLAG_COPY, tcp_output.
 *          No room, or ERR_MEM: run the stack, once more; AGAIN when wait_ms
 *          has passed. If the error callback has come, FAILED.
 * bare:    as much as the chip's buffer has room for.
 */
static int skeleton_send(void *ctx, const uint8_t *src, size_t len,
                         uint32_t wait_ms)
{
    (void)ctx;
    (void)src;
    (void)len;
    (void)wait_ms;
    return FIMG_PORT_FAILED;
}

/*
 * Receive some bytes: 1 to cap. What has arrived comes before what ended it:
 * CLOSED and FAILED only once all bytes were given.
 *
 * sockets: recv. Positive: that many. 0: CLOSED. If EAGAIN: select for reading
 *          up to what is left of wait_ms, once more, then AGAIN. Else FAILED.
 *          FreeRTOS_recv: 0 is AGAIN; -pdFREERTOS_ERRNO_ENOTCONN is CLOSED if
 *          FreeRTOS_connstatus says eCLOSE_WAIT, else FAILED.
 * raw:     the queue of pbufs that the receive callback has kept; tcp_recved
 *          for what is taken, not before. A NULL pbuf is CLOSED, once the
 *          queue is empty; the error callback is FAILED. Otherwise run the
 *          stack, once more; AGAIN when wait_ms has passed.
 * bare:    what the chip has received. Find out how it tells an orderly end
 *          from a reset: if it does not, say FAILED, never CLOSED, and live
 *          with the one line of the list that then fails.
 */
static int skeleton_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    (void)ctx;
    (void)dst;
    (void)cap;
    (void)wait_ms;
    return FIMG_PORT_FAILED;
}

void skeleton_port_init(struct skeleton_port *p)
{
    p->port.ctx = p;
    p->port.connect = skeleton_connect;
    p->port.send = skeleton_send;
    p->port.recv = skeleton_recv;
    p->port.close = skeleton_close;
    p->port.sleep = skeleton_sleep;
    p->port.now_ms = skeleton_now_ms;
    p->port.unix_time = skeleton_unix_time;
    p->port.entropy = skeleton_entropy;
    p->connection = -1;
}
