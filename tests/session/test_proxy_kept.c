/*
 * test_proxy_kept.c: connections through a proxy that serve again, or have to
 * be made again: for the next image, for a token, with a TLS session.
 */
#include "proxy_rig.h"

static const struct peer_step direct[] = { REPLY, REPLY, REPLY, DO(PEER_REST) };

/* One more download, which goes well; is the connection the old one? */
static void fetch(bool reused)
{
    unsigned connects = r.port.connects;

    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->reused == reused);
    CHECK(fimg_report(r.f)->attempts == 1);
    CHECK(r.port.connects == connects + !reused);
}

static void test_kept(uint32_t wait_ms)
{
    static const struct fimg_proxy other = { "other.example", 8080, NULL };

    check_case("proxy: three images over one connection, wait %lu",
               (unsigned long)wait_ms);
    open_rig(good, wait_ms);
    fetch(false);
    fetch(true);
    fetch(true);
    CHECK(r.port.peer.requests == 3 && r.port.peer.hellos == 1);

    check_case("proxy: none over one through another proxy");
    fimg_close(r.f);
    fetch(false);
    r.request.proxy = &other;
    fetch(false);
    CHECK(strcmp(r.port.host, "other.example") == 0 && r.port.number == 8080);
    CHECK(strstr(r.port.peer.connect, "Proxy-Authorization") == NULL);
    fetch(true);

    check_case("proxy: none over a direct one, nor the other way round");
    for (unsigned i = 3; i < PEER_SCRIPTS; i++)
        r.port.peer.script[i] = i % 2 ? direct : good;
    r.request.proxy = NULL;
    fetch(false);
    CHECK(strcmp(r.port.host, "localhost") == 0 && r.port.number == 443);
    fetch(true);
    r.request.proxy = &proxy;
    fetch(false);
    CHECK(strcmp(r.port.host, "proxy.example") == 0);
    r.request.proxy = NULL;
    fetch(false);

    check_case("proxy: none for another host, port number or trust");
    for (unsigned i = 6; i < PEER_SCRIPTS; i++)
        r.port.peer.script[i] = good;
    r.request.proxy = &proxy;
    fetch(false);
    fetch(true);
    r.request.host = "www.example";
    fetch(false);
    CHECK(strstr(r.port.peer.connect, "CONNECT www.example:443 ") != NULL);
    r.request.port_number = 444;
    fetch(false);
    CHECK(strstr(r.port.peer.connect, "CONNECT www.example:444 ") != NULL);
    fetch(true);
    close_rig();
}

/* What became of a kept connection is found out, and made good, as ever. */
static void test_stale(uint32_t wait_ms)
{
    static const struct peer_step dies[][6] = {
        { TUNNEL(OPENED), REPLY, DO(PEER_FIN) },
        { TUNNEL(OPENED), REPLY, DO(PEER_RST) },
    };

    for (size_t i = 0; i < COUNT(dies); i++) {
        check_case("proxy: a kept connection has died, %lu, wait %lu",
                   (unsigned long)i, (unsigned long)wait_ms);
        open_rig(dies[i], wait_ms);
        r.port.peer.script[1] = good;
        fetch(false);
        fetch(false);
        fetch(true);
        close_rig();
    }
}

/* A second attempt asks the proxy a second time. */
static void test_again(uint32_t wait_ms)
{
    static const struct peer_step busy[] = {
        TUNNEL(OPENED),
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 503 Busy\r\nConnection: close\r\n"
             "Content-Length: 0\r\n\r\n"),
        DO(PEER_REST),
    };

    check_case("proxy: asked again for a second attempt, wait %lu",
               (unsigned long)wait_ms);
    open_rig(busy, wait_ms);
    r.port.peer.script[1] = good;
    r.request.retry_max = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(fimg_report(r.f)->attempts == 2 && r.port.connects == 2);
    close_rig();
}

#define GRANTED                                                                \
    DO(PEER_REQUEST),                                                          \
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 57\r\n\r\n{\"code\":0,"       \
             "\"tenant_access_token\":\"t-abcdef\",\"expire\":7200}")

/* The token's host is another: the proxy is asked for either. */
static void test_token(const char *host, uint32_t wait_ms)
{
    static const struct peer_step there[] = { TUNNEL(OPENED), GRANTED,
                                              DO(PEER_REST) };
    static const struct peer_step here[] = { TUNNEL(OPENED), GRANTED, REPLY,
                                             DO(PEER_REST) };
    static const char elsewhere[] =
        "CONNECT www.example:443 HTTP/1.1\r\nHost: www.example:443\r\n";
    static const char image[] =
        "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n";
    struct fimg_token t = { .id = "cli_a", .secret = RIG_SECRET, .host = host };
    char memory[512];
    bool asked = host == NULL;

    check_case("proxy: a token from %s, wait %lu", host ? host : "there",
               (unsigned long)wait_ms);
    open_rig(host ? there : here, wait_ms);
    r.port.peer.script[1] = good;
    t.memory = memory;
    t.cap = sizeof memory;
    r.request.token = NULL;
    r.request.token_from = &t;
    CHECK(rig_start(&r) == FIMG_OK);
    while (rig_read(&r) == FIMG_PENDING && r.reads < 1000) {
        if (host && r.port.connects == 1 && r.port.peer.connect_whole)
            asked = memcmp(r.port.peer.connect, elsewhere,
                           sizeof elsewhere - 1) == 0;
        rig_idle(&r);
    }
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(asked || wait_ms > 0);
    CHECK(memcmp(r.port.peer.connect, image, sizeof image - 1) == 0);
    CHECK(r.port.connects == (host ? 2 : 1) && r.port.peer.requests == 2);
    CHECK(strstr(r.port.peer.request, "Bearer t-abcdef\r\n") != NULL);
    close_rig();
    fimg_token_drop(&t);
}

/* A TLS session is with the server, whichever way there is. */
static void test_session(void)
{
    struct fimg_session session = { { 0 } };

    check_case("proxy: a TLS session is resumed, with a proxy and without");
    open_rig(good, 0);
    r.port.peer.script[2] = direct;
    r.port.peer.script[3] = good;
    r.port.peer.keeps_sessions = true;
    r.request.session = &session;
    for (unsigned i = 0; i < 4; i++) {
        r.request.proxy = i == 2 ? NULL : &proxy;
        fimg_close(r.f);
        fetch(false);
        CHECK(fimg_report(r.f)->resumed == (i > 0));
    }
    close_rig();
}

int main(int argc, char **argv)
{
    static const uint32_t waits[] = { FIMG_WAIT, 0, 30 };

    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(waits); i++) {
        if (RIG_KEEPS) {
            test_kept(waits[i]);
            test_stale(waits[i]);
        }
        test_again(waits[i]);
        test_token("www.example", waits[i]);
        test_token(NULL, waits[i]);
    }
    test_session();
    return check_exit("session/proxy_kept");
}
