/*
 * drive.c: whole downloads from a scripted server.
 */
#include "drive.h"

#include <stdio.h>

#include "fimg_state.h" /* to reserve a struct fimg */
#include "identity.h"

#define READS_MAX 400000
#define TOKEN_CAP 300
#define SLOW_LEN 3000
#define RESUMED_AT 5

static const struct fimg_proxy proxy = { "proxy.example", 3128, DRIVE_BASIC };

/* A TLS session that client and server have in common. */
static struct fimg_session known;
static struct peer_sessions known_sessions;

static bool option(const struct script *s, char letter)
{
    return strchr(s->options, letter) != NULL;
}

static void options(struct drive *d, const struct script *s)
{
    struct fimg_request *r = &d->request;

    if (option(s, 'm') || option(s, 'M'))
        r->message_id = "om_a1";
    r->file = option(s, 'M');
    if (option(s, 't') || option(s, 'o'))
        r->token_from = &d->token;
    else
        r->token = DRIVE_TOKEN;
    if (option(s, 'o')) {
        d->token.grant = FIMG_GRANT_OAUTH;
        d->token.host = "localhost";
    }
    if (option(s, 'r')) {
        d->resume = (struct fimg_resume){ RESUMED_AT, 0, "\"v1\"" };
        r->resume = &d->resume;
    }
    if (option(s, 'p'))
        r->proxy = &proxy;
    if (option(s, 'l'))
        r->limiter = &d->limiter;
    if (option(s, 'x'))
        r->max_size = 1000;
    for (char digit = '0'; digit <= '9'; digit++)
        if (option(s, digit))
            r->retry_max = (uint8_t)(digit - '0');
}

/* How bytes move, and the caller waits. */
static void set_way(struct drive *d, enum fuzz_cut way)
{
    d->request.wait_ms = way == CUT_NOWHERE ? FIMG_WAIT : 0;
    d->port.window_in = d->port.window_out = way == CUT_EVERYWHERE;
}

static void make_server(struct drive *d, const struct script *s)
{
    struct tls_peer *p = &d->port.peer;

    p->identity = identity();
    p->keeps_sessions = true;
    for (size_t i = 0; i < s->connections; i++)
        p->script[i] = s->steps + s->first[i];
    if (!option(s, 'h')) {
        p->sessions = known_sessions;
        d->session = known;
    }
    d->request.session = &d->session;
}

static void make_client(struct drive *d)
{
    d->f = block_of(sizeof *d->f);
    memset(d->f, 0, sizeof *d->f);
    d->memory = room_of(TOKEN_CAP);
    d->anchors = (struct fimg_anchors){ identity_roots()->list,
                                        identity_roots()->count };
    d->trust = (struct fimg_trust){ .anchors = &d->anchors };
    d->token = (struct fimg_token){ .id = "cli_a1",
                                    .secret = DRIVE_SECRET,
                                    .memory = (char *)d->memory.at,
                                    .cap = TOKEN_CAP };
    d->limiter = (struct fimg_limiter){ .devices = 3, .number = 2 };
    d->request = (struct fimg_request){ .port = &d->api,
                                        .trust = &d->trust,
                                        .host = "localhost",
                                        .image_key = "img_v3_key" };
}

/* The session that all others begin with: by a full handshake. */
static void know_session(void)
{
    static const char hello[] =
        "h\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    static struct script s;
    static struct drive d;
    static bool done;

    if (done)
        return;
    done = true;
    script_parse(&s, (const uint8_t *)hello, sizeof hello - 1);
    drive_open(&d, &s, CUT_NOWHERE);
    drive_run(&d);
    HOLDS(d.result == FIMG_OK && d.body_len == 5);
    known = d.session;
    known_sessions = d.port.peer.sessions;
    HOLDS(known_sessions.count == 1);
    drive_close(&d, false);
    script_end(&s);
}

void drive_open(struct drive *d, const struct script *s, enum fuzz_cut way)
{
    know_session();
    memset(d, 0, offsetof(struct drive, body));
    port_init(&d->port);
    d->port.unix_time = IDENTITY_NOW;
    d->api = d->port.api;
    make_client(d);
    make_server(d, s);
    options(d, s);
    set_way(d, way);
    d->cutter = cutter_of(way, s->text, 1);
}

/* --- reports -------------------------------------------------------------- */

static void check_text(const struct drive *d, const char *text, size_t max)
{
    size_t len = strlen(text);

    if (len == 0)
        return;
    HOLDS(len <= max && fuzz_is_clean(text, len));
    HOLDS(strstr(text, DRIVE_SECRET) == NULL || d->request.token);
    HOLDS(strstr(text, DRIVE_TOKEN) == NULL || !d->request.token);
}

static void check_report(const struct drive *d)
{
    const struct fimg_report *r = fimg_report(d->f);

    check_text(d, r->msg, 160);
    check_text(d, r->log_id, 160);
    check_text(d, r->location, 128);
    HOLDS((int)r->status == d->result ||
          (d->result > 0 && r->status == FIMG_PENDING));
    HOLDS(r->delivered == d->body_len);
    HOLDS(d->result != FIMG_OK || r->end != FIMG_END_NONE);
    HOLDS(r->reason != FIMG_WHY_NONE || d->result >= FIMG_PENDING);
    HOLDS(r->reason == FIMG_WHY_NONE || d->result < FIMG_OK);
    if (d->token.len > 3 && strpbrk(d->token.memory, "*? ") == NULL)
        HOLDS(strstr(r->msg, d->token.memory) == NULL &&
              strstr(r->log_id, d->token.memory) == NULL);
}

/* --- downloads ------------------------------------------------------------ */

/* Byte by byte is enough for a while. */
static size_t next_cap(struct drive *d)
{
    if (d->body_len < SLOW_LEN && d->port.received < SLOW_LEN)
        return cutter_next(&d->cutter, 16384);
    d->port.window_in = 0;
    return 16384;
}

/* One call, with room of the size that the way asks for. */
static void read_some(struct drive *d)
{
    struct room room = room_of(next_cap(d));
    size_t n;

    d->result = fimg_read(d->f, room.at, room.cap);
    n = d->result > 0 ? (size_t)d->result : 0;
    HOLDS(n <= room.cap && n <= sizeof d->body - d->body_len);
    memcpy(d->body + d->body_len, room.at, n);
    d->body_len += n;
    room_end(&room, n);
    check_report(d);
    if (d->cutter.way == CUT_AT_RANDOM && d->port.received < SLOW_LEN) {
        d->port.window_in = d->cutter.random >> 8 & 63;
        d->request.wait_ms = d->cutter.random >> 16 & 1 ? 30 : 0;
    }
}

/* Let the time pass that there is nothing to be had. */
static void idle(struct drive *d)
{
    uint32_t next = fimg_next_ms(d->f);
    uint32_t event = port_event(&d->port, fimg_wants(d->f));

    HOLDS(d->request.wait_ms != FIMG_WAIT);
    if (next == 0)
        return;
    next = event < next ? event : next;
    HOLDS(next < FIMG_NO_LIMIT);
    d->port.now += next;
}

/* Every later call must say the same, and do nothing. */
static void check_sticks(struct drive *d)
{
    unsigned calls = d->port.calls;
    size_t len = d->body_len;
    int result = d->result;

    read_some(d);
    HOLDS(d->result == result && d->body_len == len);
    HOLDS(d->port.calls == calls);
    fimg_finish(d->f);
    read_some(d);
    HOLDS(d->result == result && d->body_len == len);
}

void drive_run(struct drive *d)
{
    unsigned reads = 0;

    d->body_len = 0;
    port_watch(&d->port, &d->request);
    HOLDS(fimg_start(d->f, &d->request) == FIMG_OK);
    do {
        read_some(d);
        if (d->result == FIMG_PENDING)
            idle(d);
        HOLDS(++reads < READS_MAX);
    } while (d->result > 0 || d->result == FIMG_PENDING);
    check_sticks(d);
}

void drive_close(struct drive *d, bool echoed)
{
    fimg_close(d->f);
    HOLDS(d->port.state == PORT_IDLE);
    if (d->port.violation)
        fprintf(stderr, "the library: %s\n", d->port.violation);
    HOLDS(d->port.violation == NULL);
    if (!echoed) {
        HOLDS(!fuzz_has(d->f, sizeof *d->f, DRIVE_TOKEN));
        HOLDS(!fuzz_has(d->f, sizeof *d->f, DRIVE_SECRET));
        HOLDS(!fuzz_has(d->f, sizeof *d->f, DRIVE_BASIC));
    }
    HOLDS(d->token.fetcher == NULL);
    room_end(&d->memory, TOKEN_CAP);
    free(d->f);
    d->f = NULL;
}

void drive_compare(const struct drive *a, const struct drive *b)
{
    const struct fimg_report *x = fimg_report(a->f), *y = fimg_report(b->f);

    HOLDS(a->result == b->result && x->reason == y->reason);
    HOLDS(x->stage == y->stage && x->end == y->end && x->type == y->type);
    HOLDS(x->http_status == y->http_status && x->code == y->code);
    HOLDS(strcmp(x->msg, y->msg) == 0 && strcmp(x->log_id, y->log_id) == 0);
    HOLDS(strcmp(x->location, y->location) == 0);
    HOLDS(x->date == y->date && x->offset == y->offset);
    HOLDS(x->length == y->length && x->attempts == y->attempts);
    HOLDS(x->reused == y->reused && x->resumed == y->resumed);
    HOLDS(a->body_len == b->body_len);
    HOLDS(memcmp(a->body, b->body, a->body_len) == 0);
    HOLDS(memcmp(&a->resume, &b->resume, sizeof a->resume) == 0);
    HOLDS(a->token.len == b->token.len);
}
