/*
 * roots.c: roots from any trust bundle that any reader gives.
 *
 * The bundle's search and BearSSL's decoder are any: the one finds up to two
 * certificates, the other any names and keys.
 */
#include "fimg_roots.h"

#include "any.h"

void fimg_bundle_start(struct fimg_bundle *b, const uint8_t *wanted,
                       size_t wanted_len)
{
    (void)wanted, (void)wanted_len;
    b->offset = 0;
    b->seen = b->hits = 0;
}

void fimg_bundle_feed(struct fimg_bundle *b, const uint8_t *in, size_t len)
{
    //@ check \valid_read(in + (0 .. len - 1));
    b->offset += (uint32_t)len;
    b->seen = any_u32();
    b->hits = (unsigned)Frama_C_interval(0, FIMG_BUNDLE_HITS);
    any_bytes(b->hit, sizeof b->hit);
}

size_t fimg_pem_feed(struct fimg_pem *p, const uint8_t *in, size_t len,
                     uint8_t *out, size_t *out_len, enum fimg_pem_event *event)
{
    (void)p;
    //@ check len == 0 || \valid_read(in + (0 .. len - 1));
    //@ check \valid(out + (0 .. len + 2));
    any_bytes(out, len + 3);
    *out_len = any_bool() ? len + 3 : 0;
    *event = (enum fimg_pem_event)Frama_C_interval(0, FIMG_PEM_END);
    return any_bool() ? len : 0;
}

static uint8_t name[FIMG_DN_MAX];

void br_x509_decoder_init(br_x509_decoder_context *ctx,
                          void (*append_dn)(void *, const void *, size_t),
                          void *append_dn_ctx)
{
    ctx->append_dn = append_dn;
    ctx->append_dn_ctx = append_dn_ctx;
    ctx->err = 0;
}

void br_x509_decoder_push(br_x509_decoder_context *ctx, const void *data,
                          size_t len)
{
    struct fimg_root *root = ctx->append_dn_ctx;
    size_t n = (size_t)Frama_C_interval(0, 3);

    (void)data, (void)len;
    root->dn_len = (uint16_t)Frama_C_interval(FIMG_DN_MAX - 4, FIMG_DN_MAX);
    //@ split root->dn_len;
    //@ split n;
    ctx->append_dn(ctx->append_dn_ctx, name, n);
    must(root->dn_len <= FIMG_DN_MAX);
    root->dn_len = (uint16_t)Frama_C_interval(0, FIMG_DN_MAX);
    ctx->err = any_int();
    ctx->isCA = any_bool();
    ctx->decoded = any_bool();
    ctx->pkey.key_type = any_u8();
    ctx->pkey.key.rsa.nlen = any_u32();
}

static int read(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    (void)ctx, (void)offset;
    any_bytes(dst, cap);
    return any_int();
}

int main(void)
{
    static struct fimg_roots roots;
    static br_x509_trust_anchor list[3];
    static struct fimg_anchors anchors = { list, 3 };
    struct fimg_trust trust = { .read = read };
    uint8_t hash[br_sha256_SIZE];

    trust.anchors = any_bool() ? &anchors : NULL;
    for (int i = 0; i < 3; i++)
        list[i].dn = (br_x500_name){ name, (size_t)any_u8() };
    any_bytes(hash, sizeof hash);
    (void)fimg_roots_find(&roots, &trust, hash, any_u8());
    must(roots.count <= FIMG_ROOTS_MAX);
    return 0;
}
