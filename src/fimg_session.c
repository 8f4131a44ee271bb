/*
 * fimg_session.c: keep the parameters of a TLS session.
 */
#include "fimg_session.h"

#include <string.h>

#include "fimg_text.h"

#if FIMG_SESSIONS

/* What is in the bytes of a struct fimg_session; the rest of them is zero. */
struct kept {
    uint8_t seal[16]; /* hash of all behind it, and of what it is bound to */
    uint32_t since;   /* when the certificate was verified */
    br_ssl_session_parameters parameters;
};

static void seal(uint8_t out[16], const struct fimg_session *s,
                 const struct fimg_server *server)
{
    br_sha256_context sha256;
    uint8_t hash[br_sha256_SIZE];

    br_sha256_init(&sha256);
    br_sha256_update(&sha256, server->host, strlen(server->host) + 1);
    br_sha256_update(&sha256, &server->port_number, sizeof server->port_number);
    br_sha256_update(&sha256, &server->trust->version,
                     sizeof server->trust->version);
    br_sha256_update(&sha256, s->bytes + 16, sizeof s->bytes - 16);
    br_sha256_out(&sha256, hash);
    memcpy(out, hash, 16);
    fimg_wipe(&sha256, sizeof sha256);
}

bool fimg_session_load(const struct fimg_session *s,
                       const struct fimg_server *server,
                       br_ssl_session_parameters *parameters)
{
    struct kept kept;
    uint8_t wanted[16];
    bool fits;

    memcpy(&kept, s->bytes, sizeof kept);
    seal(wanted, s, server);
    fits = memcmp(kept.seal, wanted, sizeof wanted) == 0 &&
           server->now >= kept.since &&
           server->now - kept.since < FIMG_SESSION_LIFE_S &&
           kept.parameters.session_id_len <= sizeof kept.parameters.session_id;
    if (fits)
        *parameters = kept.parameters;
    fimg_wipe(&kept, sizeof kept);
    return fits;
}

void fimg_session_save(struct fimg_session *s, const struct fimg_server *server,
                       const br_ssl_session_parameters *parameters)
{
    struct kept kept;

    memset(s->bytes, 0, sizeof s->bytes);
    if (server->now == 0 || parameters->session_id_len == 0)
        return;
    memset(&kept, 0, sizeof kept);
    kept.since = server->now;
    kept.parameters = *parameters;
    memcpy(s->bytes, &kept, sizeof kept);
    seal(s->bytes, s, server);
    fimg_wipe(&kept, sizeof kept);
}

#endif
