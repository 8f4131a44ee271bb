/*
 * pair.c: two rigs with one token and one clock.
 */
#include "pair.h"

#include "rig_report.h"

#include <stdlib.h>

#define TURNS_MAX 100000 /* no pair of downloads takes as many */

static struct rig rigs[2];

void pair_open(struct pair *p, const struct talk *first,
               const struct talk *second)
{
    p->r[0] = &rigs[0];
    p->r[1] = &rigs[1];
    talk_open(p->r[1], p->token, 512, second);
    fimg_token_drop(p->token);
    free(p->token->memory);
    talk_open(p->r[0], p->token, 512, first);
    p->r[0]->request.wait_ms = 0;
    p->r[1]->request.wait_ms = 0;
}

void pair_close(struct pair *p)
{
    fimg_close(p->r[1]->f);
    CHECK(p->token->fetcher != p->r[1]->f);
    rig_close(p->r[1]);
    talk_close(p->r[0], p->token);
}

/* The one clock. */
static void agree(struct pair *p, uint32_t now)
{
    p->r[0]->port.now = now;
    p->r[1]->port.now = now;
}

void pair_start(struct pair *p)
{
    CHECK(rig_start(p->r[0]) == FIMG_OK);
    CHECK(rig_start(p->r[1]) == FIMG_OK);
}

static bool is_over(const struct rig *r)
{
    return r->result != FIMG_PENDING && r->result <= 0;
}

void pair_turn(struct pair *p, unsigned which)
{
    if (is_over(p->r[which]))
        return;
    (void)rig_read(p->r[which]);
    agree(p, p->r[which]->port.now);
    if (is_over(p->r[which]))
        rig_end(p->r[which]);
}

void pair_pass(struct pair *p, unsigned which)
{
    if (p->r[which]->result != FIMG_PENDING)
        return;
    rig_idle(p->r[which]);
    agree(p, p->r[which]->port.now);
}

void pair_finish(struct pair *p, unsigned which)
{
    unsigned turns = 0;

    while (!is_over(p->r[which]) && turns++ < TURNS_MAX) {
        pair_turn(p, which);
        pair_pass(p, which);
    }
    CHECK(turns < TURNS_MAX);
}

/* How long one may be left alone. */
static uint32_t patience(const struct rig *r)
{
    uint32_t next = fimg_next_ms(r->f), event;

    if (is_over(r) || r->result > 0)
        return is_over(r) ? UINT32_MAX : 0;
    event = port_event((struct scripted_port *)(uintptr_t)&r->port,
                       fimg_wants(r->f));
    return event < next ? event : next;
}

void pair_until(struct pair *p, unsigned which)
{
    unsigned turns = 0;

    while (!is_over(p->r[which]) && turns++ < TURNS_MAX) {
        uint32_t a, b;

        pair_turn(p, 0);
        pair_turn(p, 1);
        a = patience(p->r[0]);
        b = patience(p->r[1]);
        if (!is_over(p->r[which]))
            agree(p, p->r[0]->port.now + (a < b ? a : b));
    }
    CHECK(turns < TURNS_MAX);
}

void pair_run(struct pair *p)
{
    pair_until(p, 0);
    pair_until(p, 1);
}

void pair_expect(const struct pair *p, enum fimg_reason first,
                 enum fimg_reason second)
{
    rig_expect(p->r[0], first);
    rig_expect(p->r[1], second);
    CHECK(p->token->fetcher == NULL);
}
