/*
 * fimg_der.c: find the fields of a certificate while its DER bytes go by.
 */
#include "fimg_der.h"

static const uint8_t tags[FIMG_DER_REST] = {
    [FIMG_DER_CERTIFICATE] = 0x30, [FIMG_DER_TBS] = 0x30,
    [FIMG_DER_VERSION] = 0xa0,     [FIMG_DER_SERIAL] = 0x02,
    [FIMG_DER_SIGNATURE] = 0x30,   [FIMG_DER_ISSUER] = 0x30,
    [FIMG_DER_VALIDITY] = 0x30,    [FIMG_DER_SUBJECT] = 0x30,
    [FIMG_DER_KEY] = 0x30,
};

/* Take a byte of a tag or a length. False if it does not fit. */
static bool header_byte(struct fimg_der *d, uint8_t b)
{
    if (d->part == FIMG_DER_TAG) {
        if (d->field == FIMG_DER_VERSION && b == tags[FIMG_DER_SERIAL])
            d->field = FIMG_DER_SERIAL; /* the version is optional */
        d->left = 0;
        d->part = FIMG_DER_LENGTH;
        return b == tags[d->field];
    }
    if (d->part == FIMG_DER_LENGTH && b >= 0x80) {
        d->part = (uint8_t)(FIMG_DER_LENGTH_MORE - 1 + (b & 0x7f));
        return b >= 0x81 && b <= 0x83;
    }
    d->left = d->left << 8 | b;
    if (d->part <= FIMG_DER_LENGTH_MORE)
        d->part = FIMG_DER_CONTENT;
    else
        d->part--;
    return true;
}

size_t fimg_der_feed(struct fimg_der *d, const uint8_t *in, size_t len,
                     enum fimg_der_field *field, bool *ends)
{
    size_t used = 0;

    *ends = false;
    while (used < len && d->field < FIMG_DER_REST && !*ends) {
        if (d->part == FIMG_DER_CONTENT) {
            size_t n = len - used < d->left ? len - used : d->left;

            d->left -= (uint32_t)n;
            used += n;
        } else if (!header_byte(d, in[used++])) {
            d->field = FIMG_DER_FAILED;
        }
        /* of the outer two, the header is all that counts */
        *ends = d->field < FIMG_DER_REST && d->part == FIMG_DER_CONTENT &&
                (d->left == 0 || d->field <= FIMG_DER_TBS);
    }
    *field = (enum fimg_der_field)d->field;
    if (*ends) {
        d->field++;
        d->part = FIMG_DER_TAG;
        return used;
    }
    return d->field >= FIMG_DER_REST ? len : used;
}
