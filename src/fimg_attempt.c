/*
 * fimg_attempt.c: begin an attempt, and decide whether there is another.
 */
#include "fimg_attempt.h"

#include <string.h>

#include "fimg_answer.h"
#include "fimg_limiter.h"
#include "fimg_retry.h"
#include "fimg_token.h"

#define TOKEN_POLL_MS 20 /* while another object fetches the token */

void fimg_attempt_reset(struct fimg_report *r)
{
    memset(r, 0, offsetof(struct fimg_report, wire_in));
    r->status = FIMG_PENDING;
    r->length = FIMG_LENGTH_UNKNOWN;
    r->msg = r->log_id = r->location = r->advice = "";
}

static bool same_proxy(const struct fimg *f)
{
#if FIMG_PROXY
    return f->link_proxy == f->request->proxy;
#else
    (void)f;
    return true;
#endif
}

static bool same_server(const struct fimg *f)
{
    const struct fimg_request *r = f->request;
    const char *host = fimg_request_host(r, f->attempt.writer.ask);

    return f->link.port == r->port && f->link_number == fimg_request_port(r) &&
           f->link_trust == r->trust && same_proxy(f) &&
           memcmp(fimg_tls_host(&f->tls), host, strlen(host) + 1) == 0;
}

/* The session is with the request's host, and not with the token's. */
static struct fimg_session *session_of(const struct fimg *f)
{
#if FIMG_SESSIONS
    const struct fimg_request *r = f->request;
    const char *host = fimg_request_host(r, f->attempt.writer.ask);
    size_t len = strlen(host);

    if (len == strlen(r->host) && memcmp(host, r->host, len) == 0)
        return r->session;
#else
    (void)f;
#endif
    return NULL;
}

static struct fimg_server server_of(const struct fimg *f)
{
    const struct fimg_request *r = f->request;

    return (struct fimg_server){ fimg_request_host(r, f->attempt.writer.ask),
                                 fimg_request_port(r), r->trust,
                                 r->port->unix_time(r->port->ctx) };
}

/*
 * Make TLS ready before the network is touched, so that a device without
 * clock or entropy does not even connect.
 */
static enum fimg_reason prepare_tls(struct fimg *f)
{
    const struct fimg_port *port = f->request->port;
    struct fimg_server server = server_of(f);
    uint8_t entropy[FIMG_TLS_ENTROPY];

    if (server.now == 0 && server.trust->clock == FIMG_CLOCK_REQUIRED)
        return FIMG_WHY_NO_CLOCK;
    if (port->entropy(port->ctx, entropy, sizeof entropy) != 0)
        return FIMG_WHY_NO_ENTROPY;
    fimg_tls_start(&f->tls, &server, entropy, session_of(f));
    fimg_wipe(entropy, sizeof entropy);
    return f->tls.why;
}

#if FIMG_SESSIONS
void fimg_attempt_keep_session(struct fimg *f)
{
    f->report.resumed = fimg_tls_resumed(&f->tls);
    if (session_of(f) && !f->report.resumed) {
        struct fimg_server server = server_of(f);

        fimg_tls_keep(&f->tls, &server, session_of(f));
    }
}
#endif

static uint16_t random_16(const struct fimg *f)
{
    const struct fimg_port *port = f->request->port;
    uint8_t bytes[2] = { 0 };

    (void)port->entropy(port->ctx, bytes, sizeof bytes); /* else no jitter */
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

#if FIMG_TOKENS
/* Has the token still to live, and is nobody replacing it? */
static bool is_alive(const struct fimg *f)
{
    const struct fimg_token *t = f->request->token_from;

    return t->fetcher == NULL && fimg_token_left_ms(t, f->now) > 0;
}
#endif

/*
 * See what has to be asked for: a token first, if there is none that is fresh.
 * Returns how long to wait before, because another object is fetching it.
 */
static uint32_t choose(struct fimg *f)
{
#if FIMG_TOKENS
    struct fimg_token *t = f->request->token_from;

    if (f->request->token)
        return 0;
    if (fimg_token_is_fresh(t, f->now) || (f->make_do && is_alive(f))) {
        f->token_mark = fimg_token_mark(t);
        return 0;
    }
    if (t->fetcher)
        return TOKEN_POLL_MS;
    t->fetcher = f;
    f->attempt.writer.ask = FIMG_ASK_TOKEN;
#else
    (void)f;
#endif
    return 0;
}

/* How long this device's share of the rate limits makes us wait. A request
   takes its turn before the token for it is fetched. */
static uint32_t turn_ms(struct fimg *f)
{
#if FIMG_LIMITER
    struct fimg_limiter *l = f->request->limiter;
    uint32_t ms;

    if (l == NULL || f->in_turn)
        return 0;
    ms = fimg_limiter_wait_ms(l, f->now, l->placed ? 0 : random_16(f));
    if (ms > 0)
        return ms;
    fimg_limiter_sent(l, f->now);
    f->in_turn = true;
#else
    (void)f;
#endif
    return 0;
}

#if FIMG_TOKENS
bool fimg_attempt_has_token(const struct fimg *f)
{
    const struct fimg_writer *w = &f->attempt.writer;

    return f->request->token || w->ask == FIMG_ASK_TOKEN ||
           w->part > 1 || /* it has been written */
           fimg_token_mark(f->request->token_from) == f->token_mark;
}
#endif

/* Make the next attempt in so many milliseconds. False if that is too late. */
static bool put_off(struct fimg *f, uint32_t ms)
{
    if (ms >= fimg_timer_total_left(&f->timer, f->request, f->now))
        return false;
    f->retry = f->now + ms;
    f->report.status = FIMG_PENDING;
    f->report.stage = FIMG_STAGE_RETRY;
    return true;
}

void fimg_attempt_begin(struct fimg *f)
{
    enum fimg_reason why;
    uint32_t ms;

    memset(&f->attempt, 0, sizeof f->attempt);
    ms = turn_ms(f);
    if (ms == 0)
        ms = choose(f);
    if (ms > 0) {
        f->report.attempts--; /* it has not begun */
        if (!put_off(f, ms))
            fimg_answer_stop(f, FIMG_ERR_TIMEOUT, FIMG_WHY_TOTAL_LIMIT);
        return;
    }
    fimg_attempt_reset(&f->report);
    if (f->link.port && (!same_server(f) || !fimg_link_silent(&f->link)))
        fimg_link_close(&f->link, &f->tls);
    f->reusable = false;
    if (f->link.port) {
        f->report.reused = true;
        f->report.stage = FIMG_STAGE_REQUEST;
        fimg_timer_connected(&f->timer);
        return;
    }
    f->report.stage = FIMG_STAGE_CONNECT;
    fimg_timer_connect(&f->timer, f->now);
    why = prepare_tls(f);
    if (why)
        fimg_answer_stop(f, FIMG_ERR_TLS, why);
}

/* If the token is dead, another one may help, once. */
static bool renew_token(struct fimg *f)
{
#if FIMG_TOKENS
    const struct fimg_report *r = &f->report;
    struct fimg_token *t = f->request->token_from;

    if (f->request->token || f->renewed || r->status != FIMG_ERR_REFUSED ||
        f->attempt.writer.ask == FIMG_ASK_TOKEN ||
        !fimg_token_is_dead(r->http_status, r->code))
        return false;
    f->renewed = true;
#if FIMG_LIMITER
    f->in_turn = false; /* the next request takes another */
#endif
    f->dead_status = r->http_status;
    f->dead_code = r->code;
    if (fimg_token_mark(t) == f->token_mark) /* else it is gone already */
        fimg_token_drop(t);
    return true;
#else
    (void)f;
    return false;
#endif
}

/* If no other token can be got, the one that there is may do, once. */
static bool make_do(struct fimg *f)
{
#if FIMG_TOKENS
    if (f->attempt.writer.ask != FIMG_ASK_TOKEN || f->renewed)
        return false;
    return f->make_do = is_alive(f);
#else
    (void)f;
    return false;
#endif
}

/* Did a kept connection die before the server saw the request on it? */
static bool was_stale(const struct fimg *f)
{
    const struct fimg_report *r = &f->report;

    return r->reused && !f->attempt.answered &&
           (r->reason == FIMG_WHY_LOST || r->reason == FIMG_WHY_CUT_SHORT);
}

static uint32_t server_ms(const struct fimg *f)
{
    const struct fimg_reply *reply = &f->attempt.reply;

    return fimg_retry_wait_ms(f->report.attempts,
                              reply->reset_s ? reply->reset_s : reply->retry_s,
                              random_16(f));
}

#if FIMG_LIMITER
/* Too many requests: hold back all that share the limiter. */
static void note_refusal(struct fimg *f)
{
    f->in_turn = false;
    if (f->request->limiter &&
        fimg_retry_is_limited(f->report.http_status, f->report.code))
        fimg_limiter_refused(f->request->limiter, f->now, server_ms(f));
}
#endif

/* How long to wait before the next attempt. */
static uint32_t again_ms(const struct fimg *f)
{
    uint32_t ms = server_ms(f);

#if FIMG_LIMITER
    if (f->request->limiter) {
        uint32_t turn =
            fimg_limiter_wait_ms(f->request->limiter, f->now, random_16(f));

        if (turn > ms)
            return turn;
    }
#endif
    return ms;
}

void fimg_attempt_again(struct fimg *f)
{
    const struct fimg_report *r = &f->report;

    if (r->delivered > 0)
        return;
    if (was_stale(f) || renew_token(f) || make_do(f)) {
        fimg_attempt_begin(f);
        return;
    }
    if (!fimg_retry_helps(r))
        return;
#if FIMG_LIMITER
    note_refusal(f);
#endif
    if (r->attempts <= f->request->retry_max)
        (void)put_off(f, again_ms(f));
}
