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
    FIELDS
};

static const char *const names[FIELDS] = {
    [OTHER] = "",
    [CONTENT_LENGTH] = "content-length",
    [TRANSFER_ENCODING] = "transfer-encoding",
    [CONTENT_TYPE] = "content-type",
    [CONTENT_ENCODING] = "content-encoding",
    [CONNECTION] = "connection",
    [DATE] = "date",
    [RETRY_AFTER] = "retry-after",
    [RATELIMIT_RESET] = "x-ogw-ratelimit-reset",
    [LOCATION] = "location",
    [REQUEST_ID] = "request-id",
    [X_REQUEST_ID] = "x-request-id",
    [TT_LOGID] = "x-tt-logid",
};

static const struct {
    const char *media;
    enum fimg_type type;
} media_types[] = {
    { "image/jpeg", FIMG_TYPE_JPEG },
    { "image/jpg", FIMG_TYPE_JPEG },
    { "image/png", FIMG_TYPE_PNG },
    { "image/gif", FIMG_TYPE_GIF },
    { "image/webp", FIMG_TYPE_WEBP },
    { "image/bmp", FIMG_TYPE_BMP },
    { "image/x-ms-bmp", FIMG_TYPE_BMP },
    { "image/x-icon", FIMG_TYPE_ICO },
    { "image/vnd.microsoft.icon", FIMG_TYPE_ICO },
    { "image/tiff", FIMG_TYPE_TIFF },
    { "image/heic", FIMG_TYPE_HEIC },
    { "image/heif", FIMG_TYPE_HEIC },
};

uint8_t fimg_field_find(const char *name, size_t len)
{
    for (uint8_t i = OTHER + 1; i < FIELDS; i++)
        if (fimg_text_is(name, len, names[i]))
            return i;
    return OTHER;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Length of the list element or media type that the text begins with. */
static size_t element_len(const char *text, size_t len, char end)
{
    const char *stop = memchr(text, end, len);
    size_t n = stop ? (size_t)(stop - text) : len;

    while (n > 0 && is_blank(text[n - 1]))
        n--;
    return n;
}

static enum fimg_reason note_length(const struct fimg_head *h,
                                    struct fimg_reply *reply)
{
    if (reply->has_length || h->cut ||
        !fimg_parse_u64(h->value, h->value_len, &reply->length))
        return FIMG_WHY_FRAMING;
    reply->has_length = true;
    return FIMG_WHY_NONE;
}

static enum fimg_reason note_coding(const struct fimg_head *h,
                                    struct fimg_reply *reply)
{
    if (reply->has_coding || !fimg_text_is(h->value, h->value_len, "chunked"))
        return FIMG_WHY_FRAMING;
    reply->has_coding = true;
    return FIMG_WHY_NONE;
}

/* Of several Content-Type fields the last one counts, and JSON always does. */
static void note_type(const struct fimg_head *h, struct fimg_reply *reply)
{
    size_t n = element_len(h->value, h->value_len, ';');

    if (fimg_text_is(h->value, n, "application/json") ||
        fimg_text_is(h->value, n, "text/json") ||
        (n > 5 && fimg_text_is(h->value + n - 5, 5, "+json")))
        reply->json = true;
    reply->content_type = FIMG_TYPE_UNKNOWN;
    for (size_t i = 0; i < sizeof media_types / sizeof media_types[0]; i++)
        if (fimg_text_is(h->value, n, media_types[i].media))
            reply->content_type = media_types[i].type;
}

static void note_connection(const struct fimg_head *h, struct fimg_reply *reply)
{
    const char *at = h->value, *end = h->value + h->value_len;

    if (h->cut)
        reply->close = true;
    while (at < end) {
        size_t n = element_len(at, (size_t)(end - at), ',');
        const char *comma;

        if (fimg_text_is(at, n, "close"))
            reply->close = true;
        if (fimg_text_is(at, n, "keep-alive"))
            reply->keep_alive = true;
        comma = memchr(at, ',', (size_t)(end - at));
        at = comma ? comma + 1 : end;
        while (at < end && is_blank(*at))
            at++;
    }
}

/*
 * Seconds, with a fraction if need be, rounded up. 0 for anything else; what
 * is too large to be waited for comes out as UINT32_MAX.
 */
static uint32_t seconds(const char *text, size_t len)
{
    uint64_t value = 0;
    size_t n = 0;

    while (n < len && fimg_is_digit((uint8_t)text[n])) {
        if (value <= UINT32_MAX)
            value = value * 10 + (uint64_t)(text[n] - '0');
        n++;
    }
    if (n > 0 && n + 1 < len && text[n] == '.') {
        value++;
        for (n++; n < len && fimg_is_digit((uint8_t)text[n]);)
            n++;
    }
    if (n != len)
        return 0;
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static void note_log_id(const struct fimg_head *h, struct fimg_reply *reply)
{
    size_t n = h->value_len < FIMG_LOG_ID_CAP ? h->value_len : FIMG_LOG_ID_CAP;

    if (h->field <= reply->log_rank || n == 0)
        return;
    reply->log_rank = h->field;
    memcpy(reply->log_id, h->value, n);
    reply->log_id[n] = '\0';
}

static void note_location(struct fimg_head *h)
{
    memcpy(h->location, h->value, h->value_len);
    h->location_len = h->value_len;
    h->location_cut = h->cut;
}

enum fimg_reason fimg_field_note(struct fimg_head *h, struct fimg_reply *reply)
{
    switch ((enum field)h->field) {
    case CONTENT_LENGTH:
        return note_length(h, reply);
    case TRANSFER_ENCODING:
        return note_coding(h, reply);
    case CONTENT_TYPE:
        note_type(h, reply);
        break;
    case CONTENT_ENCODING:
        if (!fimg_text_is(h->value, h->value_len, "identity"))
            reply->encoded = true;
        break;
    case CONNECTION:
        note_connection(h, reply);
        break;
    case DATE:
        reply->date = fimg_field_date(h->value, h->value_len);
        break;
    case RETRY_AFTER:
        reply->retry_s = seconds(h->value, h->value_len);
        reply->retry_date = fimg_field_date(h->value, h->value_len);
        break;
    case RATELIMIT_RESET:
        reply->reset_s = seconds(h->value, h->value_len);
        break;
    case LOCATION:
        note_location(h);
        break;
    case REQUEST_ID:
    case X_REQUEST_ID:
    case TT_LOGID:
        note_log_id(h, reply);
        break;
    case OTHER:
    case FIELDS:
        break;
    }
    return FIMG_WHY_NONE;
}

enum fimg_reason fimg_field_check(struct fimg_reply *reply)
{
    if (reply->has_coding) {
        if (reply->has_length || reply->minor == 0)
            return FIMG_WHY_FRAMING;
        reply->framing = FIMG_FRAMING_CHUNKED;
    } else if (reply->has_length) {
        reply->framing = FIMG_FRAMING_LENGTH;
    }
    if (reply->retry_date > reply->date && reply->date > 0) {
        int64_t wait = reply->retry_date - reply->date;

        reply->retry_s = wait < UINT32_MAX ? (uint32_t)wait : UINT32_MAX;
    }
    return FIMG_WHY_NONE;
}

/* Two digits at `text`, or -1. */
static int two(const char *text)
{
    if (!fimg_is_digit((uint8_t)text[0]) || !fimg_is_digit((uint8_t)text[1]))
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

int64_t fimg_field_date(const char *text, size_t len)
{
    /*                     0123456789012345678901234567
       IMF-fixdate:        Thu, 13 Nov 2025 09:06:27 GMT */
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    int day, century, year, hour, minute, second;

    if (len != 29 || !fimg_text_is(text + 25, 4, " gmt") || text[3] != ',' ||
        text[19] != ':' || text[22] != ':')
        return 0;
    day = two(text + 5);
    century = two(text + 12);
    year = two(text + 14);
    hour = two(text + 17);
    minute = two(text + 20);
    second = two(text + 23);
    if (day < 1 || day > 31 || century < 19 || year < 0 || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return 0;
    for (int m = 0; m < 12; m++) {
        char name[4] = { months[m * 3], months[m * 3 + 1], months[m * 3 + 2] };

        if (fimg_text_is(text + 8, 3, name))
            return fimg_unix_time(century * 100 + year, m + 1, day,
                                  hour * 3600 + minute * 60 + second);
    }
    return 0;
}
