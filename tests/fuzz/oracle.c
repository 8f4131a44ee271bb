/*
 * oracle.c: what a reply comes to, told from all of its bytes at once.
 */
#include "oracle.h"

#include <ctype.h>
#include <strings.h>

#define LINE_CAP 160  /* what the library looks at of a line */
#define VALUE_MIN 128 /* and of the value in it, if there is more */
#define LOCATION_CAP 128
#define INTERIMS 8

/* The line at the start of `in`, without its CR LF. False: there is none, or
   one with a forbidden byte. */
static bool next_line(struct source *in, struct source *line)
{
    for (size_t i = 0; i < in->len; i++) {
        uint8_t c = in->at[i];

        if (c == '\r') {
            if (i + 1 == in->len || in->at[i + 1] != '\n')
                return false;
            *line = source_bytes(in, i);
            (void)source_bytes(in, 2);
            return true;
        }
        if (c != '\t' && (c < ' ' || c == 0x7f))
            return false;
    }
    return false;
}

static bool is(struct source s, const char *text)
{
    return s.len == strlen(text) &&
           strncasecmp((const char *)s.at, text, s.len) == 0;
}

/* All digits, 1 to 20; what is beyond 64 bits is as good as the most. */
static bool number(struct source s, uint64_t *n)
{
    *n = 0;
    if (s.len == 0 || s.len > 20)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (*n > (UINT64_MAX - 9) / 10)
            *n = UINT64_MAX / 16;
        *n = *n * 10 + s.at[i] - '0';
    }
    return true;
}

static bool status_line(struct oracle_head *h, struct source line)
{
    const char *at = (const char *)line.at;

    if (line.len < 12 || memcmp(at, "HTTP/1.", 7) != 0 ||
        (at[7] != '0' && at[7] != '1') || at[8] != ' ' ||
        (line.len > 12 && at[12] != ' '))
        return false;
    h->minor = at[7] - '0';
    h->status = 0;
    for (int i = 9; i < 12; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        h->status = h->status * 10 + at[i] - '0';
    }
    return h->status >= 100 && h->status <= 599;
}

/* A number in `s` that ends before `end`, which is passed. */
static bool number_to(struct source *s, char end, uint64_t *n)
{
    const uint8_t *stop = s->len > 0 ? memchr(s->at, end, s->len) : NULL;
    struct source digits;

    if (stop == NULL)
        return false;
    digits = source_bytes(s, (size_t)(stop - s->at));
    (void)source_bytes(s, 1);
    return number(digits, n) && *n < UINT32_MAX;
}

static void content_range(struct oracle_head *h, struct source value)
{
    struct source unit = source_bytes(&value, 6);

    h->ranged = is(unit, "bytes ") && number_to(&value, '-', &h->first) &&
                number_to(&value, '/', &h->last) && number(value, &h->total) &&
                h->total < UINT32_MAX && h->first <= h->last &&
                h->last < h->total;
}

/* Is the media type a JSON one, or may it be, as its end is not known? */
static bool is_json(struct source value, bool cut)
{
    size_t n = 0;

    while (n < value.len && strchr("; \t", value.at[n]) == NULL)
        n++;
    if (n == value.len && cut)
        return true;
    return n > 5 && (value.at[n - 5] == '/' || value.at[n - 5] == '+') &&
           strncasecmp((const char *)value.at + n - 4, "json", 4) == 0;
}

/* What a field means. False: the reply is to be refused for it. */
static bool field(struct oracle_head *h, struct source name,
                  struct source value, bool cut)
{
    if (is(name, "content-length")) {
        bool first = h->framing == ORACLE_CLOSE;

        h->framing = ORACLE_LENGTH;
        return first && number(value, &h->length);
    }
    if (is(name, "transfer-encoding")) {
        bool first = h->framing == ORACLE_CLOSE;

        h->framing = ORACLE_CHUNKED;
        return first && h->minor == 1 && is(value, "chunked");
    }
    h->json |= is(name, "content-type") && is_json(value, cut);
    h->encoded |= is(name, "content-encoding") && !is(value, "identity");
    h->close |= is(name, "connection") && !is(value, "keep-alive");
    if (is(name, "location") && h->location.len == 0)
        h->location = source_bytes(
            &value, value.len < LOCATION_CAP ? value.len : LOCATION_CAP);
    if (is(name, "content-range"))
        content_range(h, value);
    return true;
}

static bool is_token_char(uint8_t c)
{
    return isalnum(c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* "Name: value"; splits the line there. */
static bool field_line(struct source *name, struct source *line)
{
    *name = (struct source){ line->at, 0 };
    while (line->len > 0 && is_token_char(*line->at)) {
        (void)source_bytes(line, 1);
        name->len++;
    }
    if (name->len == 0 || line->len == 0 || *line->at != ':')
        return false;
    (void)source_bytes(line, 1);
    return true;
}

static bool counts(struct source name)
{
    static const char *const names[] = {
        "content-length", "transfer-encoding",
        "content-type",   "content-encoding",
        "connection",     "date",
        "retry-after",    "location",
        "accept-ranges",  "content-range",
        "etag",           "last-modified",
        "request-id",     "x-request-id",
        "x-tt-logid",     "x-ogw-ratelimit-reset",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(name, names[i]))
            return true;
    return false;
}

/* Blanks around a value are not part of it; but of a line that is cut off no
   end is known. */
static bool head_line(struct oracle_head *h, struct source line, bool bare)
{
    bool cut = line.len >= LINE_CAP;
    struct source name;

    if (cut)
        line.len = LINE_CAP;
    if (!field_line(&name, &line))
        return false;
    if (bare || h->status < 200 || !counts(name))
        return true;
    while (line.len > 0 && is_blank(*line.at))
        (void)source_bytes(&line, 1);
    while (!cut && line.len > 0 && is_blank(line.at[line.len - 1]))
        line.len--;
    if (cut && line.len < VALUE_MIN)
        return false;
    return field(h, name, line, cut);
}

struct oracle_head oracle_head(const uint8_t *in, size_t len, bool bare)
{
    static const struct oracle_head none;
    struct oracle_head h = { 0 };
    struct source rest = { in, len }, line;
    int interims = 0;

    do {
        h = none;
        if (!next_line(&rest, &line) || !status_line(&h, line))
            return none;
        for (;;) {
            if (!next_line(&rest, &line))
                return none;
            if (line.len == 0)
                break;
            if (!head_line(&h, line, bare))
                return none;
        }
        if (h.status == 101 || (h.status < 200 && ++interims > INTERIMS))
            return none;
    } while (h.status < 200);
    h.interims = interims;
    h.len = len - rest.len;
    return h;
}

/* --- bodies ----------------------------------------------------------------
 */

static void add(struct oracle_body *b, struct source data)
{
    if (data.len > 0)
        memcpy(b->data + b->data_len, data.at, data.len);
    b->data_len += data.len;
}

/* "1F;name=value": a size, up to 16 digits and below 4 GB. */
static bool chunk_size(struct source line, uint64_t *size)
{
    size_t n = 0;

    *size = 0;
    for (; n < line.len && isxdigit(line.at[n]); n++) {
        uint8_t c = (uint8_t)tolower(line.at[n]);

        *size = *size << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        if (n == 16 || *size > UINT32_MAX)
            return false;
    }
    return n > 0 && (n == line.len || line.at[n] == ';');
}

static void chunked(struct oracle_body *b, struct source in)
{
    const uint8_t *begin = in.at;
    struct source line, data, name;
    uint64_t size;

    do {
        if (!next_line(&in, &line) || !chunk_size(line, &size))
            return;
        data = source_bytes(&in, size < in.len ? (size_t)size : in.len);
        add(b, data);
        if (data.len < size ||
            (size > 0 && (!next_line(&in, &line) || line.len > 0)))
            return;
    } while (size > 0);
    for (;;) {
        if (!next_line(&in, &line))
            return;
        if (line.len == 0)
            break;
        if (!field_line(&name, &line))
            return;
    }
    b->whole = true;
    b->used = (size_t)(in.at - begin);
}

struct oracle_body oracle_body(enum oracle_framing framing, uint64_t length,
                               const uint8_t *in, size_t len)
{
    struct oracle_body b = { .data = block_of(len) };
    struct source rest = { in, len };

    if (framing == ORACLE_CHUNKED) {
        chunked(&b, rest);
        b.overhead = (b.whole ? b.used : len) - b.data_len;
        return b;
    }
    if (framing == ORACLE_LENGTH && length < len)
        rest.len = (size_t)length;
    add(&b, rest);
    b.used = b.data_len;
    b.whole = framing == ORACLE_LENGTH && b.data_len == length;
    return b;
}
