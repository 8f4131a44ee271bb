/*
 * rig.c: a client, a scripted port and a server, joined and ready to run.
 */
#include "rig_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fimg_state.h" /* to reserve a struct fimg, and for nothing else */

#define GUARD 32
#define GUARD_BYTE 0xa5
#define READS_MAX 3000000 /* no download of these tests takes as many */
#define SPINS_MAX 64

struct pem_identity rig_ec;
struct pem_roots rig_roots;

void (*rig_check)(bool ok, const char *file, int line, const char *condition);

void rig_load(int argc, char **argv,
              void (*check_that)(bool ok, const char *file, int line,
                                 const char *condition))
{
    rig_check = check_that;
    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER, made by tests/session/pki.sh\n",
                argv[0]);
        exit(EXIT_FAILURE);
    }
    pem_folder(argv[1]);
    pem_load_identity(&rig_ec, "ec");
    pem_load_roots(&rig_roots, "test");
}

/* A copy of `size` bytes, or as many zeros. */
static void *copy(const void *bytes, size_t size)
{
    void *block = calloc(1, size);

    if (block == NULL)
        abort();
    if (bytes)
        memcpy(block, bytes, size);
    return block;
}

/* Where the library has no record buffer of its own, it gets one of exactly
   the size that it asks for. */
static void lend(struct rig *r)
{
#if FIMG_RECORD_LENT
    r->lent = copy(NULL, FIMG_RECORD_CAP);
    r->request.record_buf = r->lent;
    r->request.record_cap = FIMG_RECORD_CAP;
#else
    r->lent = NULL;
#endif
}

/* What was lent is the caller's again: nothing of ours is in it. */
static void take_back(struct rig *r)
{
    if (r->lent == NULL)
        return;
    CHECK(!rig_has_secret(r->lent, FIMG_RECORD_CAP));
    memset(r->lent, GUARD_BYTE, FIMG_RECORD_CAP);
    r->given_back = true;
}

static void check_lent(const struct rig *r)
{
    for (size_t i = 0; r->given_back && i < FIMG_RECORD_CAP; i++)
        CHECK(r->lent[i] == GUARD_BYTE);
}

void rig_open(struct rig *r, const struct peer_step *script)
{
    memset(r, 0, sizeof *r);
    r->f = copy(NULL, sizeof *r->f);
    port_init(&r->port);
    r->port.unix_time = RIG_NOW;
    r->port.peer.identity = &rig_ec;
    r->port.peer.script[0] = script;
    r->anchors = (struct fimg_anchors){ rig_roots.list, rig_roots.count };
    r->trust = (struct fimg_trust){ .anchors = &r->anchors };
    r->request = (struct fimg_request){
        .port = &r->port.api,
        .trust = &r->trust,
        .host = "localhost",
        .image_key = "img_v3_0001_key",
        .token = RIG_TOKEN,
        .wait_ms = FIMG_WAIT,
    };
    lend(r);
}

static int read_text(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    struct rig_bundle *b = ctx;
    size_t n;

    if (cap == 0 || offset > b->text->len)
        b->misused = true;
    if (++b->reads == b->fail_read)
        return b->failure;
    n = b->text->len - offset;
    if (n > cap)
        n = cap;
    if (b->most && n > b->most)
        n = b->most;
    memcpy(dst, b->text->bytes + offset, n);
    return (int)n;
}

void rig_trust_text(struct rig *r, const struct pem_text *text)
{
    r->bundle.text = text;
    r->trust.anchors = NULL;
    r->trust.read = read_text;
    r->trust.ctx = &r->bundle;
}

static void check_port(const struct rig *r)
{
    const char *violation = r->port.violation;

    if (violation)
        printf("     the library: %s\n", violation);
    CHECK(violation == NULL);
}

void rig_close(struct rig *r)
{
    fimg_close(r->f);
    fimg_close(r->f);
    CHECK(r->port.state == PORT_IDLE);
    CHECK(!r->bundle.misused);
    CHECK(!rig_has_secret(r->f, sizeof *r->f));
    check_port(r);
    check_lent(r);
    free(r->lent);
    free(r->f);
    r->f = NULL;
}

int rig_start(struct rig *r)
{
    port_watch(&r->port, &r->request);
#if FIMG_TOKENS
    if (r->request.token == NULL && r->request.token_from)
        r->port.token = r->request.token_from->secret;
#endif
    r->stored = 0;
    r->wrong = false;
    r->reads = 0;
    r->pendings = 0;
    r->idle_spins = 0;
    check_lent(r);
    r->given_back = false;
    r->result = FIMG_PENDING;
    r->began = r->port.now;
    r->received = r->port.received;
    r->sent = r->port.sent;
    r->goodbye = r->port.goodbye;
    return fimg_start(r->f, &r->request);
}

/* Bytes that came: do they stand in the image where the report says? */
static void take(struct rig *r, const uint8_t *bytes, size_t len)
{
    uint64_t begin = fimg_report(r->f)->offset + r->stored;

    for (size_t i = 0; i < len; i++) {
        uint64_t at = begin + i;

        if (r->expect == NULL
                ? bytes[i] != peer_pattern(at)
                : at >= r->expect_len || bytes[i] != (uint8_t)r->expect[at])
            r->wrong = true;
    }
    r->stored += len;
#if FIMG_RESUME
    if (r->request.resume)
        CHECK(r->request.resume->offset == begin + len);
#endif
}

/* Every other call has guards around its room, every other none at all, so
   that a sanitizer sees what goes past it. */
int rig_read(struct rig *r)
{
    size_t cap = r->cap ? r->cap : 16384;
    size_t guard = r->reads++ % 2 ? GUARD : 0;
    uint8_t *block = malloc(cap + 2 * guard), *dst = block + guard;

    if (block == NULL)
        abort();
    memset(block, GUARD_BYTE, cap + 2 * guard);
    r->result = fimg_read(r->f, dst, cap);
    for (size_t i = 0; i < guard; i++)
        CHECK(block[i] == GUARD_BYTE && dst[cap + i] == GUARD_BYTE);
    CHECK(r->result <= 0 || (size_t)r->result <= cap);
    CHECK(r->result <= 16384);
    if (r->result > 0 && (size_t)r->result <= cap)
        take(r, dst, (size_t)r->result);
    for (size_t i = r->result > 0 ? (size_t)r->result : 0; i < cap; i++)
        if (dst[i] != GUARD_BYTE)
            r->wrong = true;
    free(block);
    CHECK(fimg_report(r->f)->delivered == r->stored ||
          fimg_report(r->f)->status == FIMG_ERR_REQUEST);
    return r->result;
}

/* Do what fimg_wants and fimg_next_ms tell a caller to. */
void rig_idle(struct rig *r)
{
    static const enum fimg_wants wanted[] = {
        [CALL_CONNECT] = FIMG_WANTS_WRITE,
        [CALL_SEND] = FIMG_WANTS_WRITE,
        [CALL_RECV] = FIMG_WANTS_READ,
        [CALL_SLEEP] = FIMG_WANTS_NOTHING,
    };
    enum fimg_wants wants = fimg_wants(r->f);
    uint32_t next = fimg_next_ms(r->f), event;
    uint64_t moved = r->port.received + r->port.sent;

    r->pendings++;
    CHECK(fimg_report(r->f)->status == FIMG_PENDING);
    if (next > 0 || moved != r->moved)
        r->idle_spins = 0;
    r->moved = moved;
    if (next == 0) {
        CHECK(r->idle_spins++ < SPINS_MAX);
        return;
    }
    if (r->port.again_call != CALL_NONE)
        CHECK(wants == wanted[r->port.again_call] ||
              fimg_report(r->f)->stage == FIMG_STAGE_RETRY);
    event = port_event(&r->port, wants);
    if (r->request.wait_ms == 0 && r->port.fault_hit == CALL_NONE)
        CHECK(event > 0); /* it gave up although there was something */
    if (event < next)
        next = event;
    CHECK(next != UINT32_MAX);
    r->port.now += next == UINT32_MAX ? 1000 : next;
}

static bool hopeless(const struct rig *r)
{
    return r->reads > READS_MAX || r->idle_spins > SPINS_MAX;
}

int rig_run(struct rig *r, uint64_t stored)
{
    uint32_t wait = r->request.wait_ms;

    while (r->stored < stored && !hopeless(r)) {
        uint32_t before = r->port.now;

        (void)rig_read(r);
        if (wait != FIMG_WAIT)
            CHECK(r->port.now - before <= wait);
        if (r->result > 0) {
            r->idle_spins = 0;
            r->port.now += r->pause_ms;
        } else if (r->result == FIMG_PENDING) {
            CHECK(wait != FIMG_WAIT);
            rig_idle(r);
        } else {
            break;
        }
    }
    CHECK(!hopeless(r));
    check_port(r);
    return r->result;
}

/* The end stays the end, and no further call does anything. */
static void check_sticks(struct rig *r)
{
    unsigned calls = r->port.calls, closes = r->port.closes;
    uint64_t stored = r->stored;
    int result = r->result;

    CHECK(rig_read(r) == result);
    CHECK(fimg_next_ms(r->f) == 0);
    fimg_finish(r->f);
    take_back(r);
    CHECK(r->port.closes - closes <= 1);
    CHECK(rig_read(r) == result);
    CHECK(r->stored == stored);
    CHECK(r->port.calls - calls <= 1); /* a close_notify */
    CHECK(fimg_next_ms(r->f) == 0);
}

void rig_end(struct rig *r)
{
    CHECK(!r->wrong);
    rig_check_report(r);
    if (r->result == FIMG_OK)
        CHECK(r->expect == NULL ||
              fimg_report(r->f)->offset + r->stored == r->expect_len);
    check_sticks(r);
    rig_check_report(r);
}

int rig_download(struct rig *r)
{
    if (rig_start(r) == FIMG_OK)
        (void)rig_run(r, UINT64_MAX);
    else
        r->result = FIMG_ERR_REQUEST;
    rig_end(r);
    return r->result;
}

void rig_save(const struct rig *r, struct rig_snapshot *s)
{
    s->rig = *r;
    s->object = copy(r->f, sizeof *r->f);
    s->lent = r->lent ? copy(r->lent, FIMG_RECORD_CAP) : NULL;
}

void rig_restore(struct rig *r, const struct rig_snapshot *s)
{
    *r = s->rig;
    memcpy(r->f, s->object, sizeof *r->f);
    if (s->lent)
        memcpy(r->lent, s->lent, FIMG_RECORD_CAP);
}

void rig_forget(struct rig_snapshot *s)
{
    free(s->object);
    s->object = NULL;
    free(s->lent);
    s->lent = NULL;
}

uint32_t rig_took(const struct rig *r)
{
    return r->port.now - r->began;
}
