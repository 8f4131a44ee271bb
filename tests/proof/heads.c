/*
 * heads.c: a head reader in any state that it can be in.
 *
 * All fields are any; those that are indices, lengths, booleans and the ends
 * of texts are what sound_head and sound_reply demand, which the drivers check
 * after each step.
 */
#include "heads.h"

void any_head(struct fimg_head *h)
{
    any_fields(h);
    any_bytes(h->line, sizeof h->line);
}

void any_fields(struct fimg_head *h)
{
    h->state = (enum fimg_head_state)Frama_C_interval(0, FIMG_HEAD_FAILED);
    h->why = (enum fimg_reason)Frama_C_interval(0, FIMG_WHY_REFUSED);
    h->bytes = any_u32();
    h->interims = any_u8();
    h->field = any_u8();
    h->log_field = any_u8();
    h->retry_date = any_u32();
    h->bare = any_bool();
    h->ranges = any_bool();
    h->tagged = any_bool();
    h->multipart = any_bool();
    h->line_len = (uint8_t)Frama_C_interval(0, FIMG_LINE_CAP);
    any_bytes(h->location, sizeof h->location);
    any_bytes(h->validator, sizeof h->validator);
    h->range_first = any_u32();
    h->range_last = any_u32();
    h->range_total = any_u32();
    h->location[sizeof h->location - 1] = '\0';
    h->validator[sizeof h->validator - 1] = '\0';
}

void any_reply(struct fimg_reply *r)
{
    any_bytes(r, sizeof *r);
    r->json = any_bool();
    r->encoded = any_bool();
    r->close = any_bool();
    r->framing = (enum fimg_framing)Frama_C_interval(0, FIMG_FRAMING_CHUNKED);
    r->log_id[sizeof r->log_id - 1] = '\0';
}

bool sound_head(const struct fimg_head *h)
{
    return h->state <= FIMG_HEAD_FAILED && h->why <= FIMG_WHY_REFUSED &&
           h->bytes <= FIMG_HEAD_MAX && h->line_len <= FIMG_LINE_CAP &&
           h->location[sizeof h->location - 1] == '\0' &&
           h->validator[sizeof h->validator - 1] == '\0';
}

bool sound_reply(const struct fimg_reply *r)
{
    return r->framing <= FIMG_FRAMING_CHUNKED &&
           r->log_id[sizeof r->log_id - 1] == '\0';
}
