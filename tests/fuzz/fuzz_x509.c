/*
 * fuzz_x509.c: a server's certificate chain, judged.
 *
 * The input is a byte of flags (1 no clock, 2 a wrong pin, 4 the right pin,
 * 8 roots from text, 16 dates do not count, 32 the clock is late), then the
 * certificates: two bytes of length and the DER each.
 */
#define _GNU_SOURCE /* memmem */

#include "fimg_x509.h"

#include "fuzz.h"
#include "identity.h"

static int read_roots(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    const struct pem_text *text = ctx;
    size_t n = text->len - offset < cap ? text->len - offset : cap;

    memcpy(dst, text->bytes + offset, n);
    return (int)n;
}

/* What a chain comes to. */
struct verdict {
    unsigned error;
    enum fimg_reason why;
    bool key;
};

static void feed(const br_x509_class **x, struct source certificate,
                 enum fuzz_cut way)
{
    struct cutter c = cutter_of(way, certificate.at, certificate.len);

    (*x)->start_cert(x, (uint32_t)certificate.len);
    while (certificate.len > 0) {
        size_t n = cutter_next(&c, certificate.len);
        struct source taken = source_bytes(&certificate, n);
        uint8_t *piece = copy_of(taken.at, n);

        (*x)->append(x, piece, n);
        free(piece);
    }
    (*x)->end_cert(x);
}

static struct verdict judge(const struct fimg_trust *trust, uint32_t now,
                            struct source chain, enum fuzz_cut way)
{
    struct fimg_x509 *x509 = block_of(sizeof *x509);
    const br_x509_class **x = &x509->vtable;
    struct verdict v;
    unsigned usages;

    fimg_x509_init(x509, trust, now);
    (*x)->start_chain(x, "localhost");
    while (chain.len > 2) {
        size_t n = source_number(&chain, 2);

        feed(x, source_bytes(&chain, n), way);
    }
    v.error = (*x)->end_chain(x);
    v.why = v.error ? fimg_x509_why(x509, (int)v.error) : FIMG_WHY_NONE;
    v.key = (*x)->get_pkey((const br_x509_class *const *)x, &usages) != NULL;
    free(x509);
    return v;
}

/* What was trusted must begin with what the root has signed, and end soon. */
static void check_proof(struct source chain)
{
    const br_x509_certificate *leaf = &identity()->chain[0];
    size_t signed_len = 4 + (size_t)(leaf->data[6] << 8) + leaf->data[7];
    struct source first = source_bytes(&chain, source_number(&chain, 2));
    unsigned others = 0;

    /* its header may be written in more than one way */
    HOLDS(memmem(first.at, first.len, leaf->data + 4, signed_len) != NULL);
    for (; chain.len > 2; others++)
        (void)source_bytes(&chain, source_number(&chain, 2));
    HOLDS(others < FIMG_CHAIN_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    uint32_t flags = source_number(&s, 1);
    uint8_t pin[1][32] = { { 0 } };
    struct fimg_anchors anchors = { identity_roots()->list,
                                    identity_roots()->count };
    struct fimg_trust trust = { .clock = FIMG_CLOCK_OPTIONAL };
    uint32_t now = flags & 1 ? 0 : flags & 32 ? 1000000000 : IDENTITY_NOW;
    struct verdict v[FUZZ_CUTS];

    if (flags & 8) {
        trust.read = read_roots;
        trust.ctx = identity_text();
    } else {
        trust.anchors = &anchors;
    }
    if (flags & 6) {
        trust.pins = (const uint8_t(*)[32])pin;
        trust.pin_count = 1;
        if (flags & 4)
            memcpy(pin[0], identity_pin(), sizeof pin[0]);
        if (flags & 16)
            trust.clock = FIMG_CLOCK_PINNED;
    }
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        v[way] = judge(&trust, now, s, way);
        HOLDS(v[way].error == v[0].error && v[way].why == v[0].why);
        HOLDS((v[way].error != 0) == (v[way].why != FIMG_WHY_NONE));
    }
    if (v[0].error == 0) {
        HOLDS(v[0].key && (flags & 6) != 2);
        check_proof(s);
    }
    return 0;
}
