/*
 * fimg_head.c: read a reply's head, whatever pieces it comes in.
 *
 * Lines end in CR LF and in nothing else. A control character anywhere, and a
 * first line that does not begin as it must, are refused at once; what else may
 * be wrong with a line, a continuation (obs-fold) or a blank before a colon, is
 * seen when it is complete.
 */
#include "fimg_head.h"

#include <string.h>

#include "fimg_field.h"

/*
 * How many bytes at the start of `in` may stand in a line. A word at a time,
 * as long as its bytes are 32 to 126: others get their highest bit by the
 * difference or the sum; carries can only do so for one too many.
 */
static size_t text_run(const uint8_t *in, size_t len)
{
    const size_t ones = SIZE_MAX / 255;
    size_t n = 0, word;

    for (; n + sizeof word <= len; n += sizeof word) {
        memcpy(&word, in + n, sizeof word);
        if (((word - ones * 32) | (word + ones)) & ones * 128)
            break;
    }
    while (n < len && fimg_is_value_char(in[n]))
        n++;
    return n;
}

/* "HTTP/1.1 200 OK", with or without a reason */
static enum fimg_reason status_line(struct fimg_reply *reply, const char *line)
{
    uint32_t status;

    reply->minor = (uint8_t)(line[7] - '0');
    if (memcmp(line, "HTTP/1.", 7) != 0 || reply->minor > 1 || line[8] != ' ' ||
        !fimg_parse_u32(line + 9, 3, &status) || line[9] < '1' ||
        line[9] > '5' || (line[12] != ' ' && line[12] != '\0'))
        return FIMG_WHY_STATUS_LINE;
    reply->status = (uint16_t)status;
    return FIMG_WHY_NONE;
}

/* The blank line was read: begin again after an interim response. */
static enum fimg_reason head_end(struct fimg_head *h, struct fimg_reply *reply)
{
    if (reply->status >= 200) {
        if (reply->date && h->retry_date > reply->date)
            reply->retry_s = h->retry_date - reply->date;
        h->state = FIMG_HEAD_DONE;
        return FIMG_WHY_NONE;
    }
    if (reply->status == 101 || h->interims++ == FIMG_INTERIM_MAX)
        return FIMG_WHY_INTERIM;
    memset(reply, 0, sizeof *reply);
    return FIMG_WHY_NONE;
}

/*
 * A line is complete. A field's last blanks do not count; but one that was cut
 * off keeps them, lest it look like a shorter one, and one that is nothing else
 * keeps the first, as it is no field.
 */
static enum fimg_reason line_end(struct fimg_head *h, struct fimg_reply *reply)
{
    size_t len = h->line_len;

    h->state = FIMG_HEAD_LINE;
    h->line[len] = '\0';
    if (reply->status == 0)
        return status_line(reply, h->line);
    if (len == 0)
        return head_end(h, reply);
    while (len > 1 && len < FIMG_LINE_CAP &&
           fimg_is_blank((uint8_t)h->line[len - 1]))
        h->line[--len] = '\0';
    return fimg_field_take(h, reply, len);
}

/* Keep a piece of a line, as far as there is room. */
static void keep(struct fimg_head *h, const uint8_t *in, size_t len)
{
    size_t room = FIMG_LINE_CAP - h->line_len;

    if (len > room)
        len = room;
    memcpy(h->line + h->line_len, in, len);
    h->line_len = (uint8_t)(h->line_len + len);
}

size_t fimg_head_feed(struct fimg_head *h, struct fimg_reply *reply,
                      const uint8_t *in, size_t len)
{
    static const uint8_t behind[] = {
        [FIMG_HEAD_LINE] = '\r', [FIMG_HEAD_LF] = '\n'
    };
    enum fimg_reason why = FIMG_WHY_NONE;
    size_t used = 0;

    if (len > FIMG_HEAD_MAX - h->bytes)
        len = FIMG_HEAD_MAX - h->bytes;
    while (used < len && h->state < FIMG_HEAD_DONE && !why) {
        if (h->state == FIMG_HEAD_LINE) {
            size_t n = text_run(in + used, len - used);

            keep(h, in + used, n);
            used += n;
            if (used == len)
                break;
        }
        if (in[used++] != behind[h->state])
            why = reply->status ? FIMG_WHY_FIELD : FIMG_WHY_STATUS_LINE;
        else if (h->state == FIMG_HEAD_LINE)
            h->state = FIMG_HEAD_LF;
        else {
            why = line_end(h, reply);
            h->line_len = 0;
        }
    }
    h->bytes += (uint32_t)used;
    if (h->bytes == FIMG_HEAD_MAX && h->state < FIMG_HEAD_DONE)
        why = FIMG_WHY_HEAD_SIZE;
    else if (reply->status == 0 && h->line[0] != 'H' && h->line[0] != '\0')
        why = FIMG_WHY_STATUS_LINE; /* nothing that we wait for the end of */
    if (why) {
        h->why = why;
        h->state = FIMG_HEAD_FAILED;
    }
    return used;
}
