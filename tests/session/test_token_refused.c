/*
 * test_token_refused.c: what token endpoints answer instead of a token, as
 * Feishu does and as anybody might; nothing of a secret is told of it.
 */
#include <string.h>

#include "check.h"
#include "talk.h"

#define T "\"tenant_access_token\":\"" RIG_TOKEN "\""
#define STARS "********************************" /* as long as the secret */
#define ESCAPED "\\u0053k7f-qwertyuiop_asdfghjkl.zxcvb~"
#define LOGID "X-Tt-Logid: 2026\r\n"

/* clang-format off */
static const struct row {
    const char *name;
    const char *head, *body; /* body NULL: `head` is all there is */
    uint8_t retry_max;
    enum fimg_reason reason;
    int http_status;
    int32_t code;
    const char *msg;
    unsigned attempts;
    uint32_t wait_min, wait_max;
    bool kept; /* the connection may serve again */
} rows[] = {
    { "secret invalid, in a 200", OK_200 JSON_TYPE LOGID, "{\"code\":10014,"
      "\"msg\":\"app secret invalid\"}", 3, FIMG_WHY_REFUSED, 200, 10014,
      "app secret invalid", 1, 0, 0, true },
    { "invalid param, in a 200", OK_200 JSON_TYPE LOGID, "{\"code\":10003,"
      "\"data\":{},\"msg\":\"invalid param\"}", 3, FIMG_WHY_REFUSED, 200, 10003,
      "invalid param", 1, 0, 0, true },
    { "OAuth's refusal", "400 X\r\n" JSON_TYPE LOGID, "{\"error\":"
      "\"invalid_grant\",\"error_description\":\"x\",\"code\":20003}", 3,
      FIMG_WHY_REFUSED, 400, 20003, "", 1, 0, 0, true },
    { "OAuth's refusal, in a 200", OK_200 JSON_TYPE LOGID, "{\"error\":"
      "\"invalid_client\"}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0,
      true },
    { "a code and a token", OK_200 LOGID, "{\"code\":1,\"expire\":9," T "}", 3,
      FIMG_WHY_REFUSED, 200, 1, "", 1, 0, 0, true },
    { "a code behind a token", OK_200 LOGID, "{\"expire\":9," T ",\"code\":1}",
      3, FIMG_WHY_REFUSED, 200, 1, "", 1, 0, 0, true },
    { "a dead token's code", "400 X\r\n" LOGID, "{\"code\":99991663}", 3,
      FIMG_WHY_REFUSED, 400, 99991663, "", 1, 0, 0, true },
    { "401", "401 X\r\n" LOGID, "", 3, FIMG_WHY_REFUSED, 401, 0, "", 1, 0, 0,
      true },
    { "403 in HTML", "403 X\r\n" LOGID, "<html>no</html>", 3, FIMG_WHY_REFUSED,
      403, 0, "", 1, 0, 0, true },
    { "404 in text", "404 X\r\n" LOGID, "404 page not found", 3,
      FIMG_WHY_REFUSED, 404, 0, "", 1, 0, 0, true },
    { "500", "500 X\r\n" LOGID, "{\"msg\":\"oops\"}", 3, FIMG_WHY_REFUSED, 500,
      0, "oops", 1, 0, 0, true },
    { "502", "502 X\r\n" LOGID, "", 0, FIMG_WHY_REFUSED, 502, 0, "", 1, 0, 0,
      true },
    { "503 for ever", "503 X\r\n" LOGID, "", 3, FIMG_WHY_REFUSED, 503, 0, "",
      4, 7000, 8750, true },
    { "504 for ever", "504 X\r\n" LOGID, "", 1, FIMG_WHY_REFUSED, 504, 0, "",
      2, 1000, 1250, true },
    { "429 for ever", "429 X\r\nx-ogw-ratelimit-reset: 7\r\n" LOGID, "", 2,
      FIMG_WHY_REFUSED, 429, 0, "", 3, 14000, 17500, true },
    { "too often, in a 200", OK_200 JSON_TYPE LOGID, "{\"code\":99991400}", 1,
      FIMG_WHY_REFUSED, 200, 99991400, "", 2, 1000, 1250, true },
    { "500 with a token", "500 X\r\n" LOGID, "{\"expire\":7200," T ",\"msg\":"
      "\"got " RIG_TOKEN "\"}", 3, FIMG_WHY_REFUSED, 500, 0, "", 1, 0, 0, true },
    { "401 with a token", "401 X\r\n" LOGID, "{\"expire\":7200," T "}", 3,
      FIMG_WHY_REFUSED, 401, 0, "", 1, 0, 0, true },
    { "nothing", OK_200 LOGID, "", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0,
      0, true },
    { "201", "201 X\r\n" LOGID, "{\"expire\":7200," T "}", 3,
      FIMG_WHY_HTTP_STATUS, 201, 0, "", 1, 0, 0, false },
    { "204", "204 X\r\n" LOGID, NULL, 3, FIMG_WHY_HTTP_STATUS, 204, 0, "", 1,
      0, 0, false },
    { "206", "206 X\r\nContent-Range: bytes 0-9/10\r\n" LOGID, "{" T "}", 3,
      FIMG_WHY_HTTP_STATUS, 206, 0, "", 1, 0, 0, false },
    { "302", "302 X\r\nLocation: https://evil.example/\r\n" LOGID, "", 3,
      FIMG_WHY_HTTP_STATUS, 302, 0, "", 1, 0, 0, true },
    { "HTML", OK_200 LOGID, "<html>" T "</html>", 3, FIMG_WHY_TOKEN_REPLY, 200,
      0, "", 1, 0, 0, true },
    { "a picture", OK_200 "Content-Type: image/jpeg\r\n" LOGID, "\xff\xd8\xff",
      3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "a list", OK_200 LOGID, "[{" T ",\"expire\":7200}]", 3,
      FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "half of it", OK_200 LOGID, "{\"expire\":7200,\"tenant_access_token\":\""
      RIG_TOKEN, 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "no lifetime", OK_200 LOGID, "{" T "}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0,
      "", 1, 0, 0, true },
    { "lifetime 0", OK_200 LOGID, "{" T ",\"expire\":0}", 3,
      FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "lifetime -7200", OK_200 LOGID, "{" T ",\"expire\":-7200}", 3,
      FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "lifetime 1e12", OK_200 LOGID, "{" T ",\"expire\":1e12}", 3,
      FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "lifetime soon", OK_200 LOGID, "{" T ",\"expire\":\"soon\"}", 3,
      FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "no lifetime, the token told in words", OK_200 LOGID, "{\"msg\":\"got "
      RIG_TOKEN "\"," T "}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0,
      true },
    { "a code, the token told in words", OK_200 LOGID, "{\"msg\":\"got "
      RIG_TOKEN "\"," T ",\"code\":7}", 3, FIMG_WHY_REFUSED, 200, 7, "", 1, 0,
      0, true },
    { "a negative code", OK_200 LOGID, "{\"code\":-1,\"expire\":7200," T "}",
      3, FIMG_WHY_REFUSED, 200, -1, "", 1, 0, 0, true },
    { "an empty token", OK_200 LOGID, "{\"access_token\":\"\",\"expire\":1}",
      3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "a token with a line end", OK_200 LOGID, "{\"access_token\":\"a\\r\\nX: "
      "y\",\"expire\":1}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "a token with a bare line end", OK_200 LOGID, "{\"access_token\":\"a\r\n"
      "X: y\",\"expire\":1}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0,
      true },
    { "a token with a blank", OK_200 LOGID, "{\"access_token\":\"Bearer a\","
      "\"expire\":1}", 3, FIMG_WHY_TOKEN_REPLY, 200, 0, "", 1, 0, 0, true },
    { "compressed", OK_200 "Content-Encoding: gzip\r\n" LOGID, "\x1f\x8b", 3,
      FIMG_WHY_ENCODING, 200, 0, "", 1, 0, 0, false },
    { "a bad chunk", OK_200 "Transfer-Encoding: chunked\r\n" LOGID "\r\n2\r\n{"
      "}what?", NULL, 3, FIMG_WHY_CHUNK, 200, 0, "", 1, 0, 0, false },
    { "a bad chunk behind the token", OK_200 "Transfer-Encoding: chunked\r\n"
      LOGID "\r\n54\r\n{\"a\":\"bcdefghi\",\"expire\":7200," T "}what?", NULL,
      3, FIMG_WHY_CHUNK, 200, 0, "", 1, 0, 0, false },
    { "two lengths", OK_200 "Content-Length: 1\r\n" LOGID, "{}", 3,
      FIMG_WHY_FRAMING, 0, 0, "", 1, 0, 0, false },
    { "the secret told in words", OK_200 JSON_TYPE LOGID, "{\"code\":10014,"
      "\"msg\":\"<" RIG_SECRET ">" RIG_SECRET "\"}", 3, FIMG_WHY_REFUSED, 200,
      10014, "<" STARS ">" STARS, 1, 0, 0, true },
    { "the secret in escapes", OK_200 JSON_TYPE LOGID, "{\"code\":10014,"
      "\"msg\":\"<" ESCAPED ">\",\"error\":{\"log_id\":\"" ESCAPED "\"}}", 3,
      FIMG_WHY_REFUSED, 200, 10014, "<" STARS ">", 1, 0, 0, true },
    { "the secret cut off in a message", "400 X\r\n" LOGID, "{\"code\":7,"
      "\"msg\":\"0123456789012345678901234567890123456789012345678901234567890"
      "1234567890123456789012345678901234567890123456789012345678901234567890"
      "12345678901234567890" RIG_SECRET "\"}", 3, FIMG_WHY_REFUSED, 400, 7,
      "0123456789012345678901234567890123456789012345678901234567890"
      "1234567890123456789012345678901234567890123456789012345678901234567890"
      "12345678901234567890*********", 1, 0, 0, true },
};
/* clang-format on */

static void check_row(const struct rig *r, const struct row *row)
{
    const struct fimg_report *report = fimg_report(r->f);

    rig_expect(r, row->reason);
    CHECK(report->http_status == row->http_status);
    CHECK(report->code == row->code);
    CHECK(strcmp(report->msg, row->msg) == 0);
    CHECK(report->http_status == 0 || strcmp(report->log_id, "2026") == 0);
    CHECK(report->attempts == row->attempts && r->stored == 0);
    CHECK(rig_took(r) >= row->wait_min && rig_took(r) <= row->wait_max);
    CHECK(talk_count(r, "GET ") == 0);
    CHECK(talk_count(r, "POST ") == row->attempts);
    CHECK((r->port.state == PORT_OPEN) == (row->kept && RIG_KEEPS));
    if (check.failed)
        printf("     code %ld, msg <%s>, log id <%s>, %u attempts\n",
               (long)report->code, report->msg, report->log_id,
               report->attempts);
}

/* The refusal, and then another download, which gets a token. */
static void test_row(const struct row *row, uint32_t wait_ms, size_t piece)
{
    static struct rig r;
    static struct talk talk, good;
    struct fimg_token t;

    talk = good = (struct talk){ .count = 0 };
    for (unsigned i = 0; i < row->attempts; i++) {
        char all[1000];
        int n = snprintf(all, sizeof all, "HTTP/1.1 %s%s", row->head,
                         strstr(row->head, "\r\n\r\n") ? "" : "\r\n");

        if (row->body)
            talk_reply(&talk, row->head, row->body);
        else
            talk_raw(&talk, all, (size_t)n);
        talk.steps[talk.count - 1].piece = piece;
    }
    talk_token(row->kept && RIG_KEEPS ? &talk : &good, RIG_TOKEN, "7200");
    talk_image(row->kept && RIG_KEEPS ? &talk : &good);
    talk_open(&r, &t, 600, &talk);
    if (!row->kept || !RIG_KEEPS)
        r.port.peer.script[1] = good.steps;
    r.request.wait_ms = wait_ms;
    r.request.retry_max = row->retry_max;
    (void)rig_download(&r);
    check_row(&r, row);
    CHECK(talk_clean(&t));
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 5 && talk_keeps(&t, RIG_TOKEN));
    CHECK(talk_count(&r, "GET ") == 1);
    talk_close(&r, &t);
}

/* Nor is anything left of it where the object ends with the refusal. */
static void test_left(const struct row *row)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;

    talk = (struct talk){ .count = 0 };
    if (row->body)
        talk_reply(&talk, row->head, row->body);
    else
        talk_raw(&talk, row->head, strlen(row->head));
    talk_do(&talk, PEER_NOTIFY, 0);
    talk_do(&talk, PEER_FIN, 0);
    talk_open(&r, &t, 600, &talk);
    (void)rig_download(&r);
    CHECK(r.result < 0 && talk_clean(&t));
    talk_close(&r, &t); /* which looks for it */
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("no token: %s", rows[i].name);
        test_row(&rows[i], FIMG_WAIT, 0);
        test_row(&rows[i], 0, 1);
        test_row(&rows[i], 300, 100);
        test_left(&rows[i]);
    }
    return check_exit("session/token_refused");
}
