/*
 * fimg_answer.c: what a reply means for the download.
 *
 * Where the body goes is decided once, when the head is complete: status 200
 * with a type other than JSON goes to the caller, everything else to the error
 * collector. That an image is whole is decided by the framing alone.
 */
#include "fimg_answer.h"

#include <string.h>

#include "fimg_advice.h"
#include "fimg_error.h"
#include "fimg_resume.h"
#include "fimg_token.h"

#define MAX_SIZE 10485760          /* of an image, as Feishu takes them in */
#define MAX_SIZE_MESSAGE 104857600 /* of what a message holds */
static uint32_t max_size(const struct fimg *f)
{
    const struct fimg_request *r = f->request;

    if (r->max_size)
        return r->max_size;
#if FIMG_MESSAGES
    if (r->message_id)
        return MAX_SIZE_MESSAGE;
#endif
    return MAX_SIZE;
}

/* How much more may be delivered. */
static uint32_t room_left(const struct fimg *f)
{
    uint32_t most = max_size(f);

#if FIMG_RESUME
    if (f->report.http_status == 206 && f->request->resume->total < most)
        most = f->request->resume->total;
    if (f->report.offset > most)
        return 0;
    most -= f->report.offset;
#endif
    return most - f->report.delivered;
}

static bool is_redirect(const struct fimg *f)
{
    return f->attempt.reply.status / 100 == 3;
}

/* Is the connection at rest, and does the server mean to keep it? */
static bool at_rest(const struct fimg *f)
{
    return f->tls.state == FIMG_TLS_OPEN &&
           f->attempt.body.state == FIMG_BODY_DONE && !f->attempt.reply.close &&
           f->attempt.reply.minor == 1 && fimg_tls_at_rest(&f->tls);
}

/*
 * What an error reply comes to. A status from 400 up is a refusal whatever
 * became of the body, unless time ran out or TLS broke while it was read. JSON
 * in a 200 is one if it has a code.
 */
static void judge_error(struct fimg *f, enum fimg_status *status,
                        enum fimg_reason *reason)
{
    if (*status == FIMG_ERR_TIMEOUT || *status == FIMG_ERR_TLS)
        return;
    if (f->attempt.reply.status >= 400 || f->report.code != 0) {
        *status = FIMG_ERR_REFUSED;
        *reason = FIMG_WHY_REFUSED;
    }
}

void fimg_answer_stop(struct fimg *f, enum fimg_status status,
                      enum fimg_reason reason)
{
    bool in_body = f->report.stage == FIMG_STAGE_BODY;

    f->reusable =
        in_body && at_rest(f) && (status == FIMG_OK || !f->attempt.image);
    if (!f->reusable)
        fimg_link_close(&f->link, &f->tls);
    if (in_body && !f->attempt.image && !is_redirect(f)) {
        fimg_error_read(f);
        judge_error(f, &status, &reason);
    }
    fimg_answer_release(f);
    f->report.status = status;
    f->report.reason = reason;
    f->report.advice =
        fimg_advice(reason, f->attempt.reply.status, f->report.code);
    if (status == FIMG_OK)
        f->report.stage = FIMG_STAGE_DONE;
}

/* Why the body cannot go on. */
static enum fimg_reason body_why(const struct fimg *f)
{
    if (!f->attempt.too_large)
        return FIMG_WHY_CHUNK;
    return fimg_resume_is_full(f) ? FIMG_WHY_FRAMING : FIMG_WHY_TOO_LARGE;
}

/* What an error reply without a code comes to. */
static void stop_error(struct fimg *f)
{
    enum fimg_reason reason = FIMG_WHY_HTTP_STATUS;

    if (f->attempt.body.state == FIMG_BODY_FAILED)
        reason = body_why(f);
    else if (f->attempt.reply.status == 200)
        reason = FIMG_WHY_JSON;
    fimg_answer_stop(f, FIMG_ERR_REPLY, reason);
}

static void note_head(struct fimg *f)
{
    struct fimg_head *h = &f->attempt.scratch.head;
    struct fimg_reply *r = &f->attempt.reply;

    f->report.date = r->date;
    if (r->framing == FIMG_FRAMING_LENGTH)
        f->report.length = r->length;
    f->report.log_id = fimg_error_show(f, r->log_id, strlen(r->log_id));
    memset(h->line, 0, sizeof h->line);
    if (is_redirect(f))
        f->report.location =
            fimg_error_show(f, h->location, strlen(h->location));
    else
        memset(&f->attempt.scratch, 0, sizeof f->attempt.scratch);
}

void fimg_answer_go_on(struct fimg *f, bool reusable)
{
    f->reusable = reusable;
    if (!reusable)
        fimg_link_close(&f->link, &f->tls);
    f->retry = f->now;
    f->report.attempts--; /* it is still the same one */
    f->report.stage = FIMG_STAGE_RETRY;
}

/*
 * The head is complete: decide where the body goes. A body that nobody wants
 * is not read, which costs the connection unless it is empty.
 */
static void start_body(struct fimg *f)
{
    const struct fimg_reply *r = &f->attempt.reply;

    f->report.http_status = r->status;
    if (!fimg_resume_judge(f)) {
        fimg_answer_go_on(f, at_rest(f));
        return;
    }
    note_head(f);
    f->report.stage = FIMG_STAGE_BODY;
    f->attempt.image = r->status == 200 && !r->json && !fimg_asks_token(f);
    fimg_body_start(&f->attempt.body, r->framing, r->length);
#if FIMG_TOKENS
    if (fimg_gets_token(f))
        fimg_token_drop(f->request->token_from); /* makes room for it */
#endif
    if (r->status > 200 && r->status < 400)
        stop_error(f);
    else if (r->status == 200 && r->encoded)
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_ENCODING);
    else if (f->attempt.image && r->framing == FIMG_FRAMING_LENGTH &&
             (r->length > room_left(f) || r->length == UINT32_MAX))
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_TOO_LARGE);
}

static void take_head(struct fimg *f, const uint8_t *at, size_t len)
{
    struct fimg_head *h = &f->attempt.scratch.head;

    f->attempt.answered = true;
    fimg_tls_skip(&f->tls, fimg_head_feed(h, &f->attempt.reply, at, len));
    if (h->state == FIMG_HEAD_FAILED)
        fimg_answer_stop(f, FIMG_ERR_REPLY, h->why);
    else if (h->state == FIMG_HEAD_DONE)
        start_body(f);
}

/*
 * Copy a run of image to the caller, as far as the size limit allows. False
 * if that is not the whole run, which is cut off then.
 */
static bool deliver(struct fimg *f, struct fimg_span *run, uint8_t *dst)
{
    uint32_t room = room_left(f);
    bool fits = run->len <= room;

    if (!fits)
        run->len = room;
    memcpy(dst, run->at, run->len);
    if ((!FIMG_RESUME || f->report.offset == 0) &&
        f->report.delivered < FIMG_MAGIC_LEN)
        f->report.type =
            fimg_type_feed(&f->attempt.scratch.magic, run->at, run->len);
    f->report.delivered += (uint32_t)run->len;
#if FIMG_RESUME
    if (f->request->resume)
        f->request->resume->offset += (uint32_t)run->len;
#endif
    return fits;
}

/*
 * Take plaintext as body. The window offered to the decoder is never larger
 * than the caller's room, so what comes out of it fits.
 */
static size_t take_body(struct fimg *f, uint8_t *dst, size_t cap)
{
    struct fimg_body *body = &f->attempt.body;
    size_t stored = 0, len;
    const uint8_t *at;

    while (stored < cap && body->state == FIMG_BODY_MORE &&
           (at = fimg_tls_peek(&f->tls, &len)) != NULL) {
        struct fimg_span run;
        size_t window = len < cap - stored ? len : cap - stored;
        size_t used = fimg_body_feed(body, at, window, &run);
        bool fits = f->attempt.image ? deliver(f, &run, dst + stored)
                                     : fimg_error_collect(f, &run);

        if (!fits) {
            body->state = FIMG_BODY_FAILED;
            f->attempt.too_large = true;
        }
        if (f->attempt.image)
            stored += run.len;
        fimg_tls_skip(&f->tls, used);
    }
    return stored;
}

#if FIMG_TOKENS
/* A token's reply is complete. */
static void finish_token(struct fimg *f)
{
    const struct fimg_collector *c = &f->attempt.scratch.error.collector;
    struct fimg_token *t = f->request->token_from;
    enum fimg_reason why = FIMG_WHY_TOKEN_SIZE;
    struct fimg_api_reply found;
    size_t room;
    void *scratch = fimg_tls_scratch(&f->tls, &room);

    if (c->seen == c->len) {
        fimg_api_decode(&found, t->memory, c->len, scratch, room);
        why = fimg_token_keep(t, &found, f->now);
    }
    if (why) {
        fimg_answer_stop(f, FIMG_ERR_REPLY, why);
    } else if (f->renewed && fimg_token_mark(t) == f->token_mark) {
        f->attempt.scratch.error.collector.len = 0;
        f->attempt.reply.status = f->report.http_status = f->dead_status;
        fimg_answer_stop(f, FIMG_ERR_REFUSED, FIMG_WHY_REFUSED);
        f->report.code = f->dead_code;
        f->report.advice =
            fimg_advice(FIMG_WHY_REFUSED, f->dead_status, f->dead_code);
    } else {
        fimg_answer_release(f);
        fimg_answer_go_on(f, at_rest(f));
    }
}
#endif

/* The body is complete, or cannot go on. */
static void finish_body(struct fimg *f)
{
    if (f->attempt.body.state == FIMG_BODY_DONE)
        f->report.end = (enum fimg_end)(f->attempt.body.framing + 1);
#if FIMG_TOKENS
    if (fimg_gets_token(f) && f->attempt.body.state == FIMG_BODY_DONE) {
        finish_token(f);
        return;
    }
#endif
    if (!f->attempt.image)
        stop_error(f);
    else if (f->attempt.body.state == FIMG_BODY_FAILED)
        fimg_answer_stop(f, FIMG_ERR_REPLY, body_why(f));
    else if (f->report.delivered == 0)
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_EMPTY);
    else if (fimg_resume_is_short(f))
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_FRAMING);
    else
        fimg_answer_stop(f, FIMG_OK, FIMG_WHY_NONE);
}

size_t fimg_answer_take(struct fimg *f, uint8_t *dst, size_t cap)
{
    const uint8_t *at;
    size_t len;

    while (f->report.stage == FIMG_STAGE_HEAD &&
           f->report.status == FIMG_PENDING &&
           (at = fimg_tls_peek(&f->tls, &len)) != NULL)
        take_head(f, at, len);
    if (f->report.stage != FIMG_STAGE_BODY || f->report.status != FIMG_PENDING)
        return 0;
    len = take_body(f, dst, cap);
    if (len == 0 && f->attempt.body.state != FIMG_BODY_MORE)
        finish_body(f);
    return len;
}

void fimg_answer_end(struct fimg *f)
{
    if (f->report.stage != FIMG_STAGE_BODY ||
        f->attempt.body.framing != FIMG_FRAMING_CLOSE) {
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_CUT_SHORT);
        return;
    }
    f->attempt.body.state = FIMG_BODY_DONE;
    finish_body(f);
}
