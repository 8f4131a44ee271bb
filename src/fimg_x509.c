/*
 * fimg_x509.c: judge the server's certificate chain.
 *
 *     BearSSL's TLS engine -> append -+-> der -> Validity, held back, judged
 *                                     +-> the minimal engine, everything
 *
 * Two moments matter. The Validity is held back until it is complete; when it
 * passes, the engine is told that it is just the certificate's first second,
 * so that its own date check, which cannot tell early from late, agrees. And
 * the last byte of each certificate is held back until the roots are in place,
 * because the engine looks for the issuer among them when that byte comes; by
 * then saved_dn_hash holds the issuer's name. Certificates behind the one that
 * a root has signed do not count.
 */
#include "fimg_x509.h"

#include <string.h>

#define DAYS_TO_1970 719528 /* since year 0, as BearSSL counts */
#define MIN_RSA_BYTES 256

/*
 * Read a Time (RFC 5280, 4.1.2.5): UTCTime "YYMMDDhhmmssZ" or GeneralizedTime
 * "YYYYMMDDhhmmssZ". Returns its length with tag and length bytes, or 0.
 */
static size_t time_value(const uint8_t *in, size_t len, uint32_t *out)
{
    size_t n = len > 2 && in[0] == 0x18 ? 14 : 12;
    char digits[14];

    if (len < n + 3 || in[0] != (n == 14 ? 0x18 : 0x17) || in[1] != n + 1 ||
        in[n + 2] != 'Z')
        return 0;
    memcpy(digits, in[2] < '5' ? "20" : "19", 2);
    memcpy(digits + 14 - n, in + 2, n);
    return fimg_unix_time(digits, out) ? n + 3 : 0;
}

static enum fimg_reason judge_dates(const struct fimg_x509 *x, uint32_t first,
                                    uint32_t last)
{
#if FIMG_PINS
    if (x->trust->clock == FIMG_CLOCK_PINNED)
        return FIMG_WHY_NONE;
#endif
    if (x->now == 0) /* the policy allows that, or we would not be here */
        return last < x->trust->built ? FIMG_WHY_EXPIRED : FIMG_WHY_NONE;
    if (x->now < first)
        return FIMG_WHY_NOT_YET_VALID;
    return x->now > last ? FIMG_WHY_EXPIRED : FIMG_WHY_NONE;
}

/* The whole Validity is here: judge it, and set the engine's clock to it. */
static void validity_end(struct fimg_x509 *x)
{
    const uint8_t *at = x->validity + 2; /* behind its tag and length */
    size_t len = (size_t)x->validity_len - 2, n, m;
    uint32_t first, last;

    n = time_value(at, len, &first);
    m = time_value(at + n, len - n, &last); /* fails if the first one did */
    if (m == 0 || n + m != len) {
        x->why = FIMG_WHY_CHAIN;
        return;
    }
    x->why = judge_dates(x, first, last);
    if (x->why)
        return;
    br_x509_minimal_set_time(&x->engine, first / 86400 + DAYS_TO_1970,
                             first % 86400);
    x->dated = true;
}

#if FIMG_BUNDLE
/* Before a certificate's last byte: put the roots in place. */
static void bring_roots(struct fimg_x509 *x)
{
    if (x->trust->read == NULL || x->engine.err != 0)
        return;
    if (!fimg_roots_find(&x->roots, x->trust, x->engine.saved_dn_hash,
                         x->issuer_len))
        x->why = FIMG_WHY_TRUST_UNREADABLE;
    x->engine.trust_anchors = x->roots.anchor;
    x->engine.trust_anchors_num = x->roots.count;
}
#endif

/* Hand the engine the next bytes of the certificate. */
static void forward(struct fimg_x509 *x, const uint8_t *in, size_t len)
{
#if FIMG_BUNDLE
    x->left -= len < x->left ? (uint32_t)len : x->left;
    if (x->left == 0) {
        if (len > 1)
            x->engine.vtable->append(&x->engine.vtable, in, len - 1);
        bring_roots(x);
        in += len - 1;
        len = 1;
    }
#endif
    x->engine.vtable->append(&x->engine.vtable, in, len);
}

static void keep_validity(struct fimg_x509 *x, const uint8_t *in, size_t len,
                          bool ends)
{
    if (len > sizeof x->validity - x->validity_len) {
        x->why = FIMG_WHY_CHAIN;
        return;
    }
    memcpy(x->validity + x->validity_len, in, len);
    x->validity_len = (uint8_t)(x->validity_len + len);
    if (!ends)
        return;
    validity_end(x);
    if (x->why == FIMG_WHY_NONE)
        forward(x, x->validity, x->validity_len);
}

#if FIMG_PINS
/* Hash the server's key, and see whether it is one of the pins. */
static void check_pins(struct fimg_x509 *x, const uint8_t *in, size_t len,
                       bool ends)
{
    uint8_t hash[br_sha256_SIZE];

    if (x->trust->pin_count == 0 || x->certificates > 1)
        return;
    br_sha256_update(&x->key, in, len);
    if (!ends)
        return;
    br_sha256_out(&x->key, hash);
    for (size_t i = 0; i < x->trust->pin_count; i++)
        if (memcmp(x->trust->pins[i], hash, sizeof hash) == 0)
            return;
    x->why = FIMG_WHY_PIN;
}
#endif

static void start_chain(const br_x509_class **ctx, const char *server_name)
{
    struct fimg_x509 *x = (struct fimg_x509 *)(void *)ctx;

    x->engine.vtable->start_chain(&x->engine.vtable, server_name);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
    struct fimg_x509 *x = (struct fimg_x509 *)(void *)ctx;

    if (x->certificates++ == FIMG_CHAIN_MAX && x->why == FIMG_WHY_NONE)
        x->why = FIMG_WHY_CHAIN_LENGTH;
    x->judging = x->engine.err == 0;
    x->dated = false;
#if FIMG_BUNDLE
    x->left = length;
    x->issuer_len = 0;
#endif
    x->validity_len = 0;
    x->der = (struct fimg_der){ 0 };
    x->engine.vtable->start_cert(&x->engine.vtable, length);
}

static void append(const br_x509_class **ctx, const unsigned char *in,
                   size_t len)
{
    struct fimg_x509 *x = (struct fimg_x509 *)(void *)ctx;

    while (len > 0 && x->judging && x->why == FIMG_WHY_NONE) {
        enum fimg_der_field field;
        bool ends;
        size_t n = fimg_der_feed(&x->der, in, len, &field, &ends);

        if (field == FIMG_DER_FAILED) {
            x->why = FIMG_WHY_CHAIN;
        } else if (field == FIMG_DER_VALIDITY) {
            keep_validity(x, in, n, ends);
        } else {
#if FIMG_PINS
            if (field == FIMG_DER_KEY)
                check_pins(x, in, n, ends);
#endif
#if FIMG_BUNDLE
            if (field == FIMG_DER_ISSUER)
                x->issuer_len += (uint32_t)n;
#endif
            forward(x, in, n);
        }
        in += n;
        len -= n;
    }
}

static void end_cert(const br_x509_class **ctx)
{
    struct fimg_x509 *x = (struct fimg_x509 *)(void *)ctx;

    if (x->judging && !x->dated && x->why == FIMG_WHY_NONE)
        x->why = FIMG_WHY_CHAIN;
    x->engine.vtable->end_cert(&x->engine.vtable);
}

static unsigned end_chain(const br_x509_class **ctx)
{
    struct fimg_x509 *x = (struct fimg_x509 *)(void *)ctx;
    unsigned error = x->engine.vtable->end_chain(&x->engine.vtable);

    return x->why ? BR_ERR_X509_NOT_TRUSTED : error;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx,
                                    unsigned *usages)
{
    const struct fimg_x509 *x = (const struct fimg_x509 *)(const void *)ctx;

    return x->engine.vtable->get_pkey(&x->engine.vtable, usages);
}

static const br_x509_class vtable = {
    sizeof(struct fimg_x509),
    start_chain,
    start_cert,
    append,
    end_cert,
    end_chain,
    get_pkey,
};

void fimg_x509_init(struct fimg_x509 *x, const struct fimg_trust *trust,
                    uint32_t now)
{
    memset(x, 0, sizeof *x);
    x->vtable = &vtable;
    x->trust = trust;
    x->now = now;
#if FIMG_PINS
    br_sha256_init(&x->key);
#endif
    br_x509_minimal_init(&x->engine, &br_sha256_vtable,
                         trust->anchors ? trust->anchors->list : NULL,
                         trust->anchors ? trust->anchors->count : 0);
    br_x509_minimal_set_rsa(&x->engine, br_rsa_pkcs1_vrfy_get_default());
    br_x509_minimal_set_ecdsa(&x->engine, br_ec_get_default(),
                              br_ecdsa_vrfy_asn1_get_default());
    br_x509_minimal_set_minrsa(&x->engine, MIN_RSA_BYTES);
    br_x509_minimal_set_hash(&x->engine, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(&x->engine, br_sha384_ID, &br_sha384_vtable);
    br_x509_minimal_set_hash(&x->engine, br_sha512_ID, &br_sha512_vtable);
}

enum fimg_reason fimg_x509_why(const struct fimg_x509 *x, int tls_error)
{
    if (x->why)
        return x->why;
    switch (tls_error) {
    case BR_ERR_X509_NOT_TRUSTED:
        return FIMG_WHY_UNKNOWN_CA;
    case BR_ERR_X509_BAD_SERVER_NAME:
        return FIMG_WHY_WRONG_NAME;
    case BR_ERR_X509_WEAK_PUBLIC_KEY:
        return FIMG_WHY_WEAK_KEY;
    case BR_ERR_X509_CRITICAL_EXTENSION:
    case BR_ERR_X509_NOT_CA:
    case BR_ERR_X509_FORBIDDEN_KEY_USAGE:
        return FIMG_WHY_KEY_USAGE;
    case BR_ERR_X509_UNSUPPORTED:
    case BR_ERR_X509_LIMIT_EXCEEDED:
    case BR_ERR_X509_WRONG_KEY_TYPE:
        return FIMG_WHY_CERT_UNSUPPORTED;
    default:
        return FIMG_WHY_CHAIN;
    }
}
