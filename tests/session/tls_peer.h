/*
 * tls_peer.h: a BearSSL server in the same process, that plays a script.
 *
 * It never waits and knows no socket: bytes are given and taken. The engine
 * shakes hands and reads requests; what it says afterwards is encrypted record
 * by record as the script has it, whether a server should or not. With the
 * same seed everything it sends is the same each time.
 */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <stdbool.h>

#include "pem.h"

enum peer_do {
    PEER_REST = 0, /* nothing more; the connection stays open */
    PEER_CONNECT,  /* first of all: plain text; wait for a proxy's request */
    PEER_TUNNEL,   /* ... and here TLS begins */
    PEER_REQUEST,  /* wait for a whole request, with its body */
    PEER_BYTES,    /* wait for `len` bytes of a request */
    PEER_PAUSE,    /* let `len` milliseconds pass */
    PEER_SEND,     /* `len` bytes of plaintext, up to `piece` in a record */
    PEER_EMPTY,    /* `len` records without plaintext */
    PEER_DAMAGE,   /* flip a bit of the next record */
    PEER_HELLO,    /* HelloRequest: ask for a renegotiation */
    PEER_WARN,     /* warning alert number `len` */
    PEER_ALERT,    /* fatal alert number `len` */
    PEER_NOTIFY,   /* close_notify */
    PEER_RECORD,   /* the bytes in an encrypted record of type `piece` */
    PEER_RAW,      /* `len` bytes as they are, encrypted or not */
    PEER_FIN,      /* end the stream in order */
    PEER_RST       /* end it otherwise */
};

struct peer_step {
    enum peer_do what;
    const char *bytes; /* PEER_SEND: NULL for the next bytes of the pattern */
    size_t len;
    size_t piece; /* 0: as many as a record may have */
};

/* Steps for tables: text, text in records of n bytes, pattern. */
#define TEXT(text)                                                             \
    {                                                                          \
        PEER_SEND, text, sizeof(text) - 1, 0                                   \
    }
#define TEXT_BY(text, n)                                                       \
    {                                                                          \
        PEER_SEND, text, sizeof(text) - 1, n                                   \
    }
#define PATTERN(len)                                                           \
    {                                                                          \
        PEER_SEND, NULL, len, 0                                                \
    }
#define PATTERN_BY(len, n)                                                     \
    {                                                                          \
        PEER_SEND, NULL, len, n                                                \
    }
#define DO(what)                                                               \
    {                                                                          \
        what, NULL, 0, 0                                                       \
    }
#define DO_N(what, n)                                                          \
    {                                                                          \
        what, NULL, n, 0                                                       \
    }

#define PEER_SCRIPTS 8
#define PEER_REQUEST_CAP 6000
#define PEER_CONNECT_CAP 2000
#define PEER_SESSIONS 4
#define PEER_LOG_CAP 24000

enum peer_stream { PEER_STREAM_OPEN, PEER_STREAM_FIN, PEER_STREAM_RST };

/* TLS sessions that can be resumed; to be forgotten by `count = 0`. */
struct peer_sessions {
    const br_ssl_session_cache_class *vtable;
    br_ssl_session_parameters list[PEER_SESSIONS]; /* the last ones */
    unsigned count;
    unsigned hits; /* found when a client asked for them */
};

struct tls_peer {
    /* what to be; set before the first connection */
    const struct pem_identity *identity;
    const struct peer_step *script[PEER_SCRIPTS]; /* one per connection; the
                                last that is not NULL serves all further */
    const uint16_t *suites; /* NULL: all that BearSSL has */
    size_t suites_len;
    uint16_t version_min, version_max; /* 0: TLS 1.2 */
    bool ignore_fragment_length;       /* as if there were no such extension */
    bool keeps_sessions; /* resumes them; else it has ids, but knows none */
    bool no_ids;         /* has none, as where tickets are all there is */
    size_t fat_finished; /* sends so many bytes of harmless alerts, an even
                            number, before its Finished; needs AES-GCM */

    /* what was seen; over all connections */
    struct peer_sessions sessions;
    char connect[PEER_CONNECT_CAP]; /* the last one to a proxy, NUL-ended */
    size_t connect_len;
    uint64_t early; /* bytes after it, but before TLS was due */
    char request[PEER_REQUEST_CAP]; /* the last one, NUL-ended */
    size_t request_len;
    char log[PEER_LOG_CAP]; /* all of them, one behind the other, NUL-ended */
    size_t log_len;
    unsigned requests; /* whole ones */
    unsigned notified; /* close_notify received */
    int error;         /* BearSSL's, of the last connection */
    unsigned hellos;   /* handshakes completed */

    /* this connection */
    enum peer_stream stream;
    bool plain;         /* TLS has not begun */
    bool connect_whole; /* `connect` is complete */
    bool open;          /* the handshake is over */
    bool pausing;
    uint32_t pause_end;
    uint32_t now;
    uint64_t produced;      /* bytes for the client so far */
    uint64_t handshake_end; /* of them handshake */
    unsigned connections;
    unsigned asked;    /* requests of this connection already seen to */
    unsigned answered; /* PEER_REQUEST steps done */
    bool whole;        /* `request` is complete */
    size_t body_left;  /* bytes of its body still to come */
    bool damage;
    const struct peer_step *step;
    size_t step_pos;
    uint64_t pattern_pos;
    size_t out_pos, out_len;
    uint8_t out[2 * BR_SSL_BUFSIZE_INPUT];
    uint8_t in_buffer[BR_SSL_BUFSIZE_INPUT];
    uint8_t out_buffer[BR_SSL_BUFSIZE_OUTPUT];
    uint8_t record[64 + 16384 + 1024 + 64];
    br_ssl_server_context server;
    const br_ssl_server_policy_class *policy; /* wraps the server's own */
    const br_ssl_server_policy_class **inner_policy;
    uint8_t hello[600]; /* the client's, with its record's header */
    size_t hello_len;
    bool spoken; /* the engine has sent something */
    bool fat;    /* ... and too much of it */
};

/* Byte `i` of the pattern that images are made of; it begins as a JPEG. */
uint8_t peer_pattern(uint64_t i);

/* A connection begins. */
void peer_connect(struct tls_peer *p, uint32_t now);

/* Bytes from the client. */
void peer_give(struct tls_peer *p, const uint8_t *from, size_t len);

/* Go on with the script as far as possible; how many bytes can be taken. */
size_t peer_run(struct tls_peer *p, uint32_t now);

/* Take bytes for the client, at most as many as peer_run told. */
void peer_take(struct tls_peer *p, uint8_t *to, size_t len);

#endif
