/*
 * fimg_session.h: keep the parameters of a TLS session for a later connection.
 *
 * A resumed handshake looks at no certificate. So a session is bound to what
 * was verified when it was made: host, port number and the trust's version;
 * and it is no good after a day, or without a clock to tell.
 */
#ifndef FIMG_SESSION_H
#define FIMG_SESSION_H

#include <bearssl.h>

#include "fimg.h"

/* Whom a handshake is with, and who vouches for it at what time. */
struct fimg_server {
    const char *host; /* up to 255 bytes */
    uint16_t port_number;
    const struct fimg_trust *trust;
    uint32_t now; /* seconds since 1970; 0: unknown */
};

#if FIMG_SESSIONS

#define FIMG_SESSION_LIFE_S 86400

/* The parameters to offer. False if there are none for this server. */
bool fimg_session_load(const struct fimg_session *s,
                       const struct fimg_server *server,
                       br_ssl_session_parameters *parameters);

/* Keep the parameters of a full handshake, if they can be resumed. */
void fimg_session_save(struct fimg_session *s,
                       const struct fimg_server *server,
                       const br_ssl_session_parameters *parameters);

#endif

#endif
