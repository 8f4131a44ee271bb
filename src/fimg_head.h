/*
 * fimg_head.h: read a reply's head and keep the facts we act on.
 *
 * Interim (1xx) responses are read and forgotten. Of each line the beginning is
 * kept until its end has come; all of it is checked for forbidden bytes.
 */
#ifndef FIMG_HEAD_H
#define FIMG_HEAD_H

#include "fimg.h"
#include "fimg_body.h"
#include "fimg_text.h"

#define FIMG_HEAD_MAX 65536   /* bytes of all heads of one reply */
#define FIMG_INTERIM_MAX 8    /* interim responses before the final one */
#define FIMG_LINE_CAP 160     /* bytes of a line that are kept */
#define FIMG_VALUE_MIN 128    /* at least so many of a value among them */
#define FIMG_LOG_ID_CAP 63
#define FIMG_LOCATION_CAP 128

/* Named for the byte awaited. */
enum fimg_head_state {
    FIMG_HEAD_LINE,        /* byte of a line, or CR */
    FIMG_HEAD_LF,          /* LF behind it */
    FIMG_HEAD_DONE,
    FIMG_HEAD_FAILED       /* see `why` */
};

/* What a final response says of itself. */
struct fimg_reply {
    uint16_t status;    /* 200 to 599 */
    uint8_t minor;      /* HTTP/1.minor: 0 or 1 */
    bool json;          /* the media type is a JSON one */
    bool encoded;       /* Content-Encoding other than identity */
    bool close;         /* Connection: close, or another than keep-alive */
    enum fimg_framing framing;
    uint32_t length;    /* Content-Length; UINT32_MAX: 4 GB or more */
    uint32_t date;      /* seconds since 1970; 0: none */
    uint32_t retry_s;   /* Retry-After in seconds; 0: none */
    uint32_t reset_s;   /* x-ogw-ratelimit-reset; 0: none */
    char log_id[FIMG_LOG_ID_CAP + 1];
};

/* All-zero: ready to run. */
struct fimg_head {
    enum fimg_head_state state;
    enum fimg_reason why;
    uint32_t bytes;     /* of head so far */
    uint8_t interims;   /* interim responses so far */
    uint8_t field;      /* which one the line is, while it is taken */
    uint8_t log_field;  /* which one log_id is from; 0: none */
    uint32_t retry_date; /* Retry-After as a date; 0: none */
    bool bare;          /* no field counts: a proxy's (RFC 9110, 9.3.6) */
    uint8_t line_len;   /* of the line so far; FIMG_LINE_CAP: it is cut off */
    char line[FIMG_LINE_CAP + 1];
    char location[FIMG_LOCATION_CAP + 1]; /* "" if there is none */
#if FIMG_RESUME
    bool ranges;         /* Accept-Ranges: bytes */
    bool multipart;      /* the media type is: several ranges, or none */
    bool tagged;         /* the validator is an ETag, not a Last-Modified */
    char validator[64];  /* "" if there is none that is strong and fits */
    uint32_t range_first, range_last, range_total; /* Content-Range; a total
                            of 0: there was none, or none to go by */
#endif
};

/*
 * Consume bytes of the head, at most up to its end. Returns how many of the
 * `len` bytes at `in` were used. `reply` starts all-zero and is complete when
 * the state is FIMG_HEAD_DONE.
 */
size_t fimg_head_feed(struct fimg_head *h, struct fimg_reply *reply,
                      const uint8_t *in, size_t len);

#endif
