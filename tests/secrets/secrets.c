/*
 * secrets.c: what a download leaves in memory.
 *
 *     secrets PKI DEPTH
 *
 * Of token and app's secret nothing is in the object once fimg_finish has
 * returned. Once fimg_close has, and the caller has overwritten DEPTH bytes of
 * stack, which is what the README says a download takes, nothing of them and
 * of the keys is in the object, in memory that was lent, or on the stack.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "far.h"
#include "fimg_state.h"
#include "needles.h"
#include "session/session_rig.h"
#include "session/talk.h"

#define ISSUED "t-issued_0123456789_ABCDEFGHIJKLM"
#define ECHO "{\"code\":99991661,\"msg\":\"bad " RIG_TOKEN "\"}"

static struct fimg_token token;
static struct talk talk;
static struct fimg_port near, far;
static struct needles credentials, all;
static size_t depth; /* of the stack, as published */
static size_t seen;  /* before the stack was overwritten */
static int status;
static uint8_t image[16384];

static void start(void *unused)
{
    (void)unused;
    status = fimg_start(r.f, &r.request);
    if (status == FIMG_OK)
        status = fimg_read(r.f, image, sizeof image);
}

static void go_on(void *unused)
{
    (void)unused;
    while (status > 0)
        status = fimg_read(r.f, image, sizeof image);
}

static void finish(void *unused)
{
    (void)unused;
    fimg_finish(r.f);
}

static void end(void *unused)
{
    (void)unused;
    fimg_close(r.f);
}

static void overwrite(void *unused)
{
    uint8_t deep[depth];
    volatile uint8_t *at = deep;

    (void)unused;
    while (at < deep + depth)
        *at++ = 0xa5;
}

/* A connection ends: last chance to learn its keys. */
static void close_near(void *ctx)
{
    if (r.port.peer.open)
        needles_keys(&all, &r.port.peer.server.eng);
    r.port.api.close(ctx);
}

/* The rig is open: put the library far away from its server. */
static void separate(void)
{
    near = r.port.api;
    near.close = close_near;
    far_port(&far, &near);
    r.request.port = &far;
    memset(far_stack, 0x5a, sizeof far_stack);
    credentials.count = all.count = 0;
    needles_text(&credentials, RIG_TOKEN);
    needles_text(&credentials, RIG_SECRET);
    needles_text(&credentials, ISSUED);
    all = credentials;
}

static size_t in_object(const struct needles *n)
{
    size_t found = needles_in(n, r.f, sizeof *r.f);

    return r.lent ? found + needles_in(n, r.lent, FIMG_RECORD_CAP) : found;
}

static void finish_and_look(void)
{
    far_run(finish, NULL);
    CHECK(in_object(&credentials) == 0);
}

static void close_and_look(void)
{
    far_run(end, NULL);
    CHECK(in_object(&all) == 0);
    seen += needles_in(&all, far_stack, sizeof far_stack);
    far_run(overwrite, NULL);
    CHECK(needles_in(&all, far_stack, sizeof far_stack) == 0);
    r.request.port = &r.port.api;
}

static void fetch_it(void)
{
    port_watch(&r.port, &r.request);
    far_run(start, NULL);
    far_run(go_on, NULL);
}

/* A download that ends in this way, whatever was set up. */
static void ends(int wanted)
{
    fetch_it();
    CHECK(status == wanted);
    finish_and_look();
    close_and_look();
    CHECK(all.count > credentials.count); /* there were keys */
}

static void open_with(const struct peer_step *script)
{
    rig_open(&r, script);
    separate();
}

/* A rig that fetches its token first. */
static void open_fetching(void)
{
    talk = (struct talk){ .count = 0 };
    talk_token(&talk, ISSUED, "7200");
    talk_image(&talk);
    talk_open(&r, &token, 200, &talk);
    separate();
}

static void test_suites(void)
{
    static const uint16_t suites[] = {
        BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    };

    for (size_t i = 0; i < COUNT(suites); i++) {
        check_case("secrets: suite %04x", suites[i]);
        open_with(forever);
        r.port.peer.suites = &suites[i];
        r.port.peer.suites_len = 1;
        ends(FIMG_OK);
        rig_close(&r);

        check_case("secrets: suite %04x, a token is fetched", suites[i]);
        open_fetching();
        r.port.peer.suites = &suites[i];
        r.port.peer.suites_len = 1;
        ends(FIMG_OK);
        talk_close(&r, &token);
    }
}

static void test_repeated(void)
{
    static const char *const heads[] = {
        "400 Bad\r\n" JSON_TYPE,
        "200 OK\r\n" JSON_TYPE "X-Tt-Logid: " RIG_TOKEN "\r\n",
        "400 Bad\r\nLocation: https://" RIG_TOKEN "\r\n",
        "500 Bad\r\nX-Odd: " RIG_TOKEN "\r\n" CLOSE_FIELD,
    };

    for (size_t i = 0; i < COUNT(heads); i++) {
        check_case("secrets: the server repeats the token, %zu", i);
        talk = (struct talk){ .count = 0 };
        talk_reply(&talk, heads[i], ECHO);
        open_with(talk.steps);
        ends(FIMG_ERR_REFUSED);
        rig_close(&r);
    }

    check_case("secrets: a redirect repeats the token");
    talk = (struct talk){ .count = 0 };
    talk_reply(&talk, "302 X\r\nLocation: https://" RIG_TOKEN "\r\n", ECHO);
    open_with(talk.steps);
    ends(FIMG_ERR_REPLY);
    rig_close(&r);
}

static void test_token_refused(void)
{
    static const char *const bodies[] = {
        "{\"code\":10014,\"msg\":\"secret " RIG_SECRET " invalid\"}",
        "{\"code\":0,\"tenant_access_token\":\"" ISSUED "\"}",
        "{\"code\":0,\"tenant_access_token\":\"" ISSUED,
        "{\"code\":7,\"tenant_access_token\":\"" ISSUED "\",\"expire\":9}",
    };

    for (size_t i = 0; i < COUNT(bodies); i++) {
        check_case("secrets: no token, %zu", i);
        talk = (struct talk){ .count = 0 };
        talk_reply(&talk, OK_200 JSON_TYPE, bodies[i]);
        talk_open(&r, &token, 200, &talk);
        separate();
        fetch_it();
        CHECK(status < 0);
        finish_and_look();
        close_and_look();
        talk_close(&r, &token);
    }
}

static void test_kept(void)
{
    check_case("secrets: the connection is kept");
    open_with(forever);
    for (int i = 0; i < 3; i++) {
        fetch_it();
        CHECK(status == FIMG_OK);
        finish_and_look();
    }
    CHECK(r.port.dials == (RIG_KEEPS ? 1 : 3));
    close_and_look();
    rig_close(&r);

    check_case("secrets: a session is resumed");
    open_rig(&r, FIMG_WAIT);
    memset(&session, 0, sizeof session);
    separate();
    for (int i = 0; i < 3; i++) {
        fetch_it();
        CHECK(status == FIMG_OK && fimg_report(r.f)->resumed == (i > 0));
        finish_and_look();
        far_run(end, NULL);
    }
    close_and_look();
    rig_close(&r);
}

static void test_given_up(void)
{
    static const struct peer_step half[] = {
        DO(PEER_REQUEST), TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                               "hello"),
        DO(PEER_REST)
    };

    for (int i = 0; i < 2; i++) {
        check_case("secrets: given up halfway, %s", i ? "closed" : "finished");
        open_with(half);
        port_watch(&r.port, &r.request);
        far_run(start, NULL);
        CHECK(status == 5);
        if (i == 0)
            finish_and_look();
        close_and_look();
        rig_close(&r);
    }
}

/* The n-th call of the port fails, for every n that there is. */
static void test_faults(void)
{
    static const enum port_fault faults[] = { FAULT_FAILED, FAULT_CLOSED };

    for (size_t i = 0; i < COUNT(faults); i++) {
        bool hit = true;

        for (unsigned n = 1; hit; n++) {
            check_case("secrets: call %u fails, %zu", n, i);
            open_fetching();
            r.port.fault_call = n;
            r.port.fault = faults[i];
            fetch_it();
            hit = r.port.fault_hit != CALL_NONE;
            finish_and_look();
            close_and_look();
            talk_close(&r, &token);
        }
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    depth = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    if (depth == 0 || depth > FAR_STACK - 4096)
        return 2;
    test_suites();
    test_repeated();
    test_token_refused();
    test_kept();
    test_given_up();
    test_faults();
    check_case("secrets: they are seen where they are");
    CHECK(seen > 0);
    printf("parts of secrets on the stack before it was overwritten: %zu\n",
           seen);
    return check_exit("secrets");
}
