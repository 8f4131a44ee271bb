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

static int two(const uint8_t *at)
{
    if (!fimg_is_digit(at[0]) || !fimg_is_digit(at[1]))
        return -1;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* The numbers of "MMDDhhmmssZ" with a year. False if it is no such date. */
static bool date_value(int year, const uint8_t *at, int64_t *out)
{
    int month = two(at), day = two(at + 2), hour = two(at + 4);
    int minute = two(at + 6), second = two(at + 8);

    if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        at[10] != 'Z')
        return false;
    *out = fimg_unix_time(year, month, day, hour * 3600 + minute * 60 + second);
    return true;
}

/*
 * Read a Time (RFC 5280, 4.1.2.5): UTCTime "YYMMDD..." or GeneralizedTime
 * "YYYYMMDD...". Returns its length with tag and length bytes, or 0.
 */
static size_t time_value(const uint8_t *at, size_t len, int64_t *out)
{
    if (len >= 15 && at[0] == 0x17 && at[1] == 13) {
        int yy = two(at + 2);

        if (yy >= 0 && date_value(yy < 50 ? 2000 + yy : 1900 + yy, at + 4, out))
            return 15;
    }
    if (len >= 17 && at[0] == 0x18 && at[1] == 15) {
        int hi = two(at + 2), lo = two(at + 4);

        if (hi >= 0 && lo >= 0 && date_value(hi * 100 + lo, at + 6, out))
            return 17;
    }
    return 0;
}

static enum fimg_reason judge_dates(const struct fimg_x509 *x, int64_t first,
                                    int64_t last)
{
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
    size_t len = (size_t)x->validity_len - 2, n;
    int64_t first, last, days;

    n = time_value(at, len, &first);
    if (n == 0 || time_value(at + n, len - n, &last) != len - n) {
        x->why = FIMG_WHY_CHAIN;
        return;
    }
    x->why = judge_dates(x, first, last);
    if (x->why)
        return;
    days = first / 86400 - (first % 86400 < 0);
    br_x509_minimal_set_time(&x->engine, (uint32_t)(days + DAYS_TO_1970),
                             (uint32_t)(first - days * 86400));
    x->dated = true;
}

static void forward(struct fimg_x509 *x, const uint8_t *in, size_t len)
{
    if (len > 0)
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

/* Before a certificate's last byte: put the roots in place. */
static void bring_roots(struct fimg_x509 *x)
{
#if FIMG_BUNDLE
    if (x->trust->read == NULL || x->engine.err != 0)
        return;
    if (!fimg_roots_find(&x->roots, x->trust, x->engine.saved_dn_hash)) {
        x->why = FIMG_WHY_TRUST_UNREADABLE;
    } else if (x->roots.count > 0) {
        x->engine.trust_anchors = x->roots.anchor;
        x->engine.trust_anchors_num = x->roots.count;
    }
#else
    (void)x;
#endif
}

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
    x->left = length;
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

        x->left -= n < x->left ? (uint32_t)n : x->left;
        if (field == FIMG_DER_FAILED) {
            x->why = FIMG_WHY_CHAIN;
        } else if (field == FIMG_DER_VALIDITY) {
            keep_validity(x, in, n, ends);
        } else if (x->left == 0) {
            forward(x, in, n - 1);
            bring_roots(x);
            forward(x, in + n - 1, 1);
        } else {
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
                    int64_t now)
{
    memset(x, 0, sizeof *x);
    x->vtable = &vtable;
    x->trust = trust;
    x->now = now;
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
