/*
 * fimg_head.h: read a reply's head and keep the facts we act on.
 *
 * Interim (1xx) responses are read and forgotten. Fields that are not needed
 * are checked for forbidden bytes and skipped without being stored.
 */
#ifndef FIMG_HEAD_H
#define FIMG_HEAD_H

#include "fimg.h"
#include "fimg_body.h"
#include "fimg_text.h"

#define FIMG_HEAD_MAX 65536   /* bytes of all heads of one reply */
#define FIMG_INTERIM_MAX 8    /* interim responses before the final one */
#define FIMG_FIELD_NAME_CAP 24
#define FIMG_FIELD_VALUE_CAP 128
#define FIMG_LOG_ID_CAP 63

/* Named for the byte awaited. */
enum fimg_head_state {
    FIMG_HEAD_VERSION,     /* byte of the version or the status code */
    FIMG_HEAD_CODE_END,    /* blank or CR after them */
    FIMG_HEAD_NAME,        /* byte of a field's name, or ":"; first: or CR */
    FIMG_HEAD_VALUE,       /* byte of a value, or of the reason, or CR */
    FIMG_HEAD_LINE_LF,     /* LF that ends a line */
    FIMG_HEAD_END_LF,      /* LF of the blank line */
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
    uint8_t pos;        /* in the version and status code */
    uint8_t field;      /* which kept field the value belongs to */
    uint8_t log_field;  /* which one log_id is from; 0: none */
    uint32_t retry_date; /* Retry-After as a date; 0: none */
    bool cut;           /* value is longer than its room */
    bool bare;          /* no field counts: a proxy's (RFC 9110, 9.3.6) */
    uint8_t name_len;
    uint8_t value_len;
    char name[FIMG_FIELD_NAME_CAP];
    char value[FIMG_FIELD_VALUE_CAP];
    uint8_t location_len;
    char location[FIMG_FIELD_VALUE_CAP + 1];
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
