/*
 * fimg_request.h: check what the caller asks for, and write it as HTTP.
 */
#ifndef FIMG_REQUEST_H
#define FIMG_REQUEST_H

#include "fimg.h"

#define FIMG_HOST_MAX 253
#define FIMG_PREFIX_MAX 256
#define FIMG_KEY_MAX 128
#define FIMG_TOKEN_MAX 4096

/* FIMG_WHY_NONE, or the first field that is missing or unfit. */
enum fimg_reason fimg_request_check(const struct fimg_request *request);

/* The port number, with its default. */
static inline uint16_t fimg_request_port(const struct fimg_request *request)
{
    return request->port_number ? request->port_number : 443;
}

/* How much of a request was written. All-zero: nothing yet. */
struct fimg_writer {
    uint8_t at;      /* in the template */
    uint16_t offset; /* in the value that is being filled in */
};

/* Is there nothing left to write? */
bool fimg_request_written(const struct fimg_writer *w);

/*
 * Store the next bytes of the request head at `dst`, up to `cap`. Returns how
 * many; fewer than `cap`, or 0, only at its end.
 */
size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap);

#endif
