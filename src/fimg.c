/*
 * fimg.c: the order of the steps. Nothing is parsed here, nothing encrypted.
 *
 *     start -> CONNECT -> HANDSHAKE -> REQUEST -> HEAD -> BODY -> DONE
 *                 ^           kept connection ^
 *                 +------------ RETRY <-------+---- whatever may pass
 *
 * A call does one piece of work after the other until image bytes are stored,
 * the download has ended, or wait_ms has passed. With wait_ms 0 it ends after
 * one unit that moved bytes: 128 bytes of handshake, or one record.
 */
#include "fimg.h"

#include <string.h>

#include "fimg_advice.h"
#include "fimg_answer.h"
#include "fimg_attempt.h"

#define CONNECT_POLL_MS 100 /* a port may have timers of its own */
#define RESOLVE_POLL_MS 10

/* What a step has come to. */
enum step {
    STEP_ON,   /* go on */
    STEP_UNIT, /* go on, unless the caller must not be held up */
    STEP_WAIT  /* the network has nothing */
};

static void look_at_clock(struct fimg *f)
{
    f->now = f->request->port->now_ms(f->request->port->ctx);
}

static void network_failed(struct fimg *f, enum fimg_link_result result)
{
    fimg_answer_stop(f, FIMG_ERR_NETWORK, (enum fimg_reason)result);
}

/* The way to the server is open. */
static void connected(struct fimg *f)
{
    const struct fimg_request *r = f->request;

    f->link_number = fimg_request_port(r);
    f->link_trust = r->trust;
#if FIMG_PROXY
    f->link_proxy = r->proxy;
    memset(&f->attempt.scratch, 0, sizeof f->attempt.scratch);
#endif
    f->report.stage = FIMG_STAGE_HANDSHAKE;
}

static enum step connect_step(struct fimg *f, uint32_t wait_ms)
{
    const struct fimg_request *r = f->request;
    const char *host = fimg_request_host(r, f->attempt.writer.ask);
    uint16_t number = fimg_request_port(r);
    enum fimg_link_result result;

#if FIMG_PROXY
    if (r->proxy) {
        host = r->proxy->host;
        number = r->proxy->port_number;
    }
#endif
    result = fimg_link_connect(&f->link, r->port, host, number, wait_ms);
    if (result == FIMG_LINK_WAIT)
        return STEP_WAIT;
    if (result != FIMG_LINK_MOVED) {
        network_failed(f, result);
        return STEP_ON;
    }
    connected(f);
#if FIMG_PROXY
    if (r->proxy) {
        f->attempt.scratch.proxy.writer.ask = f->attempt.writer.ask;
        f->attempt.scratch.proxy.writer.connect = true;
        f->report.stage = FIMG_STAGE_PROXY;
    }
#endif
    return STEP_ON;
}

static void count(struct fimg *f, size_t moved)
{
    struct fimg_report *r = &f->report;

    *(f->link.wants == FIMG_WANTS_READ ? &r->wire_in : &r->wire_out) +=
        (uint32_t)moved;
}

#if FIMG_PROXY
static enum step proxy_step(struct fimg *f, uint32_t wait_ms)
{
    struct fimg_proxy_talk *p = &f->attempt.scratch.proxy;
    size_t moved;
    enum fimg_link_result result =
        fimg_proxy_step(p, f->request, &f->link, wait_ms, &moved);

    if (result == FIMG_LINK_WAIT)
        return STEP_WAIT;
    if (result != FIMG_LINK_MOVED) {
        network_failed(f, result);
        return STEP_ON;
    }
    count(f, moved);
    if (p->why) {
        if (p->head.state == FIMG_HEAD_DONE)
            f->report.http_status = p->reply.status;
        fimg_answer_stop(f, FIMG_ERR_NETWORK, p->why);
    } else if (p->open) {
        connected(f);
    }
    return STEP_UNIT;
}
#endif

/* TLS has failed, or the server has ended it. */
static void tls_over(struct fimg *f)
{
    if (f->tls.state == FIMG_TLS_FAILED) {
#if FIMG_SESSIONS
        if (f->request->session)
            fimg_wipe(f->request->session, sizeof *f->request->session);
#endif
        f->report.tls_error = fimg_tls_error(&f->tls);
        f->report.record_needed = fimg_tls_record_needed(&f->tls);
        fimg_answer_stop(f, FIMG_ERR_TLS, f->tls.why);
    } else if (f->report.stage == FIMG_STAGE_HANDSHAKE) {
        fimg_answer_stop(f, FIMG_ERR_TLS, FIMG_WHY_TLS_PROTOCOL);
    } else {
        fimg_answer_end(f);
    }
}

/* Bytes were moved: see where TLS is now. */
static enum step after_move(struct fimg *f, size_t moved)
{
    bool received = f->link.wants == FIMG_WANTS_READ;
    size_t len;

    count(f, moved);
    if (f->tls.state >= FIMG_TLS_ENDED) {
        tls_over(f);
        return STEP_ON;
    }
    if (f->report.stage == FIMG_STAGE_HANDSHAKE) {
        if (f->tls.state == FIMG_TLS_OPEN) {
            f->report.stage = FIMG_STAGE_REQUEST;
            fimg_timer_connected(&f->timer);
#if FIMG_SESSIONS
            fimg_attempt_keep_session(f);
#endif
        }
        return STEP_UNIT;
    }
    /* the rest of a record belongs to the unit that its header began */
    if (received && !fimg_tls_at_rest(&f->tls) &&
        fimg_tls_peek(&f->tls, &len) == NULL)
        return STEP_ON;
    return STEP_UNIT;
}

/* Hand TLS as much of the request as it has room for. */
static void fill_request(struct fimg *f)
{
    size_t room, n;
    uint8_t *at = fimg_tls_room(&f->tls, &room);

#if FIMG_TOKENS
    const struct fimg_writer *w = &f->attempt.writer;

    if (!fimg_attempt_has_token(f)) {
        fimg_answer_go_on(f, w->part == 0);
        return;
    }
#endif
    n = fimg_request_write(&f->attempt.writer, f->request, at, room);
    if (n > 0)
        fimg_tls_put(&f->tls, n);
    else
        f->report.stage = FIMG_STAGE_HEAD;
}

static enum step move_step(struct fimg *f, uint32_t wait_ms)
{
    enum fimg_link_result result;
    size_t moved;

    if (f->report.stage == FIMG_STAGE_REQUEST && fimg_tls_at_rest(&f->tls)) {
        fill_request(f);
        return STEP_ON;
    }
    result = fimg_link_move(&f->link, &f->tls, wait_ms, &moved);
    if (result == FIMG_LINK_MOVED)
        return after_move(f, moved);
    if (result == FIMG_LINK_WAIT)
        return STEP_WAIT;
    network_failed(f, result);
    return STEP_ON;
}

/* Milliseconds until the next attempt; the first one waits for nothing. */
static uint32_t retry_left(const struct fimg *f, uint32_t now)
{
    uint32_t left = f->retry - now;

    return left <= FIMG_WAIT / 2 ? left : 0;
}

static enum step retry_step(struct fimg *f, uint32_t budget)
{
    const struct fimg_port *port = f->request->port;
    uint32_t left = retry_left(f, f->now);

    if (left == 0) {
        f->report.attempts++;
        fimg_attempt_begin(f);
        return STEP_ON;
    }
    if (budget > 0)
        port->sleep(port->ctx, left < budget ? left : budget);
    return STEP_WAIT;
}

static enum step wire_step(struct fimg *f, uint32_t wait_ms)
{
    if (f->report.stage == FIMG_STAGE_CONNECT)
        return connect_step(f, wait_ms);
#if FIMG_PROXY
    if (f->report.stage == FIMG_STAGE_PROXY)
        return proxy_step(f, wait_ms);
#endif
    return move_step(f, wait_ms);
}

static uint32_t wire_bytes(const struct fimg *f)
{
    return f->report.wire_in + f->report.wire_out;
}

/*
 * The network's turn. Data that is there is taken even when the server was
 * late with it; the limits on connecting and on the whole hold in any case.
 */
static enum step network_step(struct fimg *f, uint32_t budget)
{
    uint32_t moved = 0 - wire_bytes(f), left;
    enum step result = STEP_WAIT;
    enum fimg_reason why;

    fimg_timer_wait(&f->timer, f->now);
    left = fimg_timer_left(&f->timer, f->request, f->now, &why);
    if (left < budget)
        budget = left;
    if (left > 0 ||
        (why != FIMG_WHY_TOTAL_LIMIT && why != FIMG_WHY_CONNECT_LIMIT))
        result = wire_step(f, budget);
    look_at_clock(f);
    if (result == STEP_WAIT && left == 0)
        fimg_answer_stop(f, FIMG_ERR_TIMEOUT, why);
    moved += wire_bytes(f);
    if (moved > 0)
        fimg_timer_progress(&f->timer, f->request, f->now, moved);
    return result;
}

static enum step step(struct fimg *f, uint32_t budget)
{
    enum step result;

    if (f->report.stage != FIMG_STAGE_NONE &&
        f->report.stage != FIMG_STAGE_RETRY)
        return network_step(f, budget);
    result = retry_step(f, budget);
    look_at_clock(f);
    return result;
}

int fimg_start(struct fimg *f, const struct fimg_request *request)
{
    enum fimg_reason why = fimg_request_check(request);

    fimg_finish(f);
#if FIMG_RECORD_LENT
    if (!why &&
        !fimg_tls_lend(&f->tls, request->record_buf, request->record_cap))
        why = FIMG_WHY_RECORD_BUF;
#endif
    memset(&f->report, 0, sizeof f->report);
    fimg_attempt_reset(&f->report);
    if (why) {
        f->report.status = FIMG_ERR_REQUEST;
        f->report.reason = why;
        f->report.advice = fimg_advice(why, 0, 0);
        return FIMG_ERR_REQUEST;
    }
    f->request = request;
    f->busy = true;
    look_at_clock(f);
    f->retry = f->now;
#if FIMG_LIMITER
    f->in_turn = false;
#endif
#if FIMG_TOKENS
    f->renewed = f->make_do = false;
#endif
    fimg_timer_start(&f->timer, f->now);
    return FIMG_OK;
}

/* Work until something can be returned; see fimg_read. */
static int run(struct fimg *f, uint8_t *dst, size_t cap)
{
    uint32_t begin = f->now, wait = f->request->wait_ms, left = wait;
    enum step s = STEP_ON;

    for (;;) {
        size_t stored = fimg_answer_take(f, dst, cap);

        f->busy = s != STEP_WAIT;
        if (stored > 0)
            return (int)stored;
        if (f->report.status != FIMG_PENDING)
            fimg_attempt_again(f);
        if (f->report.status != FIMG_PENDING)
            return (int)f->report.status;
        if (wait != FIMG_WAIT)
            left = f->now - begin < wait ? wait - (f->now - begin) : 0;
        if (left == 0 && s != STEP_ON)
            return FIMG_PENDING;
        s = step(f, left);
    }
}

int fimg_read(struct fimg *f, void *dst, size_t cap)
{
    const struct fimg_report *r = &f->report;
    bool started = r->status != FIMG_OK || r->stage != FIMG_STAGE_NONE;

    if (dst == NULL || cap == 0 || !started)
        return FIMG_ERR_REQUEST;
    if (r->status != FIMG_PENDING)
        return (int)r->status;
    if (f->request == NULL)
        return FIMG_ERR_REQUEST; /* finished before its end */
    look_at_clock(f);
    return run(f, dst, cap);
}

enum fimg_wants fimg_wants(const struct fimg *f)
{
    if (f->report.stage < FIMG_STAGE_CONNECT ||
        f->report.stage > FIMG_STAGE_BODY)
        return FIMG_WANTS_NOTHING;
    return f->link.wants;
}

uint32_t fimg_next_ms(const struct fimg *f)
{
    const struct fimg_request *r = f->request;
    enum fimg_reason why;
    uint32_t now, left, poll;

    if (r == NULL || f->busy || f->report.status != FIMG_PENDING)
        return 0;
    now = r->port->now_ms(r->port->ctx);
    if (f->report.stage == FIMG_STAGE_RETRY)
        return retry_left(f, now);
    left = fimg_timer_left(&f->timer, r, now, &why);
    poll = f->link.wants ? CONNECT_POLL_MS : RESOLVE_POLL_MS;
    return f->report.stage == FIMG_STAGE_CONNECT && left > poll ? poll : left;
}

const struct fimg_report *fimg_report(const struct fimg *f)
{
    return &f->report;
}

void fimg_finish(struct fimg *f)
{
    if (f->request && (FIMG_RECORD_LENT || !f->reusable))
        fimg_close(f);
    fimg_answer_release(f);
    f->request = NULL;
}

void fimg_close(struct fimg *f)
{
    fimg_link_close(&f->link, &f->tls);
    fimg_tls_wipe(&f->tls);
    f->reusable = false;
    fimg_answer_release(f);
    f->request = NULL;
}
