/*
 * test_token_limits.c: how large a token's reply may be, how long it may take,
 * and the n-th call of the port failing while it is fetched.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "talk.h"

/* --- how large ------------------------------------------------------------ */

/* A reply of `len` bytes, blanks behind what matters, into `cap` bytes. */
static void test_size(const char *body, size_t len, size_t cap,
                      enum fimg_reason reason, int32_t code)
{
    static struct rig r;
    static struct talk talk;
    static char text[70000];
    char head[100];
    struct fimg_token t;

    check_case("a reply of %lu bytes, memory of %lu: %.8s", (unsigned long)len,
               (unsigned long)cap, body);
    memset(text, ' ', sizeof text);
    memcpy(text, body, strlen(body));
    talk = (struct talk){ .count = 0 };
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n",
                   (unsigned long)len);
    talk_raw(&talk, head, strlen(head));
    talk_do(&talk, PEER_SEND, len < sizeof text ? len : sizeof text);
    talk.steps[2].bytes = text;
    talk_image(&talk);
    talk_open(&r, &t, cap, &talk);
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(fimg_report(r.f)->code == code && r.stored == (reason ? 0u : 5u));
    CHECK(reason ? talk_clean(&t) : t.len > 0);
    CHECK(fimg_report(r.f)->wire_in < 80000);
    talk_close(&r, &t);
}

static void test_sizes(void)
{
    static const char good[] =
        "{\"access_token\":\"" RIG_TOKEN "\",\"expires_in\":7200}";
    static const char bad[] = "{\"code\":10014,\"msg\":\"secret\"}";
    size_t len = sizeof good - 1;

    test_size(good, len, len, FIMG_WHY_NONE, 0);
    test_size(good, len, len + 1, FIMG_WHY_NONE, 0);
    test_size(good, len, len - 1, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(good, len, 43, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(good, len, 1, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(good, 512, 512, FIMG_WHY_NONE, 0);
    test_size(good, 513, 512, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(good, 65535, 65535, FIMG_WHY_NONE, 0);
    test_size(good, 65536, 65535, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(good, 65537, 65535, FIMG_WHY_TOO_LARGE, 0);
    test_size(good, 65537, 100, FIMG_WHY_TOO_LARGE, 0);
    test_size(good, 100000000, 4608, FIMG_WHY_TOO_LARGE, 0);
    test_size(bad, sizeof bad - 1, 1000, FIMG_WHY_REFUSED, 10014);
    test_size(bad, sizeof bad - 1, 14, FIMG_WHY_REFUSED, 10014);
    test_size(bad, sizeof bad - 1, 13, FIMG_WHY_TOKEN_SIZE, 0);
    test_size(bad, 5000, 4608, FIMG_WHY_REFUSED, 10014);
    test_size(bad, 65537, 65535, FIMG_WHY_REFUSED, 10014);
}

/* The longest token, and one that is too long, where there is room. */
static void test_longest(size_t len, enum fimg_reason reason)
{
    static struct rig r;
    static struct talk talk;
    static char token[4200];
    struct fimg_token t;

    check_case("a token of %lu characters", (unsigned long)len);
    memset(token, 'x', len);
    token[len] = '\0';
    talk = (struct talk){ .count = 0 };
    talk_oauth(&talk, token, "7200");
    talk_image(&talk);
    talk_open(&r, &t, 4608, &talk);
    r.request.wait_ms = 0;
    r.port.window_in = r.port.window_out = 700;
    (void)rig_download(&r);
    rig_expect(&r, reason);
    CHECK(reason ? talk_clean(&t) : talk_keeps(&t, token));
    talk_close(&r, &t);
}

/* --- how long ------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *name;
    uint32_t token_ms, image_ms, total_ms;
    uint32_t dial_ms;
    bool dead;       /* a token was put there, and is dead */
    const char *head; /* of one more reply before the token's, or NULL */
    enum fimg_reason reason;
    uint32_t took_min, took_max;
    bool token;      /* afterwards */
} times[] = {
    { "token and image take as long as they may", 6000, 3999, 10000, 0, false,
      NULL, FIMG_WHY_NONE, 9999, 9999, true },
    { "token and image take longer together", 6000, 4000, 10000, 0, false,
      NULL, FIMG_WHY_TOTAL_LIMIT, 10000, 10000, true },
    { "the token takes all of it", 10000, 0, 10000, 0, false, NULL,
      FIMG_WHY_TOTAL_LIMIT, 10000, 10000, false },
    { "the token never comes", 90000, 0, 100000, 0, false, NULL,
      FIMG_WHY_IDLE_LIMIT, 15000, 15000, false },
    { "connecting, token and image", 4000, 4001, 10000, 2000, false, NULL,
      FIMG_WHY_TOTAL_LIMIT, 10000, 10000, true },
    { "dead, token and image", 3000, 4000, 10000, 3000, true, NULL,
      FIMG_WHY_TOTAL_LIMIT, 10000, 10000, true },
    { "a wait, token and image", 3000, 4000, 10000, 0, false,
      "503 X\r\nRetry-After: 3\r\n", FIMG_WHY_TOTAL_LIMIT, 10000, 10000, true },
    { "a wait that is too long is not begun", 0, 0, 10000, 0, false,
      "503 X\r\nRetry-After: 10\r\n", FIMG_WHY_REFUSED, 0, 0, false },
    { "a second wait that is too long is not begun", 0, 0, 10000, 7000, false,
      "429 X\r\nx-ogw-ratelimit-reset: 3\r\n", FIMG_WHY_REFUSED, 7000, 7000,
      false },
    { "a wait that is in time", 0, 0, 10000, 0, false,
      "429 X\r\nx-ogw-ratelimit-reset: 7\r\n", FIMG_WHY_NONE, 7000, 8750,
      true },
};
/* clang-format on */

static void test_time(size_t i, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    check_case("%s, wait %lu", times[i].name, (unsigned long)wait_ms);
    talk = (struct talk){ .count = 0 };
    if (times[i].dead)
        talk_refuse(&talk, 400, 99991663);
    if (times[i].head)
        talk_reply(&talk, times[i].head, "");
    talk_token(&talk, RIG_TOKEN, "7200");
    talk_late(&talk, times[i].token_ms);
    talk_image(&talk);
    talk_late(&talk, times[i].image_ms);
    talk_open(&r, &t, 200, &talk);
    r.port.now = UINT32_MAX - 3000;
    r.port.dial_ms = times[i].dial_ms;
    r.request.wait_ms = wait_ms;
    r.request.total_ms = times[i].total_ms;
    r.request.retry_max = 1;
    if (times[i].dead)
        CHECK(fimg_token_put(&t, "t-dead", 7200000, r.port.now));
    (void)rig_download(&r);
    rig_expect(&r, times[i].reason);
    CHECK(rig_took(&r) >= times[i].took_min);
    CHECK(rig_took(&r) <= times[i].took_max);
    CHECK(times[i].token ? talk_keeps(&t, RIG_TOKEN) : talk_clean(&t));
    if (check.failed)
        printf("     took %lu\n", (unsigned long)rig_took(&r));
    talk_close(&r, &t);
}

/* --- faults --------------------------------------------------------------- */

/* The fault falls on call number n of the download; does it at all? */
static bool test_fault(enum port_fault fault, unsigned n, uint32_t wait_ms)
{
    static struct rig r;
    static struct talk talk, image;
    struct fimg_token t;
    bool hit;

    talk = image = (struct talk){ .count = 0 };
    talk_token(&talk, RIG_TOKEN, "7200");
    talk_image(&talk);
    talk_image(&image);
    talk_open(&r, &t, 200, &talk);
    r.port.peer.script[1] = image.steps;
    r.request.wait_ms = wait_ms;
    r.port.fault = fault;
    r.port.fault_call = n;
    (void)rig_download(&r);
    hit = r.port.fault_hit != CALL_NONE;
    CHECK(hit || r.result == FIMG_OK);
    CHECK(t.len > 0 ? talk_keeps(&t, RIG_TOKEN) : talk_clean(&t));
    r.port.fault = FAULT_NONE;
    fimg_close(r.f); /* and all is well again */
    r.port.peer.script[0] = t.len > 0 ? image.steps : talk.steps;
    r.port.peer.script[1] = NULL;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 5 && talk_keeps(&t, RIG_TOKEN));
    talk_close(&r, &t);
    if (check.failed)
        printf("     at call %u\n", n);
    return hit;
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    test_sizes();
    test_longest(4095, FIMG_WHY_NONE);
    test_longest(4096, FIMG_WHY_NONE);
    test_longest(4097, FIMG_WHY_TOKEN_REPLY);
    for (size_t i = 0; i < COUNT(times); i++) {
        test_time(i, FIMG_WAIT);
        test_time(i, 0);
        test_time(i, 450);
    }
    for (int fault = 1; fault < FAULTS; fault++) {
        check_case("token: call n of a download fails, way %d", fault);
        for (unsigned n = 1; test_fault((enum port_fault)fault, n, 0); n++)
            continue;
        for (unsigned n = 1; test_fault((enum port_fault)fault, n, FIMG_WAIT);
             n += 2)
            continue;
    }
    return check_exit("session/token_limits");
}
