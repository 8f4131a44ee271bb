/*
 * fimg.h: fetch one image from a Feishu chat into memory you own.
 *
 *     fimg_start, then fimg_read until it returns 0 or an error, then
 *     fimg_finish (keeps the connection for the next start) or fimg_close.
 *
 * All state is in struct fimg, which the caller provides, all-zero at birth
 * (FIMG_INIT); fimg_state.h tells its size. Objects share nothing but what
 * their requests name, a token or a limiter. No call allocates, and none waits
 * longer than the request's wait_ms.
 */
#ifndef FIMG_H
#define FIMG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fimg_config.h"
#include "fimg_port.h"

#ifdef __cplusplus
extern "C" {
#define FIMG_INIT {}
#else
#define FIMG_INIT { 0 }
#endif

#define FIMG_VERSION "0.1.0"

/* What a call came to, sorted by what can be done about it. */
enum fimg_status {
    FIMG_OK = 0,
    FIMG_PENDING = -1,     /* not yet; call again, see fimg_next_ms */
    FIMG_ERR_REQUEST = -2, /* a field is missing or unfit; nothing was sent */
    FIMG_ERR_NETWORK = -3, /* no address, refused or lost; try again */
    FIMG_ERR_TIMEOUT = -4, /* a time limit ran out */
    FIMG_ERR_TLS = -5,     /* server not trusted, or TLS refused or damaged */
    FIMG_ERR_REPLY = -6,   /* reply malformed, cut short, or over a limit */
    FIMG_ERR_REFUSED = -7  /* Feishu said no: see http_status and code */
};

/* The cause behind a status; fimg_reason_text has a phrase for each. */
enum fimg_reason {
    FIMG_WHY_NONE = 0,

    FIMG_WHY_PORT_MISSING,  /* request: no port, or a function is missing */
    FIMG_WHY_TRUST_MISSING, /* request: neither anchors nor a reader */
    FIMG_WHY_HOST,          /* request: not a host name (IP literals are not) */
    FIMG_WHY_PREFIX,        /* request: not an absolute path */
    FIMG_WHY_KEY,           /* request: not an image key */
    FIMG_WHY_TOKEN,         /* request: not a token */
    FIMG_WHY_RECORD_BUF,    /* request: no record buffer, or too small */
    FIMG_WHY_MESSAGE,       /* request: not a message id */
    FIMG_WHY_CREDENTIALS,   /* request: app id or secret unfit, or no memory */
    FIMG_WHY_PROXY,         /* request: not a proxy's host name */

    FIMG_WHY_NAME,       /* the host name has no address */
    FIMG_WHY_CONNECT,    /* no address of it takes a connection */
    FIMG_WHY_LOST,       /* connection ended without TLS close_notify */
    FIMG_WHY_PORT,       /* the port broke its contract */
    FIMG_WHY_PROXY_REPLY,   /* the proxy does not answer as one */
    FIMG_WHY_PROXY_AUTH,    /* the proxy wants other credentials (407) */
    FIMG_WHY_PROXY_REFUSED, /* the proxy does not connect: see http_status */

    FIMG_WHY_CONNECT_LIMIT, /* connect_ms ran out */
    FIMG_WHY_IDLE_LIMIT,    /* idle_ms ran out */
    FIMG_WHY_RATE_LIMIT,    /* slower than min_rate */
    FIMG_WHY_TOTAL_LIMIT,   /* total_ms ran out */

    FIMG_WHY_UNKNOWN_CA,       /* chain leads to no trusted root */
    FIMG_WHY_EXPIRED,          /* a certificate is past its last day */
    FIMG_WHY_NOT_YET_VALID,    /* a certificate is before its first day */
    FIMG_WHY_WRONG_NAME,       /* certificate is for another host */
    FIMG_WHY_WEAK_KEY,         /* RSA below 2048 bits */
    FIMG_WHY_PIN,              /* the server's key is none of the pins */
    FIMG_WHY_KEY_USAGE,        /* a certificate is not meant for this use */
    FIMG_WHY_CHAIN,            /* chain is out of order, forged or garbled */
    FIMG_WHY_CHAIN_LENGTH,     /* more than 8 certificates */
    FIMG_WHY_CERT_UNSUPPORTED, /* algorithm or size that is not accepted */
    FIMG_WHY_TRUST_UNREADABLE, /* trust bundle: cannot be read, or is empty */
    FIMG_WHY_NO_CLOCK,         /* port has no wall clock, policy wants one */
    FIMG_WHY_NO_ENTROPY,       /* port has no randomness */
    FIMG_WHY_TLS_VERSION,      /* server does not speak TLS 1.2 */
    FIMG_WHY_TLS_ALERT,        /* server sent a fatal alert */
    FIMG_WHY_TLS_DAMAGED,      /* record failed its integrity check */
    FIMG_WHY_RECORD_SIZE,      /* record too large: see record_needed */
    FIMG_WHY_TLS_PROTOCOL,     /* anything else TLS forbids */

    FIMG_WHY_STATUS_LINE,  /* reply does not begin as HTTP/1.1 does */
    FIMG_WHY_FIELD,        /* malformed header field */
    FIMG_WHY_FRAMING,      /* body length malformed or ambiguous */
    FIMG_WHY_ENCODING,     /* Content-Encoding that was not asked for */
    FIMG_WHY_HEAD_SIZE,    /* header fields above 64 KB */
    FIMG_WHY_INTERIM,      /* more than 8 interim responses, or 101 */
    FIMG_WHY_CHUNK,        /* malformed chunk */
    FIMG_WHY_CUT_SHORT,    /* close_notify before the end */
    FIMG_WHY_TOO_LARGE,    /* above max_size */
    FIMG_WHY_EMPTY,        /* no image in the reply */
    FIMG_WHY_JSON,         /* JSON without a Feishu code instead of an image */
    FIMG_WHY_HTTP_STATUS,  /* status below 400 other than 200 */
    FIMG_WHY_TOKEN_REPLY,  /* no token, or no lifetime, in the token's reply */
    FIMG_WHY_TOKEN_SIZE,   /* the token's reply exceeds the memory for it */

    FIMG_WHY_REFUSED       /* status from 400 up, or a Feishu code */
};

/* How far a download has come. */
enum fimg_stage {
    FIMG_STAGE_NONE = 0,
    FIMG_STAGE_CONNECT,   /* name and TCP */
    FIMG_STAGE_PROXY,     /* asking the proxy for a way */
    FIMG_STAGE_HANDSHAKE, /* TLS */
    FIMG_STAGE_REQUEST,   /* sending */
    FIMG_STAGE_HEAD,      /* waiting for or reading the reply's head */
    FIMG_STAGE_BODY,      /* reading the image, or the error reply */
    FIMG_STAGE_RETRY,     /* waiting before the next attempt */
    FIMG_STAGE_DONE
};

/* Image formats, told from the first bytes of a body. */
enum fimg_type {
    FIMG_TYPE_UNKNOWN = 0,
    FIMG_TYPE_JPEG,
    FIMG_TYPE_PNG,
    FIMG_TYPE_GIF,
    FIMG_TYPE_WEBP,
    FIMG_TYPE_BMP,
    FIMG_TYPE_ICO,
    FIMG_TYPE_TIFF,
    FIMG_TYPE_HEIC
};

/* What proved that the body is whole. */
enum fimg_end {
    FIMG_END_NONE = 0,
    FIMG_END_CLOSE_NOTIFY, /* no length given; TLS ended in good order */
    FIMG_END_LENGTH,       /* Content-Length was reached */
    FIMG_END_CHUNKED       /* last chunk and its blank line */
};

/* What to do when the port has no wall clock (unix_time returns 0). */
enum fimg_clock_policy {
    FIMG_CLOCK_REQUIRED = 0, /* fail: FIMG_WHY_NO_CLOCK */
    FIMG_CLOCK_OPTIONAL      /* take `built` as a time that has passed */
#if FIMG_PINS
    , FIMG_CLOCK_PINNED      /* with pins only: never look at dates */
#endif
};

struct fimg;
struct fimg_anchors; /* compiled-in roots, see fimg_anchors.h */
struct fimg_limiter;
struct fimg_session;

/*
 * Whom to trust: roots compiled in, or PEM text that `read` gives, or both.
 * Lives, unchanged, as long as a connection made with it may be kept.
 */
struct fimg_trust {
    const struct fimg_anchors *anchors; /* NULL: none */

    /*
     * Copies up to `cap` bytes of PEM text from `offset` on to `dst`. Returns
     * how many, 0 at the end, negative on failure. Called during the
     * handshake, once through the text per certificate whose issuer is looked
     * for. NULL: none. Ignored where FIMG_BUNDLE is 0.
     */
    int (*read)(void *ctx, uint32_t offset, void *dst, size_t cap);
    void *ctx;

    enum fimg_clock_policy clock;
    uint32_t built; /* FIMG_CLOCK_OPTIONAL: seconds since 1970 UTC at which
                      the firmware was built; no certificate that expired
                      before is accepted */

#if FIMG_PINS
    /* Pins: SHA-256 of the public keys (SubjectPublicKeyInfo, in DER) that a
       server may have; a spare one allows for a change. NULL: any. */
    const uint8_t (*pins)[32];
    size_t pin_count;
#endif
#if FIMG_SESSIONS
    uint32_t version; /* another one whenever roots or pins change: sessions
                         made under one are not resumed under another */
#endif
};

#if FIMG_TOKENS
/* How to get a tenant_access_token. */
enum fimg_grant {
    FIMG_GRANT_SELF_BUILT = 0, /* self-built app: app_id and app_secret */
    FIMG_GRANT_OAUTH,          /* the same, from the OAuth v3 endpoint */
    FIMG_GRANT_STORE           /* store app: tenant_key, app_access_token */
};

/*
 * A token that the library fetches when it is needed, and renews. All-zero but
 * for what the caller sets, which stays valid while a request names it. Any
 * number of objects may share one, as long as their calls do not overlap.
 */
struct fimg_token {
    enum fimg_grant grant;
    const char *id;      /* app_id or tenant_key: 1 to 128 of
                            A-Z a-z 0-9 _ . - */
    const char *secret;  /* app_secret or app_access_token: 1 to 4096 of
                            A-Z a-z 0-9 _ . - ~ */
    const char *host;    /* where to ask: OAUTH "accounts.feishu.cn"; NULL:
                            the request's host. Same port number, same trust */
    char *memory;        /* the token is kept here, after the reply it came in */
    size_t cap;          /* 512 is ample; OAUTH: 4608, for 4096 of token */
    uint32_t margin_ms;  /* renewed so long before it expires, if that can be;
                            0: 180000 */

    /* the library's */
    const struct fimg *fetcher; /* who is fetching it now */
    uint32_t born;       /* the port's clock when it came */
    uint32_t life_ms;    /* what it then had to live */
    uint16_t len;        /* 0: there is none */
    uint16_t serial;     /* of this token */
};

/*
 * Take in a token got elsewhere, or kept since an earlier run, that lives for
 * `life_ms` from `now` on, on the clock of the port. False if it is unfit, or
 * an object is fetching one.
 */
bool fimg_token_put(struct fimg_token *t, const char *token, uint32_t life_ms,
                    uint32_t now);

/* What it still has to live; 0: nothing, or there is none. */
uint32_t fimg_token_left_ms(const struct fimg_token *t, uint32_t now);

/* Forget it and wipe its memory. One that is being fetched will be kept. */
void fimg_token_drop(struct fimg_token *t);
#endif

#if FIMG_SESSIONS
/*
 * A TLS session, to be resumed by a later connection: after a restart too, if
 * the bytes were kept where nobody else reads them. All-zero: none.
 */
struct fimg_session {
    uint8_t bytes[120];
};
#endif

#if FIMG_RESUME
/*
 * How far a resource has come, to go on from there: what a device keeps with
 * the bytes it has. All-zero: nothing yet.
 */
struct fimg_resume {
    uint32_t offset;    /* bytes stored so far */
    uint32_t total;     /* of the whole; 0: unknown */
    char validator[64]; /* ETag or Last-Modified; "": cannot be resumed */
};
#endif

#if FIMG_PROXY
/* An HTTP proxy that connects us (CONNECT, RFC 9110 9.3.6). */
struct fimg_proxy {
    const char *host;
    uint16_t port_number;
    const char *basic; /* base64 of "user:password"; NULL: none */
};
#endif

#define FIMG_WAIT UINT32_MAX     /* wait_ms: as long as the limits allow */
#define FIMG_NO_LIMIT UINT32_MAX /* a time limit or rate: none; as is any
                                    time above 24 days, 2147483647 ms */

/*
 * What to fetch, and within which limits. The struct and all it points to
 * stay valid and unchanged until fimg_finish or fimg_close. Zero in a limit
 * means the default named beside it.
 */
struct fimg_request {
    const struct fimg_port *port;
    const struct fimg_trust *trust;
    const char *host;      /* "open.feishu.cn": a name of up to 253
                              characters, without a dot at its end */
    uint16_t port_number;  /* 443 */
    const char *prefix;    /* of the path, "/gateway"; NULL or "": none */
    const char *image_key; /* 1 to 128 of A-Z a-z 0-9 _ . -, as Feishu gave
                              it; not beginning with . or - */
    const char *token;     /* tenant_access_token without "Bearer ": 1 to
                              4096 visible ASCII characters */
#if FIMG_TOKENS
    struct fimg_token *token_from; /* or, where `token` is NULL, fetched */
#endif
#if FIMG_MESSAGES
    const char *message_id; /* of the message that holds the image, or file:
                               like image_key. NULL: the app's own image */
    bool file;             /* type=file, of a message: a file, audio, video */
#endif
#if FIMG_RESUME
    struct fimg_resume *resume; /* kept up to date; begins at its offset if the
                                   server agrees: see report.offset. NULL:
                                   from the start */
#endif
#if FIMG_SESSIONS
    struct fimg_session *session; /* tried, and kept up to date. NULL: none */
#endif
#if FIMG_PROXY
    const struct fimg_proxy *proxy; /* NULL: none */
#endif
#if FIMG_LIMITER
    struct fimg_limiter *limiter; /* see fimg_limiter.h. NULL: none */
#endif

    uint32_t max_size;     /* bytes of image: 10485760; with message_id
                              104857600 */
    uint32_t connect_ms;   /* name, TCP and TLS together: 10000 */
    uint32_t idle_ms;      /* without a byte from the server: 15000 */
    uint32_t min_rate;     /* bytes per second over rate_ms: 16 */
    uint32_t rate_ms;      /* whole seconds: 30000; only waiting counts */
    uint32_t total_ms;     /* from start to end, retries included: 120000 */

    uint32_t wait_ms;      /* how long one call may wait: 0, FIMG_WAIT, or
                              anything between */
    uint8_t retry_max;     /* further attempts: 0, none */

#if FIMG_RECORD_LENT
    /*
     * The record buffer, lent: the library's from fimg_start to fimg_finish,
     * which then also closes. No part of it is a `dst` of fimg_read meanwhile.
     * What it holds is lost.
     */
    void *record_buf;
    size_t record_cap;     /* at least FIMG_RECORD_CAP, 16413; 7 more if
                              `record_buf` is at an odd address */
#endif
};

/*
 * What is known of the download. Strings end in NUL, are never NULL, and hold
 * neither control characters nor bad UTF-8 nor the token; they stay valid
 * until the next start.
 */
struct fimg_report {
    enum fimg_stage stage;  /* where it is, or where it failed */
    enum fimg_status status; /* FIMG_PENDING while under way */
    enum fimg_reason reason;
    enum fimg_end end;
    enum fimg_type type;    /* by the first bytes */
    int32_t code;           /* Feishu's error code; 0 if none came */
    int tls_error;          /* BearSSL's number; 256 + n: alert n received */
    uint16_t http_status;   /* 0 until known */
    bool reused;            /* on a connection that an earlier one kept */
    bool resumed;           /* TLS session resumed */
    uint32_t record_needed; /* FIMG_WHY_RECORD_SIZE: bytes of such a record */
    const char *msg;        /* Feishu's words, up to 160 bytes of UTF-8 */
    const char *log_id;     /* X-Tt-Logid and the like, for Feishu's support */
    const char *location;   /* of a 3xx, up to 128 bytes; never followed */
    const char *advice;     /* what helps, in English; "" if unknown */
    uint32_t date;          /* the reply's Date, seconds since 1970; 0: none */
    uint32_t offset;        /* of the first byte delivered: 0, or where
                               `resume` had got to */
    uint32_t delivered;     /* image bytes stored so far */
    uint32_t length;        /* announced, from `offset` on; FIMG_LENGTH_UNKNOWN
                               if not, or if it is 4 GB or more */

    /* of all attempts together */
    uint32_t wire_in;       /* bytes received, TLS included */
    uint32_t wire_out;      /* bytes sent */
    uint16_t attempts;      /* begun so far */
};

#define FIMG_LENGTH_UNKNOWN UINT32_MAX

/* What a pending download waits for. */
enum fimg_wants { FIMG_WANTS_NOTHING = 0, FIMG_WANTS_READ, FIMG_WANTS_WRITE };

/*
 * Check every field of the request and make ready. Nothing is sent yet.
 *
 * `f` is all-zero or was used before; an unfinished download is finished
 * first. A kept connection will serve again if port, trust (by address), host
 * and port number are the same, and is closed otherwise. Returns FIMG_OK, or
 * FIMG_ERR_REQUEST with the report's reason naming the field.
 */
int fimg_start(struct fimg *f, const struct fimg_request *request);

/*
 * Do the next piece of work. Stores image bytes at `dst`, up to `cap` (not 0)
 * and never more than 16384 at a time.
 *
 * Returns how many were stored; 0 when the image is complete and proven to be;
 * FIMG_PENDING when nothing was stored within wait_ms; or another negative
 * status. Only the 0 proves that the image is whole: what came before a
 * failure is a fragment. 0 and failures stay until the next start.
 */
int fimg_read(struct fimg *f, void *dst, size_t cap);

/* While pending: what to wait for on the port's connection. */
enum fimg_wants fimg_wants(const struct fimg *f);

/* While pending: call fimg_read again after this time at the latest. 0: now. */
uint32_t fimg_next_ms(const struct fimg *f);

/* The report, valid as long as `f` is. */
const struct fimg_report *fimg_report(const struct fimg *f);

/*
 * End the download. A connection that is fit for another is kept, any other
 * closed. Never waits. Harmless when repeated. The report stays readable.
 */
void fimg_finish(struct fimg *f);

/*
 * End the download and the connection, and wipe every secret. Never waits.
 * Harmless when repeated. The report stays readable.
 */
void fimg_close(struct fimg *f);

/* A phrase such as "the certificate has expired"; never NULL. */
const char *fimg_reason_text(enum fimg_reason reason);

/* Feishu's own name for an error code, such as "Unauthorized"; "" if unknown. */
const char *fimg_code_name(int32_t code);

/* The usual file name ending, such as ".png"; "" for FIMG_TYPE_UNKNOWN. */
const char *fimg_type_suffix(enum fimg_type type);

#ifdef __cplusplus
}
#endif

#endif
