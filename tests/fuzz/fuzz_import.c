/*
 * fuzz_import.c: TLS session parameters that come from elsewhere.
 *
 * The input is a byte of flags (1 the seal is made good, 2 the bytes change a
 * good session, 4 another host), a clock of 4 bytes, and up to 120 bytes.
 */
#include "fimg_tls.h"
#include "fuzz.h"
#include "identity.h"

#define SEAL 16

static struct fimg_anchors none;
static const struct fimg_trust trust = { .anchors = &none, .version = 7 };

static struct fimg_server server_at(uint32_t now, bool other)
{
    return (struct fimg_server){ other ? "www.example" : "localhost", 443,
                                 &trust, now };
}

/* A session that was kept when the clock said so. */
static struct fimg_session good(void)
{
    struct fimg_server server = server_at(IDENTITY_NOW, false);
    br_ssl_session_parameters p;
    struct fimg_session s;

    memset(&p, 0x5a, sizeof p);
    p.session_id_len = 32;
    p.version = BR_TLS12;
    fimg_session_save(&s, &server, &p);
    return s;
}

/* The seal guards against accidents, not against who can write there. */
static void make_good(struct fimg_session *s, const struct fimg_server *server)
{
    br_sha256_context sha256;
    uint8_t hash[br_sha256_SIZE];

    br_sha256_init(&sha256);
    br_sha256_update(&sha256, server->host, strlen(server->host) + 1);
    br_sha256_update(&sha256, &server->port_number, sizeof server->port_number);
    br_sha256_update(&sha256, &trust.version, sizeof trust.version);
    br_sha256_update(&sha256, s->bytes + SEAL, sizeof s->bytes - SEAL);
    br_sha256_out(&sha256, hash);
    memcpy(s->bytes, hash, SEAL);
}

static bool is_good(struct fimg_session s, const struct fimg_server *server)
{
    struct fimg_session made = s;

    make_good(&made, server);
    return memcmp(&made, &s, sizeof s) == 0;
}

/* It is offered: is what goes out a whole ClientHello? */
static void offer(const struct fimg_session *s,
                  const struct fimg_server *server)
{
    static const uint8_t entropy[FIMG_TLS_ENTROPY] = { 1 };
    struct fimg_tls *tls = block_of(sizeof *tls);
    const uint8_t *out;
    size_t len;

    memset(tls, 0, sizeof *tls);
    fimg_tls_start(tls, server, entropy, s);
    HOLDS(tls->state == FIMG_TLS_HANDSHAKE);
    out = fimg_tls_out(tls, &len);
    HOLDS(len > 80 && out[0] == 22 && out[5] == 1 && out[43] <= 32);
    HOLDS(5u + (unsigned)(out[3] << 8) + out[4] == len);
    fimg_tls_wipe(tls);
    free(tls);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    uint32_t flags = source_number(&s, 1), now = source_number(&s, 4);
    struct fimg_server server = server_at(now, (flags & 4) != 0);
    struct fimg_session session = { { 0 } }, untouched = good();
    br_ssl_session_parameters p = { 0 };
    bool same;

    if (flags & 2)
        session = untouched;
    for (size_t i = 0; i < sizeof session.bytes; i++)
        session.bytes[i] ^= (uint8_t)source_number(&s, 1);
    same = memcmp(&session, &untouched, sizeof session) == 0;
    if (flags & 1)
        make_good(&session, &server);
    if (fimg_session_load(&session, &server, &p)) {
        HOLDS(is_good(session, &server)); /* which can be forged */
        HOLDS(p.session_id_len <= 32);
        HOLDS(!same || now - IDENTITY_NOW < FIMG_SESSION_LIFE_S);
        offer(&session, &server);
    } else {
        HOLDS(!same || (flags & 4) || now < IDENTITY_NOW ||
              now - IDENTITY_NOW >= FIMG_SESSION_LIFE_S);
    }
    return 0;
}
