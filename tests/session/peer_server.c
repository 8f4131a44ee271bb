/*
 * peer_server.c: BearSSL's server, made to be as a peer is to be.
 */
#include "peer_server.h"

#include <string.h>

#define PEER_OF(ctx, member)                                                   \
    ((struct tls_peer *)(void *)((char *)(ctx)-offsetof(struct tls_peer,       \
                                                        member)))

/* --- a policy that has not heard of fragment lengths --------------------- */

static int choose(const br_ssl_server_policy_class **ctx,
                  const br_ssl_server_context *cc,
                  br_ssl_server_choices *choices)
{
    struct tls_peer *p = PEER_OF(ctx, policy);

    (void)cc;
    p->server.eng.peer_log_max_frag_len = 0;
    return (*p->inner_policy)->choose(p->inner_policy, cc, choices);
}

static uint32_t key_exchange(const br_ssl_server_policy_class **ctx,
                             unsigned char *data, size_t *len)
{
    struct tls_peer *p = PEER_OF(ctx, policy);

    return (*p->inner_policy)->do_keyx(p->inner_policy, data, len);
}

static size_t sign(const br_ssl_server_policy_class **ctx, unsigned algorithm,
                   unsigned char *data, size_t hash_len, size_t len)
{
    struct tls_peer *p = PEER_OF(ctx, policy);

    return (*p->inner_policy)
        ->do_sign(p->inner_policy, algorithm, data, hash_len, len);
}

static const br_ssl_server_policy_class deaf_policy = { sizeof(struct tls_peer),
                                                        choose, key_exchange,
                                                        sign };

/* --- sessions ------------------------------------------------------------ */

static void save_session(const br_ssl_session_cache_class **ctx,
                         br_ssl_server_context *server,
                         const br_ssl_session_parameters *session)
{
    struct peer_sessions *s = (struct peer_sessions *)(void *)ctx;

    (void)server;
    if (s->count == PEER_SESSIONS) {
        memmove(s->list, s->list + 1, sizeof s->list - sizeof s->list[0]);
        s->count--;
    }
    s->list[s->count++] = *session;
}

static int load_session(const br_ssl_session_cache_class **ctx,
                        br_ssl_server_context *server,
                        br_ssl_session_parameters *session)
{
    struct peer_sessions *s = (struct peer_sessions *)(void *)ctx;

    (void)server;
    for (unsigned i = 0; i < s->count; i++)
        if (memcmp(s->list[i].session_id, session->session_id,
                   sizeof session->session_id) == 0) {
            *session = s->list[i];
            s->hits++;
            return 1;
        }
    return 0;
}

static const br_ssl_session_cache_class session_class = {
    sizeof(struct peer_sessions), save_session, load_session
};

/* --- a record of alerts before the Finished ------------------------------ */

static unsigned char *fat_encrypt(const br_sslrec_out_class **ctx, int type,
                                  unsigned version, void *plain, size_t *len)
{
    struct tls_peer *p = PEER_OF(ctx, server.eng.out.vtable);
    const br_sslrec_out_class *inner = &br_sslrec_out_gcm_vtable.inner;
    size_t n = p->fat_finished;
    uint8_t *at = p->record + 64;

    if (!p->fat) {
        p->fat = true;
        for (size_t i = 0; i < n; i++)
            at[i] = i % 2 ? 90 : 1; /* a warning: user_canceled */
        at = inner->encrypt(ctx, 21, version, at, &n);
        peer_put_out(p, at, n);
    }
    return inner->encrypt(ctx, type, version, plain, len);
}

static void fat_init(const br_sslrec_out_gcm_class **ctx,
                     const br_block_ctr_class *cipher, const void *key,
                     size_t key_len, br_ghash ghash, const void *iv)
{
    static br_sslrec_out_gcm_class fat;

    br_sslrec_out_gcm_vtable.init(ctx, cipher, key, key_len, ghash, iv);
    fat = br_sslrec_out_gcm_vtable;
    fat.inner.encrypt = fat_encrypt;
    *ctx = &fat;
}

static void fatten(struct tls_peer *p)
{
    static br_sslrec_out_gcm_class fat;

    fat = br_sslrec_out_gcm_vtable;
    fat.init = fat_init;
    br_ssl_engine_set_gcm(&p->server.eng, &br_sslrec_in_gcm_vtable, &fat);
}

/* --- a ServerHello without a session id ---------------------------------- */

#define HEADER 5  /* of a record */
#define LENGTH 1  /* in a handshake message: three bytes */
#define ID_LEN 38 /* in a ServerHello, behind type, length, version, random */
#define ID_SIZE 32

void peer_server_note(struct tls_peer *p, const uint8_t *from, size_t len)
{
    size_t room = sizeof p->hello - p->hello_len;

    if (p->spoken)
        return;
    if (len > room)
        len = room;
    memcpy(p->hello + p->hello_len, from, len);
    p->hello_len += len;
}

/* Take it out, and out of what the engine believes to have been said. */
static size_t drop_id(struct tls_peer *p, uint8_t *at, size_t len)
{
    br_multihash_context *said = &p->server.eng.mhash;
    uint8_t *hello = at + HEADER;

    if (len < HEADER + ID_LEN + 1 + ID_SIZE || hello[ID_LEN] != ID_SIZE)
        return len;
    len -= ID_SIZE;
    at[3] = (uint8_t)((len - HEADER) >> 8);
    at[4] = (uint8_t)(len - HEADER);
    hello[LENGTH + 2] = (uint8_t)(hello[LENGTH + 2] - ID_SIZE); /* below 256 */
    hello[ID_LEN] = 0;
    memmove(hello + ID_LEN + 1, hello + ID_LEN + 1 + ID_SIZE,
            len - HEADER - ID_LEN - 1);
    br_multihash_init(said);
    br_multihash_update(said, p->hello + HEADER, p->hello_len - HEADER);
    br_multihash_update(said, hello, len - HEADER);
    return len;
}

size_t peer_server_edit(struct tls_peer *p, uint8_t *at, size_t len)
{
    bool first = !p->spoken;

    p->spoken = true;
    return first && p->no_ids ? drop_id(p, at, len) : len;
}

/* --- the engine ---------------------------------------------------------- */

static void set_identity(struct tls_peer *p)
{
    const struct pem_identity *id = p->identity;

    if (br_skey_decoder_key_type(&id->key) == BR_KEYTYPE_RSA)
        br_ssl_server_init_full_rsa(&p->server, id->chain, id->len,
                                    br_skey_decoder_get_rsa(&id->key));
    else
        br_ssl_server_init_full_ec(&p->server, id->chain, id->len,
                                   BR_KEYTYPE_EC,
                                   br_skey_decoder_get_ec(&id->key));
}

static void set_habits(struct tls_peer *p)
{
    if (p->ignore_fragment_length) {
        p->inner_policy = p->server.policy_vtable;
        p->policy = &deaf_policy;
        br_ssl_server_set_policy(&p->server, &p->policy);
    }
    if (p->keeps_sessions) {
        p->sessions.vtable = &session_class;
        br_ssl_server_set_cache(&p->server, &p->sessions.vtable);
    }
    if (p->fat_finished > 0)
        fatten(p);
}

void peer_server_begin(struct tls_peer *p)
{
    static const char seed[] = "the server's entropy, always the same";
    br_ssl_engine_context *e = &p->server.eng;

    set_identity(p);
    br_ssl_engine_set_versions(e, p->version_min ? p->version_min : BR_TLS12,
                               p->version_max ? p->version_max : BR_TLS12);
    if (p->suites)
        br_ssl_engine_set_suites(e, p->suites, p->suites_len);
    br_ssl_engine_set_buffers_bidi(e, p->in_buffer, sizeof p->in_buffer,
                                   p->out_buffer, sizeof p->out_buffer);
    br_ssl_engine_inject_entropy(e, seed, sizeof seed);
    br_ssl_engine_inject_entropy(e, &p->connections, sizeof p->connections);
    set_habits(p);
    p->hello_len = 0;
    p->spoken = false;
    p->fat = false;
    (void)br_ssl_server_reset(&p->server);
}
