/*
 * parts.h: an image that a server gives out in parts.
 */
#ifndef PARTS_H
#define PARTS_H

#include "talk.h"

#define PARTS_LEN 2000
#define V1 "\"v1-1234567890\""
#define V2 "\"v2-1234567890\""
#define BYTES_FIELD "Accept-Ranges: bytes\r\n"
#define ETAG(tag) "ETag: " tag "\r\n"
#define RANGE(range) "Content-Range: bytes " range "\r\n"
#define LENGTH(n) "Content-Length: " n "\r\n"
#define CHUNKED_FIELD "Transfer-Encoding: chunked\r\n"

/* The image; it is the pattern. */
extern char parts_image[PARTS_LEN + 1];

/* Call it first. */
void parts_init(void);

/*
 * Wait for a request, then send a head of this status and fields, and the
 * image from `from` on, `len` bytes, as they are or as one chunk if the fields
 * say so. Surplus bytes are question marks.
 */
void parts_say(struct talk *t, const char *status_and_fields, size_t from,
               size_t len);

/* All of it, with a validator. */
void parts_whole(struct talk *t, const char *tag);

/*
 * A rig for an image of `message_id`, or of the app's own if that is NULL,
 * that goes on where `resume` says.
 */
void parts_open(struct rig *r, const struct talk *talk, const char *message_id,
                bool file, struct fimg_resume *resume);

/* Does it come to this? */
bool parts_is(const struct fimg_resume *resume, uint32_t offset, uint32_t total,
              const char *validator);

#endif
