/*
 * test_refusal.c: error replies, as Feishu sends them and as anybody might,
 * and what the report makes of them. Rows H and L of the table of wire
 * behaviour.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define STATUS(line) "HTTP/1.1 " line "\r\n"
#define JSON "Content-Type: application/json; charset=utf-8\r\n"
#define SIX "x x x x x x "
#define SIXTY SIX SIX SIX SIX SIX
#define WIDE "\xe5\x9b\xbe\xe7\x89\x87\xe5\x9b\xbe\xe7\x89\x87" /* 12 bytes */
#define WIDE60 WIDE WIDE WIDE WIDE WIDE
#define TOKEN_ESCAPED "\\u0074-g1044ghJRUIJJ5ABCDEFGHIJKLMNOPQRSTUVWXY\\u005a"
#define STARS "******************************************"

static const struct {
    const char *name;
    const char *head; /* the length is added */
    const char *body;
    enum fimg_reason reason;
    int http_status;
    int32_t code;
    const char *msg;
    const char *log_id;
    const char *location;
} rows[] = {
    { "row 101: 400 as Feishu has it",
      STATUS("400 Bad Request") JSON "X-Tt-Logid: 20260615ABC\r\n",
      "{\"code\":234001,\"msg\":\"Invalid request param.\",\"data\":{}}",
      FIMG_WHY_REFUSED, 400, 234001, "Invalid request param.", "20260615ABC",
      "" },
    { "row 101: 401", STATUS("401 Unauthorized") JSON,
      "{\"code\":99991663,\"msg\":\"token \\\"invalid\\\"\",\"error\":"
      "{\"log_id\":\"20260615DEF\"}}",
      FIMG_WHY_REFUSED, 401, 99991663, "token \"invalid\"", "20260615DEF", "" },
    { "the field's log id counts more",
      STATUS("401 Unauthorized") "X-Tt-Logid: field\r\n",
      "{\"code\":5,\"error\":{\"log_id\":\"member\"}}", FIMG_WHY_REFUSED, 401,
      5, "", "field", "" },
    { "row 101: 403", STATUS("403 Forbidden"), "{\"code\":99991672}",
      FIMG_WHY_REFUSED, 403, 99991672, "", "", "" },
    { "row 101: 404 in plain text",
      STATUS("404 Not Found") "Content-Type: text/plain\r\n",
      "404 page not found", FIMG_WHY_REFUSED, 404, 0, "", "", "" },
    { "row 101: 429",
      STATUS("429 Too Many") JSON "Request-Id: a\r\n"
                                  "X-Request-Id: b\r\n",
      "{\"code\":99991400,\"msg\":\"slow\"}", FIMG_WHY_REFUSED, 429, 99991400,
      "slow", "b", "" },
    { "row 101: 500", STATUS("500 Oops"), "{\"msg\":\"no code\"}",
      FIMG_WHY_REFUSED, 500, 0, "no code", "", "" },
    { "row 102: a code in a 200", STATUS("200 OK") JSON,
      "{\"code\":99991663,\"msg\":\"expired\"}", FIMG_WHY_REFUSED, 200,
      99991663, "expired", "", "" },
    { "row 102: text/json", STATUS("200 OK") "Content-Type:text/JSON\r\n",
      "{\"code\":5}", FIMG_WHY_REFUSED, 200, 5, "", "", "" },
    { "row 102: JSON without a code", STATUS("200 OK") JSON, "{\"msg\":\"hm\"}",
      FIMG_WHY_JSON, 200, 0, "hm", "", "" },
    { "row 102: code 0", STATUS("200 OK") JSON,
      "{\"code\":0,\"msg\":\"ok\",\"data\":{}}", FIMG_WHY_JSON, 200, 0, "ok",
      "", "" },
    { "row 102: gzip JSON", STATUS("200 OK") JSON "Content-Encoding: gzip\r\n",
      "\x1f\x8b\x08", FIMG_WHY_ENCODING, 200, 0, "", "", "" },
    { "row 103: HTML", STATUS("502 Bad Gateway") "Content-Type: text/html\r\n",
      "<html><body>{\"code\":1}</body></html>", FIMG_WHY_REFUSED, 502, 0, "",
      "", "" },
    { "row 103: empty", STATUS("503 Busy"), "", FIMG_WHY_REFUSED, 503, 0, "",
      "", "" },
    { "row 103: half an object", STATUS("400 X") JSON,
      "{\"code\":234001,\"msg\":\"Inv", FIMG_WHY_REFUSED, 400, 234001, "", "",
      "" },
    { "row 103: code as a string", STATUS("400 X") JSON,
      "{\"code\":\"234001\"}", FIMG_WHY_REFUSED, 400, 234001, "", "", "" },
    { "row 103: code with a fraction", STATUS("400 X") JSON,
      "{\"code\":1.5,\"msg\":\"a\"}", FIMG_WHY_REFUSED, 400, 0, "a", "", "" },
    { "row 103: negative code", STATUS("400 X") JSON,
      "{\"code\":-1,\"msg\":\"a\"}", FIMG_WHY_REFUSED, 400, -1, "a", "", "" },
    { "row 103: negative code in a 200", STATUS("200 OK") JSON,
      "{\"code\":-1}", FIMG_WHY_REFUSED, 200, -1, "", "", "" },
    { "row 103: huge code", STATUS("400 X") JSON,
      "{\"code\":99999999999999999999,\"msg\":\"a\"}", FIMG_WHY_REFUSED, 400, 0,
      "a", "", "" },
    { "row 103: a decoy inside", STATUS("400 X") JSON,
      "{\"data\":{\"code\":7,\"msg\":\"no\"},\"code\":8,\"msg\":\"yes\"}",
      FIMG_WHY_REFUSED, 400, 8, "yes", "", "" },
    { "row 103: bad UTF-8, controls, half a pair", STATUS("400 X") JSON,
      "{\"code\":8,\"msg\":\"a\xff|\\u001b|\\ud83d|\"}", FIMG_WHY_REFUSED, 400,
      8, "a?|?|?|", "", "" },
    { "row 103: not an object", STATUS("400 X") JSON,
      "[{\"code\":8,\"msg\":\"a\"}]", FIMG_WHY_REFUSED, 400, 0, "", "", "" },
    { "msg of 160 bytes and more", STATUS("400 X") JSON,
      "{\"code\":8,\"msg\":\"" SIXTY SIXTY SIXTY "\"}", FIMG_WHY_REFUSED, 400,
      8, SIXTY SIXTY SIX SIX SIX "x x ", "", "" },
    { "msg cut between characters", STATUS("400 X") JSON,
      "{\"code\":8,\"msg\":\"ab" WIDE60 WIDE60 WIDE60 "\"}", FIMG_WHY_REFUSED,
      400, 8, "ab" WIDE60 WIDE60 WIDE WIDE WIDE, "", "" },
    { "row 112, 113: the token in msg and log id",
      STATUS("400 X") "X-Tt-Logid: a" RIG_TOKEN "b\r\n",
      "{\"code\":8,\"msg\":\"<" RIG_TOKEN RIG_TOKEN ">\"}", FIMG_WHY_REFUSED,
      400, 8, "<" STARS STARS ">", "a" STARS "b", "" },
    { "row 112, 113: the token with escapes, in the JSON's log id",
      STATUS("400 X"),
      "{\"code\":8,\"msg\":\"" TOKEN_ESCAPED "\",\"error\":"
      "{\"log_id\":\"" TOKEN_ESCAPED "\"}}",
      FIMG_WHY_REFUSED, 400, 8, STARS, STARS, "" },
    { "row 112, 113: the token cut off in a log id",
      STATUS("400 X") "X-Tt-Logid: " SIX SIX SIX RIG_TOKEN "\r\n", "{}",
      FIMG_WHY_REFUSED, 400, 0, "", SIX SIX SIX "***************************",
      "" },

    { "row 75: 301", STATUS("301 Moved") "Location: https://evil.example/x\r\n",
      "{\"code\":8,\"msg\":\"a\"}", FIMG_WHY_HTTP_STATUS, 301, 0, "", "",
      "https://evil.example/x" },
    { "row 75: 302", STATUS("302 Found") "Location: /login?a=b#c\r\n", "",
      FIMG_WHY_HTTP_STATUS, 302, 0, "", "", "/login?a=b#c" },
    { "row 75: 303 without a Location", STATUS("303 See"), "",
      FIMG_WHY_HTTP_STATUS, 303, 0, "", "", "" },
    { "row 75: 307, bad UTF-8 and a C1 control",
      STATUS("307 X") "Location: https://\xff\xc2\x9b\xe5\x9b\xbe/\r\n", "",
      FIMG_WHY_HTTP_STATUS, 307, 0, "", "", "https://???\xe5\x9b\xbe/" },
    { "row 75, 112: 308 that echoes the token",
      STATUS("308 X") "Location: https://evil/?t=" RIG_TOKEN "&u\r\n", "",
      FIMG_WHY_HTTP_STATUS, 308, 0, "", "", "https://evil/?t=" STARS "&u" },
    { "row 75, 112: the token cut off by the end of the room",
      STATUS("302 X") "Location: https://" SIXTY SIX SIX SIX
                      "abcd" RIG_TOKEN RIG_TOKEN "\r\n",
      "", FIMG_WHY_HTTP_STATUS, 302, 0, "", "",
      "https://" SIXTY SIX SIX SIX "abcd********************" },
    { "201 with an image", STATUS("201 Created"), "\xff\xd8\xff",
      FIMG_WHY_HTTP_STATUS, 201, 0, "", "", "" },
    { "201 with a code", STATUS("201 Created") JSON, "{\"code\":5}",
      FIMG_WHY_HTTP_STATUS, 201, 0, "", "", "" },
};

static void check_row(const struct rig *r, size_t i)
{
    const struct fimg_report *report = fimg_report(r->f);

    rig_expect(r, rows[i].reason);
    CHECK(r->stored == 0);
    CHECK(report->http_status == rows[i].http_status);
    CHECK(report->code == rows[i].code);
    CHECK(strcmp(report->msg, rows[i].msg) == 0);
    CHECK(strcmp(report->log_id, rows[i].log_id) == 0);
    CHECK(strcmp(report->location, rows[i].location) == 0);
    if (check.failed)
        printf("     code %ld, msg <%s>, log id <%s>, location <%s>\n",
               (long)report->code, report->msg, report->log_id,
               report->location);
}

/* How the reply ends, and how it comes. */
static void run_row(size_t i, unsigned way)
{
    static const size_t pieces[] = { 0, 1, 7, 100 };
    static struct rig r;
    char head[1000];
    size_t len = strlen(rows[i].body);
    struct peer_step script[] = {
        DO(PEER_REQUEST),
        { PEER_SEND, head, 0, pieces[way % 4] },
        { PEER_SEND, rows[i].body, len, pieces[way % 4] },
        DO(PEER_REST),
        DO(PEER_REST),
        DO(PEER_REST),
    };

    if (way % 3 == 0)
        (void)snprintf(head, sizeof head, "%sContent-Length: %lu\r\n\r\n",
                       rows[i].head, (unsigned long)len);
    if (way % 3 == 1)
        (void)snprintf(head, sizeof head,
                       "%sTransfer-Encoding: chunked\r\n\r\n%s%lx\r\n",
                       rows[i].head, len ? "" : "0;", (unsigned long)len);
    if (way % 3 == 1)
        script[3] =
            (struct peer_step){ PEER_SEND, "\r\n0\r\n\r\n", len ? 7 : 2, 0 };
    if (way % 3 == 2)
        (void)snprintf(head, sizeof head, "%s\r\n", rows[i].head);
    if (way % 3 == 2)
        script[3].what = PEER_NOTIFY;
    if (way % 3 == 2)
        script[4].what = PEER_FIN;
    script[1].len = strlen(head);
    rig_open(&r, script);
    r.request.wait_ms = way % 2 ? 0 : FIMG_WAIT;
    r.port.window_in = way < 4 ? 1 : 0;
    r.cap = way % 5 + 1;
    (void)rig_download(&r);
    check_row(&r, i);
    rig_close(&r);
}

/* A refusal stays one, whatever becomes of its body. */
static void test_broken_bodies(void)
{
    static const struct peer_step ends[][3] = {
        { DO(PEER_FIN), DO(PEER_REST), DO(PEER_REST) },
        { DO(PEER_RST), DO(PEER_REST), DO(PEER_REST) },
        { DO(PEER_NOTIFY), DO(PEER_FIN), DO(PEER_REST) },
    };
    static const char *const heads[] = {
        STATUS("404 X") "Content-Length: 100\r\n\r\n",
        STATUS("404 X") "Transfer-Encoding: chunked\r\n\r\nff\r\n",
        STATUS("404 X") "\r\n",
        STATUS("404 X") "Transfer-Encoding: chunked\r\n\r\nb\r\n"
                        "{\"code\":77}what?\r\n",
    };
    static const char body[] = "{\"code\":77}";
    static struct rig r;

    for (size_t i = 0; i < COUNT(ends) * COUNT(heads); i++) {
        const char *head = heads[i / COUNT(ends)];
        const struct peer_step *end = ends[i % COUNT(ends)];
        struct peer_step script[] = {
            DO(PEER_REQUEST),
            { PEER_SEND, head, strlen(head), 0 },
            { PEER_SEND, body, sizeof body - 1, 0 },
            end[0],
            end[1],
            end[2],
        };

        check_case("row 103: a refusal cut short, way %u", (unsigned)i);
        rig_open(&r, script);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(fimg_report(r.f)->http_status == 404);
        CHECK(fimg_report(r.f)->code == 77);
        CHECK(r.port.state == PORT_IDLE);
        rig_close(&r);
    }
}

/* Bodies above what is kept of them, and above what is read. */
static void test_large_bodies(void)
{
    static const struct {
        const char *name;
        size_t len;
        bool whole; /* what is announced is that long, too */
        bool kept;
    } cases[] = {
        { "row 101: a body above what is kept", 5000, true, true },
        { "row 101: a body of 64 KB", 65536, true, true },
        { "row 101: a body above 64 KB", 65537, true, false },
        { "row 101: a body of 100 MB", 200000, false, false },
    };
    static char body[200000];
    static struct rig r;
    char head[100];

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct peer_step script[] = {
            DO(PEER_REQUEST),
            { PEER_SEND, head, 0, 0 },
            { PEER_SEND, body, cases[i].len, 1000 },
            DO(PEER_REST),
        };

        check_case("%s", cases[i].name);
        memset(body, ' ', sizeof body);
        memcpy(body, "{\"code\":5}", 10);
        (void)snprintf(
            head, sizeof head, STATUS("400 X") "Content-Length: %lu\r\n\r\n",
            cases[i].whole ? (unsigned long)cases[i].len : 100000000ul);
        script[1].len = strlen(head);
        rig_open(&r, script);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(fimg_report(r.f)->code == 5);
        CHECK((r.port.state == PORT_OPEN) == (cases[i].kept && RIG_KEEPS));
        CHECK(fimg_report(r.f)->wire_in < 75000);
        rig_close(&r);
    }
}

/* JSON that is too much for any table of tokens. */
static void test_monsters(void)
{
    static const char *const names[] = {
        "row 103: 2000 levels",
        "row 103: thousands of members",
        "row 103: a text that never ends",
        "row 103: the token again and again",
        "row 103: NUL bytes",
    };
    static char body[30000];
    struct peer_step script[] = {
        DO(PEER_REQUEST),
        TEXT(STATUS("400 X") JSON "Content-Length: 30000\r\n\r\n"),
        { PEER_SEND, body, sizeof body, 0 },
        DO(PEER_REST),
    };
    static const char *const units[] = { "{\"a\":[", "\"a\":1,", "x", RIG_TOKEN,
                                         "" };
    static struct rig r;

    for (size_t i = 0; i < COUNT(names); i++) {
        size_t len = 11;

        check_case("%s", names[i]);
        memset(body, 0, sizeof body);
        memcpy(body, "{\"code\":19,", 11);
        if (i == 2 || i == 3)
            len += (size_t)snprintf(body + len, 8, "\"msg\":\"");
        for (; units[i][0] && len + 60 < sizeof body; len += strlen(units[i]))
            strcpy(body + len, units[i]);
        rig_open(&r, script);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_REFUSED);
        CHECK(fimg_report(r.f)->http_status == 400);
        rig_close(&r);
    }
}

/* JSON in a 200 that cannot even be read to its end. */
static void test_broken_json(void)
{
    static char body[70000];
    struct peer_step bad_chunk[] = {
        DO(PEER_REQUEST),
        TEXT(STATUS("200 OK") JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n"
                                   "{}what?"),
        DO(PEER_REST),
    };
    struct peer_step large[] = {
        DO(PEER_REQUEST),
        TEXT(STATUS("200 OK") JSON "Content-Length: 70000\r\n\r\n"),
        { PEER_SEND, body, sizeof body, 0 },
        DO(PEER_REST),
    };
    static struct rig r;

    check_case("row 103: JSON in a 200 with a bad chunk");
    rig_open(&r, bad_chunk);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_CHUNK);
    rig_close(&r);

    check_case("row 103: JSON in a 200 above 64 KB");
    memset(body, ' ', sizeof body);
    rig_open(&r, large);
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_TOO_LARGE);
    rig_close(&r);
}

static void test_advice(void)
{
    static const struct {
        int32_t code;
        const char *word;
    } cases[] = {
        { 234001, "messages/:message_id/resources/:file_key" },
        { 234008, "messages/:message_id/resources/:file_key" },
        { 234007, "bot" },
        { 234041, "administrator" },
        { 234042, "administrator" },
    };
    static struct rig r;
    char reply[200], body[50];

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct peer_step script[] = { DO(PEER_REQUEST),
                                      { PEER_SEND, reply, 0, 0 },
                                      DO(PEER_REST) };

        check_case("advice for code %ld", (long)cases[i].code);
        (void)snprintf(body, sizeof body, "{\"code\":%ld,\"msg\":\"x\"}",
                       (long)cases[i].code);
        (void)snprintf(reply, sizeof reply,
                       STATUS("400 X") "Content-Length: %lu\r\n\r\n%s",
                       (unsigned long)strlen(body), body);
        script[1].len = strlen(reply);
        rig_open(&r, script);
        (void)rig_download(&r);
        CHECK(strstr(fimg_report(r.f)->advice, cases[i].word) != NULL);
        rig_close(&r);
    }
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("%s", rows[i].name);
        for (unsigned way = 0; way < 12; way++)
            run_row(i, way);
    }
    test_broken_bodies();
    test_large_bodies();
    test_monsters();
    test_broken_json();
    test_advice();
    return check_exit("session/refusal");
}
