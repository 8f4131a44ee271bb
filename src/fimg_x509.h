/*
 * fimg_x509.h: judge the server's certificate chain.
 *
 * A wrapper around BearSSL's minimal X.509 engine. The engine checks names,
 * signatures and usages; the wrapper checks dates itself, so that each mistake
 * has its own reason and a missing clock a policy, and brings in the roots
 * from a trust bundle at the moment when their name is known.
 */
#ifndef FIMG_X509_H
#define FIMG_X509_H

#include "fimg.h"
#include "fimg_anchors.h"
#include "fimg_der.h"
#if FIMG_BUNDLE
#include "fimg_roots.h"
#endif

#define FIMG_CHAIN_MAX 8    /* certificates a server may send */
#define FIMG_VALIDITY_MAX 36 /* bytes of a Validity with two Times, at most */

struct fimg_x509 {
    const br_x509_class *vtable; /* first, as BearSSL wants it */
    const struct fimg_trust *trust;
    uint32_t now;            /* seconds since 1970; 0: unknown */
    enum fimg_reason why;    /* our own objection; the engine has its error */
    uint8_t certificates;    /* so far */
    bool judging;            /* this certificate matters: no root found yet */
    bool dated;              /* its dates were found good */
    struct fimg_der der;
    uint8_t validity_len;
    uint8_t validity[FIMG_VALIDITY_MAX];
    br_x509_minimal_context engine;
#if FIMG_BUNDLE
    uint32_t left;       /* bytes of the certificate that the engine lacks */
    uint32_t issuer_len; /* bytes of its issuer so far */
    struct fimg_roots roots;
#endif
#if FIMG_PINS
    br_sha256_context key; /* of the server's certificate */
#endif
};

/* Make ready for a chain. `trust` stays valid until the handshake is over. */
void fimg_x509_init(struct fimg_x509 *x, const struct fimg_trust *trust,
                    uint32_t now);

/* Why the chain was refused, given the TLS engine's error. */
enum fimg_reason fimg_x509_why(const struct fimg_x509 *x, int tls_error);

#endif
