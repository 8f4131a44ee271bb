/*
 * fimg_api.h: keep the first bytes of an error reply and find Feishu's code,
 * message and log id in them.
 */
#ifndef FIMG_API_H
#define FIMG_API_H

#include "fimg.h"
#include "fimg_text.h"

#define FIMG_ERROR_BODY_MAX 65536 /* bytes of an error reply that are read */
#define FIMG_MSG_MAX 160

/* All-zero: nothing yet. */
struct fimg_error_text {
    uint32_t seen; /* bytes of body so far, kept or not */
    uint16_t len;  /* of them kept */
    char text[FIMG_ERROR_TEXT_CAP + 1];
};

/* Take in the next bytes of the body. False once they are too many. */
bool fimg_error_text_feed(struct fimg_error_text *e, const uint8_t *in,
                          size_t len);

/* What an error reply says; the spans lie in the text it was found in. */
struct fimg_api_error {
    int32_t code; /* 0: none was found */
    char *msg;    /* NULL: none; not ended by a NUL */
    size_t msg_len;
    char *log_id; /* NULL: none; error.log_id, not ended by a NUL */
    size_t log_id_len;
};

/*
 * Find Feishu's members in the JSON object `text`, which may be cut off, not
 * be JSON, or be empty. The strings found are decoded where they stand, so
 * `text` is changed. `scratch`, aligned for int, holds the parser's tokens: 20
 * bytes each; members behind those that fit are not seen.
 */
void fimg_api_decode(struct fimg_api_error *error, char *text, size_t len,
                     void *scratch, size_t scratch_len);

#endif
