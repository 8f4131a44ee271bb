/*
 * fimg_roots.h: fetch the roots that bear a given name, from a trust bundle
 * and from those compiled in.
 */
#ifndef FIMG_ROOTS_H
#define FIMG_ROOTS_H

#include "fimg.h"
#include "fimg_anchors.h"
#include "fimg_bundle.h"

#define FIMG_ROOTS_MAX 4        /* of one name, of both sources */
#define FIMG_DN_MAX 256      /* longest known root's name: 213 bytes */
#define FIMG_ROOTS_BLOCK 4096 /* bytes of bundle read at a time */

/* A root taken out of the bundle; the anchor points into its own decoder. */
struct fimg_root {
    br_x509_decoder_context decoder;
    uint16_t dn_len;
    uint8_t dn[FIMG_DN_MAX];
};

struct fimg_roots {
    struct fimg_root root[FIMG_BUNDLE_HITS];
    br_x509_trust_anchor anchor[FIMG_ROOTS_MAX];
    size_t count; /* of them found */
    struct fimg_bundle bundle;
    uint8_t block[FIMG_ROOTS_BLOCK];
};

/*
 * Search all roots for CA certificates whose subject has this SHA-256, and in
 * DER so many bytes; they are in r->anchor, valid until the next search. False if the bundle cannot be
 * read or holds no certificate.
 */
bool fimg_roots_find(struct fimg_roots *r, const struct fimg_trust *trust,
                     const uint8_t *subject_hash, size_t subject_len);

#endif
