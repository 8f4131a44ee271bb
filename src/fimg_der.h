/*
 * fimg_der.h: find the fields of a certificate while its DER bytes go by.
 *
 *     Certificate ::= SEQUENCE { TBSCertificate ::= SEQUENCE {
 *         [0] version, serial, signature, issuer, validity, subject, key, ...
 *
 * (RFC 5280, 4.1). Nothing is stored, and nothing is verified but that each
 * element fits its form: the X.509 engine judges the certificate.
 */
#ifndef FIMG_DER_H
#define FIMG_DER_H

#include <stdbool.h>

#include "fimg_text.h"

/* Where a byte belongs. The two outermost headers count as a field each. */
enum fimg_der_field {
    FIMG_DER_CERTIFICATE = 0,
    FIMG_DER_TBS,
    FIMG_DER_VERSION,
    FIMG_DER_SERIAL,
    FIMG_DER_SIGNATURE,
    FIMG_DER_ISSUER,
    FIMG_DER_VALIDITY,
    FIMG_DER_SUBJECT,
    FIMG_DER_KEY,  /* SubjectPublicKeyInfo */
    FIMG_DER_REST, /* everything behind it */
    FIMG_DER_FAILED
};

/* Parts of a field; from LENGTH_MORE on, so many bytes of length to come. */
enum {
    FIMG_DER_TAG,
    FIMG_DER_LENGTH,
    FIMG_DER_CONTENT,
    FIMG_DER_LENGTH_MORE
};

/* All-zero: ready for a certificate's first byte. */
struct fimg_der {
    uint8_t field; /* enum fimg_der_field of the next byte */
    uint8_t part;  /* of it */
    uint32_t left; /* content bytes still to come, or length so far */
};

/*
 * Consume bytes up to and including the first run of one field, tag and
 * length included. Returns how many of the `len` bytes at `in` were used, at
 * least 1; they belong to the field returned in `field`, and `ends` tells
 * whether the last of them is that field's last one.
 */
size_t fimg_der_feed(struct fimg_der *d, const uint8_t *in, size_t len,
                     enum fimg_der_field *field, bool *ends);

#endif
