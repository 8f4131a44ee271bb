/*
 * fimg_head.c: read a reply's head, whatever pieces it comes in.
 *
 *     VERSION > CODE_END ---------------> SKIP
 *                                           |
 *     DONE < END_LF < LINE <------------ LINE_LF
 *                     |                     ^
 *                     +--> NAME > VALUE_FIRST > VALUE or SKIP
 *
 * Lines end in CR LF and in nothing else; a continuation line (obs-fold), a
 * blank before a colon and a control character anywhere are refused.
 */
#include "fimg_head.h"

#include <string.h>

#include "fimg_field.h"

static enum fimg_head_state fail(struct fimg_head *h, enum fimg_reason why)
{
    h->why = why;
    return FIMG_HEAD_FAILED;
}

/* A byte of the line's fixed part: x is 0 or 1, # any digit. */
static enum fimg_head_state version_byte(struct fimg_head *h,
                                         struct fimg_reply *reply, uint8_t b)
{
    static const char pattern[] = "HTTP/1.x ###";
    char wanted = pattern[h->pos++];
    uint8_t digit = (uint8_t)(b - '0');

    if (wanted == 'x' && digit <= 1)
        reply->minor = digit;
    else if (wanted == '#' && digit <= 9)
        reply->status = (uint16_t)(reply->status * 10 + digit);
    else if (b != (uint8_t)wanted || wanted == '#' || wanted == 'x')
        return fail(h, FIMG_WHY_STATUS_LINE);
    if (pattern[h->pos] != '\0')
        return FIMG_HEAD_VERSION;
    h->pos = 0;
    if (reply->status - 100u > 499) /* not 100 to 599 */
        return fail(h, FIMG_WHY_STATUS_LINE);
    return FIMG_HEAD_CODE_END;
}

/*
 * A name that is too long for its room fills it, as no known name does, and so
 * is not found.
 */
static enum fimg_head_state name_byte(struct fimg_head *h, uint8_t b)
{
    if (b == ':' && h->name_len > 0) {
        h->field =
            FIMG_PROXY && h->bare ? 0 : fimg_field_find(h->name, h->name_len);
        return FIMG_HEAD_VALUE_FIRST;
    }
    if (!fimg_is_token_char(b))
        return fail(h, FIMG_WHY_FIELD);
    if (h->name_len < FIMG_FIELD_NAME_CAP)
        h->name[h->name_len++] = (char)b;
    return FIMG_HEAD_NAME;
}

static enum fimg_head_state line_byte(struct fimg_head *h, uint8_t b)
{
    h->name_len = 0;
    h->value_len = 0;
    h->cut = false;
    return b == '\r' ? FIMG_HEAD_END_LF : name_byte(h, b);
}

static enum fimg_head_state value_byte(struct fimg_head *h, uint8_t b)
{
    if (b == '\r')
        return FIMG_HEAD_LINE_LF;
    if (!fimg_is_value_char(b))
        return fail(h, FIMG_WHY_FIELD);
    if (h->field == 0)
        return FIMG_HEAD_SKIP;
    if (h->value_len < FIMG_FIELD_VALUE_CAP)
        h->value[h->value_len++] = (char)b;
    else if (b != ' ' && b != '\t')
        h->cut = true;
    return FIMG_HEAD_VALUE;
}

/*
 * The line has ended; its value, if it is one that counts, is complete. One
 * that was cut off keeps its last blanks, lest it look like a shorter one.
 */
static enum fimg_head_state line_end(struct fimg_head *h,
                                     struct fimg_reply *reply)
{
    enum fimg_reason why = FIMG_WHY_NONE;

    while (!h->cut && h->value_len > 0 &&
           (h->value[h->value_len - 1] == ' ' ||
            h->value[h->value_len - 1] == '\t'))
        h->value_len--;
    if (h->field != 0 && reply->status >= 200)
        why = fimg_field_note(h, reply);
    return why ? fail(h, why) : FIMG_HEAD_LINE;
}

/* The blank line was read: begin again after an interim response. */
static enum fimg_head_state head_end(struct fimg_head *h,
                                     struct fimg_reply *reply)
{
    if (reply->status >= 200) {
        if (reply->date && h->retry_date > reply->date)
            reply->retry_s = h->retry_date - reply->date;
        return FIMG_HEAD_DONE;
    }
    if (reply->status == 101 || h->interims++ == FIMG_INTERIM_MAX)
        return fail(h, FIMG_WHY_INTERIM);
    memset(reply, 0, sizeof *reply);
    return FIMG_HEAD_VERSION;
}

static enum fimg_head_state head_byte(struct fimg_head *h,
                                      struct fimg_reply *reply, uint8_t b)
{
    /* unreachable 2: the last states take no byte */
    switch (h->state) {
    case FIMG_HEAD_VERSION:
        return version_byte(h, reply, b);
    case FIMG_HEAD_CODE_END:
        h->field = 0;
        if (b == ' ')
            return FIMG_HEAD_SKIP;
        return b == '\r' ? FIMG_HEAD_LINE_LF : fail(h, FIMG_WHY_STATUS_LINE);
    case FIMG_HEAD_LINE:
        return line_byte(h, b);
    case FIMG_HEAD_NAME:
        return name_byte(h, b);
    case FIMG_HEAD_VALUE_FIRST:
        if (b == ' ' || b == '\t')
            return FIMG_HEAD_VALUE_FIRST;
        return value_byte(h, b);
    case FIMG_HEAD_VALUE:
    case FIMG_HEAD_SKIP:
        return value_byte(h, b);
    case FIMG_HEAD_LINE_LF:
        return b == '\n' ? line_end(h, reply) : fail(h, FIMG_WHY_FIELD);
    case FIMG_HEAD_END_LF:
        return b == '\n' ? head_end(h, reply) : fail(h, FIMG_WHY_FIELD);
    case FIMG_HEAD_DONE:
    case FIMG_HEAD_FAILED:
        break;
    }
    return FIMG_HEAD_FAILED;
}

/* How many bytes at the start of `in` may stand in a value. */
static size_t value_run(const uint8_t *in, size_t len)
{
    size_t n = 0;

    while (n < len && fimg_is_value_char(in[n]))
        n++;
    return n;
}

size_t fimg_head_feed(struct fimg_head *h, struct fimg_reply *reply,
                      const uint8_t *in, size_t len)
{
    size_t used = 0;

    if (len > FIMG_HEAD_MAX - h->bytes)
        len = FIMG_HEAD_MAX - h->bytes;
    if (len == 0 && h->state < FIMG_HEAD_DONE)
        h->state = fail(h, FIMG_WHY_HEAD_SIZE);
    while (used < len && h->state < FIMG_HEAD_DONE) {
        if (h->state == FIMG_HEAD_SKIP)
            used += value_run(in + used, len - used);
        if (used < len)
            h->state = head_byte(h, reply, in[used++]);
    }
    h->bytes += (uint32_t)used;
    return used;
}
