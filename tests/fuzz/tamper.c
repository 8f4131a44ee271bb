/*
 * tamper.c: somebody between the server and a client, who changes records.
 */
#include "tamper.h"

#define HEADER 5
#define INSERT_MAX 17000

/* --- what has been said ----------------------------------------------------
 */

/* A byte of a plain handshake message. */
static void note(struct tamper_said *s, uint8_t c)
{
    if (s->len < sizeof s->bytes)
        s->bytes[s->len++] = c;
}

static void follow(struct tamper_said *s, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s->left > 0) {
            s->left--;
            if (s->header[0] == 22 && !s->encrypted)
                note(s, at[i]);
            continue;
        }
        s->header[s->header_len++] = at[i];
        if (s->header_len < HEADER)
            continue;
        s->header_len = 0;
        s->left = (size_t)(s->header[3] << 8 | s->header[4]);
        if (s->header[0] == 20 && s->left > 0)
            s->encrypted = true;
    }
}

/* Leave out what may come at any time and means nothing: HelloRequests. */
static size_t without_requests(uint8_t *to, const struct tamper_said *s)
{
    size_t len = 0, at = 0;

    while (at + 4 <= s->len) {
        const uint8_t *m = s->bytes + at;
        size_t n = 4 + ((size_t)m[1] << 16 | (size_t)m[2] << 8 | m[3]);

        if (n > s->len - at)
            n = s->len - at;
        if (m[0] != 0 || n != 4) {
            memcpy(to + len, m, n);
            len += n;
        }
        at += n;
    }
    return len;
}

bool tamper_is_true(const struct tamper *t)
{
    uint8_t sent[TAMPER_SAID], got[TAMPER_SAID];
    size_t n = without_requests(sent, &t->server);

    return t->client.encrypted && without_requests(got, &t->client) == n &&
           memcmp(sent, got, n) == 0;
}

/* --- orders ----------------------------------------------------------------
 */

static void read_order(struct tamper_order *o, const char *line)
{
    char *at = (char *)line + 1;

    o->letter = line[0];
    o->record = (unsigned)strtoul(at, &at, 10);
    o->more[0] = strtoul(at, &at, 10);
    o->text = *at ? at + 1 : at;
    o->more[1] = strtoul(at, &at, 10);
    o->more[2] = strtoul(at, &at, 10);
}

void tamper_orders(struct tamper *t, struct source *s, char **lines)
{
    t->count = 0;
    t->changed = false;
    while (s->len > 0 && t->count < TAMPER_ORDERS) {
        char *line = source_line(s);

        lines[t->count] = line;
        t->orders[t->count] = (struct tamper_order){ 0 };
        if (*line != '\0')
            read_order(&t->orders[t->count], line);
        t->count++;
    }
}

static void put(struct tamper *t, const uint8_t *at, size_t len)
{
    if (len > sizeof t->out - t->out_len)
        len = sizeof t->out - t->out_len;
    memcpy(t->out + t->out_len, at, len);
    t->out_len += len;
}

static void set_length(uint8_t *record, size_t len)
{
    record[3] = (uint8_t)((len - HEADER) >> 8);
    record[4] = (uint8_t)(len - HEADER);
}

static void insert(struct tamper *t, const struct tamper_order *o)
{
    size_t n = o->more[1] < INSERT_MAX ? o->more[1] : INSERT_MAX;
    uint8_t *record = block_of(HEADER + n);

    record[0] = (uint8_t)o->more[0];
    record[1] = record[2] = 3;
    set_length(record, HEADER + n);
    memset(record + HEADER, (int)o->more[2], n);
    put(t, record, HEADER + n);
    free(record);
}

static void split(struct tamper *t, size_t at)
{
    uint8_t header[HEADER];

    if (at == 0 || at >= t->record_len - HEADER)
        return;
    memcpy(header, t->record, HEADER);
    set_length(header, HEADER + at);
    put(t, header, HEADER);
    put(t, t->record + HEADER, at);
    memmove(t->record + HEADER, t->record + HEADER + at,
            t->record_len - HEADER - at);
    t->record_len -= at;
    set_length(t->record, t->record_len);
}

static void write_over(struct tamper *t, size_t at, const char *text)
{
    while (*text != '\0' && at < t->record_len)
        t->record[at++] = (uint8_t)*text++;
}

static void cut(struct tamper *t, size_t len)
{
    if (len >= t->record_len - HEADER)
        return;
    t->record_len = HEADER + len;
    set_length(t->record, t->record_len);
}

/* Behind the one that was held back for it; as one record with it. */
static void hold(struct tamper *t)
{
    memcpy(t->held, t->record, t->record_len);
    t->held_len = t->record_len;
    t->record_len = 0;
}

static void join(struct tamper *t)
{
    size_t n = t->held_len - HEADER;

    if (t->record_len + n > TAMPER_RECORD)
        return;
    memmove(t->record + HEADER + n, t->record + HEADER, t->record_len - HEADER);
    memcpy(t->record + HEADER, t->held + HEADER, n);
    t->record_len += n;
    set_length(t->record, t->record_len);
    t->held_len = 0;
}

static void end_stream(struct tamper *t, size_t len)
{
    if (len < t->record_len)
        t->record_len = len;
    t->ended = true;
}

/* An order for the record that is there. */
static void carry_out(struct tamper *t, const struct tamper_order *o)
{
    size_t at = o->more[0];
    bool inside = at < t->record_len;

    t->changed = true;
    if (o->letter == 'f' && inside)
        t->record[at] ^= (uint8_t)(1 << (o->more[1] & 7));
    else if (o->letter == 's' && inside)
        t->record[at] = (uint8_t)o->more[1];
    else if (o->letter == 'w')
        write_over(t, at, o->text);
    else if (o->letter == 'c' && t->record_len >= HEADER)
        cut(t, at);
    else if (o->letter == 'd')
        t->record_len = 0;
    else if (o->letter == '2')
        put(t, t->record, t->record_len);
    else if (o->letter == 'h' && t->record_len >= HEADER)
        split(t, at);
    else if (o->letter == 'i')
        insert(t, o);
    else if (o->letter == 'z')
        end_stream(t, at);
    else if ((o->letter == 'x' || o->letter == 'j') && t->held_len == 0 &&
             t->record_len >= HEADER)
        hold(t);
}

/* A whole record was pulled: see what becomes of it. */
static void tamper(struct tamper *t)
{
    bool joins = false;
    unsigned n = ++t->number;

    for (size_t i = 0; i < t->count; i++)
        joins |= t->orders[i].letter == 'j' && t->orders[i].record == n - 1;
    if (joins && t->held_len > 0 && t->record_len >= HEADER)
        join(t);
    for (size_t i = 0; i < t->count; i++) {
        const struct tamper_order *o = &t->orders[i];

        if (o->letter == 'r' && o->record == n) {
            memcpy(t->kept, t->record, t->record_len);
            t->kept_len = t->record_len;
        }
        if (o->record == n && o->letter != '\0')
            carry_out(t, o);
        if (o->letter == 'r' && o->more[0] == n && o->record <= n)
            put(t, t->kept, t->kept_len);
    }
    put(t, t->record, t->record_len);
    if (t->held_len > 0 && t->record_len > 0) {
        put(t, t->held, t->held_len);
        t->held_len = 0;
    }
    t->record_len = 0;
}

/* --- records ---------------------------------------------------------------
 */

void tamper_begin(struct tamper *t)
{
    t->number = 0;
    t->ended = false;
    t->inner_end = 0;
    t->record_len = t->held_len = t->kept_len = t->out_pos = t->out_len = 0;
    memset(&t->server, 0, offsetof(struct tamper_said, bytes));
    memset(&t->client, 0, offsetof(struct tamper_said, bytes));
}

/* How many bytes the record that has begun still lacks. */
static size_t missing(const struct tamper *t)
{
    size_t len = HEADER;

    if (t->record_len >= HEADER)
        len += (size_t)(t->record[3] << 8 | t->record[4]);
    if (len > sizeof t->record)
        len = sizeof t->record;
    return len - t->record_len;
}

/* Pull what there is; what has no end yet when the stream ends goes as it is.
 */
static int pull(struct tamper *t, uint32_t wait_ms)
{
    size_t n = missing(t);
    int got =
        t->inner->recv(t->inner->ctx, t->record + t->record_len, n, wait_ms);

    if (got <= 0)
        return got;
    follow(&t->server, t->record + t->record_len, (size_t)got);
    t->record_len += (size_t)got;
    if (missing(t) == 0)
        tamper(t);
    return got;
}

int tamper_recv(struct tamper *t, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    size_t n;

    while (t->out_pos == t->out_len && !t->ended) {
        t->out_pos = t->out_len = 0;
        t->inner_end = pull(t, wait_ms);
        if (t->inner_end <= 0)
            return t->inner_end;
    }
    n = t->out_len - t->out_pos;
    if (n == 0)
        return FIMG_PORT_CLOSED;
    if (n > cap)
        n = cap;
    memcpy(dst, t->out + t->out_pos, n);
    t->out_pos += n;
    follow(&t->client, dst, n);
    return (int)n;
}
