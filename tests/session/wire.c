/*
 * wire.c: a download that stands still before any byte that the server sends,
 * to go on from there in many ways.
 */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#define READS_MAX 100000
#define HEADER 5  /* of a record */
#define CHANGE 20 /* ChangeCipherSpec */

const struct wire_reply wire_replies[3] = {
    { "length",
      { DO(PEER_REQUEST), TEXT(WIRE_HEAD "Content-Length: 100\r\n\r\n"),
        PATTERN(60), PATTERN(40), DO(PEER_REST) },
      false },
    { "chunked",
      { DO(PEER_REQUEST),
        TEXT(WIRE_HEAD "Transfer-Encoding: chunked\r\n\r\n3c\r\n"), PATTERN(60),
        TEXT("\r\n28;x\r\n"), PATTERN(40), TEXT("\r\n0\r\nA: b\r\n\r\n"),
        DO(PEER_REST) },
      false },
    { "no length",
      { DO(PEER_REQUEST), TEXT(WIRE_HEAD "\r\n"), PATTERN(60), PATTERN(40),
        DO(PEER_NOTIFY), DO(PEER_REST) },
      true },
};

void wire_open(struct rig *r, const struct peer_step *script, bool resumed)
{
    static struct pem_identity server;
    static struct fimg_session session;

    if (server.len == 0)
        pem_load_identity(&server, "direct");
    memset(&session, 0, sizeof session);
    rig_open(r, script);
    r->port.peer.identity = &server;
    r->request.wait_ms = 0;
    r->cap = 128;
    if (resumed) {
        r->port.peer.keeps_sessions = true;
        r->request.session = &session;
        (void)rig_download(r);
        fimg_close(r->f);
    }
    r->port.cut = FAULT_AGAIN;
    r->port.cut_connection = r->port.connects + 1;
    r->port.cut_after = 0;
    (void)rig_start(r);
}

bool wire_reach(struct rig *r, uint64_t bytes)
{
    r->port.cut_after = bytes;
    while (r->reads < READS_MAX) {
        (void)rig_read(r);
        if (r->result <= 0 && r->result != FIMG_PENDING)
            return false;
        if (r->result == FIMG_PENDING && fimg_wants(r->f) == FIMG_WANTS_READ &&
            fimg_next_ms(r->f) > 0 && r->port.state == PORT_OPEN &&
            port_event(&r->port, FIMG_WANTS_READ) == PORT_NEVER)
            return r->port.taken == bytes;
        if (r->result == FIMG_PENDING)
            rig_idle(r);
    }
    return false;
}

bool wire_is_open(const struct rig *r)
{
    return r->port.state == PORT_OPEN && r->port.peer.open &&
           r->port.taken >= r->port.peer.handshake_end;
}

void wire_settle(struct rig *r)
{
    uint64_t end = 0;
    size_t len = 0;
    const uint8_t *next;
    bool last = false;

    while (wire_reach(r, end) && (next = wire_next(r, &len)) != NULL && !last) {
        last = next[0] == CHANGE;
        end += len;
    }
    (void)wire_reach(r, end + len - 1);
}

void wire_run(struct rig *r)
{
    r->port.cut_connection = 0;
    (void)rig_run(r, UINT64_MAX);
}

void wire_flip(struct rig *r, uint8_t bits)
{
    struct tls_peer *p = &r->port.peer;

    if (peer_run(p, r->port.now) > 0)
        p->out[p->out_pos] ^= bits;
}

/* So many bytes more, or fewer, than the engine knows of come to the client.
   Those of the handshake it is to see before it asks for anything. */
static void count(struct rig *r, size_t more)
{
    struct tls_peer *p = &r->port.peer;

    p->produced += more;
    if (p->open && r->port.taken < p->handshake_end)
        p->handshake_end += more;
}

const uint8_t *wire_next(struct rig *r, size_t *len)
{
    struct tls_peer *p = &r->port.peer;
    const uint8_t *next;

    if (peer_run(p, r->port.now) < HEADER)
        return NULL;
    next = p->out + p->out_pos;
    *len = HEADER + ((size_t)next[3] << 8 | next[4]);
    return next;
}

size_t wire_take(struct rig *r, uint8_t record[WIRE_RECORD_CAP])
{
    size_t len;

    if (wire_next(r, &len) == NULL)
        return 0;
    peer_take(&r->port.peer, record, len);
    count(r, -len);
    return len;
}

void wire_put(struct rig *r, const void *bytes, size_t len)
{
    struct tls_peer *p = &r->port.peer;
    size_t left = peer_run(p, r->port.now);

    if (len + left > sizeof p->out)
        abort();
    memmove(p->out + len, p->out + p->out_pos, left);
    memcpy(p->out, bytes, len);
    p->out_pos = 0;
    p->out_len = len + left;
    count(r, len);
}
