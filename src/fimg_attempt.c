/*
 * fimg_attempt.c: begin an attempt, and decide whether there is another.
 */
#include "fimg_attempt.h"

#include <string.h>

#include "fimg_answer.h"
#include "fimg_retry.h"

void fimg_attempt_reset(struct fimg_report *r)
{
    memset(r, 0, offsetof(struct fimg_report, wire_in));
    r->status = FIMG_PENDING;
    r->length = FIMG_LENGTH_UNKNOWN;
    r->msg = r->log_id = r->location = r->advice = "";
}

static bool same_server(const struct fimg *f)
{
    const struct fimg_request *r = f->request;
    size_t size = strlen(r->host) + 1;

    return f->link.port == r->port && f->link_number == fimg_request_port(r) &&
           f->link_trust == r->trust &&
           memcmp(fimg_tls_host(&f->tls), r->host, size) == 0;
}

/*
 * Make TLS ready before the network is touched, so that a device without
 * clock or entropy does not even connect.
 */
static enum fimg_reason prepare_tls(struct fimg *f)
{
    const struct fimg_request *r = f->request;
    const struct fimg_port *port = r->port;
    uint32_t now = port->unix_time(port->ctx);
    uint8_t entropy[FIMG_TLS_ENTROPY];

    if (now == 0 && r->trust->clock != FIMG_CLOCK_OPTIONAL)
        return FIMG_WHY_NO_CLOCK;
    if (port->entropy(port->ctx, entropy, sizeof entropy) != 0)
        return FIMG_WHY_NO_ENTROPY;
    fimg_tls_start(&f->tls, r->host, r->trust, now, entropy);
    fimg_wipe(entropy, sizeof entropy);
    return f->tls.why;
}

void fimg_attempt_begin(struct fimg *f)
{
    enum fimg_reason why;

    fimg_attempt_reset(&f->report);
    memset(&f->attempt, 0, sizeof f->attempt);
    if (f->link.port &&
        (!f->reusable || !same_server(f) || !fimg_link_silent(&f->link)))
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

static uint16_t random_16(const struct fimg *f)
{
    const struct fimg_port *port = f->request->port;
    uint8_t bytes[2] = { 0 };

    (void)port->entropy(port->ctx, bytes, sizeof bytes); /* else no jitter */
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

void fimg_attempt_again(struct fimg *f)
{
    const struct fimg_report *r = &f->report;
    uint32_t ms;

    if (r->delivered > 0)
        return;
    if (r->reused && !f->attempt.answered &&
        (r->reason == FIMG_WHY_LOST || r->reason == FIMG_WHY_CUT_SHORT)) {
        fimg_attempt_begin(f);
        return;
    }
    if (r->attempts > f->request->retry_max || r->reason == FIMG_WHY_NAME ||
        !fimg_retry_helps(r->status, r->http_status, r->code))
        return;
    ms = fimg_retry_wait_ms(r->attempts,
                            f->attempt.reply.reset_s ? f->attempt.reply.reset_s
                                                     : f->attempt.reply.retry_s,
                            random_16(f));
    if (ms >= fimg_timer_total_left(&f->timer, f->request, f->now))
        return;
    f->retry = f->now + ms;
    f->report.status = FIMG_PENDING;
    f->report.stage = FIMG_STAGE_RETRY;
}
