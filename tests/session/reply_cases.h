/*
 * reply_cases.h: run a table of replies, each of them in every way.
 *
 * Each reply is first read on a connection of its own. Then it is read again
 * on a connection that was kept, for every combination of how the caller
 * waits, how much room it gives, how the transport cuts the bytes and how the
 * server cuts them into records. The outcome may not depend on any of that.
 */
#ifndef REPLY_CASES_H
#define REPLY_CASES_H

#include <string.h>

#include "check.h"
#include "rig.h"

#define BYTES(literal) literal, sizeof(literal) - 1

struct reply_case {
    const char *name;
    const char *wire; /* what the server sends, */
    size_t wire_len;
    char then;         /* and then: 'o' nothing, 'n' close_notify and FIN,
                          'f' FIN, 'r' RST; 's': all of it in one record */
    const char *image; /* what the caller gets of it */
    enum fimg_reason reason;
    enum fimg_end end;
    bool kept; /* the connection may serve again */
};

struct reply_combination {
    uint32_t wait_ms;
    size_t cap, window, piece;
};

static inline bool next_combination(struct reply_combination *c, unsigned i)
{
    static const uint32_t waits[] = { FIMG_WAIT, 0, 50 };
    static const size_t caps[] = { 16384, 1, 7 };
    static const size_t windows[] = { 0, 1, 7, 256 };
    static const size_t pieces[] = { 0, 1, 100 };

    c->wait_ms = waits[i % 3];
    c->cap = caps[i / 3 % 3];
    c->piece = pieces[i / 9 % 3];
    c->window = windows[i / 27 % 4];
    return i < 108;
}

static inline void script_reply(struct peer_step steps[5],
                                const struct reply_case *c, size_t piece)
{
    memset(steps, 0, 5 * sizeof steps[0]);
    steps[0].what = PEER_REQUEST;
    steps[1] = (struct peer_step){ PEER_SEND, c->wire, c->wire_len, piece };
    if (c->then == 's')
        steps[1].piece = 0;
    if (c->then == 'n')
        steps[2].what = PEER_NOTIFY;
    if (strchr("nfr", c->then))
        steps[c->then == 'n' ? 3 : 2].what =
            c->then == 'r' ? PEER_RST : PEER_FIN;
}

static inline void read_reply(struct rig *r, const struct reply_case *c,
                              const struct reply_combination *how)
{
    const struct fimg_report *report = fimg_report(r->f);

    r->cap = how->cap;
    r->port.window_in = how->window;
    r->port.gap_ms = how->window ? 1 : 0;
    r->request.wait_ms = how->wait_ms;
    r->expect = c->image;
    r->expect_len = strlen(c->image);
    (void)rig_download(r);
    rig_expect(r, c->reason);
    CHECK(r->stored == strlen(c->image));
    CHECK(report->end == c->end);
    if (report->end == FIMG_END_LENGTH && report->status == FIMG_OK)
        CHECK(report->length == strlen(c->image));
    if (report->end > FIMG_END_LENGTH)
        CHECK(report->length == FIMG_LENGTH_UNKNOWN);
    CHECK((r->port.state == PORT_OPEN) == (c->kept && RIG_KEEPS));
    if (check.failed)
        printf("     wait %lu cap %lu piece %lu window %lu\n",
               (unsigned long)how->wait_ms, (unsigned long)how->cap,
               (unsigned long)how->piece, (unsigned long)how->window);
}

/* On a connection of its own. */
static inline void reply_alone(const struct reply_case *c,
                               const struct reply_combination *how)
{
    static struct rig r;
    struct peer_step steps[5];

    script_reply(steps, c, how->piece);
    rig_open(&r, steps);
    read_reply(&r, c, how);
    CHECK(fimg_report(r.f)->attempts == 1);
    CHECK(r.port.connects == 1);
    rig_close(&r);
}

/* The case's reply is what the connection kept in `kept` sends next. */
static inline void reply_kept(const struct rig_snapshot *kept, struct rig *r,
                              const struct reply_case *c,
                              const struct reply_combination *how)
{
    struct peer_step steps[5];

    rig_restore(r, kept);
    script_reply(steps, c, how->piece);
    r->port.peer.step = steps;
    read_reply(r, c, how);
    CHECK(fimg_report(r->f)->reused);
    CHECK(r->port.connects == 1);
    fimg_close(r->f);
    CHECK(r->port.state == PORT_IDLE);
}

static inline void run_reply_cases(const struct reply_case *cases, size_t count)
{
    static const struct peer_step first[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"),
        DO(PEER_REST),
    };
    static struct rig r;
    struct rig_snapshot kept;
    struct reply_combination how;

    rig_open(&r, first);
    r.expect = "first";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_save(&r, &kept);
    for (size_t i = 0; i < count; i++) {
        check_case("%s", cases[i].name);
        (void)next_combination(&how, (unsigned)(i * 7 % 108));
        reply_alone(&cases[i], &how);
        for (unsigned n = 0;
             RIG_KEEPS && next_combination(&how, n) && !check.failed; n++)
            reply_kept(&kept, &r, &cases[i], &how);
    }
    rig_restore(&r, &kept);
    rig_forget(&kept);
    rig_close(&r);
}

#endif
