/*
 * answer.c: the plaintext of any reply, while its head or its body is read.
 *
 * What heads, bodies, error replies, tokens and resumption come to is the
 * business of others (see head.c, body.c, error.c, token.c, resume.c): here it
 * is any. Plaintext comes by two bytes, and the caller has room for 1 to 3.
 */
#include "fimg_answer.h"

#include "fimg_advice.h"
#include "fimg_error.h"
#include "fimg_resume.h"
#include "heads.h"

#define PLAIN 2
#define CAP_MAX 3

static struct fimg f;

const uint8_t *fimg_tls_peek(const struct fimg_tls *t, size_t *len)
{
    static uint8_t plain[PLAIN];

    (void)t;
    *len = PLAIN;
    any_bytes(plain, sizeof plain);
    return any_bool() ? plain : NULL;
}

void fimg_tls_skip(struct fimg_tls *t, size_t len)
{
    (void)t;
    must(len <= PLAIN);
}

bool fimg_tls_at_rest(const struct fimg_tls *t)
{
    (void)t;
    return any_bool();
}

void fimg_link_close(struct fimg_link *l, struct fimg_tls *t)
{
    (void)l;
    t->state = FIMG_TLS_CLEAR;
}

size_t fimg_head_feed(struct fimg_head *h, struct fimg_reply *reply,
                      const uint8_t *in, size_t len)
{
    //@ check \valid_read(in + (0 .. len - 1));
    any_head(h);
    any_reply(reply);
    return (size_t)Frama_C_interval(0, PLAIN);
}

void fimg_body_start(struct fimg_body *b, enum fimg_framing framing,
                     uint32_t length)
{
    (void)length;
    b->framing = framing;
    b->state = any_bool() ? FIMG_BODY_MORE : FIMG_BODY_DONE;
}

size_t fimg_body_feed(struct fimg_body *b, const uint8_t *in, size_t len,
                      struct fimg_span *data)
{
    //@ check len > 0 && \valid_read(in + (0 .. len - 1));
    b->state = (enum fimg_body_state)Frama_C_interval(0, FIMG_BODY_FAILED);
    data->at = in;
    data->len = any_bool() ? 0 : any_bool() ? 1 : len;
    return data->len;
}

enum fimg_type fimg_type_feed(struct fimg_magic *m, const uint8_t *in,
                              size_t len)
{
    (void)m;
    //@ check len == 0 || \valid_read(in + (0 .. len - 1));
    return (enum fimg_type)Frama_C_interval(0, FIMG_TYPE_HEIC);
}

bool fimg_error_collect(struct fimg *f, const struct fimg_span *run)
{
    (void)f;
    //@ check run->len == 0 || \valid_read(run->at + (0 .. run->len - 1));
    return any_bool();
}

void fimg_error_read(struct fimg *f)
{
    f->report.code = any_int();
}

const char *fimg_error_show(const struct fimg *f, char *text, size_t len)
{
    if (text == f->attempt.reply.log_id)
        must(len < sizeof f->attempt.reply.log_id);
    else
        must(len < sizeof f->attempt.scratch.head.location);
    text[len] = '\0';
    return text;
}

bool fimg_resume_judge(struct fimg *f)
{
    f->report.offset = any_u32();
    f->attempt.reply.status = any_u16();
    return any_bool();
}

bool fimg_resume_is_short(const struct fimg *f)
{
    return f->report.http_status == 206 && any_bool();
}

bool fimg_resume_is_full(const struct fimg *f)
{
    return f->report.http_status == 206 && any_bool();
}

void fimg_api_decode(struct fimg_api_reply *reply, char *text, size_t len,
                     void *scratch, size_t scratch_len)
{
    //@ check len == 0 || \valid(text + (0 .. len - 1));
    //@ check \valid((char *)scratch + (0 .. scratch_len - 1));
    *reply = (struct fimg_api_reply){ .code = any_int() };
}

void fimg_token_drop(struct fimg_token *t)
{
    t->len = 0;
}

void fimg_token_release(struct fimg_token *t, const struct fimg *fetcher)
{
    if (t->fetcher == fetcher)
        t->fetcher = NULL;
}

uint32_t fimg_token_mark(const struct fimg_token *t)
{
    return t->len + any_u32();
}

enum fimg_reason fimg_token_keep(struct fimg_token *t,
                                 const struct fimg_api_reply *found,
                                 uint32_t now)
{
    (void)t, (void)found, (void)now;
    return (enum fimg_reason)Frama_C_interval(0, FIMG_WHY_REFUSED);
}

const char *fimg_advice(enum fimg_reason reason, uint16_t http_status,
                        int32_t code)
{
    (void)http_status, (void)code;
    must(reason <= FIMG_WHY_REFUSED);
    return "";
}

void fimg_wipe(void *memory, size_t len)
{
    any_bytes(memory, len);
}

/* While it is read: the head, or what may come behind it. */
static void any_attempt(struct fimg_attempt *a, bool body)
{
    a->writer.ask = any_bool() ? FIMG_ASK_RESOURCE : FIMG_ASK_TOKEN;
    any_reply(&a->reply);
    a->image = any_bool();
    a->too_large = any_bool();
    a->body.framing = (enum fimg_framing)Frama_C_interval(0, 2);
    a->body.state = (enum fimg_body_state)Frama_C_interval(0, 2);
    if (body)
        a->scratch.error.collector =
            (struct fimg_collector){ any_u8(), any_u8() };
    else
        any_head(&a->scratch.head);
}

int main(void)
{
    static char memory[256];
    static struct fimg_token from = { .memory = memory, .cap = 256 };
    static struct fimg_resume resume;
    static struct fimg_request request = { .token_from = &from };
    static uint8_t dst[CAP_MAX];
    size_t cap = (size_t)Frama_C_interval(1, CAP_MAX);
    bool body = any_bool();

    request.token = any_bool() ? "token" : NULL;
    request.message_id = any_bool() ? "message" : NULL;
    request.max_size = any_u32();
    request.resume = &resume;
    any_bytes(&resume, sizeof resume);
    from.fetcher = any_bool() ? &f : NULL;
    f.request = &request;
    f.renewed = any_bool();
    any_attempt(&f.attempt, body);
    f.tls.state = (enum fimg_tls_state)Frama_C_interval(0, FIMG_TLS_FAILED);
    f.report.stage = body ? FIMG_STAGE_BODY : FIMG_STAGE_HEAD;
    f.report.status = FIMG_PENDING;
    f.report.offset = any_u32();
    f.report.delivered = any_u32();
    f.report.http_status = any_u16();
    //@ split cap;
    //@ split body;
    //@ split f.attempt.image;
    must(fimg_answer_take(&f, dst + (CAP_MAX - cap), cap) <= cap);
    if (f.report.status != FIMG_PENDING || f.report.stage == FIMG_STAGE_RETRY)
        return 0;
    if (any_bool())
        fimg_answer_end(&f);
    else
        fimg_answer_stop(&f, (enum fimg_status)any_int(), FIMG_WHY_NONE);
    f.report.stage = FIMG_STAGE_PROXY;
    fimg_answer_release(&f);
    return 0;
}
