/*
 * test_proxy_refusal.c: proxies that refuse, that are none, that say nothing,
 * and connections to them that end; and requests that name none.
 */
#include "proxy_rig.h"

#define YES "HTTP/1.1 200 OK\r\n"
#define INTERIM "HTTP/1.1 100 Continue\r\n\r\n"
#define CONNECT_MS 3000

/* What a proxy says instead of yes. */
static void test_answers(void)
{
    static const struct {
        const char *name, *answer;
        enum fimg_reason reason;
        uint16_t status; /* as reported */
    } rows[] = {
        /* clang-format off */
        { "407", "HTTP/1.1 407 Proxy Authentication Required\r\n"
          "Proxy-Authenticate: Basic realm=\"" BASIC "\"\r\n"
          "Content-Length: 5\r\n\r\nhello", FIMG_WHY_PROXY_AUTH, 407 },
        { "407 in HTTP/1.0", "HTTP/1.0 407 No\r\n\r\n", FIMG_WHY_PROXY_AUTH,
          407 },
        { "403", "HTTP/1.1 403 " BASIC "\r\nX-Tt-Logid: " BASIC "\r\n\r\n",
          FIMG_WHY_PROXY_REFUSED, 403 },
        { "403 with HTML", "HTTP/1.1 403 Forbidden\r\n"
          "Content-Type: text/html\r\n\r\n<html>", FIMG_WHY_PROXY_REFUSED,
          403 },
        { "502", "HTTP/1.1 502 Bad Gateway\r\n\r\n", FIMG_WHY_PROXY_REFUSED,
          502 },
        { "503 with Retry-After", "HTTP/1.1 503 No\r\nRetry-After: 99\r\n\r\n",
          FIMG_WHY_PROXY_REFUSED, 503 },
        { "504", "HTTP/1.0 504 No\r\n\r\n", FIMG_WHY_PROXY_REFUSED, 504 },
        { "429", "HTTP/1.1 429 No\r\n\r\n", FIMG_WHY_PROXY_REFUSED, 429 },
        { "401", "HTTP/1.1 401 No\r\n\r\n", FIMG_WHY_PROXY_REFUSED, 401 },
        { "302", "HTTP/1.1 302 F\r\nLocation: https://" BASIC "/\r\n\r\n",
          FIMG_WHY_PROXY_REFUSED, 302 },
        { "300", "HTTP/1.1 300 Y\r\n\r\n", FIMG_WHY_PROXY_REFUSED, 300 },
        { "599 after 100", INTERIM "HTTP/1.1 599 No\r\n\r\n",
          FIMG_WHY_PROXY_REFUSED, 599 },
        { "a byte behind the head", OPENED "x", FIMG_WHY_PROXY_REPLY, 200 },
        { "TLS behind the head", OPENED "\x16\x03\x03",
          FIMG_WHY_PROXY_REPLY, 200 },
        { "two heads", OPENED OPENED, FIMG_WHY_PROXY_REPLY, 200 },
        { "101", "HTTP/1.1 101 Switching\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "nine interim heads", INTERIM INTERIM INTERIM INTERIM INTERIM
          INTERIM INTERIM INTERIM INTERIM OPENED, FIMG_WHY_PROXY_REPLY, 0 },
        { "a blank line first", "\r\n" OPENED, FIMG_WHY_PROXY_REPLY, 0 },
        { "HTTP/2", "HTTP/2 200\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "ICY", "ICY 200 OK\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "SSH", "SSH-2.0-OpenSSH_9.2\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "HTML", "<html><body>blocked</body></html>", FIMG_WHY_PROXY_REPLY,
          0 },
        { "a TLS alert", "\x15\x03\x01\x02\x02\x28", FIMG_WHY_PROXY_REPLY, 0 },
        { "status 600", "HTTP/1.1 600 No\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "status 099", "HTTP/1.1 099 No\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "status 20", "HTTP/1.1 20 OK\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "status 2000", "HTTP/1.1 2000 OK\r\n\r\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "LF alone", "HTTP/1.1 200 OK\n\n", FIMG_WHY_PROXY_REPLY, 0 },
        { "a folded field", YES "A: b\r\n c\r\n\r\n", FIMG_WHY_PROXY_REPLY,
          0 },
        { "a blank before a colon", YES "Via : b\r\n\r\n",
          FIMG_WHY_PROXY_REPLY, 0 },
        { "a control character", YES "Via: \x01\r\n\r\n", FIMG_WHY_PROXY_REPLY,
          0 },
        /* clang-format on */
    };

    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        size_t n = i / 2;
        const struct peer_step script[] = {
            DO(PEER_CONNECT),
            { PEER_RAW, rows[n].answer, strlen(rows[n].answer), 0 },
            DO(PEER_REST),
        };
        const struct fimg_report *report;

        check_case("proxy: says %s, %s", rows[n].name,
                   i % 2 ? "waiting" : "not waiting");
        open_rig(script, i % 2 ? FIMG_WAIT : 0);
        (void)rig_download(&r);
        rig_expect(&r, rows[n].reason);
        report = fimg_report(r.f);
        CHECK(report->stage == FIMG_STAGE_PROXY && rig_took(&r) == 0);
        CHECK(report->http_status == rows[n].status && report->code == 0);
        CHECK(report->msg[0] == '\0' && report->log_id[0] == '\0');
        CHECK(report->location[0] == '\0' && report->date == 0);
        CHECK(report->tls_error == 0 && r.port.state == PORT_IDLE);

        /* once more, and this time with another attempt */
        r.port.peer.script[2] = good;
        r.request.retry_max = 1;
        (void)rig_download(&r);
        report = fimg_report(r.f);
        if (rows[n].reason == FIMG_WHY_PROXY_AUTH) {
            rig_expect(&r, FIMG_WHY_PROXY_AUTH);
            CHECK(report->attempts == 1);
        } else {
            rig_expect(&r, FIMG_WHY_NONE);
            CHECK(report->attempts == 2 && rig_took(&r) < 1300);
        }
        close_rig();
    }
}

/* After the head, and before TLS has begun: nobody has a reason to speak. */
static void test_late_surplus(void)
{
    static const struct peer_step script[] = {
        TUNNEL(OPENED),
        RAW("x"),
        REPLY,
        DO(PEER_REST),
    };

    check_case("proxy: a byte too many, later than its head");
    open_rig(script, 0);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TLS_PROTOCOL);
    CHECK(r.port.app_records == 0);
    close_rig();
}

/* --- the connection to the proxy ----------------------------------------- */

static void test_connect(uint32_t wait_ms)
{
    static const struct {
        const char *name;
        uint32_t resolve_ms, dial_ms;
        int result;
        uint64_t send_max;
        enum fimg_reason reason;
        enum fimg_stage stage;
        uint32_t took;
    } rows[] = {
        { "has no address", 10, 0, FIMG_PORT_NO_NAME, 0, FIMG_WHY_NAME,
          FIMG_STAGE_CONNECT, 10 },
        { "takes no connection", 10, 10, FIMG_PORT_FAILED, 0, FIMG_WHY_CONNECT,
          FIMG_STAGE_CONNECT, 20 },
        { "is never found", PORT_NEVER, 0, 0, 0, FIMG_WHY_CONNECT_LIMIT,
          FIMG_STAGE_CONNECT, CONNECT_MS },
        { "is silent", 1000, 1000, 0, 0, FIMG_WHY_CONNECT_LIMIT,
          FIMG_STAGE_PROXY, CONNECT_MS },
        { "does not listen", 0, 10, 0, 1, FIMG_WHY_CONNECT_LIMIT,
          FIMG_STAGE_PROXY, CONNECT_MS },
        { "does not listen long", 0, 0, 0, 50, FIMG_WHY_CONNECT_LIMIT,
          FIMG_STAGE_PROXY, CONNECT_MS },
    };
    static const struct peer_step mute[] = { DO(PEER_CONNECT), DO(PEER_REST) };

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("proxy: it %s, wait %lu", rows[i].name,
                   (unsigned long)wait_ms);
        open_rig(mute, wait_ms);
        r.request.connect_ms = CONNECT_MS;
        r.port.resolve_ms = rows[i].resolve_ms;
        r.port.dial_ms = rows[i].dial_ms;
        r.port.connect_result = rows[i].result;
        r.port.send_max = rows[i].send_max;
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(fimg_report(r.f)->stage == rows[i].stage);
        CHECK(rig_took(&r) == rows[i].took);
        CHECK(strcmp(r.port.host, "proxy.example") == 0);
        close_rig();
    }
}

/* One limit for name, TCP, proxy and TLS; and the one for it all. */
static void test_limits(uint32_t wait_ms)
{
    static const struct peer_step slow[] = {
        DO(PEER_CONNECT), DO_N(PEER_PAUSE, 1000), RAW(OPENED),
        DO(PEER_TUNNEL),  DO_N(PEER_PAUSE, 500),  REPLY,
        DO(PEER_REST),
    };
    static const struct {
        const char *name;
        uint32_t connect_ms, total_ms;
        enum fimg_reason reason;
        uint32_t took;
    } rows[] = {
        { "long enough", 2001, 0, FIMG_WHY_NONE, 2500 },
        { "too short for the proxy", 1999, 0, FIMG_WHY_CONNECT_LIMIT, 1999 },
        { "too short for all", 2001, 1999, FIMG_WHY_TOTAL_LIMIT, 1999 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("proxy: slow, and limits %s, wait %lu", rows[i].name,
                   (unsigned long)wait_ms);
        open_rig(slow, wait_ms);
        r.port.resolve_ms = r.port.dial_ms = 500;
        r.request.connect_ms = rows[i].connect_ms;
        r.request.total_ms = rows[i].total_ms;
        (void)rig_download(&r);
        rig_expect(&r, rows[i].reason);
        CHECK(rig_took(&r) == rows[i].took);
        close_rig();
    }
}

/* It ends after every byte of the proxy's answer. */
static void test_cuts(enum port_fault how, uint32_t wait_ms)
{
    static const char answer[] = INTERIM "HTTP/1.0 200 OK\r\nVia: x\r\n\r\n";
    static const struct peer_step script[] = { TUNNEL(answer), REPLY,
                                               DO(PEER_REST) };
    bool silent = how == FAULT_AGAIN;

    check_case("proxy: %s after every byte of its answer, wait %lu",
               silent                ? "silence"
               : how == FAULT_CLOSED ? "FIN"
                                     : "RST",
               (unsigned long)wait_ms);
    for (uint64_t cut = 1; cut < sizeof answer; cut++) {
        enum fimg_stage stage =
            cut == sizeof answer - 1 ? FIMG_STAGE_HANDSHAKE : FIMG_STAGE_PROXY;

        open_rig(script, wait_ms);
        r.request.connect_ms = CONNECT_MS;
        r.port.cut = how;
        r.port.cut_connection = 1;
        r.port.cut_after = cut;
        (void)rig_download(&r);
        rig_expect(&r, silent ? FIMG_WHY_CONNECT_LIMIT : FIMG_WHY_LOST);
        CHECK(fimg_report(r.f)->stage == stage);
        CHECK(fimg_report(r.f)->http_status == 0);
        CHECK(rig_took(&r) == (silent ? CONNECT_MS : 0));
        close_rig();
    }
}

int main(int argc, char **argv)
{
    static const uint32_t waits[] = { FIMG_WAIT, 0, 700 };

    rig_load(argc, argv, check_that);
    test_answers();
    test_late_surplus();
    for (size_t i = 0; i < COUNT(waits); i++) {
        test_connect(waits[i]);
        test_limits(waits[i]);
        test_cuts(FAULT_CLOSED, waits[i]);
        test_cuts(FAULT_FAILED, waits[i]);
        test_cuts(FAULT_AGAIN, waits[i]);
    }
    return check_exit("session/proxy_refusal");
}
