/*
 * test_token_cuts.c: the connection cut after every byte while a token is
 * fetched and used: there is the right token then, or none, and nobody holds
 * it back from others.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "talk.h"

#define HEAD "HTTP/1.1 200 OK\r\n"
#define BODY                                                                   \
    "{\"code\":0,\"expire\":7200,\"tenant_access_token\":\"" RIG_TOKEN "\"}"

/* All that there is at a moment, the token's memory included. */
struct moment {
    struct rig_snapshot rig;
    struct fimg_token token;
    char memory[512];
};

static void save(struct moment *m, const struct rig *r,
                 const struct fimg_token *t)
{
    rig_save(r, &m->rig);
    m->token = *t;
    memcpy(m->memory, t->memory, t->cap);
}

static void restore(const struct moment *m, struct rig *r, struct fimg_token *t)
{
    rig_restore(r, &m->rig);
    *t = m->token;
    memcpy(t->memory, m->memory, t->cap);
}

/* Go on until the cut is reached, or the end. */
static bool reach(struct rig *r, uint64_t cut)
{
    unsigned spins = 0;

    while ((r->port.taken < cut || r->result > 0) && spins++ < 1000) {
        (void)rig_read(r);
        if (r->result == FIMG_PENDING && r->port.taken < cut)
            rig_idle(r);
        if (r->result == FIMG_OK || r->result < FIMG_PENDING)
            return false;
    }
    CHECK(r->port.taken == cut);
    return true;
}

/* The connection ends here; an image that was asked for in vain is asked for
   again on another. */
static void cut_here(struct rig *r, struct fimg_token *t, enum port_fault how)
{
    bool has_token = t->len > 0;
    bool answered = has_token && fimg_report(r->f)->http_status != 0 &&
                    fimg_report(r->f)->stage == FIMG_STAGE_BODY;
    uint32_t quiet = r->port.now;

    r->port.cut = how;
    (void)rig_run(r, UINT64_MAX);
    if (how == FAULT_AGAIN) {
        CHECK(r->result == FIMG_ERR_TIMEOUT);
        CHECK(r->port.now - quiet <= 15000 && r->port.connects <= 1);
    } else if (has_token && !answered) {
        rig_expect(r, FIMG_WHY_NONE);
        CHECK(r->stored == 5 && r->port.connects == 2);
    } else {
        rig_expect(r, FIMG_WHY_LOST);
        CHECK(r->port.connects == 1);
    }
    CHECK(!r->wrong && (has_token ? talk_keeps(t, RIG_TOKEN) : talk_clean(t)));
    fimg_close(r->f);
    CHECK(r->port.state == PORT_IDLE && r->port.violation == NULL);
}

static void test_bytes(enum port_fault how)
{
    static struct rig r;
    static struct talk talk, image;
    struct fimg_token t;
    struct moment here;
    uint64_t cut = 0;

    check_case("token: %s after every byte", how == FAULT_CLOSED   ? "FIN"
                                             : how == FAULT_FAILED ? "RST"
                                                                   : "silence");
    talk = image = (struct talk){ .count = 0 };
    talk_reply(&talk, OK_200, BODY);
    talk_image(&talk);
    talk_image(&image);
    talk_open(&r, &t, sizeof here.memory, &talk);
    r.port.peer.script[1] = image.steps;
    r.request.wait_ms = 0;
    r.port.cut = FAULT_AGAIN;
    r.port.cut_connection = 1;
    CHECK(rig_start(&r) == FIMG_OK);
    while (r.port.cut_after = ++cut, reach(&r, cut)) {
        save(&here, &r, &t);
        cut_here(&r, &t, how);
        restore(&here, &r, &t);
        rig_forget(&here.rig);
        if (check.failed) {
            printf("     at byte %lu\n", (unsigned long)cut);
            break;
        }
        if (r.port.peer.requests == 0)
            cut += 50; /* the handshake is known to be safe */
    }
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(r.stored == 5 && cut > 1000);
    talk_close(&r, &t);
}

/* close_notify, FIN or silence after every byte of plaintext. */
static void test_plaintext(const char *name, const char *head, size_t tail,
                           enum peer_do end)
{
    static struct rig r;
    static struct talk image;
    static char wire[400];
    struct fimg_token t;
    struct moment here;
    struct peer_step asked[2] = { DO(PEER_REQUEST), DO(PEER_REST) };
    struct talk talk = { .count = 0 };
    size_t len = (size_t)snprintf(wire, sizeof wire, "%s%s", head,
                                  tail == 7 ? BODY "\r\n0\r\n\r\n" : BODY);

    check_case("token: %s after every byte of plaintext, %s",
               end == PEER_NOTIFY ? "close_notify"
               : end == PEER_FIN  ? "FIN"
                                  : "silence",
               name);
    image = (struct talk){ .count = 0 };
    talk_image(&image);
    memcpy(talk.steps, asked, sizeof asked);
    talk_open(&r, &t, sizeof here.memory, &talk);
    r.port.peer.script[1] = image.steps;
    r.request.wait_ms = 0;
    CHECK(rig_start(&r) == FIMG_OK);
    while (r.port.peer.requests == 0 && r.reads < 1000)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    save(&here, &r, &t);
    for (size_t n = 0; n <= len && !check.failed; n++) {
        const struct peer_step script[] = { { PEER_SEND, wire, n, 0 },
                                            { end, NULL, 0, 0 },
                                            DO(PEER_FIN) };
        bool whole = n == len && (tail > 0 || end == PEER_NOTIFY);

        r.port.peer.step = script;
        (void)rig_run(&r, UINT64_MAX);
        if (tail == 0 && end == PEER_NOTIFY && n + 1 >= len)
            whole = true; /* the last brace adds nothing */
        if (whole && end != PEER_REST)
            rig_expect(&r, FIMG_WHY_NONE);
        else
            CHECK(r.result < FIMG_PENDING);
        if (!whole && end == PEER_FIN)
            rig_expect(&r, FIMG_WHY_LOST);
        if (end == PEER_REST)
            rig_expect(&r, FIMG_WHY_IDLE_LIMIT);
        CHECK(whole ? talk_keeps(&t, RIG_TOKEN) : talk_clean(&t));
        CHECK(fimg_report(r.f)->msg[0] == '\0');
        fimg_close(r.f);
        CHECK(r.port.state == PORT_IDLE && r.port.violation == NULL);
        if (check.failed)
            printf("     after %lu of %lu bytes\n", (unsigned long)n,
                   (unsigned long)len);
        restore(&here, &r, &t);
    }
    rig_forget(&here.rig);
    talk_close(&r, &t);
}

/* How many bytes it takes until the token is there. */
static uint64_t bytes_of_token(const struct talk *talk)
{
    static struct rig r;
    struct fimg_token t;
    uint64_t bytes;

    talk_open(&r, &t, 200, talk);
    r.request.wait_ms = 0;
    CHECK(rig_start(&r) == FIMG_OK);
    while (t.len == 0 && r.reads < 1000)
        if (rig_read(&r) == FIMG_PENDING)
            rig_idle(&r);
    bytes = r.port.taken;
    talk_close(&r, &t);
    return bytes;
}

/* A lost connection is tried again where that was asked for. */
static void test_again(void)
{
    static struct rig r;
    static struct talk talk;
    struct fimg_token t;
    uint64_t most;

    talk = (struct talk){ .count = 0 };
    talk_reply(&talk, OK_200, BODY);
    talk_image(&talk);
    most = bytes_of_token(&talk);
    for (uint64_t cut = most - 1; cut > 90; cut -= 90) {
        check_case("token: lost after %lu bytes, tried again",
                   (unsigned long)cut);
        talk_open(&r, &t, 200, &talk);
        r.port.cut = FAULT_CLOSED;
        r.port.cut_connection = 1;
        r.port.cut_after = cut;
        r.request.retry_max = 1;
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_NONE);
        CHECK(talk_keeps(&t, RIG_TOKEN) && r.port.connects == 2);
        CHECK(fimg_report(r.f)->attempts == 2 && rig_took(&r) >= 1000);
        talk_close(&r, &t);
    }
}

int main(int argc, char **argv)
{
    static const enum peer_do ends[] = { PEER_NOTIFY, PEER_FIN, PEER_REST };
    char length[80], chunked[80];

    rig_load(argc, argv, check_that);
    (void)snprintf(length, sizeof length, HEAD "Content-Length: %lu\r\n\r\n",
                   (unsigned long)sizeof BODY - 1);
    (void)snprintf(chunked, sizeof chunked,
                   HEAD "Transfer-Encoding: chunked\r\n\r\n%lx\r\n",
                   (unsigned long)sizeof BODY - 1);
    test_bytes(FAULT_CLOSED);
    test_bytes(FAULT_FAILED);
    test_bytes(FAULT_AGAIN);
    for (size_t i = 0; i < COUNT(ends); i++) {
        test_plaintext("length", length, 1, ends[i]);
        test_plaintext("chunked", chunked, 7, ends[i]);
        test_plaintext("no length", HEAD "\r\n", 0, ends[i]);
    }
    test_again();
    return check_exit("session/token_cuts");
}
