/*
 * common.c: what the programs for boards that download have in common.
 */
#include "common.h"

#include <string.h>

#include "console.h"

extern const struct fimg_anchors fimg_anchors_builtin;

static const struct fimg_trust trust = { .anchors = &fimg_anchors_builtin };

#if FIMG_RECORD_LENT
static uint8_t lent[FIMG_RECORD_CAP + 7]; /* at any address */
#endif

void common_request(struct fimg_request *request, const struct fimg_port *port)
{
    request->port = port;
    request->trust = &trust;
    request->host = argument("host", "");
    request->port_number = (uint16_t)argument_number("port", 443);
    request->image_key = argument("key", "");
    request->token = argument("token", "");
    request->wait_ms = FIMG_WAIT;
#if FIMG_RECORD_LENT
    request->record_buf = lent;
    request->record_cap = sizeof lent;
#endif
}

void common_reuse_lent(void)
{
#if FIMG_RECORD_LENT
    memset(lent, 0x5a, sizeof lent);
#endif
}

void common_say_hash(const br_sha256_context *sha256)
{
    uint8_t hash[br_sha256_SIZE];

    br_sha256_out(sha256, hash);
    console_text("sha256: ");
    console_bytes(hash, sizeof hash);
    console_line();
}
