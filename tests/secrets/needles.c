/*
 * needles.c: what must not be found, and where it is after all.
 */
#include "needles.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW 8
#define KEY_BLOCK (2 * (32 + 12)) /* two keys and two nonces */

/* Zeros and the like are everywhere, and no secret. */
static bool is_telling(const unsigned char *bytes)
{
    bool seen[256] = { false };
    size_t different = 0, i;

    for (i = 0; i < WINDOW; i++) {
        different += !seen[bytes[i]];
        seen[bytes[i]] = true;
    }
    return different > WINDOW / 2;
}

static void add(struct needles *n, const void *secret, size_t len)
{
    const unsigned char *at = secret;
    size_t i;

    for (i = 0; i + WINDOW <= len; i++) {
        if (!is_telling(at + i))
            continue;
        if (n->count == sizeof n->windows / sizeof n->windows[0])
            abort();
        memcpy(n->windows[n->count++], at + i, WINDOW);
    }
}

void needles_text(struct needles *n, const char *text)
{
    add(n, text, strlen(text));
}

static void add_key_block(struct needles *n, const br_ssl_engine_context *e)
{
    br_tls_prf_seed_chunk seed[2] = { { e->server_random, 32 },
                                      { e->client_random, 32 } };
    unsigned char block[KEY_BLOCK];
    bool is_384 = e->session.cipher_suite ==
                      BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 ||
                  e->session.cipher_suite ==
                      BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;

    (is_384 ? br_tls12_sha384_prf : br_tls12_sha256_prf)(
        block, sizeof block, e->session.master_secret,
        sizeof e->session.master_secret, "key expansion", 2, seed);
    add(n, block, sizeof block);
}

/* Round keys and the like, as this CPU's code has them. Pointers are left
 * out: they are no secret. */
static void add_gcm(struct needles *n, const br_sslrec_gcm_context *gcm)
{
    const unsigned char *keys = (const unsigned char *)&gcm->bc;

    add(n, keys + sizeof(void *), sizeof gcm->bc - sizeof(void *));
    add(n, gcm->h, sizeof gcm->h);
}

void needles_keys(struct needles *n, const br_ssl_engine_context *server)
{
    add(n, server->session.master_secret, sizeof server->session.master_secret);
    add_key_block(n, server);
    switch (server->session.cipher_suite) {
    case BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256:
    case BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256:
        add(n, server->in.chapol.key, sizeof server->in.chapol.key);
        add(n, server->out.chapol.key, sizeof server->out.chapol.key);
        break;
    default:
        add_gcm(n, &server->in.gcm);
        add_gcm(n, &server->out.gcm);
    }
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, WINDOW);
}

size_t needles_in(const struct needles *n, const void *memory, size_t len)
{
    static struct needles sorted;
    static bool begins[65536];
    const unsigned char *at = memory;
    size_t found = 0, i;

    sorted = *n;
    qsort(sorted.windows, sorted.count, WINDOW, compare);
    memset(begins, 0, sizeof begins);
    for (i = 0; i < sorted.count; i++)
        begins[sorted.windows[i][0] << 8 | sorted.windows[i][1]] = true;
    for (i = 0; i + WINDOW <= len; i++)
        found += begins[at[i] << 8 | at[i + 1]] &&
                 bsearch(at + i, sorted.windows, sorted.count, WINDOW,
                         compare) != NULL;
    return found;
}
