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
#define FIMG_BASIC_MAX 1024

/* FIMG_WHY_NONE, or the first field that is missing or unfit. */
enum fimg_reason fimg_request_check(const struct fimg_request *request);

/* What is asked for: a download asks for a token first, if it needs one. */
enum fimg_ask { FIMG_ASK_RESOURCE = 0, FIMG_ASK_TOKEN };

/* Whom it is asked of, and the port number there. */
static inline const char *fimg_request_host(const struct fimg_request *request,
                              enum fimg_ask ask)
{
#if FIMG_TOKENS
    if (ask == FIMG_ASK_TOKEN && request->token_from->host)
        return request->token_from->host;
#endif
    (void)ask;
    return request->host;
}
static inline uint16_t fimg_request_port(const struct fimg_request *request)
{
    return request->port_number ? request->port_number : 443;
}

/* The token to send; "" if one has to be fetched. */
static inline const char *fimg_request_token(const struct fimg_request *request)
{
#if FIMG_TOKENS
    if (request->token == NULL)
        return request->token_from->len ? request->token_from->memory : "";
#endif
    return request->token;
}

#if FIMG_TOKENS
/* Is a token a token? */
bool fimg_request_token_ok(const char *token);
#endif

#if FIMG_RESUME
/* Does the request ask for the rest of something? */
bool fimg_request_resumes(const struct fimg_request *request);
#else
static inline bool fimg_request_resumes(const struct fimg_request *request)
{
    (void)request;
    return false;
}
#endif

/* How much of a request was written. All-zero but for `ask`: nothing yet. */
struct fimg_writer {
    enum fimg_ask ask;
    bool connect;    /* CONNECT, for a proxy, to where that is asked of */
    uint8_t part;
    uint8_t at;      /* in this part's template */
    uint16_t offset; /* in the value that is being filled in */
};

/*
 * Store the next bytes of the request at `dst`, up to `cap`. Returns how many;
 * fewer than `cap`, or 0, only at its end.
 */
size_t fimg_request_write(struct fimg_writer *w,
                          const struct fimg_request *request, uint8_t *dst,
                          size_t cap);

#endif
