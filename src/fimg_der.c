/*
 * fimg_der.c: find the fields of a certificate while its DER bytes go by.
 */
#include "fimg_der.h"

static const uint8_t tags[FIMG_DER_REST] = {
    [FIMG_DER_CERTIFICATE] = 0x30, [FIMG_DER_TBS] = 0x30,
    [FIMG_DER_VERSION] = 0xa0,     [FIMG_DER_SERIAL] = 0x02,
    [FIMG_DER_SIGNATURE] = 0x30,   [FIMG_DER_ISSUER] = 0x30,
    [FIMG_DER_VALIDITY] = 0x30,    [FIMG_DER_SUBJECT] = 0x30,
};

/* Take a byte of a tag or a length. False if it does not fit. */
static bool header_byte(struct fimg_der *d, uint8_t b)
{
    if (d->header++ == 0) {
        if (d->field == FIMG_DER_VERSION && b == tags[FIMG_DER_SERIAL])
            d->field = FIMG_DER_SERIAL; /* the version is optional */
        d->left = 0;
        return b == tags[d->field];
    }
    if (d->header == 2) {
        if (b < 0x80) {
            d->left = b;
            d->length_len = 0;
            d->in_content = true;
            return true;
        }
        d->length_len = b & 0x7f;
        return d->length_len >= 1 && d->length_len <= 3;
    }
    d->left = d->left << 8 | b;
    d->in_content = --d->length_len == 0;
    return true;
}

static void next_field(struct fimg_der *d)
{
    d->field++;
    d->in_content = false;
    d->header = 0;
}

/* Is the field's last byte behind us? The outer two end with their header. */
static bool field_ends(const struct fimg_der *d)
{
    return d->in_content && (d->left == 0 || d->field <= FIMG_DER_TBS);
}

size_t fimg_der_feed(struct fimg_der *d, const uint8_t *in, size_t len,
                     enum fimg_der_field *field, bool *ends)
{
    size_t used = 0;

    *ends = false;
    while (used < len && d->field < FIMG_DER_REST && !*ends) {
        if (d->in_content) {
            size_t n = len - used < d->left ? len - used : d->left;

            d->left -= (uint32_t)n;
            used += n;
        } else if (!header_byte(d, in[used++])) {
            d->field = FIMG_DER_FAILED;
        }
        *ends = d->field < FIMG_DER_REST && field_ends(d);
    }
    *field = (enum fimg_der_field)d->field;
    if (*ends)
        next_field(d);
    return d->field >= FIMG_DER_REST && !*ends ? len : used;
}
