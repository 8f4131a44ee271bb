/*
 * test_session.c: TLS sessions, resumed with the server they were made with
 * and with nobody else, for a day, by whichever object has their bytes.
 */
#include "fimg_state.h" /* for the size of what has to be wiped */
#include "session_rig.h"

/* --- it works ------------------------------------------------------------ */

static void test_servers(uint32_t wait_ms, size_t window)
{
    static const struct {
        const char *server;
        uint16_t suite;
    } rows[] = {
        { "ec", BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 },
        { "ec", BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 },
        { "ec", BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 },
        { "rsa", BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 },
        { "rsa", BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 },
        { "rsa", BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 },
        { "p384", BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 },
    };
    static struct pem_identity server;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fimg_session first;

        check_case("sessions: %s, suite %04x, wait %lu, %lu bytes at a time",
                   rows[i].server, rows[i].suite, (unsigned long)wait_ms,
                   (unsigned long)window);
        pem_load_identity(&server, rows[i].server);
        memset(&session, 0, sizeof session);
        open_rig(&r, wait_ms);
        r.port.peer.identity = &server;
        r.port.peer.suites = &rows[i].suite;
        r.port.peer.suites_len = 1;
        r.port.window_in = r.port.window_out = window;
        fetch(&r, false, false);
        first = session;
        fetch(&r, true, true);
        fetch(&r, true, true);
        /* it does not grow younger */
        CHECK(memcmp(&first, &session, sizeof first) == 0);
        rig_close(&r);
    }
}

/* Who was verified when the session was made is not verified again. */
static void test_no_certificate(void)
{
    static struct pem_identity server;
    static struct pem_text text;

    check_case("sessions: no certificate is looked at, nor any root");
    open_known(FIMG_WAIT);
    pem_load_identity(&server, "bad_self");
    r.port.peer.identity = &server;
    fetch(&r, true, true);
    r.anchors.count = 0;
    fetch(&r, true, true);
    if (FIMG_BUNDLE) {
        pem_load_text(&text, "empty");
        rig_trust_text(&r, &text);
        fetch(&r, true, true);
        CHECK(r.bundle.reads == 0);
    }
    rig_close(&r);
}

static void test_restart(void)
{
    static struct rig other;
    struct fimg_session stored;

    check_case("sessions: resumed by another object, from stored bytes");
    open_known(FIMG_WAIT);
    stored = session;
    memset(&session, 0, sizeof session);
    open_rig(&other, 0);
    other.request.session = &stored;
    other.port.peer.sessions = r.port.peer.sessions;
    rig_close(&r);
    fetch(&other, true, true);
    CHECK(is_none(&session));
    rig_close(&other);
}

static void test_shared(void)
{
    static struct rig other;

    check_case("sessions: two objects share one");
    open_known(0);
    open_rig(&other, 0);
    other.port.peer.sessions = r.port.peer.sessions;
    fetch(&other, true, true);
    fetch(&r, true, true);

    check_case("sessions: two objects share one, and make it anew at once");
    memset(&session, 0, sizeof session);
    fimg_close(r.f);
    fimg_close(other.f);
    CHECK(rig_start(&r) == FIMG_OK && rig_start(&other) == FIMG_OK);
    for (unsigned i = 0; i < 1000 && (r.result || other.result); i++) {
        if (r.result && rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
        if (other.result && rig_read(&other) == FIMG_PENDING)
            rig_idle(&other);
    }
    CHECK(r.result == FIMG_OK && other.result == FIMG_OK);
    CHECK(!fimg_report(r.f)->resumed && !fimg_report(other.f)->resumed);
    fetch(&other, true, true); /* it was the last */
    fetch(&r, true, false);    /* its server knows that one not */
    fetch(&r, true, true);

    check_case("sessions: two objects share one, with a server each");
    r.request.host = "www.example";
    for (unsigned i = 0; i < 3; i++) {
        fetch(&r, false, false);
        fetch(&other, false, false);
    }
    fetch(&other, true, true);
    rig_close(&r);
    rig_close(&other);
}

static void test_kept(void)
{
    struct fimg_session first;

    if (!RIG_KEEPS)
        return;
    check_case("sessions: a kept connection needs none");
    open_known(FIMG_WAIT);
    fetch(&r, true, true);
    first = session;
    for (unsigned i = 0; i < 2; i++) {
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(fimg_report(r.f)->reused && !fimg_report(r.f)->resumed);
    }
    CHECK(r.port.connects == 2 && r.port.peer.hellos == 2);
    CHECK(memcmp(&first, &session, sizeof first) == 0);
    rig_close(&r);
}

static void test_none(void)
{
    check_case("sessions: none is wanted");
    open_known(FIMG_WAIT);
    r.request.session = NULL;
    fetch(&r, false, false);
    fetch(&r, false, false);
    CHECK(!is_none(&session));
    rig_close(&r);
}

/* --- not with everybody, and not for ever -------------------------------- */

static void test_bound(void)
{
    static const struct {
        const char *name;
        const char *host;
        uint16_t number;
        uint32_t version, now;
        bool resumed;
    } rows[] = {
        { "another host", "www.example", 443, 1, RIG_NOW, false },
        { "upper case", "LOCALHOST", 443, 1, RIG_NOW, false },
        { "another port number", "localhost", 8443, 1, RIG_NOW, false },
        { "the default port number", "localhost", 0, 1, RIG_NOW, true },
        { "another version of trust", "localhost", 443, 2, RIG_NOW, false },
        { "an old version of trust", "localhost", 443, 0, RIG_NOW, false },
        { "a day less a second", "localhost", 443, 1, RIG_NOW + DAY - 1, true },
        { "a day", "localhost", 443, 1, RIG_NOW + DAY, false },
        { "a clock set back", "localhost", 443, 1, RIG_NOW - 1, false },
        { "no clock", "localhost", 443, 1, 0, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("row 94: sessions: %s", rows[i].name);
        memset(&session, 0, sizeof session);
        open_rig(&r, i % 2 ? FIMG_WAIT : 0);
        r.trust.version = 1;
        r.trust.clock = FIMG_CLOCK_OPTIONAL;
        r.request.port_number = 443;
        fetch(&r, false, false);
        r.request.host = rows[i].host;
        r.request.port_number = rows[i].number;
        r.trust.version = rows[i].version;
        r.port.unix_time = rows[i].now;
        fetch(&r, rows[i].resumed, rows[i].resumed);
        /* from now on, the session is with whom it is then */
        fetch(&r, rows[i].now != 0, rows[i].now != 0);
        CHECK(is_none(&session) == (rows[i].now == 0));
        rig_close(&r);
    }
}

/* A day is counted from the last certificate, however often one resumes. */
static void test_day(void)
{
    check_case("sessions: resumed every hour, they end after a day");
    open_known(FIMG_WAIT);
    for (unsigned hour = 1; hour < 49; hour++) {
        r.port.unix_time = RIG_NOW + hour * 3600;
        fetch(&r, hour != 24 && hour != 48, hour != 24 && hour != 48);
    }
    rig_close(&r);
}

/* Other pins under another version: they are looked at. */
static void test_pins(void)
{
    static uint8_t pins[1][32];

    check_case("sessions: new pins come with a new version");
    open_known(FIMG_WAIT);
    pem_load_pin(pins[0], "root");
    r.trust.pins = (const uint8_t(*)[32])pins;
    r.trust.pin_count = 1;
    r.trust.version++;
    fimg_close(r.f);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_PIN);
    CHECK(is_none(&session) && !fimg_report(r.f)->resumed);
    CHECK(r.port.peer.hello[ID_LEN] == 0);
    rig_close(&r);
}

/* What a session is made of is not left lying about. */
static void test_wiped(void)
{
    check_case("sessions: no trace of them in a closed object");
    open_known(FIMG_WAIT);
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *object = (const uint8_t *)r.f;
        uint8_t secret[48];
        unsigned found = 0;

        fetch(&r, true, true);
        memcpy(secret, r.port.peer.server.eng.session.master_secret, 48);
        fimg_close(r.f);
        for (size_t at = 0; at + 8 <= sizeof(struct fimg); at++)
            found += memcmp(object + at, secret, 8) == 0;
        CHECK(found == 0);
    }
    rig_close(&r);
}

/* A token is asked for first, elsewhere or here; which session is kept? */
static void test_token(const char *host)
{
    static const struct peer_step token[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 57\r\n\r\n{\"code\":0,"
             "\"tenant_access_token\":\"t-abcdef\",\"expire\":7200}"),
        REPLY,
        DO(PEER_REST),
    };
    bool elsewhere = host && strcmp(host, "localhost") != 0;
    struct fimg_token t = { .id = "cli_a", .secret = RIG_SECRET, .host = host };
    char memory[512];

    check_case("sessions: with a token from %s", host ? host : "there");
    memset(&session, 0, sizeof session);
    open_rig(&r, FIMG_WAIT);
    t.memory = memory;
    t.cap = sizeof memory;
    r.request.token = NULL;
    r.request.token_from = &t;
    for (unsigned i = 0; i < 6; i++)
        if (i % 2 == 0 || !elsewhere)
            r.port.peer.script[i] = token;
        else
            r.port.peer.script[i] = forever;
    for (unsigned i = 0; i < 3; i++) {
        fimg_token_drop(&t);
        fimg_close(r.f);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(r.port.peer.sessions.hits == i);
        CHECK(r.port.connects == (elsewhere ? 2 : 1) * (i + 1));
        CHECK(fimg_report(r.f)->resumed == (i > 0 && elsewhere));
    }
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_servers(FIMG_WAIT, 0);
    test_servers(0, 1);
    test_no_certificate();
    test_restart();
    test_shared();
    test_kept();
    test_none();
    test_bound();
    test_day();
    test_pins();
    test_wiped();
    test_token("www.example");
    test_token("LOCALHOST");
    test_token("localhost");
    test_token(NULL);
    return check_exit("session/session");
}
