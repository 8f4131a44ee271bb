/*
 * server.c: an HTTPS server in the same image.
 */
#include "server.h"

#include <stdbool.h>
#include <string.h>

static struct {
    br_ssl_server_context tls;
    br_skey_decoder_context key;
    br_ssl_session_cache_lru sessions;
    br_ec_impl p256; /* the default implementation, with one curve */
    const struct identity *identity;
    uint16_t suite;
    uint32_t body_len;

    /* this connection */
    unsigned matched; /* of the blank line that ends a request */
    bool asked;
    size_t head_pos;
    uint32_t body_pos;
    char head[128];
    uint8_t session_store[1024];
    uint8_t in[BR_SSL_BUFSIZE_INPUT];
    uint8_t out[BR_SSL_BUFSIZE_OUTPUT];
} server;

uint8_t server_pattern(uint32_t i)
{
    return (uint8_t)(i * 167 + (i >> 8) * 13);
}

static void write_head(void)
{
    static const char start[] = "HTTP/1.1 200 OK\r\n"
                                "Content-Type: image/jpeg\r\n"
                                "Content-Length: 0000000000\r\n\r\n";
    char *digit = server.head + sizeof start - 1 - 4;

    memcpy(server.head, start, sizeof start);
    for (uint32_t n = server.body_len; n > 0; n /= 10)
        *--digit = (char)('0' + n % 10);
}

/* Its own key, and the only curve that keys are agreed on with: X25519 would
   cost the client less, but servers that follow its wish take this one. */
static void set_keys(void)
{
    const struct identity *id = server.identity;
    br_ssl_server_context *c = &server.tls;

    br_skey_decoder_init(&server.key);
    br_skey_decoder_push(&server.key, id->key, id->key_len);
    if (br_skey_decoder_key_type(&server.key) == BR_KEYTYPE_RSA)
        br_ssl_server_set_single_rsa(
            c, id->chain, id->chain_len, br_skey_decoder_get_rsa(&server.key),
            BR_KEYTYPE_SIGN, br_rsa_private_get_default(),
            br_rsa_pkcs1_sign_get_default());
    else
        br_ssl_server_set_single_ec(
            c, id->chain, id->chain_len, br_skey_decoder_get_ec(&server.key),
            BR_KEYTYPE_SIGN, BR_KEYTYPE_EC, br_ec_get_default(),
            br_ecdsa_sign_asn1_get_default());
    server.p256 = *br_ec_get_default();
    server.p256.supported_curves = (uint32_t)1 << BR_EC_secp256r1;
    br_ssl_engine_set_ec(&c->eng, &server.p256);
}

static void set_algorithms(void)
{
    br_ssl_engine_context *e = &server.tls.eng;

    br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(e, &server.suite, 1);
    br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
    br_ssl_engine_set_default_aes_gcm(e);
    br_ssl_engine_set_default_chapol(e);
    br_ssl_engine_set_buffers_bidi(e, server.in, sizeof server.in, server.out,
                                   sizeof server.out);
}

void server_start(const struct identity *identity, uint16_t suite,
                  uint32_t body_len)
{
    static const char seed[] = "the server's entropy, always the same";

    server.identity = identity;
    server.suite = suite;
    server.body_len = body_len;
    write_head();
    br_ssl_server_zero(&server.tls);
    set_algorithms();
    set_keys();
    br_ssl_session_cache_lru_init(&server.sessions, server.session_store,
                                  sizeof server.session_store);
    br_ssl_server_set_cache(&server.tls, &server.sessions.vtable);
    br_ssl_engine_inject_entropy(&server.tls.eng, seed, sizeof seed);
}

void server_connect(void)
{
    server.matched = 0;
    server.asked = false;
    server.head_pos = 0;
    server.body_pos = 0;
    (void)br_ssl_server_reset(&server.tls);
}

static void note_request(const uint8_t *in, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (in[i] == "\r\n\r\n"[server.matched])
            server.matched++;
        else
            server.matched = in[i] == '\r';
        if (server.matched == 4) {
            server.matched = 0;
            server.asked = true;
        }
    }
}

void server_give(const uint8_t *from, size_t len)
{
    br_ssl_engine_context *e = &server.tls.eng;
    unsigned char *at;
    size_t n;

    while (len > 0 && (at = br_ssl_engine_recvrec_buf(e, &n)) != NULL) {
        if (n > len)
            n = len;
        memcpy(at, from, n);
        br_ssl_engine_recvrec_ack(e, n);
        from += n;
        len -= n;
        while ((at = br_ssl_engine_recvapp_buf(e, &n)) != NULL) {
            note_request(at, n);
            br_ssl_engine_recvapp_ack(e, n);
        }
    }
}

/* The head has a record of its own; then the body, whole records. */
static void answer(void)
{
    br_ssl_engine_context *e = &server.tls.eng;
    size_t room, head_left = strlen(server.head + server.head_pos), n = 0;
    unsigned char *at = br_ssl_engine_sendapp_buf(e, &room);

    if (!server.asked || at == NULL)
        return;
    if (head_left > 0) {
        n = head_left < room ? head_left : room;
        memcpy(at, server.head + server.head_pos, n);
        server.head_pos += n;
    } else {
        for (; n < room && server.body_pos < server.body_len; n++)
            at[n] = server_pattern(server.body_pos++);
    }
    if (n > 0)
        br_ssl_engine_sendapp_ack(e, n);
    br_ssl_engine_flush(e, 0);
}

size_t server_take(uint8_t *to, size_t cap)
{
    br_ssl_engine_context *e = &server.tls.eng;
    size_t n;
    unsigned char *at = br_ssl_engine_sendrec_buf(e, &n);

    if (at == NULL) {
        answer();
        at = br_ssl_engine_sendrec_buf(e, &n);
    }
    if (at == NULL)
        return 0;
    if (n > cap)
        n = cap;
    memcpy(to, at, n);
    br_ssl_engine_sendrec_ack(e, n);
    return n;
}
