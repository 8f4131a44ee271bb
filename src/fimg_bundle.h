/*
 * fimg_bundle.h: search PEM text for the roots that bear a given name.
 *
 * One pass over the text: base64 is decoded on the fly, and of each
 * certificate only the subject is hashed, if it has the right length. Fixed
 * memory, no certificate is ever held as a whole.
 */
#ifndef FIMG_BUNDLE_H
#define FIMG_BUNDLE_H

#include <bearssl.h>

#include "fimg_der.h"

#define FIMG_BUNDLE_HITS 2 /* roots of one name that are considered */

/* What the reader is at. */
enum fimg_pem_state {
    FIMG_PEM_OUTSIDE, /* matching the line that begins a certificate */
    FIMG_PEM_EOL,     /* behind it, until the line ends */
    FIMG_PEM_BODY,    /* base64, until "-" */
    FIMG_PEM_SKIP     /* the same, but nobody needs it */
};

/* All-zero: at the start of the text. */
struct fimg_pem {
    enum fimg_pem_state state;
    bool mid_line;    /* this line cannot begin with the marker any more */
    uint8_t matched;  /* bytes of the marker */
    uint8_t digits;   /* base64 digits of the group being read */
    bool padded;
    uint32_t group;
};

/* What fimg_pem_feed came upon. */
enum fimg_pem_event { FIMG_PEM_NONE, FIMG_PEM_BEGIN, FIMG_PEM_END };

/*
 * Consume PEM text up to a certificate's begin or end. DER bytes go to `out`,
 * which has room for `len` + 3, and their number to `out_len`. Returns how
 * many of the `len` bytes at `in` were used.
 */
size_t fimg_pem_feed(struct fimg_pem *p, const uint8_t *in, size_t len,
                     uint8_t *out, size_t *out_len,
                     enum fimg_pem_event *event);

/* A search for the certificates whose subject has this SHA-256 and length. */
struct fimg_bundle {
    uint8_t wanted[br_sha256_SIZE];
    size_t wanted_len;
    struct fimg_pem pem;
    struct fimg_der der;
    size_t subject_left; /* bytes that it lacks to be as long */
    br_sha256_context hash;
    uint32_t offset;      /* in the text, of the next byte */
    uint32_t begin;       /* of the certificate being read */
    unsigned seen;        /* certificates so far */
    unsigned hits;
    uint32_t hit[FIMG_BUNDLE_HITS]; /* where those that match begin */
};

/* Begin a search for a distinguished name, whose DER has so many bytes and
   this hash. */
void fimg_bundle_start(struct fimg_bundle *b, const uint8_t *wanted,
                       size_t wanted_len);

/* Take in the next bytes of the text, from its start to its end. */
void fimg_bundle_feed(struct fimg_bundle *b, const uint8_t *in, size_t len);

#endif
