/*
 * identity.c: what the servers of the fuzz entries present, loaded once.
 */
#include "identity.h"

#include <stdbool.h>
#include <string.h>

static struct pem_identity own;
static struct pem_roots roots;
static struct pem_text text;
static uint8_t pin[br_sha256_SIZE];

/* The only part of the leaf that begins like this is its key. */
static void hash_key(void)
{
    /* SubjectPublicKeyInfo of a P-256 key, up to the point */
    static const uint8_t begin[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a };
    const br_x509_certificate *leaf = &own.chain[0];
    br_sha256_context sha256;

    br_sha256_init(&sha256);
    for (size_t i = 0; i + 91 <= leaf->data_len; i++)
        if (memcmp(leaf->data + i, begin, sizeof begin) == 0)
            br_sha256_update(&sha256, leaf->data + i, 91);
    br_sha256_out(&sha256, pin);
}

static void load(void)
{
    static bool loaded;

    if (loaded)
        return;
    loaded = true;
    pem_folder("tests/fuzz/pki");
    pem_load_identity(&own, "fuzz");
    pem_load_roots(&roots, "fuzz");
    pem_load_text(&text, "fuzz");
    hash_key();
}

struct pem_identity *identity(void)
{
    load();
    return &own;
}

const struct pem_roots *identity_roots(void)
{
    load();
    return &roots;
}

struct pem_text *identity_text(void)
{
    load();
    return &text;
}

const uint8_t *identity_pin(void)
{
    load();
    return pin;
}
