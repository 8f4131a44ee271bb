/*
 * fuzz_session.c: whole downloads over TLS, from a server that says what the
 * input says, record by record; script.h tells how.
 *
 * The same must come out in one go, byte by byte, and at random cuts.
 */
#include "drive.h"
#include "oracle.h"

static struct script script;
static struct drive drives[FUZZ_CUTS];

/* Is this reply an image, whole and proven? Then also its bytes. */
static bool is_image(const struct script_reply *r, bool resumed,
                     struct oracle_body *body)
{
    const uint8_t *at = script.plain + r->begin;
    struct oracle_head h = oracle_head(at, r->len, false);
    bool close = h.framing == ORACLE_CLOSE;

    *body = oracle_body(h.framing, h.length, at + h.len, r->len - h.len);
    return h.len > 0 && !h.json && !h.encoded && body->data_len > 0 &&
           (h.status == 200 ||
            (resumed && h.status == 206 && h.ranged && h.first == 5 &&
             h.last == h.total - 1 && body->data_len == h.total - h.first)) &&
           (close ? r->notified : body->whole);
}

/* It has succeeded: does what the server said last prove that it may? */
static void check_proof(const struct drive *d)
{
    const struct tls_peer *p = &d->port.peer;
    const struct script_reply *r =
        script_reply(&script, d->port.connects, p->answered);
    struct oracle_body body;

    HOLDS(r != NULL && memcmp(p->request, "GET ", 4) == 0);
    HOLDS(is_image(r, d->request.resume != NULL, &body));
    HOLDS(body.data_len == d->body_len);
    HOLDS(memcmp(body.data, d->body, d->body_len) == 0);
    HOLDS(d->request.max_size == 0 || d->body_len <= d->request.max_size);
    free(body.data);
}

/* Where nothing else is in play, a good image must get through. */
static void check_plain(const struct drive *d)
{
    const struct script_reply *r = script_reply(&script, 1, 1);
    struct oracle_body body;
    bool good;

    if (strpbrk(script.options, "torplx123456789") != NULL || r == NULL ||
        r->disturbed)
        return;
    good = is_image(r, false, &body);
    HOLDS(good == (d->result == FIMG_OK) || body.overhead > 8000 ||
          script.plain_len > 60000);
    free(body.data);
}

/* Does a proxy say more than it may? Whether that is noticed by then, or left
   to TLS to refuse, depends on when it comes. */
static bool has_surplus(void)
{
    for (size_t i = 0; i < script.connections; i++) {
        struct source a = script.answers[i];
        struct oracle_head h = oracle_head(a.at, a.len, true);

        if (h.len > 0 && h.len < a.len)
            return true;
    }
    return false;
}

static bool says(const char *secret)
{
    return fuzz_has(script.text, script.text_len, secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    bool echoed;

    script_parse(&script, in, len);
    echoed = says(DRIVE_TOKEN) || says(DRIVE_SECRET) || says(DRIVE_BASIC);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        struct drive *d = &drives[way];

        drive_open(d, &script, way);
        drive_run(d);
        if (d->result == FIMG_OK)
            check_proof(d);
        if (has_surplus())
            d->port.violation = NULL; /* it was not read when TLS began */
        else
            drive_compare(d, &drives[0]);
    }
    check_plain(&drives[0]);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        drive_close(&drives[way], echoed);
    script_end(&script);
    return 0;
}
