/*
 * fimg_tls.h: a TLS 1.2 client without a socket: records in, records out.
 *
 * One record buffer serves both directions, which an HTTP client never uses
 * at once, and during the handshake its tail holds the certificate checker:
 *
 *     handshake   [ messages, 128 bytes at a time ... | struct fimg_x509 ]
 *     afterwards  [ one record, decrypted where it lies                  ]
 *
 * That works because handshake messages are consumed as they arrive and never
 * gather in the buffer, as long as no more than FIMG_TLS_FLIGHT bytes are fed
 * at a time; and because renegotiation is refused.
 */
#ifndef FIMG_TLS_H
#define FIMG_TLS_H

#include "fimg_session.h"
#include "fimg_x509.h"

#define FIMG_TLS_FLIGHT 128   /* handshake bytes fed at a time: so few that
                                 no two signatures are checked in one go */
#define FIMG_TLS_ENTROPY 32   /* bytes that a start takes */
#define FIMG_RECORD_FRONT \
    ((FIMG_RECORD_CAP - sizeof(struct fimg_x509)) & ~(size_t)15)

union fimg_record {
    uint8_t bytes[FIMG_RECORD_CAP];
    struct {
        uint8_t front[FIMG_RECORD_FRONT];
        struct fimg_x509 x509;
    } handshake;
};

enum fimg_tls_state {
    FIMG_TLS_CLEAR = 0, /* not started, or wiped */
    FIMG_TLS_HANDSHAKE,
    FIMG_TLS_OPEN,
    FIMG_TLS_ENDED,     /* the server sent close_notify */
    FIMG_TLS_FAILED     /* see `why` */
};

/* All-zero: FIMG_TLS_CLEAR. */
struct fimg_tls {
    enum fimg_tls_state state;
    enum fimg_reason why;
    br_ssl_client_context client;
#if FIMG_RECORD_LENT
    union fimg_record *record; /* NULL: none was lent */
#else
    union fimg_record record[1];
#endif
};

#if FIMG_RECORD_LENT
/* Use this memory for records, until fimg_tls_wipe. False if too small. */
bool fimg_tls_lend(struct fimg_tls *t, void *memory, size_t len);
#endif

/*
 * Begin a handshake. `server` and what it names stay valid until it is over,
 * its trust longer if it says so; `entropy` holds FIMG_TLS_ENTROPY secret
 * bytes. `session` is resumed if it is one with this server, and the server
 * still knows it; NULL: none.
 */
void fimg_tls_start(struct fimg_tls *t, const struct fimg_server *server,
                    const uint8_t *entropy, const struct fimg_session *session);

#if FIMG_SESSIONS
/* Just opened: was a session resumed? If not: keep the new one. */
bool fimg_tls_resumed(const struct fimg_tls *t);
void fimg_tls_keep(const struct fimg_tls *t, const struct fimg_server *server,
                   struct fimg_session *session);
#endif

/* The host of the present or last handshake, NUL-ended. */
const char *fimg_tls_host(const struct fimg_tls *t);

/* Bytes for the server; `*len` is 0 if there are none. Then: so many were
   sent. */
const uint8_t *fimg_tls_out(const struct fimg_tls *t, size_t *len);
void fimg_tls_sent(struct fimg_tls *t, size_t len);

/*
 * Room for bytes from the server: at most `*len` of them may be put there, 0
 * if none can be taken now. Then: so many were.
 */
uint8_t *fimg_tls_in(struct fimg_tls *t, size_t *len);
void fimg_tls_received(struct fimg_tls *t, size_t len);

/* Failed: BearSSL's number; and for FIMG_WHY_RECORD_SIZE the bytes of that
   record, otherwise 0. */
int fimg_tls_error(const struct fimg_tls *t);
uint32_t fimg_tls_record_needed(const struct fimg_tls *t);

/* Is no record half received, half read or half sent? */
bool fimg_tls_at_rest(const struct fimg_tls *t);

/* Room for plaintext to send; then: so many bytes are there, send them. */
uint8_t *fimg_tls_room(struct fimg_tls *t, size_t *len);
void fimg_tls_put(struct fimg_tls *t, size_t len);

/* Plaintext received, where it lies; then: so many bytes of it are done. */
const uint8_t *fimg_tls_peek(const struct fimg_tls *t, size_t *len);
void fimg_tls_skip(struct fimg_tls *t, size_t len);

/* Memory that nobody needs while there is no plaintext to peek at and no
   record half received. */
static inline void *fimg_tls_scratch(struct fimg_tls *t, size_t *len)
{
    *len = sizeof t->record->bytes;
    return t->record->bytes;
}

/* While TLS is open: queue a close_notify if that is possible now. */
void fimg_tls_close(struct fimg_tls *t);

/* Leave nothing behind, in lent memory neither, which is lent no more. */
void fimg_tls_wipe(struct fimg_tls *t);

#endif
