/*
 * fimg_tls.c: a TLS 1.2 client without a socket.
 *
 * BearSSL's engine does the work. What is offered: ECDHE with AES-GCM and
 * ChaCha20-Poly1305, SHA-256 and up; the order is by what this CPU is good at.
 */
#include "fimg_tls.h"

#include "fimg_text.h"

/* Six from the first on, or six from the third on. */
static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
};

/* AES comes first only where the CPU has instructions for it. */
static void set_suites(br_ssl_engine_context *e)
{
    bool has_aes = br_aes_x86ni_ctr_get_vtable() && br_ghash_pclmul_get();

    br_ssl_engine_set_suites(e, suites + (has_aes ? 2 : 0), 6);
}

static void set_algorithms(br_ssl_client_context *c)
{
    br_ssl_engine_context *e = &c->eng;

    br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
    set_suites(e);
    br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(e, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_hash(e, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(e, &br_tls12_sha384_prf);
    br_ssl_engine_set_default_rsavrfy(e);
    br_ssl_engine_set_default_ecdsa(e); /* which brings its curves along */
    br_ssl_engine_set_default_aes_gcm(e);
    br_ssl_engine_set_default_chapol(e);
    br_ssl_engine_add_flags(e, BR_OPT_NO_RENEGOTIATION);
}

/*
 * The engine derives the fragment length it asks the server for from the
 * buffer, and takes one size less than fits, for the overhead of suites that
 * are not offered here. Its field says what we mean: 14 stands for 16384, of
 * which nothing is asked; 12 for 4096.
 */
static void set_record_buffer(struct fimg_tls *t)
{
    br_ssl_engine_set_buffers_bidi(&t->client.eng, t->record->bytes,
                                   sizeof t->record->bytes, NULL, 0);
    t->client.eng.log_max_frag_len = FIMG_RECORD_MAX == 16384 ? 14 : 12;
}

static enum fimg_reason reason_of(const struct fimg_tls *t, int error)
{
    /* without a TLS record before it, it is something else that was said */
    if ((error & 0xff) == 70 ||
        (error == BR_ERR_UNSUPPORTED_VERSION && t->record->bytes[0] == 22))
        return FIMG_WHY_TLS_VERSION;
    if (error >= BR_ERR_RECV_FATAL_ALERT)
        return FIMG_WHY_TLS_ALERT;
    if (error >= BR_ERR_X509_OK)
        return fimg_x509_why(&t->record->handshake.x509, error);
    if (error == BR_ERR_WRONG_KEY_USAGE)
        return FIMG_WHY_KEY_USAGE;
    if (error == BR_ERR_BAD_MAC)
        return FIMG_WHY_TLS_DAMAGED;
    return error == BR_ERR_TOO_LARGE ? FIMG_WHY_RECORD_SIZE
                                     : FIMG_WHY_TLS_PROTOCOL;
}

/* See what the engine's last step has led to. */
static void update(struct fimg_tls *t)
{
    const br_ssl_engine_context *e = &t->client.eng;
    int error = br_ssl_engine_last_error(e);

    if (error != BR_ERR_OK) {
        t->state = FIMG_TLS_FAILED;
        t->why = reason_of(t, error);
    } else if (e->shutdown_recv) {
        t->state = FIMG_TLS_ENDED;
    } else if (t->state == FIMG_TLS_HANDSHAKE &&
               br_ssl_engine_current_state(e) & BR_SSL_SENDAPP) {
        t->state = FIMG_TLS_OPEN;
    }
}

#if FIMG_RECORD_LENT
bool fimg_tls_lend(struct fimg_tls *t, void *memory, size_t len)
{
    struct aligned {
        char byte;
        union fimg_record record;
    };
    size_t unit = offsetof(struct aligned, record);
    size_t gap = (size_t)(-(uintptr_t)memory & (unit - 1));

    if (memory == NULL || len < gap + sizeof t->record->bytes)
        return false;
    t->record = (void *)((uint8_t *)memory + gap);
    return true;
}
#endif

/* Offer to resume the session. False if it is none with this server. */
static bool offer(struct fimg_tls *t, const struct fimg_server *server,
                  const struct fimg_session *session)
{
#if FIMG_SESSIONS
    br_ssl_session_parameters parameters;

    if (session == NULL || !fimg_session_load(session, server, &parameters))
        return false;
    br_ssl_engine_set_session_parameters(&t->client.eng, &parameters);
    fimg_wipe(&parameters, sizeof parameters);
    return true;
#else
    (void)t, (void)server, (void)session;
    return false;
#endif
}

void fimg_tls_start(struct fimg_tls *t, const struct fimg_server *server,
                    const uint8_t *entropy, const struct fimg_session *session)
{
    struct fimg_x509 *x509 = &t->record->handshake.x509;

    t->why = FIMG_WHY_NONE;
    br_ssl_client_zero(&t->client);
    set_algorithms(&t->client);
    set_record_buffer(t);
    fimg_x509_init(x509, server->trust, server->now);
    br_ssl_engine_set_x509(&t->client.eng, &x509->vtable);
    br_ssl_engine_inject_entropy(&t->client.eng, entropy, FIMG_TLS_ENTROPY);
    t->state = FIMG_TLS_HANDSHAKE;
    /* update sees failure */
    (void)br_ssl_client_reset(&t->client, server->host,
                              offer(t, server, session));
    update(t);
}

#if FIMG_SESSIONS
bool fimg_tls_resumed(const struct fimg_tls *t)
{
    return t->record->handshake.x509.certificates == 0;
}

void fimg_tls_keep(const struct fimg_tls *t, const struct fimg_server *server,
                   struct fimg_session *session)
{
    br_ssl_session_parameters parameters;

    br_ssl_engine_get_session_parameters(&t->client.eng, &parameters);
    fimg_session_save(session, server, &parameters);
    fimg_wipe(&parameters, sizeof parameters);
}
#endif

const char *fimg_tls_host(const struct fimg_tls *t)
{
    return t->client.eng.server_name;
}

const uint8_t *fimg_tls_out(const struct fimg_tls *t, size_t *len)
{
    return br_ssl_engine_sendrec_buf(&t->client.eng, len);
}

void fimg_tls_sent(struct fimg_tls *t, size_t len)
{
    br_ssl_engine_sendrec_ack(&t->client.eng, len);
    update(t);
}

uint8_t *fimg_tls_in(struct fimg_tls *t, size_t *len)
{
    uint8_t *at = br_ssl_engine_recvrec_buf(&t->client.eng, len);
    size_t room;

    if (t->state == FIMG_TLS_HANDSHAKE && *len > 0) {
        /* an encrypted record gathers, but not where the checker lies */
        room = (size_t)(t->record->bytes + FIMG_RECORD_FRONT - at);
        if (room > FIMG_TLS_FLIGHT)
            room = FIMG_TLS_FLIGHT;
        if (*len > room)
            *len = room;
    }
    return at;
}

void fimg_tls_received(struct fimg_tls *t, size_t len)
{
    br_ssl_engine_recvrec_ack(&t->client.eng, len);
    update(t);
}

int fimg_tls_error(const struct fimg_tls *t)
{
    return br_ssl_engine_last_error(&t->client.eng);
}

uint32_t fimg_tls_record_needed(const struct fimg_tls *t)
{
    const uint8_t *header = t->record->bytes;

    if (t->why != FIMG_WHY_RECORD_SIZE)
        return 0;
    return 5u + (uint32_t)(header[3] << 8) + header[4];
}

bool fimg_tls_at_rest(const struct fimg_tls *t)
{
    size_t len;

    /* nothing to send, and room for a header where records begin */
    return br_ssl_engine_sendrec_buf(&t->client.eng, &len) == NULL &&
           br_ssl_engine_recvrec_buf(&t->client.eng, &len) == t->record->bytes;
}

uint8_t *fimg_tls_room(struct fimg_tls *t, size_t *len)
{
    return br_ssl_engine_sendapp_buf(&t->client.eng, len);
}

void fimg_tls_put(struct fimg_tls *t, size_t len)
{
    br_ssl_engine_sendapp_ack(&t->client.eng, len);
    br_ssl_engine_flush(&t->client.eng, 0);
}

const uint8_t *fimg_tls_peek(const struct fimg_tls *t, size_t *len)
{
    return br_ssl_engine_recvapp_buf(&t->client.eng, len);
}

void fimg_tls_skip(struct fimg_tls *t, size_t len)
{
    br_ssl_engine_recvapp_ack(&t->client.eng, len);
}

/*
 * BearSSL 0.6 never comes to an end when it is closed with plaintext unread,
 * and cannot send while a record is half received.
 */
void fimg_tls_close(struct fimg_tls *t)
{
    if (fimg_tls_at_rest(t))
        br_ssl_engine_close(&t->client.eng);
}

void fimg_tls_wipe(struct fimg_tls *t)
{
#if FIMG_RECORD_LENT
    if (t->record)
        fimg_wipe(t->record->bytes, sizeof t->record->bytes);
#endif
    fimg_wipe(t, sizeof *t);
}
