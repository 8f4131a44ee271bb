/*
 * test_session_end.c: TLS sessions that the server has forgotten, that end
 * badly, or that never were.
 */
#include "fimg_tls.h" /* for where the certificate checker lies */
#include "session_rig.h"

/* --- servers that do not play along -------------------------------------- */

static void test_forgetful(void)
{
    struct fimg_session first;

    check_case("sessions: the server has forgotten it, and makes another");
    open_known(FIMG_WAIT);
    first = session;
    r.port.unix_time += 7;
    r.port.peer.sessions.count = 0;
    fetch(&r, true, false);
    CHECK(memcmp(&first, &session, sizeof first) != 0);
    r.port.unix_time += DAY - 1;
    fetch(&r, true, true);
    rig_close(&r);

    check_case("sessions: the server has ids, but resumes by tickets only");
    open_known(FIMG_WAIT);
    r.port.peer.keeps_sessions = false;
    for (unsigned i = 0; i < 3; i++)
        fetch(&r, true, false);
    rig_close(&r);

    check_case("sessions: the server has no ids, but tickets");
    open_known(0);
    r.port.peer.no_ids = true;
    r.port.peer.sessions.count = 0;
    fetch(&r, true, false);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(is_none(&session));
        fetch(&r, false, false);
    }
    rig_close(&r);
}

/* A server, once verified, cannot make itself young again: where certificates
   are counted, it cannot write. */
static void test_overrun(size_t alerts)
{
    static const uint16_t gcm[] = {
        BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    };
    bool fits = alerts + 29 <= FIMG_RECORD_FRONT;
    struct fimg_session first;

    check_case("sessions: %lu bytes of alerts before the server's Finished",
               (unsigned long)alerts);
    memset(&session, 0, sizeof session);
    open_rig(&r, FIMG_WAIT);
    r.port.peer.suites = gcm;
    r.port.peer.suites_len = 1;
    fetch(&r, false, false);
    first = session;
    r.port.unix_time += 3600;
    r.port.peer.fat_finished = alerts;
    fimg_close(r.f);
    (void)rig_download(&r);
    rig_expect(&r, fits ? FIMG_WHY_NONE : FIMG_WHY_LOST);
    CHECK(fimg_report(r.f)->resumed == fits);
    CHECK(memcmp(&first, &session, sizeof first) == 0);
    rig_close(&r);
}

/* --- what ends a session ------------------------------------------------- */

/* Only what TLS itself has against a connection is held against its session. */
static void test_failures(void)
{
    static const struct {
        const char *name;
        struct peer_step script[4];
        enum fimg_reason reason;
        bool given_up;
    } rows[] = {
        /* clang-format off */
        { "a damaged record in the body", { DO(PEER_REQUEST),
          TEXT("HTTP/1.1 200 OK\r\n\r\nhe"), DO(PEER_DAMAGE), TEXT("llo") },
          FIMG_WHY_TLS_DAMAGED, true },
        { "a damaged head", { DO(PEER_REQUEST), DO(PEER_DAMAGE),
          TEXT("HTTP/1.1 200") }, FIMG_WHY_TLS_DAMAGED, true },
        { "an alert instead of an answer", { DO(PEER_REQUEST),
          DO_N(PEER_ALERT, 80) }, FIMG_WHY_TLS_ALERT, true },
        { "an alert instead of a handshake", { DO_N(PEER_ALERT, 40) },
          FIMG_WHY_TLS_ALERT, true },
        { "an alert: no TLS 1.2 any more", { DO_N(PEER_ALERT, 70) },
          FIMG_WHY_TLS_VERSION, true },
        { "something else than TLS", {
          { PEER_RAW, "SSH-2.0-OpenSSH\r\n", 17, 0 } },
          FIMG_WHY_TLS_PROTOCOL, true },
        { "FIN before the handshake", { DO(PEER_FIN) }, FIMG_WHY_LOST, false },
        { "RST instead of an answer", { DO(PEER_REQUEST), DO(PEER_RST) },
          FIMG_WHY_LOST, false },
        { "FIN in the body", { DO(PEER_REQUEST),
          TEXT("HTTP/1.1 200 OK\r\n\r\nhe"), DO(PEER_FIN) },
          FIMG_WHY_LOST, false },
        { "silence", { DO(PEER_REST) }, FIMG_WHY_IDLE_LIMIT, false },
        { "no HTTP", { DO(PEER_REQUEST), TEXT("hello") },
          FIMG_WHY_STATUS_LINE, false },
        { "a refusal", { DO(PEER_REQUEST),
          TEXT("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") },
          FIMG_WHY_REFUSED, false },
        { "the end comes too early", { DO(PEER_REQUEST),
          TEXT("HTTP/1.1 200 OK\r\n"), DO(PEER_NOTIFY) },
          FIMG_WHY_CUT_SHORT, false },
        /* clang-format on */
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct peer_step *good;

        check_case("row 94: sessions: %s", rows[i].name);
        open_known(i % 2 ? FIMG_WAIT : 0);
        good = r.port.peer.script[0];
        r.port.peer.script[0] = rows[i].script;
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(is_none(&session) == rows[i].given_up);
        r.port.peer.script[0] = good;
        fetch(&r, !rows[i].given_up, !rows[i].given_up);
        fetch(&r, true, true);
        rig_close(&r);
    }
}

/* What the server remembers is not what was agreed. */
static void test_memory(void)
{
    static const struct {
        const char *name;
        unsigned secret; /* ... is another in one bit */
        uint16_t version, suite;
        enum fimg_reason reason;
    } rows[] = {
        { "another secret", 1, BR_TLS12,
          BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, FIMG_WHY_TLS_DAMAGED },
        { "another suite", 0, BR_TLS12,
          BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, FIMG_WHY_TLS_PROTOCOL },
        { "another version", 0, BR_TLS11,
          BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, FIMG_WHY_TLS_VERSION },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        static const uint16_t suites[] = {
            BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        };
        br_ssl_session_parameters *known = r.port.peer.sessions.list;

        check_case("sessions: the server remembers %s", rows[i].name);
        memset(&session, 0, sizeof session);
        open_rig(&r, i % 2 ? FIMG_WAIT : 0);
        r.port.peer.suites = suites;
        r.port.peer.suites_len = COUNT(suites);
        r.port.peer.version_min = BR_TLS11;
        fetch(&r, false, false);
        CHECK(known->cipher_suite == suites[0]);
        known->master_secret[47] ^= (unsigned char)rows[i].secret;
        known->version = rows[i].version;
        known->cipher_suite = rows[i].suite;
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(is_none(&session) && r.port.app_records == 1);
        fetch(&r, false, false);
        fetch(&r, true, true);
        rig_close(&r);
    }
}

/* Who is not trusted leaves no session, nor the one that there was. */
static void test_unverified(void)
{
    static const struct {
        const char *server;
        enum fimg_reason reason;
    } rows[] = {
        { "bad_over", FIMG_WHY_EXPIRED },
        { "bad_to_come", FIMG_WHY_NOT_YET_VALID },
        { "bad_name", FIMG_WHY_WRONG_NAME },
        { "bad_self", FIMG_WHY_UNKNOWN_CA },
        { "bad_forged", FIMG_WHY_CHAIN },
        { "bad_weak", FIMG_WHY_WEAK_KEY },
        { "bad_key", FIMG_WHY_TLS_PROTOCOL },
        { "rsa", FIMG_WHY_PIN },
    };
    static struct pem_identity server;
    static uint8_t pins[1][32];

    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t n = i / 2;

        check_case("sessions: none with %s, %s", rows[n].server,
                   i % 2 ? "and none any more" : "who is new");
        open_known(FIMG_WAIT);
        pem_load_identity(&server, rows[n].server);
        r.port.peer.identity = &server;
        r.port.peer.sessions.count = 0;
        if (rows[n].reason == FIMG_WHY_PIN) {
            pem_load_pin(pins[0], "leaf");
            r.trust.pins = (const uint8_t(*)[32])pins;
            r.trust.pin_count = 1;
        }
        if (i % 2 == 0)
            memset(&session, 0, sizeof session);
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, rows[n].reason);
        CHECK(is_none(&session) && !fimg_report(r.f)->resumed);
        CHECK(r.port.peer.sessions.count == 0);
        r.port.peer.identity = &rig_ec;
        fetch(&r, false, false);
        rig_close(&r);
    }
}

/* A connection that is lost says nothing of its session. */
static void test_cuts(enum port_fault how, enum fimg_reason reason)
{
    uint64_t end;

    check_case("sessions: %s after every byte of a resumed handshake",
               how == FAULT_CLOSED ? "FIN" : "silence");
    open_known(0);
    fetch(&r, true, true);
    end = r.port.peer.handshake_end;
    for (uint64_t cut = 1; cut < end; cut++) {
        r.port.cut = how;
        r.port.cut_connection = r.port.connects + 1;
        r.port.cut_after = cut;
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, reason);
        CHECK(!fimg_report(r.f)->resumed);
    }
    fetch(&r, true, true);
    rig_close(&r);
}

/* Whatever the port does, a session is one that the server knows, or none. */
static void test_faults(enum port_fault fault, bool known)
{
    bool hit = true;

    check_case("sessions: the n-th call of the port fails, fault %d, %s",
               (int)fault, known ? "known" : "new");
    for (unsigned n = 1; hit && n < 500; n++) {
        open_known(0);
        if (!known)
            memset(&session, 0, sizeof session);
        fimg_close(r.f);
        r.port.fault = fault;
        r.port.fault_call = r.port.calls + n;
        (void)rig_download(&r);
        hit = r.port.fault_hit != CALL_NONE;
        r.port.fault = FAULT_NONE;
        fetch(&r, !is_none(&session), !is_none(&session));
        rig_close(&r);
        CHECK(n < 499);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_forgetful();
    test_overrun(2);
    for (size_t n = 0; n < 64; n += 2)
        test_overrun(FIMG_RECORD_FRONT - 60 + n);
    test_overrun(FIMG_RECORD_MAX);
    test_failures();
    test_memory();
    test_unverified();
    test_cuts(FAULT_CLOSED, FIMG_WHY_LOST);
    test_cuts(FAULT_AGAIN, FIMG_WHY_CONNECT_LIMIT);
    for (int fault = 1; fault < FAULTS; fault++) {
        test_faults((enum port_fault)fault, true);
        test_faults((enum port_fault)fault, false);
    }
    return check_exit("session/session_end");
}
