/*
 * fimg_field.c: which header fields count, and what their values mean.
 *
 * Whatever bears on where the body ends is taken exactly or refused (RFC 9112,
 * 6.1 to 6.3). What only informs is dropped when it cannot be understood.
 */
#include "fimg_field.h"

#include <string.h>

enum field {
    OTHER,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONNECTION,
    DATE,
    RETRY_AFTER,
    LOCATION,
#if FIMG_RESUME
    ACCEPT_RANGES,
    CONTENT_RANGE,
    ETAG,
    LAST_MODIFIED,
#endif
    REQUEST_ID, /* log ids, the better ones later */
    X_REQUEST_ID,
    TT_LOGID,
    RATELIMIT_RESET
};

/*
 * In the order of the enumeration, each behind its length. Most fields that do
 * not count begin with an x, and most that do with another letter.
 */
static const char names[] = "\016content-length"
                            "\021transfer-encoding"
                            "\014content-type"
                            "\020content-encoding"
                            "\012connection"
                            "\004date"
                            "\013retry-after"
                            "\010location"
#if FIMG_RESUME
                            "\015accept-ranges"
                            "\015content-range"
                            "\004etag"
                            "\015last-modified"
#endif
                            "\012request-id";
static const char x_names[] = "\014x-request-id"
                              "\012x-tt-logid"
                              "\025x-ogw-ratelimit-reset";

/* OR gives the lower case of letters, and no other byte of a name becomes one
   of these or a hyphen by it. */
static bool is_same(const char *name, const char *wanted, size_t len)
{
    while (len > 0 && (name[len - 1] | 0x20) == wanted[len - 1])
        len--;
    return len == 0;
}

/*
 * The colon behind the name of a field that counts, and in h->field which it
 * is; NULL: another. Where a name's colon would be may lie behind the line, in
 * what an earlier one left: then the line's NUL is before it, and no name has
 * one.
 */
static const char *find(struct fimg_head *h)
{
    bool x = (h->line[0] | 0x20) == 'x';
    const char *at = x ? x_names : names;
    uint8_t field = x ? X_REQUEST_ID : CONTENT_LENGTH;

    for (size_t n; *at != '\0'; at += n, field++) {
        n = (uint8_t)*at++;
        if (h->line[n] == ':' && is_same(h->line, at, n)) {
            h->field = field;
            return h->line + n;
        }
    }
    return NULL;
}

/* A name, whatever it is, and a colon. Most bytes of it need no call. */
static bool is_field(const char *line)
{
    do
        if ((uint8_t)((*line | 0x20) - 'a') > 25 && *line != '-' &&
            !fimg_is_token_char((uint8_t)*line))
            return false;
    while (*++line != ':');
    return true;
}

/*
 * "application/json", with or without parameters, and the like (RFC 6839). A
 * media type without an end might be one, too.
 */
static bool is_json(const char *media, size_t len, bool cut)
{
    size_t n = 0;

    while (n < len && media[n] != ';' && !fimg_is_blank((uint8_t)media[n]))
        n++;
    if (n == len && cut)
        return true;
    return n > 5 && (media[n - 5] == '/' || media[n - 5] == '+') &&
           fimg_text_is(media + n - 4, 4, "json");
}

/* However many fields say otherwise. */
static void note_type(struct fimg_head *h, struct fimg_reply *reply,
                      const char *text, size_t len)
{
    if (is_json(text, len, h->line_len == FIMG_LINE_CAP))
        reply->json = true;
#if FIMG_RESUME
    if (fimg_text_is(text, 10, "multipart/"))
        h->multipart = true;
#endif
}

/* Seconds; a fraction counts as one more. 0 for anything else. */
static uint32_t seconds(const char *text, size_t len)
{
    const char *point = memchr(text, '.', len);
    size_t whole = point ? (size_t)(point - text) : len;
    uint32_t value;

    if (!fimg_parse_u32(text, whole, &value))
        return 0;
    return point && value < UINT32_MAX ? value + 1 : value;
}

static void note_log_id(struct fimg_head *h, struct fimg_reply *reply,
                        const char *text, size_t len)
{
    if (h->field <= h->log_field || len == 0)
        return;
    if (len > FIMG_LOG_ID_CAP)
        len = FIMG_LOG_ID_CAP;
    h->log_field = h->field;
    memcpy(reply->log_id, text, len);
    reply->log_id[len] = '\0';
}

#if FIMG_RESUME
/* A number and the byte behind it, which are passed; UINT32_MAX if there is
   something else. */
static uint32_t number_before(const char **at, char end)
{
    const char *text = *at, *stop = memchr(text, end, strlen(text) + 1);
    uint32_t value;

    if (stop == NULL || !fimg_parse_u32(text, (size_t)(stop - text), &value))
        return UINT32_MAX;
    *at = stop + 1;
    return value;
}

/* "bytes 1000-1999/2000" (RFC 9110, 14.4) */
static void note_range(struct fimg_head *h, const char *text)
{
    uint32_t first, last, total;

    h->range_total = 0;
    if (!fimg_text_is(text, 6, "bytes "))
        return;
    text += 6;
    first = number_before(&text, '-');
    last = number_before(&text, '/');
    total = number_before(&text, '\0');
    if (first > last || last >= total || total == UINT32_MAX)
        return;
    h->range_first = first;
    h->range_last = last;
    h->range_total = total;
}

/* A strong ETag, or else a Last-Modified, as If-Range wants it. */
static void note_validator(struct fimg_head *h, const char *text, size_t len,
                           bool tag)
{
    if (len >= sizeof h->validator ||
        (tag ? text[0] != '"' : h->tagged || fimg_field_date(text, len) == 0))
        return;
    memset(h->validator, 0, sizeof h->validator);
    memcpy(h->validator, text, len);
    h->tagged = tag;
}

/* What bears on getting a resource in parts. */
static void note_part(struct fimg_head *h, const char *text, size_t len)
{
    if (h->field == ACCEPT_RANGES)
        h->ranges = fimg_text_is(text, len, "bytes");
    else if (h->field == CONTENT_RANGE)
        note_range(h, text);
    else
        note_validator(h, text, len, h->field == ETAG);
}
#endif

static enum fimg_reason note(struct fimg_head *h, struct fimg_reply *reply,
                             const char *text, size_t len)
{
    switch ((enum field)h->field) {
    case CONTENT_LENGTH:
        /* the second of two lengths, or one beside a coding, is ambiguous */
        if (reply->framing != FIMG_FRAMING_CLOSE ||
            !fimg_parse_u32(text, len, &reply->length))
            return FIMG_WHY_FRAMING;
        reply->framing = FIMG_FRAMING_LENGTH;
        break;
    case TRANSFER_ENCODING:
        if (reply->framing != FIMG_FRAMING_CLOSE || reply->minor == 0 ||
            !fimg_text_is(text, len, "chunked"))
            return FIMG_WHY_FRAMING;
        reply->framing = FIMG_FRAMING_CHUNKED;
        break;
    case CONTENT_TYPE:
        note_type(h, reply, text, len);
        break;
    case CONTENT_ENCODING:
        if (!fimg_text_is(text, len, "identity"))
            reply->encoded = true;
        break;
    case CONNECTION:
        if (!fimg_text_is(text, len, "keep-alive"))
            reply->close = true; /* or something that we do not speak */
        break;
    case DATE:
        reply->date = fimg_field_date(text, len);
        break;
    case RETRY_AFTER:
        reply->retry_s = seconds(text, len);
        h->retry_date = fimg_field_date(text, len);
        break;
    case RATELIMIT_RESET:
        reply->reset_s = seconds(text, len);
        break;
    case LOCATION:
        if (h->location[0] == '\0') /* the first counts */
            memcpy(h->location, text,
                   len < FIMG_LOCATION_CAP ? len : FIMG_LOCATION_CAP);
        break;
    case REQUEST_ID:
    case X_REQUEST_ID:
    case TT_LOGID:
        note_log_id(h, reply, text, len);
        break;
    default:
#if FIMG_RESUME
        note_part(h, text, len);
#endif
        break;
    }
    return FIMG_WHY_NONE;
}

enum fimg_reason fimg_field_take(struct fimg_head *h, struct fimg_reply *reply,
                                 size_t len)
{
    const char *value = find(h);

    if (value == NULL)
        return is_field(h->line) ? FIMG_WHY_NONE : FIMG_WHY_FIELD;
    if (reply->status < 200 || (FIMG_PROXY && h->bare))
        return FIMG_WHY_NONE;
    do
        value++;
    while (fimg_is_blank((uint8_t)*value));
    len -= (size_t)(value - h->line);
    if (h->line_len == FIMG_LINE_CAP && len < FIMG_VALUE_MIN)
        return FIMG_WHY_FIELD; /* many blanks, and the rest unknown */
    return note(h, reply, value, len);
}

uint32_t fimg_field_date(const char *text, size_t len)
{
    /*                     0123456789012345678901234567
       IMF-fixdate:        Thu, 13 Nov 2025 09:06:27 GMT */
    static const char months[] =
        "Jan01Feb02Mar03Apr04May05Jun06Jul07Aug08Sep09Oct10Nov11Dec12";
    char digits[14];
    uint32_t time;

    if (len != 29 || memcmp(text + 25, " GMT", 4) != 0)
        return 0;
    digits[4] = '\0'; /* no month */
    for (const char *m = months; *m != '\0'; m += 5)
        if (memcmp(text + 8, m, 3) == 0)
            memcpy(digits + 4, m + 3, 2);
    memcpy(digits, text + 12, 4);
    memcpy(digits + 6, text + 5, 2);
    memcpy(digits + 8, text + 17, 2);
    memcpy(digits + 10, text + 20, 2);
    memcpy(digits + 12, text + 23, 2);
    return fimg_unix_time(digits, &time) ? time : 0;
}
