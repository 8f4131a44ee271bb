/*
 * session_rig.h: a rig whose server keeps TLS sessions, and a session.
 */
#ifndef SESSION_RIG_H
#define SESSION_RIG_H

#include <string.h>

#include "check.h"
#include "rig.h"

#define DAY 86400
#define REPLY                                                                  \
    DO(PEER_REQUEST), TEXT("HTTP/1.1 200 OK\r\nContent-Length: "               \
                           "5\r\n\r\nhello")
#define ID_LEN (5 + 4 + 2 + 32) /* where a ClientHello's record has it */

static struct fimg_session session;
static struct rig r;
static const struct peer_step forever[] = { REPLY, REPLY, REPLY,
                                            DO(PEER_REST) };

static inline void open_rig(struct rig *rig, uint32_t wait_ms)
{
    rig_open(rig, forever);
    rig->port.peer.keeps_sessions = true;
    rig->request.wait_ms = wait_ms;
    rig->request.session = &session;
    rig->expect = "hello";
    rig->expect_len = 5;
}

static inline bool is_none(const struct fimg_session *s)
{
    static const struct fimg_session none;

    return memcmp(s, &none, sizeof none) == 0;
}

/* One more download, over a connection of its own. */
static inline void fetch(struct rig *rig, bool offered, bool resumed)
{
    struct tls_peer *p = &rig->port.peer;
    unsigned hits = p->sessions.hits, hellos = p->hellos;

    fimg_close(rig->f);
    (void)rig_download(rig);
    rig_expect(rig, FIMG_WHY_NONE);
    CHECK(fimg_report(rig->f)->resumed == resumed);
    CHECK(!fimg_report(rig->f)->reused);
    CHECK(p->hellos == hellos + 1);
    CHECK(p->hello[ID_LEN] == (offered ? 32 : 0));
    CHECK(p->sessions.hits == hits + resumed);
    CHECK((p->handshake_end < 200) == resumed); /* no certificate */
}

/* A rig, and a session that its server knows. */
static inline void open_known(uint32_t wait_ms)
{
    memset(&session, 0, sizeof session);
    open_rig(&r, wait_ms);
    fetch(&r, false, false);
    CHECK(!is_none(&session) && r.port.peer.sessions.count == 1);
}

#endif
