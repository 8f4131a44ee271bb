/*
 * fimg_api.h: keep the first bytes of a reply and find in them Feishu's code,
 * message and log id, or a token.
 */
#ifndef FIMG_API_H
#define FIMG_API_H

#include "fimg.h"
#include "fimg_text.h"

#define FIMG_ERROR_BODY_MAX 65536 /* bytes of an error reply that are read */
#define FIMG_MSG_MAX 160

/* Text that is collected. All-zero: nothing yet. */
struct fimg_collector {
    uint32_t len;  /* bytes kept */
    uint32_t seen; /* bytes so far, kept or not */
};

/*
 * Take in the next bytes of a body; the first `cap` of them are kept at `text`.
 * False once they are too many.
 */
bool fimg_collector_feed(struct fimg_collector *c, char *text, size_t cap,
                         const uint8_t *in, size_t len);

/* What a reply says; the strings lie in the text they were found in, as they
   stand there, and are not ended by a NUL. */
struct fimg_api_reply {
    int32_t code; /* 0: none was found */
    char *msg;    /* NULL: none */
    size_t msg_len;
    char *log_id; /* error.log_id; NULL: none */
    size_t log_id_len;
#if FIMG_TOKENS
    char *token;  /* [tenant_]access_token; NULL: none */
    size_t token_len;
    uint32_t life_s; /* expire or expires_in; 0: none that makes sense */
#endif
};

/*
 * Find Feishu's members in the JSON object `text`, which may be cut off, not
 * be JSON, or be empty. `scratch`, aligned for int, holds the parser's tokens:
 * 20 bytes each; members behind those that fit are not seen. It is wiped, as
 * plaintext may have come through it.
 */
void fimg_api_decode(struct fimg_api_reply *reply, char *text, size_t len,
                     void *scratch, size_t scratch_len);

/* Decode a JSON string where it stands, to be shown; returns its new length. */
size_t fimg_api_unescape(char *text, size_t len);

#endif
