/*
 * test_reuse.c: several images over one connection, and every reason not to.
 * Rows F of the table of wire behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define FIVE OK "Content-Length: 5\r\n\r\nhello"
#define REPLY DO(PEER_REQUEST), TEXT(FIVE)

static const struct peer_step forever[] = { REPLY, REPLY, REPLY,        REPLY,
                                            REPLY, REPLY, DO(PEER_REST) };

static void open_rig(struct rig *r, const struct peer_step *script,
                     uint32_t wait_ms)
{
    rig_open(r, script);
    r->request.wait_ms = wait_ms;
    r->expect = "hello";
    r->expect_len = 5;
}

/* One more download, which goes well; is the connection the old one? */
static void fetch(struct rig *r, bool reused)
{
    unsigned connects = r->port.connects;

    (void)rig_download(r);
    rig_expect(r, FIMG_WHY_NONE);
    CHECK(r->stored == 5);
    CHECK(fimg_report(r->f)->reused == reused);
    CHECK(fimg_report(r->f)->attempts == 1);
    CHECK(r->port.connects == connects + !reused);
}

static void test_many(uint32_t wait_ms)
{
    static struct rig r;

    check_case("five images on one connection, wait %lu",
               (unsigned long)wait_ms);
    open_rig(&r, forever, wait_ms);
    fetch(&r, false);
    for (unsigned i = 0; i < 4; i++) {
        r.port.now += 100000; /* what the caller does meanwhile is no limit */
        fetch(&r, true);
    }
    CHECK(r.port.connects == 1 && r.port.peer.requests == 5);
    CHECK(r.port.peer.hellos == 1);
    fimg_close(r.f);
    fetch(&r, false);
    rig_close(&r);
    CHECK(r.port.closes == 2 && r.port.peer.notified == 2);
}

/* What becomes of a kept connection, and what a second download makes of it. */
static const struct {
    const char *name;
    struct peer_step then[3];
    uint32_t later_ms; /* between the downloads */
    bool asked;        /* the second request reaches the old connection */
} deaths[] = {
    { "row 61: FIN while idle", { DO(PEER_FIN) }, 0, false },
    { "row 61: RST while idle", { DO(PEER_RST) }, 0, false },
    { "row 61: close_notify while idle",
      { DO(PEER_NOTIFY), DO(PEER_FIN) },
      0,
      false },
    { "row 61: close_notify, but no FIN", { DO(PEER_NOTIFY) }, 0, false },
    { "row 61: FIN a while later",
      { DO_N(PEER_PAUSE, 5000), DO(PEER_FIN) },
      6000,
      false },
    { "row 61: FIN instead of an answer",
      { DO(PEER_REQUEST), DO(PEER_FIN) },
      0,
      true },
    { "row 61: RST instead of an answer",
      { DO(PEER_REQUEST), DO(PEER_RST) },
      0,
      true },
    { "row 61: close_notify instead of an answer",
      { DO(PEER_REQUEST), DO(PEER_NOTIFY), DO(PEER_FIN) },
      0,
      true },
    { "row 61: FIN a while after the request",
      { DO(PEER_REQUEST), DO_N(PEER_PAUSE, 3000), DO(PEER_FIN) },
      0,
      true },
    { "row 64: surplus bytes while idle", { TEXT("x") }, 0, false },
    { "row 64: another reply while idle", { TEXT(FIVE) }, 0, false },
    { "row 64: an alert while idle", { DO_N(PEER_WARN, 90) }, 0, false },
    { "row 64: surplus bytes a while later",
      { DO_N(PEER_PAUSE, 5000), TEXT("x") },
      6000,
      false },
};

static void test_death(size_t i, uint32_t wait_ms)
{
    static struct rig r;
    struct peer_step script[] = { REPLY, deaths[i].then[0], deaths[i].then[1],
                                  deaths[i].then[2], DO(PEER_REST) };

    check_case("%s, wait %lu", deaths[i].name, (unsigned long)wait_ms);
    open_rig(&r, script, wait_ms);
    r.port.peer.script[1] = forever;
    fetch(&r, false);
    CHECK(r.port.state == PORT_OPEN);
    r.port.now += deaths[i].later_ms;
    fetch(&r, false);
    CHECK(r.port.peer.requests == 2u + deaths[i].asked);
    CHECK(rig_took(&r) <= 3000);
    fetch(&r, true);
    rig_close(&r);
}

/* The repeat is one: what happens to it is a failure like any other. */
static void test_second_death(void)
{
    static const struct peer_step dies[] = { REPLY, DO(PEER_REQUEST),
                                             DO(PEER_FIN) };
    static const struct peer_step refuses[] = { DO(PEER_REQUEST),
                                                DO(PEER_FIN) };
    static struct rig r;

    check_case("row 61: the repeat fails, too");
    open_rig(&r, dies, FIMG_WAIT);
    r.port.peer.script[1] = refuses;
    fetch(&r, false);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_LOST);
    CHECK(r.port.connects == 2 && fimg_report(r.f)->attempts == 1);
    rig_close(&r);

    check_case("row 61: the repeat is not one of the attempts allowed");
    open_rig(&r, dies, FIMG_WAIT);
    r.port.peer.script[1] = refuses;
    r.port.peer.script[2] = forever;
    r.request.retry_max = 1;
    fetch(&r, false);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.port.connects == 3 && fimg_report(r.f)->attempts == 2);
    CHECK(!fimg_report(r.f)->reused);
    rig_close(&r);

    check_case("row 61: the repeat finds no server");
    open_rig(&r, dies, 0);
    fetch(&r, false);
    CHECK(rig_start(&r) == FIMG_OK);
    r.port.connect_result = FIMG_PORT_FAILED;
    (void)rig_run(&r, UINT64_MAX);
    rig_expect(&r, FIMG_WHY_CONNECT);
    rig_close(&r);
}

/* Once the answer has begun, the library does not ask again. */
static void test_no_repeat(void)
{
    static const struct {
        const char *name;
        struct peer_step then[3];
        enum fimg_reason reason;
    } rows[] = {
        { "row 62: FIN after the first byte",
          { TEXT("H"), DO(PEER_FIN) },
          FIMG_WHY_LOST },
        { "row 62: RST in the head",
          { TEXT("HTTP/1.1 20"), DO(PEER_RST) },
          FIMG_WHY_LOST },
        { "row 62: FIN in the body",
          { TEXT(OK "Content-Length: 6\r\n\r\nhello"), DO(PEER_FIN) },
          FIMG_WHY_LOST },
        { "row 62: close_notify in the head",
          { TEXT(OK), DO(PEER_NOTIFY) },
          FIMG_WHY_CUT_SHORT },
        { "row 62: silence", { DO(PEER_REST) }, FIMG_WHY_IDLE_LIMIT },
        { "row 8: blank line first",
          { TEXT("\r\n" FIVE) },
          FIMG_WHY_STATUS_LINE },
        { "row 62: a damaged record",
          { DO(PEER_DAMAGE), TEXT(FIVE) },
          FIMG_WHY_TLS_DAMAGED },
    };
    static struct rig r;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct peer_step script[] = { REPLY,           DO(PEER_REQUEST),
                                      rows[i].then[0], rows[i].then[1],
                                      rows[i].then[2], DO(PEER_REST) };

        check_case("%s", rows[i].name);
        open_rig(&r, script, i % 2 ? 0 : FIMG_WAIT);
        r.port.peer.script[1] = forever;
        fetch(&r, false);
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(fimg_report(r.f)->reused && r.port.connects == 1);
        CHECK(r.port.state == PORT_IDLE);
        fetch(&r, false);
        rig_close(&r);
    }
}

/* Every failure makes the connection useless; an error reply does not. */
static void test_after_failure(void)
{
    static const struct {
        const char *name;
        const char *wire;
        enum fimg_reason reason;
        bool kept;
    } rows[] = {
        { "row 63: framing", OK "Content-Length: x\r\n\r\n", FIMG_WHY_FRAMING,
          false },
        { "row 63: a bad chunk", OK "Transfer-Encoding: chunked\r\n\r\nx",
          FIMG_WHY_CHUNK, false },
        { "row 63: an image too large", OK "Content-Length: 99999999\r\n\r\n",
          FIMG_WHY_TOO_LARGE, false },
        { "row 63: an image of 0 bytes", OK "Content-Length: 0\r\n\r\n",
          FIMG_WHY_EMPTY, false },
        { "row 63: gzip",
          OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n"
             "\r\n",
          FIMG_WHY_ENCODING, false },
        { "row 63: a body in a 204",
          "HTTP/1.1 204 No\r\nContent-Length: 5\r\n"
          "\r\nhello",
          FIMG_WHY_HTTP_STATUS, false },
        { "a refusal read to its end",
          "HTTP/1.1 404 Not Found\r\n"
          "Content-Length: 11\r\n\r\n{\"code\":19}",
          FIMG_WHY_REFUSED, true },
        { "a chunked refusal",
          "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: "
          "chunked\r\n\r\nb\r\n{\"code\":19}\r\n0\r\n\r\n",
          FIMG_WHY_REFUSED, true },
        { "a refusal with Connection: close",
          "HTTP/1.1 404 Not Found\r\n"
          "Connection: close\r\nContent-Length: 0\r\n\r\n",
          FIMG_WHY_REFUSED, false },
        { "a refusal with surplus",
          "HTTP/1.1 404 Not Found\r\n"
          "Content-Length: 0\r\n\r\nx",
          FIMG_WHY_REFUSED, false },
        { "JSON in a 200",
          OK "Content-Type: application/json\r\n"
             "Content-Length: 2\r\n\r\n{}",
          FIMG_WHY_JSON, true },
    };
    static struct rig r;

    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t n = i / 2;
        struct peer_step script[] = {
            DO(PEER_REQUEST),
            { PEER_SEND, rows[n].wire, strlen(rows[n].wire), 0 },
            REPLY,
            REPLY,
            DO(PEER_REST),
        };

        check_case("%s, then %s", rows[n].name, i % 2 ? "close" : "start");
        open_rig(&r, script, i % 2 ? FIMG_WAIT : 0);
        r.port.peer.script[1] = forever;
        (void)rig_download(&r);
        rig_expect(&r, rows[n].reason);
        CHECK((r.port.state == PORT_OPEN) == rows[n].kept);
        if (i % 2)
            fimg_close(r.f);
        fetch(&r, rows[n].kept && i % 2 == 0);
        rig_close(&r);
    }
}

/* A kept connection serves only who asks for the very same server. */
static void test_other_server(void)
{
    static struct rig r, other;
    static struct fimg_trust same_trust;

    check_case("row 67: another host");
    open_rig(&r, forever, FIMG_WAIT);
    fetch(&r, false);
    r.request.host = "www.example";
    fetch(&r, false);
    CHECK(strcmp(r.port.host, "www.example") == 0);
    r.request.host = "localhost";
    fetch(&r, false);
    r.request.host = "localhos";
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_WRONG_NAME);

    check_case("row 67: another port number");
    r.request.host = "localhost";
    fetch(&r, false);
    r.request.port_number = 8443;
    fetch(&r, false);
    CHECK(r.port.number == 8443);
    CHECK(strstr(r.port.peer.request, "Host: localhost:8443\r\n") != NULL);
    r.request.port_number = 443;
    fetch(&r, false);
    r.request.port_number = 0; /* the same */
    fetch(&r, true);
    CHECK(strstr(r.port.peer.request, "Host: localhost\r\n") != NULL);

    check_case("row 67: another trust, even of the same content");
    same_trust = r.trust;
    r.request.trust = &same_trust;
    fetch(&r, false);
    fetch(&r, true);

    check_case("row 67: another port");
    open_rig(&other, forever, FIMG_WAIT);
    other.request.trust = r.request.trust;
    free(other.f);
    other.f = r.f; /* the object moves over to the other port */
    fetch(&other, false);
    CHECK(r.port.state == PORT_IDLE && r.port.violation == NULL);
    CHECK(r.port.dials == r.port.closes);
    other.f = NULL;
    r.request.port = &r.port.api;
    fimg_close(r.f);
    CHECK(other.port.state == PORT_IDLE && other.port.closes == 1);
    rig_close(&r);

    check_case("a start that is refused in between");
    open_rig(&r, forever, FIMG_WAIT);
    fetch(&r, false);
    r.request.image_key = "../../x";
    CHECK(rig_start(&r) == FIMG_ERR_REQUEST);
    r.request.image_key = "img_v3_0002_key";
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(strstr(r.port.peer.request, "/img_v3_0002_key HTTP/1.1") != NULL);
    rig_close(&r);
}

/* The server answers before it has seen the whole request. */
static void test_early(uint32_t wait_ms)
{
    static const struct peer_step script[] = {
        DO_N(PEER_BYTES, 100),
        TEXT("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n"
             "Content-Length: 17\r\n\r\n{\"code\":99991663}"),
        DO(PEER_NOTIFY),
        DO(PEER_FIN),
    };
    static struct rig r;
    char token[4097];

    check_case("row 65, 72: an answer to half a request, wait %lu",
               (unsigned long)wait_ms);
    memset(token, 't', sizeof token);
    token[4096] = '\0';
    rig_open(&r, script);
    r.request.token = token;
    r.request.wait_ms = wait_ms;
    r.port.window_out = 500;
    r.port.gap_ms = 1;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_REFUSED);
    CHECK(fimg_report(r.f)->http_status == 401);
    CHECK(fimg_report(r.f)->code == 99991663);
    CHECK(r.port.state == PORT_IDLE);
    CHECK(r.port.peer.requests == 1);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_many(FIMG_WAIT);
    test_many(0);
    for (size_t i = 0; i < COUNT(deaths); i++) {
        test_death(i, FIMG_WAIT);
        test_death(i, 0);
    }
    test_second_death();
    test_no_repeat();
    test_after_failure();
    test_other_server();
    test_early(FIMG_WAIT);
    test_early(0);
    return check_exit("session/reuse");
}
