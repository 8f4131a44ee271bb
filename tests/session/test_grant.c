/*
 * test_grant.c: the ways to get a token, and the hosts it comes from.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

static const uint32_t waits[] = { FIMG_WAIT, 0, 1, 700 };

/* One more download, which goes well. */
static void fetch(struct rig *r, const char *order)
{
    (void)rig_download(r);
    rig_expect(r, FIMG_WHY_NONE);
    CHECK(r->stored == 5 && talk_was(r, order));
    CHECK(fimg_report(r->f)->attempts == 1);
}

/* The other endpoints; the secret goes only to the host it is for. */
static void test_grants(uint32_t wait_ms)
{
    static char jwt[4097];
    static struct rig r;
    static struct talk tokens, images;
    struct fimg_token t;

    check_case("OAuth on another host, a token of 4096 characters, wait %lu",
               (unsigned long)wait_ms);
    memset(jwt, 'J', sizeof jwt - 1);
    tokens = images = (struct talk){ .count = 0 };
    talk_oauth(&tokens, jwt, "7200");
    talk_image(&images);
    talk_image(&images);
    talk_open(&r, &t, 4608, &tokens);
    r.port.peer.script[1] = images.steps;
    r.request.wait_ms = wait_ms;
    t.grant = FIMG_GRANT_OAUTH;
    t.host = "www.example";
    r.request.prefix = "/gate";
    fetch(&r, "PG");
    CHECK(strcmp(r.port.host, "localhost") == 0 && r.port.connects == 2);
    CHECK(talk_keeps(&t, jwt));
    CHECK(talk_count(&r, "POST /oauth/v3/token HTTP/1.1\r\nContent-Type: "
                         "application/x-www-form-urlencoded\r\n"
                         "Host: www.example\r\n") == 1);
    CHECK(talk_count(&r, "\r\n\r\ngrant_type=client_credentials&client_id="
                         "cli_a1b2c3&client_secret=" RIG_SECRET "GET ") == 1);
    CHECK(talk_count(&r, "GET /gate/open-apis/im/v1/images/img_v3_0001_key "
                         "HTTP/1.1\r\nHost: localhost\r\n") == 1);
    CHECK(talk_count(&r, jwt) == 1);
    fetch(&r, "PGG");
    CHECK(r.port.connects == (RIG_KEEPS ? 2 : 3));
    talk_close(&r, &t);

    check_case("store app, wait %lu", (unsigned long)wait_ms);
    tokens = (struct talk){ .count = 0 };
    talk_token(&tokens, RIG_TOKEN, "7200");
    talk_image(&tokens);
    talk_open(&r, &t, 512, &tokens);
    r.request.wait_ms = wait_ms;
    t.grant = FIMG_GRANT_STORE;
    t.id = "2ed263bf32cf1651";
    fetch(&r, "PG");
    CHECK(talk_count(&r, "POST /open-apis/auth/v3/tenant_access_token "
                         "HTTP/1.1\r\n") == 1);
    CHECK(talk_count(&r, "\r\n\r\n{\"tenant_key\":\"2ed263bf32cf1651\","
                         "\"app_access_token\":\"" RIG_SECRET "\"}GET ") == 1);
    talk_close(&r, &t);
}

/* Where it connects to, when; and a token's host that is another's. */
static void test_hosts(void)
{
    static struct rig r;
    static struct talk tokens, images;
    struct fimg_token t;

    check_case("which host, and which port number");
    tokens = images = (struct talk){ .count = 0 };
    talk_token(&tokens, RIG_TOKEN, "7200");
    talk_image(&images);
    talk_open(&r, &t, 200, &tokens);
    r.port.peer.script[1] = images.steps;
    t.host = "www.example";
    r.request.port_number = 8443;
    r.request.wait_ms = 0;
    CHECK(rig_start(&r) == FIMG_OK);
    while (t.len == 0 && r.reads < 1000)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    CHECK(strcmp(r.port.host, "www.example") == 0 && r.port.number == 8443);
    CHECK(r.port.dials == 1 && talk_was(&r, "P"));
    (void)rig_run(&r, UINT64_MAX);
    rig_end(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(strcmp(r.port.host, "localhost") == 0 && r.port.number == 8443);
    CHECK(talk_count(&r, "Host: www.example:8443\r\n") == 1);
    CHECK(talk_count(&r, "Host: localhost:8443\r\n") == 1);
    talk_close(&r, &t);

    check_case("a token's host that has another's certificate");
    talk_open(&r, &t, 200, &tokens);
    t.host = "accounts.feishu.cn";
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_WRONG_NAME);
    CHECK(r.port.peer.requests == 0 && r.port.app_records == 0);
    CHECK(talk_clean(&t));
    talk_close(&r, &t);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(waits); i++)
        test_grants(waits[i]);
    test_hosts();
    return check_exit("session/grant");
}
