/*
 * tls_peer.c: a BearSSL server in the same process, that plays a script.
 *
 *     peer_give -> engine -> request            script -> encrypt -> out
 *                     +---------- handshake ----------------------> out
 *
 * After the handshake the script's records are encrypted with the engine's own
 * record context, so that whatever the engine still says fits in between.
 */
#include "peer_server.h"

#include <stdlib.h>
#include <string.h>

#define ROOM 64 /* around plaintext, for header, nonce and tag */

enum record_type { RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };

uint8_t peer_pattern(uint64_t i)
{
    static const uint8_t start[] = { 0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10,
                                     'J',  'F',  'I',  'F',  0x00, 0x01 };

    if (i < sizeof start)
        return start[i];
    return (uint8_t)(i * 167 + (i >> 8) * 13);
}

/* --- the engine ---------------------------------------------------------- */

void peer_put_out(struct tls_peer *p, const void *from, size_t len)
{
    if (len > sizeof p->out - p->out_len)
        len = sizeof p->out - p->out_len; /* a script that asks too much */
    memcpy(p->out + p->out_len, from, len);
    p->out_len += len;
    p->produced += len;
}

/* The length of the body that a request's head announces. */
static size_t body_len(const struct tls_peer *p)
{
    const char *field = strstr(p->request, "\r\nContent-Length: ");

    return field ? (size_t)strtoul(field + 18, NULL, 10) : 0;
}

/* Did the last byte make the request whole? */
static bool is_whole(struct tls_peer *p)
{
    if (p->body_left > 0)
        return --p->body_left == 0;
    if (p->request_len < 4 ||
        memcmp(p->request + p->request_len - 4, "\r\n\r\n", 4) != 0)
        return false;
    p->body_left = body_len(p);
    return p->body_left == 0;
}

/* Note plaintext from the client, and whether it makes a whole request. */
static void note_request(struct tls_peer *p, const uint8_t *in, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p->whole) {
            p->whole = false;
            p->request_len = 0;
        }
        if (p->request_len < sizeof p->request - 1)
            p->request[p->request_len++] = (char)in[i];
        p->request[p->request_len] = '\0';
        if (p->log_len < sizeof p->log - 1)
            p->log[p->log_len++] = (char)in[i];
        if (is_whole(p)) {
            p->whole = true;
            p->requests++;
            p->asked++;
        }
    }
}

/* Carry between the engine and us what it has ready. */
static void drain(struct tls_peer *p)
{
    br_ssl_engine_context *e = &p->server.eng;
    unsigned char *at;
    size_t len;

    while ((at = br_ssl_engine_recvapp_buf(e, &len)) != NULL) {
        note_request(p, at, len);
        br_ssl_engine_recvapp_ack(e, len);
    }
    while ((at = br_ssl_engine_sendrec_buf(e, &len)) != NULL) {
        peer_put_out(p, at, peer_server_edit(p, at, len));
        br_ssl_engine_sendrec_ack(e, len);
    }
    if (!p->open && (br_ssl_engine_current_state(e) & BR_SSL_SENDAPP)) {
        p->open = true;
        p->hellos++;
        p->handshake_end = p->produced;
    }
}

static void note_end(struct tls_peer *p)
{
    const br_ssl_engine_context *e = &p->server.eng;

    if (p->error == -1 && br_ssl_engine_current_state(e) == BR_SSL_CLOSED) {
        p->error = br_ssl_engine_last_error(e);
        if (p->error == BR_ERR_OK)
            p->notified++;
    }
}

/* Plain text, before TLS begins: one head, for a proxy. */
static void note_connect(struct tls_peer *p, const uint8_t *from, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p->connect_whole || p->connect_len == sizeof p->connect - 1) {
            p->early++;
            continue;
        }
        p->connect[p->connect_len++] = (char)from[i];
        p->connect[p->connect_len] = '\0';
        p->connect_whole =
            p->connect_len >= 4 &&
            memcmp(p->connect + p->connect_len - 4, "\r\n\r\n", 4) == 0;
    }
}

void peer_give(struct tls_peer *p, const uint8_t *from, size_t len)
{
    br_ssl_engine_context *e = &p->server.eng;

    if (p->plain) {
        note_connect(p, from, len);
        return;
    }
    peer_server_note(p, from, len);
    while (len > 0) {
        size_t room;
        unsigned char *at;

        drain(p);
        at = br_ssl_engine_recvrec_buf(e, &room);
        if (at == NULL)
            break; /* closed or failed: nobody listens any more */
        if (room > len)
            room = len;
        memcpy(at, from, room);
        br_ssl_engine_recvrec_ack(e, room);
        from += room;
        len -= room;
    }
    drain(p);
    note_end(p);
}

/* --- the script ---------------------------------------------------------- */

/* Send a record: encrypted if the handshake is over, else as it is. */
static void put_record(struct tls_peer *p, enum record_type type,
                       const void *bytes, size_t len)
{
    const br_sslrec_out_class **out = &p->server.eng.out.vtable;
    uint8_t *at = p->record + ROOM;

    memcpy(at, bytes, len);
    if (p->open) {
        at = (*out)->encrypt(out, (int)type, BR_TLS12, at, &len);
    } else {
        at -= 5;
        at[0] = (uint8_t)type;
        at[1] = 3;
        at[2] = 3;
        at[3] = (uint8_t)(len >> 8);
        at[4] = (uint8_t)len;
        len += 5;
    }
    if (p->damage)
        at[len * 2 / 3] ^= 0x10;
    p->damage = false;
    peer_put_out(p, at, len);
}

static void put_alert(struct tls_peer *p, uint8_t level, size_t number)
{
    uint8_t alert[2] = { level, (uint8_t)number };

    put_record(p, RECORD_ALERT, alert, sizeof alert);
}

/* The next record of a PEER_SEND; true when it was the last. */
static bool send_piece(struct tls_peer *p)
{
    const struct peer_step *s = p->step;
    size_t n = s->len - p->step_pos;
    size_t most = s->piece ? s->piece : p->server.eng.max_frag_len;
    uint8_t plain[16384 + 1024];

    if (most > sizeof plain)
        most = sizeof plain;
    if (n > most)
        n = most;
    for (size_t i = 0; i < n; i++)
        plain[i] = s->bytes ? (uint8_t)s->bytes[p->step_pos + i]
                            : peer_pattern(p->pattern_pos++);
    if (n > 0)
        put_record(p, RECORD_DATA, plain, n);
    p->step_pos += n;
    return p->step_pos == s->len;
}

static bool pause_over(struct tls_peer *p)
{
    if (!p->pausing)
        p->pause_end = p->now + (uint32_t)p->step->len;
    p->pausing = (int32_t)(p->now - p->pause_end) < 0;
    return !p->pausing;
}

/* Wait for a request that no step has waited for yet. */
static bool request_came(struct tls_peer *p)
{
    if (p->asked <= p->answered)
        return false;
    p->answered++;
    p->pattern_pos = 0;
    return true;
}

/* Do something of the present step; true when it is done. */
static bool do_step(struct tls_peer *p)
{
    static const uint8_t hello_request[4] = { 0 };
    const struct peer_step *s = p->step;

    switch (s->what) {
    case PEER_REST:
        return false;
    case PEER_CONNECT:
        return p->connect_whole;
    case PEER_TUNNEL:
        p->plain = false;
        return true;
    case PEER_REQUEST:
        return request_came(p);
    case PEER_BYTES:
        return p->request_len >= s->len;
    case PEER_PAUSE:
        return pause_over(p);
    case PEER_SEND:
        return p->open && send_piece(p);
    case PEER_EMPTY:
        put_record(p, RECORD_DATA, "", 0);
        return ++p->step_pos == s->len;
    case PEER_DAMAGE:
        p->damage = true;
        return true;
    case PEER_HELLO:
        put_record(p, RECORD_HANDSHAKE, hello_request, sizeof hello_request);
        return true;
    case PEER_WARN:
        put_alert(p, 1, s->len);
        return true;
    case PEER_ALERT:
        put_alert(p, 2, s->len);
        return true;
    case PEER_NOTIFY:
        put_alert(p, 1, 0);
        return true;
    case PEER_RECORD:
        if (!p->open)
            return false;
        put_record(p, (enum record_type)s->piece, s->bytes, s->len);
        return true;
    case PEER_RAW:
        peer_put_out(p, s->bytes, s->len);
        return true;
    case PEER_FIN:
        p->stream = PEER_STREAM_FIN;
        return true;
    case PEER_RST:
        p->stream = PEER_STREAM_RST;
        return true;
    }
    return false;
}

size_t peer_run(struct tls_peer *p, uint32_t now)
{
    p->now = now;
    drain(p);
    /* one record at a time, so that the queue need not hold a whole body */
    while (p->out_pos == p->out_len && p->stream == PEER_STREAM_OPEN) {
        p->out_pos = 0;
        p->out_len = 0;
        if (do_step(p)) {
            p->step++;
            p->step_pos = 0;
        } else if (p->out_len == 0) {
            break;
        }
    }
    return p->out_len - p->out_pos;
}

void peer_take(struct tls_peer *p, uint8_t *to, size_t len)
{
    memcpy(to, p->out + p->out_pos, len);
    p->out_pos += len;
}

void peer_connect(struct tls_peer *p, uint32_t now)
{
    size_t i = p->connections++;

    while (i > 0 && (i >= PEER_SCRIPTS || p->script[i] == NULL))
        i--;
    p->step = p->script[i];
    p->step_pos = 0;
    p->plain = p->step->what == PEER_CONNECT;
    p->connect_whole = false;
    p->connect_len = 0;
    p->stream = PEER_STREAM_OPEN;
    p->open = false;
    p->pausing = false;
    p->damage = false;
    p->whole = true; /* so that the next byte begins a request */
    p->request_len = 0;
    p->body_left = 0;
    p->asked = 0;
    p->answered = 0;
    p->produced = 0;
    p->handshake_end = 0;
    p->out_pos = 0;
    p->out_len = 0;
    p->error = -1;
    p->now = now;
    peer_server_begin(p);
}
