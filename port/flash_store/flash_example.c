/*
 * flash_example.c: a main loop that downloads an image into a flash while
 * everything else goes on.
 *
 * The request's wait_ms is 0, so fimg_read never waits: a call takes in at
 * most 128 bytes of handshake or one record, and its longest one lasts about
 * as long as one public-key operation (the README has the figures). The store
 * begins at most one flash operation a call. Between any two such steps the
 * other tasks have their turn, and nothing holds them up for longer.
 */
#include "flash_example.h"

#define PIECE 512 /* bytes between fimg_read and store_write */
#define FLASH_POLL_MS 1

/* How far the update has come. */
enum phase { LOADING, COMMITTING, OVER };

struct update {
    enum phase phase;
    uint32_t rest_ms;  /* how long nothing will need to be done */
    uint32_t at, used; /* of the piece: written to the flash, read */
    uint8_t piece[PIECE];
};

static void give_up(struct product *p, struct update *u)
{
    store_abort(p->store);
    u->phase = OVER;
}

static void read_step(struct product *p, struct update *u)
{
    int n = fimg_read(p->f, u->piece, sizeof u->piece);

    p->image_status = n > 0 ? FIMG_PENDING : n;
    if (n > 0) {
        u->at = 0;
        u->used = (uint32_t)n;
    } else if (n == FIMG_PENDING) {
        u->rest_ms = fimg_next_ms(p->f);
    } else if (n == 0) { /* proven complete; before that nothing counts */
        u->phase = COMMITTING;
    } else {
        give_up(p, u);
    }
}

static void store_step(struct product *p, struct update *u)
{
    int n;

    if (u->phase == COMMITTING)
        n = store_commit(p->store);
    else
        n = store_write(p->store, u->piece + u->at, u->used - u->at);
    if (n == STORE_PENDING) {
        u->rest_ms = FLASH_POLL_MS;
        return;
    }
    if (n < 0) {
        p->store_status = n;
        give_up(p, u);
    } else if (u->phase == COMMITTING) {
        u->phase = OVER;
    } else {
        u->at += (uint32_t)n;
    }
}

static void loop(struct product *p, struct update *u)
{
    while (u->phase != OVER) {
        uint32_t ms = p->others(p->ctx);

        if (ms > u->rest_ms)
            ms = u->rest_ms;
        if (ms > 0)
            p->idle(p->ctx, ms);
        u->rest_ms = 0;
        if (u->phase == LOADING && u->at == u->used)
            read_step(p, u);
        else
            store_step(p, u);
    }
}

bool product_update(struct product *p)
{
    struct update u = { 0 };

    p->request.wait_ms = 0;
    p->request.max_size = store_room(p->store);
    p->image_status = FIMG_OK;
    p->store_status = store_begin(p->store);
    if (p->store_status == STORE_OK) {
        (void)fimg_start(p->f, &p->request); /* fimg_read repeats it */
        loop(p, &u);
        fimg_finish(p->f);
    }
    return p->image_status == FIMG_OK && p->store_status == STORE_OK;
}

uint32_t led_turn(struct led *led, uint32_t now)
{
    uint32_t late = now - led->due;

    if (late < UINT32_MAX / 2) { /* it is due, or was */
        led->on = !led->on;
        led->set(led->ctx, led->on);
        led->due += led->period_ms; /* from when it was due: no drift */
        late = now - led->due;
    }
    return late < UINT32_MAX / 2 ? 0 : led->due - now;
}
