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

#define DEFAULT_MAX_SIZE 10485760

static uint64_t max_size(const struct fimg *f)
{
    return f->request->max_size ? f->request->max_size : DEFAULT_MAX_SIZE;
}

static bool is_redirect(const struct fimg *f)
{
    return f->reply.status / 100 == 3;
}

/* Is the connection at rest, and does the server mean to keep it? */
static bool at_rest(const struct fimg *f)
{
    return f->tls.state == FIMG_TLS_OPEN && f->body.state == FIMG_BODY_DONE &&
           f->body.framing != FIMG_FRAMING_CLOSE && !f->reply.close &&
           (f->reply.minor == 1 || f->reply.keep_alive) &&
           fimg_tls_between_records(&f->tls) && fimg_tls_out(&f->tls).len == 0;
}

/* Make text fit to be shown, and end it with a NUL, for which there is room. */
static const char *show(const struct fimg *f, char *text, size_t len,
                        size_t cap, bool cut)
{
    fimg_text_mask(text, len, f->request->token, cut);
    len = fimg_text_clean(text, len);
    len = fimg_text_shorten(text, len, cap);
    text[len] = '\0';
    return text;
}

/* Find out what an error reply says. The record buffer is free by now. */
static void read_error(struct fimg *f)
{
    struct fimg_error_text *e = &f->scratch.text;
    struct fimg_api_error said;
    size_t room;
    void *scratch = fimg_tls_scratch(&f->tls, &room);

    fimg_text_mask(e->text, e->len, f->request->token, e->seen > e->len);
    fimg_api_decode(&said, e->text, e->len, scratch, room);
    f->report.code = said.code;
    if (said.msg)
        f->report.msg = show(f, said.msg, said.msg_len, FIMG_MSG_MAX, false);
    if (said.log_id && f->report.log_id[0] == '\0')
        f->report.log_id =
            show(f, said.log_id, said.log_id_len, FIMG_LOG_ID_CAP, false);
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
    if (f->reply.status >= 400 || f->report.code != 0) {
        *status = FIMG_ERR_REFUSED;
        *reason = FIMG_WHY_REFUSED;
    }
}

void fimg_answer_stop(struct fimg *f, enum fimg_status status,
                      enum fimg_reason reason)
{
    bool in_body = f->report.stage == FIMG_STAGE_BODY;

    f->reusable = in_body && at_rest(f) && (status == FIMG_OK || !f->image);
    if (!f->reusable)
        fimg_link_close(&f->link, &f->tls);
    if (in_body && !f->image && !is_redirect(f)) {
        read_error(f);
        judge_error(f, &status, &reason);
    }
    f->report.status = status;
    f->report.reason = reason;
    f->report.advice = fimg_advice(reason, f->reply.status, f->report.code);
    if (status == FIMG_OK)
        f->report.stage = FIMG_STAGE_DONE;
}

/* What an error reply without a code comes to, once it is there. */
static void stop_error(struct fimg *f)
{
    fimg_answer_stop(
        f, FIMG_ERR_REPLY,
        f->reply.status == 200 ? FIMG_WHY_JSON : FIMG_WHY_HTTP_STATUS);
}

static void note_head(struct fimg *f)
{
    struct fimg_head *h = &f->scratch.head;
    const struct fimg_reply *r = &f->reply;

    f->report.http_status = r->status;
    f->report.date = r->date;
    f->report.content_type = r->content_type;
    if (r->framing == FIMG_FRAMING_LENGTH)
        f->report.length = r->length;
    f->report.log_id = show(f, f->reply.log_id, strlen(f->reply.log_id),
                            FIMG_LOG_ID_CAP, true);
    memset(h->value, 0, sizeof h->value);
    if (is_redirect(f))
        f->report.location = show(f, h->location, h->location_len,
                                  FIMG_FIELD_VALUE_CAP, h->location_cut);
    else
        memset(&f->scratch, 0, sizeof f->scratch);
}

/* The head is complete: decide where the body goes. */
static void start_body(struct fimg *f)
{
    const struct fimg_reply *r = &f->reply;

    note_head(f);
    f->report.stage = FIMG_STAGE_BODY;
    f->image = r->status == 200 && !r->json;
    fimg_body_start(&f->body, r->framing, r->length);
    if (is_redirect(f) || r->status == 204 || r->status == 205) {
        /* what the body says helps nobody, and some of these have none */
        f->reply.close = true;
        stop_error(f);
    } else if (r->status == 200 && r->encoded) {
        f->reply.close = true;
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_ENCODING);
    } else if (f->image && r->framing == FIMG_FRAMING_LENGTH &&
               r->length > max_size(f)) {
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_TOO_LARGE);
    }
}

static void take_head(struct fimg *f, struct fimg_span in)
{
    struct fimg_head *h = &f->scratch.head;

    fimg_tls_skip(&f->tls, fimg_head_feed(h, &f->reply, in.at, in.len));
    if (h->state == FIMG_HEAD_FAILED)
        fimg_answer_stop(f, FIMG_ERR_REPLY, h->why);
    else if (h->state == FIMG_HEAD_DONE)
        start_body(f);
}

/* Copy a run of image to the caller, as far as the size limit allows. */
static size_t deliver(struct fimg *f, struct fimg_span run, uint8_t *dst)
{
    uint64_t room = max_size(f) - f->report.delivered;

    if (run.len > room) {
        run.len = (size_t)room;
        f->body.state = FIMG_BODY_FAILED;
        f->body_why = FIMG_WHY_TOO_LARGE;
    }
    memcpy(dst, run.at, run.len);
    if (f->report.delivered < FIMG_MAGIC_LEN)
        f->report.type = fimg_type_feed(&f->magic, run.at, run.len);
    f->report.delivered += run.len;
    return run.len;
}

/* The window offered is never larger than the room, so the result fits. */
static size_t take_image(struct fimg *f, uint8_t *dst, size_t cap)
{
    struct fimg_span in, run;
    size_t stored = 0;

    while (stored < cap && f->body.state == FIMG_BODY_MORE &&
           (in = fimg_tls_peek(&f->tls)).len > 0) {
        size_t window = in.len < cap - stored ? in.len : cap - stored;
        size_t used = fimg_body_feed(&f->body, in.at, window, &run);

        stored += deliver(f, run, dst + stored);
        fimg_tls_skip(&f->tls, used);
    }
    return stored;
}

static void take_error(struct fimg *f)
{
    struct fimg_span in, run;

    while (f->body.state == FIMG_BODY_MORE &&
           (in = fimg_tls_peek(&f->tls)).len > 0) {
        size_t used = fimg_body_feed(&f->body, in.at, in.len, &run);

        if (!fimg_error_text_feed(&f->scratch.text, run.at, run.len))
            f->body.state = FIMG_BODY_FAILED;
        fimg_tls_skip(&f->tls, used);
    }
}

static void note_end(struct fimg *f)
{
    static const enum fimg_end ends[] = {
        [FIMG_FRAMING_CLOSE] = FIMG_END_CLOSE_NOTIFY,
        [FIMG_FRAMING_LENGTH] = FIMG_END_LENGTH,
        [FIMG_FRAMING_CHUNKED] = FIMG_END_CHUNKED,
    };

    f->report.end = ends[f->body.framing];
}

/* The body is complete, or cannot go on. */
static void finish_body(struct fimg *f)
{
    if (f->body.state == FIMG_BODY_DONE)
        note_end(f);
    if (!f->image)
        stop_error(f);
    else if (f->body.state == FIMG_BODY_FAILED)
        fimg_answer_stop(f, FIMG_ERR_REPLY, f->body_why);
    else if (f->report.delivered == 0)
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_EMPTY);
    else
        fimg_answer_stop(f, FIMG_OK, FIMG_WHY_NONE);
}

size_t fimg_answer_take(struct fimg *f, uint8_t *dst, size_t cap)
{
    struct fimg_span in;

    while (f->report.stage == FIMG_STAGE_HEAD &&
           f->report.status == FIMG_PENDING &&
           (in = fimg_tls_peek(&f->tls)).len > 0) {
        f->answered = true;
        take_head(f, in);
    }
    if (f->report.stage != FIMG_STAGE_BODY || f->report.status != FIMG_PENDING)
        return 0;
    if (f->image) {
        size_t stored = take_image(f, dst, cap);

        if (stored > 0)
            return stored;
    } else {
        take_error(f);
    }
    if (f->body.state != FIMG_BODY_MORE)
        finish_body(f);
    return 0;
}

void fimg_answer_end(struct fimg *f)
{
    if (f->report.stage != FIMG_STAGE_BODY ||
        f->body.framing != FIMG_FRAMING_CLOSE) {
        fimg_answer_stop(f, FIMG_ERR_REPLY, FIMG_WHY_CUT_SHORT);
        return;
    }
    f->body.state = FIMG_BODY_DONE;
    finish_body(f);
}
