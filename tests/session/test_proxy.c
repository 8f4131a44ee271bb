/*
 * test_proxy.c: downloads through an HTTP proxy: what it is asked, what of its
 * answer counts, that what lies behind it is as it is without one, and proxies
 * that cannot be meant.
 */
#include "proxy_rig.h"

#define X60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define X240 X60 X60 X60 X60
#define X61 "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
#define LONG X60 "aaa." X60 "aaa." X60 "aaa." X61 /* 253 characters */
#define B64 "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz+/=="
#define B1024 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64 B64

/* How bytes move and the caller waits. */
static const struct way {
    uint32_t wait_ms;
    size_t in, out;
} ways[] = {
    { FIMG_WAIT, 0, 0 }, { 0, 0, 0 }, { 0, 1, 1 }, { 40, 1, 100 }, { 0, 7, 448 }
};

static void go(const struct way *w)
{
    r.request.wait_ms = w->wait_ms;
    r.port.window_in = w->in;
    r.port.window_out = w->out;
    r.port.gap_ms = w->in == 7;
}

static void test_asked(void)
{
    static const struct {
        const char *name;
        struct fimg_proxy proxy;
        const char *server, *host;
        uint16_t number;
        const char *connect;
    } rows[] = {
        { "the usual port",
          { "proxy.example", 3128, NULL },
          "ec",
          "localhost",
          0,
          "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n" },
        { "another port",
          { "proxy.example", 8080, NULL },
          "ec",
          "localhost",
          8443,
          "CONNECT localhost:8443 HTTP/1.1\r\nHost: localhost:8443\r\n\r\n" },
        { "the least and the greatest port",
          { "p", 65535, NULL },
          "ec",
          "www.example",
          1,
          "CONNECT www.example:1 HTTP/1.1\r\nHost: www.example:1\r\n\r\n" },
        { "credentials",
          { "10.0.0.1", 1, BASIC },
          "ec",
          "localhost",
          443,
          "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n"
          "Proxy-Authorization: Basic " BASIC "\r\n\r\n" },
        { "long credentials",
          { "PROXY-1.example", 80, B1024 },
          "ec",
          "LocalHost",
          65535,
          "CONNECT LocalHost:65535 HTTP/1.1\r\nHost: LocalHost:65535\r\n"
          "Proxy-Authorization: Basic " B1024 "\r\n\r\n" },
        { "a name of 253 characters",
          { LONG, 3128, "A" },
          "long",
          LONG,
          443,
          "CONNECT " LONG ":443 HTTP/1.1\r\nHost: " LONG ":443\r\n"
          "Proxy-Authorization: Basic A\r\n\r\n" },
    };
    static struct pem_identity server;

    for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
        size_t n = i / COUNT(ways);

        check_case("proxy: asked: %s, way %lu", rows[n].name,
                   (unsigned long)(i % COUNT(ways)));
        pem_load_identity(&server, rows[n].server);
        open_rig(good, 0);
        go(&ways[i % COUNT(ways)]);
        r.port.peer.identity = &server;
        r.request.proxy = &rows[n].proxy;
        r.request.host = rows[n].host;
        r.request.port_number = rows[n].number;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(strcmp(r.port.peer.connect, rows[n].connect) == 0);
        CHECK(strcmp(r.port.host, rows[n].proxy.host) == 0);
        CHECK(r.port.number == rows[n].proxy.port_number);
        CHECK(strcmp(br_ssl_engine_get_server_name(&r.port.peer.server.eng),
                     rows[n].host) == 0);
        CHECK(r.port.connects == 1 && r.port.app_records == 1);
        CHECK(strstr(r.port.peer.request, "Proxy-") == NULL);
        close_rig();
    }
}

/* Of a head that says yes, nothing else counts. */
static void test_answers(void)
{
#define YES "HTTP/1.1 200 OK\r\n"
#define INTERIM "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"
    static const struct {
        const char *name, *head;
    } rows[] = {
        { "HTTP/1.1", OPENED },
        { "HTTP/1.0", "HTTP/1.0 200 Connection established\r\n\r\n" },
        { "no phrase", "HTTP/1.1 200\r\n\r\n" },
        { "201", "HTTP/1.1 201 Created\r\n\r\n" },
        { "204", "HTTP/1.0 204 No Content\r\n\r\n" },
        { "299", "HTTP/1.1 299 Why\r\n\r\n" },
        { "100 before it", INTERIM OPENED },
        { "102 and 103 before it",
          "HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 H\r\nLink: x\r\n\r\n" OPENED },
        { "eight of them before it", INTERIM INTERIM INTERIM INTERIM INTERIM
                                         INTERIM INTERIM INTERIM OPENED },
        { "fields of proxies",
          YES "Proxy-Agent: squid/5.7\r\nVia: 1.1 p (squid/5.7)\r\n"
              "Cache-Control: no-store\r\nProxy-Connection: close\r\n\r\n" },
        { "Content-Length: 0", YES "Content-Length: 0\r\n\r\n" },
        { "Content-Length: 5", YES "content-length: 5\r\n\r\n" },
        { "Content-Length of 4 GB", YES "Content-Length: 4294967295\r\n\r\n" },
        { "Content-Length of nonsense", YES "Content-Length: x\r\n\r\n" },
        { "two of Content-Length",
          YES "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" },
        { "chunked", YES "Transfer-Encoding: chunked\r\n\r\n" },
        { "chunked, and a length",
          YES "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" },
        { "gzip, chunked", YES "Transfer-Encoding: gzip, chunked\r\n\r\n" },
        { "chunked in HTTP/1.0",
          "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { "gzip", YES "Content-Encoding: gzip\r\n\r\n" },
        { "JSON", YES "Content-Type: application/json\r\n\r\n" },
        { "Connection: close", YES "Connection: close\r\n\r\n" },
        { "what the report has of a server",
          YES "X-Tt-Logid: proxys\r\nLocation: https://proxys/\r\n"
              "Date: Mon, 15 Jun 2026 12:00:00 GMT\r\nRetry-After: 9\r\n\r\n" },
        { "what a resumption goes by",
          YES "Accept-Ranges: bytes\r\nETag: \"p\"\r\n"
              "Content-Range: bytes 0-4/5\r\n\r\n" },
    };

    for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
        size_t n = i / COUNT(ways);
        const struct peer_step script[] = {
            DO(PEER_CONNECT),
            { PEER_RAW, rows[n].head, strlen(rows[n].head), 0 },
            DO(PEER_TUNNEL),
            REPLY,
            REPLY,
            DO(PEER_REST),
        };
        const struct fimg_report *report;

        check_case("proxy: answers: %s, way %lu", rows[n].name,
                   (unsigned long)(i % COUNT(ways)));
        open_rig(script, 0);
        go(&ways[i % COUNT(ways)]);
        for (unsigned again = 0; again <= RIG_KEEPS; again++) {
            (void)rig_download(&r);
            rig_expect(&r, FIMG_WHY_NONE);
            report = fimg_report(r.f);
            CHECK(report->http_status == 200 && report->length == 5);
            CHECK(report->log_id[0] == '\0' && report->location[0] == '\0');
            CHECK(report->date == 0 && report->reused == (again > 0));
        }
        close_rig();
    }
}

/* The longest head there may be, in as many reads as it takes. */
static void test_long_head(size_t total, enum fimg_reason reason)
{
    static char head[80000];
    size_t third = total / 3;
    const struct peer_step script[] = {
        DO(PEER_CONNECT),
        { PEER_RAW, head, third, 0 },
        { PEER_RAW, head + third, third, 0 },
        { PEER_RAW, head + 2 * third, total - 2 * third, 0 },
        DO(PEER_TUNNEL),
        REPLY,
        DO(PEER_REST),
    };

    check_case("proxy: a head of %lu bytes", (unsigned long)total);
    memset(head, 'a', total);
    memcpy(head, YES "X: ", sizeof YES - 1 + 3);
    memcpy(head + total - 4, "\r\n\r\n", 4);
    open_rig(script, 0);
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(r.port.app_records == (reason == FIMG_WHY_NONE));
    close_rig();
}

/* The server behind the proxy has to be who it is, and not the proxy. */
static void test_verified(void)
{
    static const struct {
        const char *server, *host, *proxy;
        enum fimg_reason reason;
    } rows[] = {
        { "ec", "example", "localhost", FIMG_WHY_WRONG_NAME },
        { "bad_name", "localhost", "other.example", FIMG_WHY_WRONG_NAME },
        { "bad_self", "localhost", "localhost", FIMG_WHY_UNKNOWN_CA },
        { "bad_over", "localhost", "proxy.example", FIMG_WHY_EXPIRED },
        { "ec", "localhost", "localhost", FIMG_WHY_NONE },
    };
    static struct pem_identity server;

    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t n = i / 2;
        const struct fimg_proxy other = { rows[n].proxy, 1, BASIC };

        check_case("proxy: %s at %s behind %s", rows[n].server, rows[n].host,
                   rows[n].proxy);
        pem_load_identity(&server, rows[n].server);
        open_rig(good, i % 2 ? FIMG_WAIT : 0);
        r.port.peer.identity = &server;
        r.request.host = rows[n].host;
        r.request.proxy = &other;
        (void)rig_download(&r);
        rig_expect(&r, rows[n].reason);
        CHECK(r.port.app_records == (rows[n].reason == FIMG_WHY_NONE));
        close_rig();
    }
}

static void test_unfit(void)
{
    static const struct {
        const char *name;
        struct fimg_proxy proxy;
        bool fit;
    } rows[] = {
        { "a name", { "proxy.example", 3128, NULL }, true },
        { "a name of one label", { "p", 3128, NULL }, true },
        { "an IPv4 address", { "192.168.1.254", 3128, NULL }, true },
        { "253 characters", { X240 ".proxy.exampl", 1, NULL }, true },
        { "1024 characters of credentials", { "p", 1, B1024 }, true },
        { "no name", { NULL, 3128, NULL }, false },
        { "an empty name", { "", 3128, NULL }, false },
        { "a blank", { "a b", 3128, NULL }, false },
        { "CR LF", { "a\r\nb", 3128, NULL }, false },
        { "a URL", { "http://p", 3128, NULL }, false },
        { "a user", { "user@p", 3128, NULL }, false },
        { "a port in the name", { "p:3128", 3128, NULL }, false },
        { "a path", { "p/", 3128, NULL }, false },
        { "8 bits", { "p\xc3\xa4", 3128, NULL }, false },
        { "254 characters", { X240 ".proxy.example", 1, NULL }, false },
        { "port number 0", { "p", 0, NULL }, false },
        { "empty credentials", { "p", 1, "" }, false },
        { "credentials as they are", { "p", 1, "user:secret" }, false },
        { "credentials with a blank", { "p", 1, "Basic dTpw" }, false },
        { "credentials with CR LF", { "p", 1, "dTpw\r\nX: y" }, false },
        { "credentials that end in LF", { "p", 1, "dTpw\n" }, false },
        { "base64 for URLs", { "p", 1, "dTpw-_" }, false },
        { "1025 characters of credentials", { "p", 1, B1024 "A" }, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("proxy: %s", rows[i].name);
        open_rig(good, 0);
        r.request.proxy = &rows[i].proxy;
        CHECK(rig_start(&r) == (rows[i].fit ? FIMG_OK : FIMG_ERR_REQUEST));
        CHECK(fimg_report(r.f)->reason ==
              (rows[i].fit ? FIMG_WHY_NONE : FIMG_WHY_PROXY));
        CHECK(r.port.calls == 0);
        close_rig();
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_asked();
    test_answers();
    test_long_head(60000, FIMG_WHY_NONE);
    test_long_head(65536, FIMG_WHY_NONE);
    test_long_head(65537, FIMG_WHY_PROXY_REPLY);
    test_long_head(80000, FIMG_WHY_PROXY_REPLY);
    test_verified();
    test_unfit();
    return check_exit("session/proxy");
}
