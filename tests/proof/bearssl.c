/*
 * bearssl.c: BearSSL's SHA-256 as far as its callers can tell: it reads what it
 * is given, and what comes out is any.
 */
#include <bearssl.h>

#include "any.h"

void br_sha256_init(br_sha256_context *ctx)
{
    ctx->count = 0;
    any_bytes(ctx->val, sizeof ctx->val);
}

void br_sha224_update(br_sha224_context *ctx, const void *data, size_t len)
{
    const uint8_t *at = data;

    //@ check len == 0 || \valid_read(at + (0 .. len - 1));
    //@ check len == 0 || \initialized(at + (0 .. len - 1));
    ctx->count += len;
    any_bytes(ctx->val, sizeof ctx->val);
}

void br_sha256_out(const br_sha256_context *ctx, void *out)
{
    must(ctx->count >= 0);
    any_bytes(out, br_sha256_SIZE);
}
