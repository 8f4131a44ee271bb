/*
 * fimg_head.c: read a reply's head, whatever pieces it comes in.
 *
 *     VERSION > CODE_END > VALUE (the reason phrase)
 *                          ^   |
 *     DONE < END_LF < NAME-+   +-> LINE_LF > NAME
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

static bool is_blank(uint8_t b)
{
    return b == ' ' || b == '\t';
}

/* The byte behind a name; or CR, if there is none. */
static enum fimg_head_state name_end(struct fimg_head *h, uint8_t b)
{
    if (h->name_len == 0)
        return b == '\r' ? FIMG_HEAD_END_LF : fail(h, FIMG_WHY_FIELD);
    if (b != ':')
        return fail(h, FIMG_WHY_FIELD);
    h->field =
        FIMG_PROXY && h->bare ? 0 : fimg_field_find(h->name, h->name_len);
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
           is_blank((uint8_t)h->value[h->value_len - 1]))
        h->value_len--;
    if (h->field != 0 && reply->status >= 200)
        why = fimg_field_note(h, reply);
    if (why)
        return fail(h, why);
    h->field = h->name_len = h->value_len = 0;
    h->cut = false;
    return FIMG_HEAD_NAME;
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
        if (b == ' ')
            return FIMG_HEAD_VALUE;
        return b == '\r' ? FIMG_HEAD_LINE_LF : fail(h, FIMG_WHY_STATUS_LINE);
    case FIMG_HEAD_NAME:
        return name_end(h, b);
    case FIMG_HEAD_VALUE:
        return b == '\r' ? FIMG_HEAD_LINE_LF : fail(h, FIMG_WHY_FIELD);
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

/*
 * Take bytes of a name. One that is too long for its room fills it, as no
 * known name does, and so is not found.
 */
static size_t name_run(struct fimg_head *h, const uint8_t *in, size_t len)
{
    size_t n = 0;

    while (n < len && ((uint8_t)((in[n] | 0x20) - 'a') < 26 ||
                       fimg_is_token_char(in[n]))) {
        if (h->name_len < FIMG_FIELD_NAME_CAP)
            h->name[h->name_len++] = (char)in[n];
        n++;
    }
    return n;
}

/*
 * How many bytes at the start of `in` may stand in a value. A word at a time,
 * as long as its bytes are not below 32 and not 127: those get their highest
 * bit by the difference or the sum; carries can only do so for one too many.
 */
static size_t value_run(const uint8_t *in, size_t len)
{
    const size_t ones = SIZE_MAX / 255;
    size_t n = 0, word;

    for (; len - n >= sizeof word; n += sizeof word) {
        memcpy(&word, in + n, sizeof word);
        if (((word - ones * 32) | (word + ones)) & ~word & ones * 128)
            break;
    }
    while (n < len && fimg_is_value_char(in[n]))
        n++;
    return n;
}

/* Keep bytes of a value. Blanks before and behind it do not count, nor do
   those that there is no room for. */
static void keep(struct fimg_head *h, const uint8_t *in, size_t len)
{
    for (; len > 0; len--, in++) {
        bool full = h->value_len == FIMG_FIELD_VALUE_CAP;

        if (is_blank(*in) && (h->value_len == 0 || full))
            continue;
        if (full)
            h->cut = true;
        else
            h->value[h->value_len++] = (char)*in;
    }
}

/* Take the bytes of a name or a value that need not be looked at singly. */
static size_t run(struct fimg_head *h, const uint8_t *in, size_t len)
{
    size_t n = 0;

    if (h->state == FIMG_HEAD_NAME)
        return name_run(h, in, len);
    if (h->state == FIMG_HEAD_VALUE) {
        n = value_run(in, len);
        if (h->field != 0)
            keep(h, in, n);
    }
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
        used += run(h, in + used, len - used);
        if (used < len)
            h->state = head_byte(h, reply, in[used++]);
    }
    h->bytes += (uint32_t)used;
    return used;
}
