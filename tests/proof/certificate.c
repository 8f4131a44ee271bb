/*
 * certificate.c: a chain of any certificates, in pieces of up to 3 bytes.
 *
 * BearSSL's engine is one that takes everything and may object at any time; the
 * reader of certificates takes any of the bytes, at least one, for any field
 * (see der.c); the roots are any.
 */
#include "fimg_x509.h"

#include "any.h"

static struct fimg_x509 x;

static void engine_start_chain(const br_x509_class **ctx, const char *name)
{
    (void)ctx, (void)name;
}

static void engine_start_cert(const br_x509_class **ctx, uint32_t length)
{
    (void)ctx, (void)length;
    x.engine.err = any_u8();
}

static void engine_append(const br_x509_class **ctx, const unsigned char *in,
                          size_t len)
{
    (void)ctx;
    //@ check len == 0 || \valid_read(in + (0 .. len - 1));
    //@ check len == 0 || \initialized(in + (0 .. len - 1));
    x.engine.err = any_u8();
}

static void engine_end_cert(const br_x509_class **ctx)
{
    (void)ctx;
}

static unsigned engine_end_chain(const br_x509_class **ctx)
{
    (void)ctx;
    return any_u32();
}

static const br_x509_pkey *engine_get_pkey(const br_x509_class *const *ctx,
                                           unsigned *usages)
{
    (void)ctx, (void)usages;
    return NULL;
}

static const br_x509_class engine = {
    sizeof(br_x509_minimal_context),
    engine_start_chain,
    engine_start_cert,
    engine_append,
    engine_end_cert,
    engine_end_chain,
    engine_get_pkey,
};

void br_x509_minimal_init(br_x509_minimal_context *ctx,
                          const br_hash_class *dn_hash,
                          const br_x509_trust_anchor *anchors, size_t count)
{
    (void)dn_hash, (void)anchors, (void)count;
    ctx->vtable = &engine;
    ctx->err = 0;
}

br_rsa_pkcs1_vrfy br_rsa_pkcs1_vrfy_get_default(void)
{
    return NULL;
}

const br_ec_impl *br_ec_get_default(void)
{
    return NULL;
}

br_ecdsa_vrfy br_ecdsa_vrfy_asn1_get_default(void)
{
    return NULL;
}

size_t fimg_der_feed(struct fimg_der *d, const uint8_t *in, size_t len,
                     enum fimg_der_field *field, bool *ends)
{
    size_t n = 1;

    d->field = any_u8();
    //@ check len > 0 && \valid_read(in + (0 .. len - 1));
    while (n < len && any_bool())
        n++;
    *field = (enum fimg_der_field)Frama_C_interval(0, FIMG_DER_FAILED);
    *ends = any_bool();
    return n;
}

bool fimg_roots_find(struct fimg_roots *r, const struct fimg_trust *trust,
                     const uint8_t *subject_hash, size_t subject_len)
{
    (void)trust, (void)subject_len;
    //@ check \valid_read(subject_hash + (0 .. br_sha256_SIZE - 1));
    r->count = any_u8();
    return any_bool();
}

static int read(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    (void)ctx, (void)offset, (void)dst, (void)cap;
    return 0;
}

/* Anywhere in a certificate. */
static void any_place(void)
{
    x.why = FIMG_WHY_NONE;
    x.certificates = any_u8();
    x.judging = any_bool();
    x.dated = any_bool();
    x.validity_len = (uint8_t)Frama_C_interval(0, FIMG_VALIDITY_MAX);
    any_bytes(x.validity, sizeof x.validity);
    x.left = any_u32();
    x.issuer_len = any_u32();
    x.now = any_u32();
}

static void step(size_t len)
{
    x.vtable->append(&x.vtable, any_window(len), len);
    must(x.validity_len <= FIMG_VALIDITY_MAX);
}

int main(void)
{
    static uint8_t pins[2][32];
    static const struct fimg_anchors anchors = { NULL, 0 };
    struct fimg_trust trust = { .pins = pins,
                                .read = any_bool() ? read : NULL,
                                .clock = any_bool() ? FIMG_CLOCK_REQUIRED
                                                    : FIMG_CLOCK_PINNED };
    size_t len = any_len();
    unsigned usages;

    trust.anchors = any_bool() ? &anchors : NULL;
    trust.built = any_u32();
    trust.pin_count = (size_t)Frama_C_interval(0, 2);
    fimg_x509_init(&x, &trust, any_u32());
    x.vtable->start_chain(&x.vtable, "host");
    x.vtable->start_cert(&x.vtable, any_u32());
    any_place();
    if (any_bool())
        x.vtable->start_cert(&x.vtable, any_u32());
    //@ split x.validity_len;
    //@ split len;
    step(len);
    x.vtable->end_cert(&x.vtable);
    (void)x.vtable->end_chain(&x.vtable);
    (void)x.vtable->get_pkey(&x.vtable, &usages);
    x.why = any_bool() ? FIMG_WHY_NONE : FIMG_WHY_CHAIN;
    must(fimg_x509_why(&x, any_u8()) <= FIMG_WHY_TRUST_UNREADABLE);
    return 0;
}
