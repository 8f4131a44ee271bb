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
    RATELIMIT_RESET,
    LOCATION,
    REQUEST_ID, /* log ids, the better ones later */
    X_REQUEST_ID,
    TT_LOGID,
#if FIMG_RESUME
    ACCEPT_RANGES,
    CONTENT_RANGE,
    ETAG,
    LAST_MODIFIED,
#endif
    FIELDS
};

/*
 * In the order of the enumeration, from CONTENT_LENGTH on, each behind its
 * length.
 */
static const char names[] = "\016content-length"
                            "\021transfer-encoding"
                            "\014content-type"
                            "\020content-encoding"
                            "\012connection"
                            "\004date"
                            "\013retry-after"
                            "\025x-ogw-ratelimit-reset"
                            "\010location"
                            "\012request-id"
                            "\014x-request-id"
                            "\012x-tt-logid"
#if FIMG_RESUME
                            "\015accept-ranges"
                            "\015content-range"
                            "\004etag"
                            "\015last-modified"
#endif
    ;

/* OR gives the lower case of letters, and no other byte of a name becomes one
   of these or a hyphen by it. */
static bool is_same(const char *name, const char *wanted, size_t len)
{
    while (len > 0 && (name[len - 1] | 0x20) == wanted[len - 1])
        len--;
    return len == 0;
}

uint8_t fimg_field_find(const char *name, size_t len)
{
    const char *at = names;

    for (uint8_t i = OTHER + 1; i < FIELDS; i++) {
        size_t wanted = (uint8_t)*at++;

        if (wanted == len && is_same(name, at, len))
            return i;
        at += wanted;
    }
    return OTHER;
}

/*
 * "application/json", with or without parameters, and the like (RFC 6839). A
 * media type without an end might be one, too.
 */
static bool is_json(const char *media, size_t len, bool cut)
{
    size_t n = 0;

    while (n < len && media[n] != ';' && media[n] != ' ' && media[n] != '\t')
        n++;
    if (n == len && cut)
        return true;
    return n > 5 && fimg_text_is(media + n - 4, 4, "json") &&
           (media[n - 5] == '/' || media[n - 5] == '+');
}

/* However many fields say otherwise. */
static void note_type(struct fimg_head *h, struct fimg_reply *reply)
{
    if (is_json(h->value, h->value_len, h->cut))
        reply->json = true;
#if FIMG_RESUME
    if (h->value_len >= 10 && fimg_text_is(h->value, 10, "multipart/"))
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

static void note_log_id(struct fimg_head *h, struct fimg_reply *reply)
{
    size_t n = h->value_len < FIMG_LOG_ID_CAP ? h->value_len : FIMG_LOG_ID_CAP;

    if (h->field <= h->log_field || n == 0)
        return;
    h->log_field = h->field;
    memcpy(reply->log_id, h->value, n);
    reply->log_id[n] = '\0';
}

#if FIMG_RESUME
/* The number up to `end`, which is found and passed; UINT32_MAX if none. */
static uint32_t number_before(const char **at, size_t *len, char end)
{
    const char *stop = memchr(*at, end, *len);
    uint32_t value = UINT32_MAX;
    size_t n;

    if (stop == NULL)
        return UINT32_MAX;
    n = (size_t)(stop - *at);
    if (!fimg_parse_u32(*at, n, &value))
        value = UINT32_MAX;
    *at += n + 1;
    *len -= n + 1;
    return value;
}

/* "bytes 1000-1999/2000" (RFC 9110, 14.4) */
static void note_range(struct fimg_head *h, const char *text, size_t len)
{
    uint32_t first, last, total;

    h->range_total = 0;
    if (len < 6 || !fimg_text_is(text, 6, "bytes "))
        return;
    text += 6;
    len -= 6;
    first = number_before(&text, &len, '-');
    last = number_before(&text, &len, '/');
    if (!fimg_parse_u32(text, len, &total) || total == UINT32_MAX ||
        first > last || last >= total)
        return;
    h->range_first = first;
    h->range_last = last;
    h->range_total = total;
}

/* A strong ETag, or else a Last-Modified, as If-Range wants it. */
static void note_validator(struct fimg_head *h, bool tag)
{
    size_t len = h->value_len;

    if (len == 0 || len >= sizeof h->validator ||
        (tag ? h->value[0] != '"'
             : h->tagged || fimg_field_date(h->value, len) == 0))
        return;
    memset(h->validator, 0, sizeof h->validator);
    memcpy(h->validator, h->value, len);
    h->tagged = tag;
}

/* What bears on getting a resource in parts. */
static void note_part(struct fimg_head *h)
{
    if (h->field == ACCEPT_RANGES)
        h->ranges = fimg_text_is(h->value, h->value_len, "bytes");
    else if (h->field == CONTENT_RANGE)
        note_range(h, h->value, h->value_len);
    else
        note_validator(h, h->field == ETAG);
}
#endif

enum fimg_reason fimg_field_note(struct fimg_head *h, struct fimg_reply *reply)
{
    const char *text = h->value;
    size_t len = h->value_len;

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
        note_type(h, reply);
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
        memcpy(h->location, text, len);
        h->location_len = (uint8_t)len;
        break;
    case REQUEST_ID:
    case X_REQUEST_ID:
    case TT_LOGID:
        note_log_id(h, reply);
        break;
    default:
#if FIMG_RESUME
        note_part(h);
#endif
        break;
    }
    return FIMG_WHY_NONE;
}

uint32_t fimg_field_date(const char *text, size_t len)
{
    /*                     0123456789012345678901234567
       IMF-fixdate:        Thu, 13 Nov 2025 09:06:27 GMT */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char digits[14] = { 0 };
    uint32_t time;

    if (len != 29 || memcmp(text + 25, " GMT", 4) != 0)
        return 0;
    for (int m = 0; m < 12; m++)
        if (memcmp(text + 8, months + 3 * m, 3) == 0) {
            digits[4] = (char)('0' + (m + 1) / 10);
            digits[5] = (char)('0' + (m + 1) % 10);
        }
    memcpy(digits, text + 12, 4);
    memcpy(digits + 6, text + 5, 2);
    memcpy(digits + 8, text + 17, 2);
    memcpy(digits + 10, text + 20, 2);
    memcpy(digits + 12, text + 23, 2);
    return fimg_unix_time(digits, &time) ? time : 0;
}
