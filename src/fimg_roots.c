/*
 * fimg_roots.c: fetch the roots that bear a given name.
 *
 * The whole bundle is searched, since a name may occur twice with different
 * keys. Only then are the certificates found decoded.
 */
#include "fimg_roots.h"

#include <string.h>

#define MIN_RSA_BYTES 256
#define PIECE 64 /* bytes of text decoded at a time */

static void append_dn(void *ctx, const void *bytes, size_t len)
{
    struct fimg_root *root = ctx;

    if (len > sizeof root->dn - root->dn_len)
        len = sizeof root->dn - root->dn_len; /* cut off: will not match */
    memcpy(root->dn + root->dn_len, bytes, len);
    root->dn_len = (uint16_t)(root->dn_len + len);
}

/*
 * Is a certificate fine as far as it goes? BearSSL 0.6 writes past its key
 * buffer when it is fed on after an error.
 */
static bool decodes(const br_x509_decoder_context *decoder)
{
    int error = br_x509_decoder_last_error((br_x509_decoder_context *)decoder);

    return error == 0 || error == BR_ERR_X509_TRUNCATED;
}

/*
 * Decode the certificate that begins at `offset` of the bundle. False if the
 * bundle cannot be read; a certificate that cannot leaves an error or no CA
 * flag in the decoder.
 */
static bool decode(struct fimg_root *root, const struct fimg_trust *trust,
                   uint32_t offset)
{
    struct fimg_pem pem = { .state = FIMG_PEM_OUTSIDE };
    enum fimg_pem_event event = FIMG_PEM_NONE;
    int n = 1;

    root->dn_len = 0;
    br_x509_decoder_init(&root->decoder, append_dn, root);
    while (event != FIMG_PEM_END && n > 0 && decodes(&root->decoder)) {
        uint8_t text[PIECE], der[PIECE + 3];
        size_t der_len, used;

        n = trust->read(trust->ctx, offset, text, sizeof text);
        if (n < 0 || (size_t)n > sizeof text)
            return false;
        used = fimg_pem_feed(&pem, text, (size_t)n, der, &der_len, &event);
        br_x509_decoder_push(&root->decoder, der, der_len);
        offset += (uint32_t)used;
    }
    return true;
}

static void add_anchor(struct fimg_roots *r, struct fimg_root *root)
{
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&root->decoder);

    if (br_x509_decoder_last_error(&root->decoder) != 0 ||
        !br_x509_decoder_isCA(&root->decoder) ||
        (key->key_type == BR_KEYTYPE_RSA && key->key.rsa.nlen < MIN_RSA_BYTES))
        return;
    r->anchor[r->count++] = (br_x509_trust_anchor){
        .dn = { root->dn, root->dn_len },
        .flags = BR_X509_TA_CA,
        .pkey = *key,
    };
}

/* Those compiled in are told by the same hash. */
static void add_compiled_in(struct fimg_roots *r,
                            const struct fimg_anchors *anchors,
                            const uint8_t *subject_hash)
{
    for (size_t i = 0; anchors && i < anchors->count; i++) {
        const br_x509_trust_anchor *a = &anchors->list[i];
        br_sha256_context sha256;
        uint8_t hash[br_sha256_SIZE];

        br_sha256_init(&sha256);
        br_sha256_update(&sha256, a->dn.data, a->dn.len);
        br_sha256_out(&sha256, hash);
        if (memcmp(hash, subject_hash, sizeof hash) == 0 &&
            r->count < FIMG_ROOTS_MAX)
            r->anchor[r->count++] = *a;
    }
}

bool fimg_roots_find(struct fimg_roots *r, const struct fimg_trust *trust,
                     const uint8_t *subject_hash, size_t subject_len)
{
    int n;

    r->count = 0;
    fimg_bundle_start(&r->bundle, subject_hash, subject_len);
    while ((n = trust->read(trust->ctx, r->bundle.offset, r->block,
                            sizeof r->block)) > 0) {
        if ((size_t)n > sizeof r->block)
            return false;
        fimg_bundle_feed(&r->bundle, r->block, (size_t)n);
    }
    if (n < 0 || r->bundle.seen == 0)
        return false;
    for (unsigned i = 0; i < r->bundle.hits; i++) {
        if (!decode(&r->root[r->count], trust, r->bundle.hit[i]))
            return false;
        add_anchor(r, &r->root[r->count]);
    }
    add_compiled_in(r, trust->anchors, subject_hash);
    return true;
}
