/*
 * pem.c: load the test PKI's files.
 */
#include "pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder_name = ".";

/* Bytes that grow. */
struct bytes {
    uint8_t *at;
    size_t len;
};

static void give_up(const char *what, const char *name)
{
    fprintf(stderr, "pem: %s: %s\n", name, what);
    exit(EXIT_FAILURE);
}

static void append(void *ctx, const void *from, size_t len)
{
    struct bytes *b = ctx;
    uint8_t *at = realloc(b->at, b->len + len + 1);

    if (at == NULL)
        abort();
    memcpy(at + b->len, from, len);
    b->at = at;
    b->len += len;
    b->at[b->len] = 0;
}

void pem_folder(const char *folder)
{
    folder_name = folder;
}

static struct bytes read_file(const char *name, const char *ending)
{
    struct bytes text = { 0 };
    char path[512], block[4096];
    FILE *file;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/%s.%s.pem", folder_name, name,
                   ending);
    file = fopen(path, "rb");
    if (file == NULL)
        give_up("cannot be opened; tests/session/pki.sh makes it", path);
    append(&text, "", 0);
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        append(&text, block, n);
    (void)fclose(file);
    return text;
}

/* Decode the PEM objects of a text one after the other into `object`. */
static size_t decode(struct bytes text, struct bytes *object, size_t max)
{
    br_pem_decoder_context pem;
    size_t used = 0, count = 0;

    br_pem_decoder_init(&pem);
    while (used < text.len) {
        used += br_pem_decoder_push(&pem, text.at + used, text.len - used);
        switch (br_pem_decoder_event(&pem)) {
        case BR_PEM_BEGIN_OBJ:
            if (count == max)
                return count;
            object[count] = (struct bytes){ 0 };
            br_pem_decoder_setdest(&pem, append, &object[count]);
            break;
        case BR_PEM_END_OBJ:
            count++;
            break;
        default:
            break;
        }
    }
    return count;
}

void pem_load_identity(struct pem_identity *identity, const char *name)
{
    struct bytes object[PEM_CHAIN_MAX];
    struct bytes text = read_file(name, "chain");

    for (size_t i = 0; i < identity->len; i++)
        free(identity->chain[i].data);
    identity->len = decode(text, object, PEM_CHAIN_MAX);
    for (size_t i = 0; i < identity->len; i++)
        identity->chain[i] =
            (br_x509_certificate){ object[i].at, object[i].len };
    free(text.at);
    text = read_file(name, "key");
    br_skey_decoder_init(&identity->key);
    if (identity->len == 0 || decode(text, object, 1) != 1)
        give_up("no certificate or key", name);
    br_skey_decoder_push(&identity->key, object[0].at, object[0].len);
    if (br_skey_decoder_last_error(&identity->key) != 0)
        give_up("unfit key", name);
    free(object[0].at);
    free(text.at);
}

/* A copy that stays. */
static uint8_t *keep(const void *from, size_t len)
{
    struct bytes copy = { 0 };

    append(&copy, from, len);
    return copy.at;
}

static void load_anchor(br_x509_trust_anchor *anchor, struct bytes der)
{
    br_x509_decoder_context decoder;
    struct bytes dn = { 0 };
    br_x509_pkey *key;

    append(&dn, "", 0);
    br_x509_decoder_init(&decoder, append, &dn);
    br_x509_decoder_push(&decoder, der.at, der.len);
    key = br_x509_decoder_get_pkey(&decoder);
    if (key == NULL)
        give_up("unfit root", "roots");
    anchor->dn.data = dn.at;
    anchor->dn.len = dn.len;
    anchor->flags = BR_X509_TA_CA;
    anchor->pkey = *key;
    if (key->key_type == BR_KEYTYPE_RSA) {
        anchor->pkey.key.rsa.n = keep(key->key.rsa.n, key->key.rsa.nlen);
        anchor->pkey.key.rsa.e = keep(key->key.rsa.e, key->key.rsa.elen);
    } else {
        anchor->pkey.key.ec.q = keep(key->key.ec.q, key->key.ec.qlen);
    }
}

static void drop_anchor(br_x509_trust_anchor *anchor)
{
    free(anchor->dn.data);
    if (anchor->pkey.key_type == BR_KEYTYPE_RSA) {
        free(anchor->pkey.key.rsa.n);
        free(anchor->pkey.key.rsa.e);
    } else {
        free(anchor->pkey.key.ec.q);
    }
}

void pem_load_roots(struct pem_roots *roots, const char *name)
{
    struct bytes object[PEM_CHAIN_MAX];
    struct bytes text = read_file(name, "roots");

    for (size_t i = 0; i < roots->count; i++)
        drop_anchor(&roots->list[i]);
    roots->count = decode(text, object, PEM_CHAIN_MAX);
    for (size_t i = 0; i < roots->count; i++) {
        load_anchor(&roots->list[i], object[i]);
        free(object[i].at);
    }
    free(text.at);
}

void pem_load_text(struct pem_text *text, const char *name)
{
    struct bytes bytes = read_file(name, "roots");

    free(text->bytes);
    text->bytes = (char *)bytes.at;
    text->len = bytes.len;
}

void pem_load_pin(uint8_t pin[32], const char *name)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s.pin", folder_name, name);
    file = fopen(path, "rb");
    if (file == NULL || fread(pin, 1, 32, file) != 32 || fgetc(file) != EOF)
        give_up("no pin; tests/session/pki.sh makes it", path);
    (void)fclose(file);
}
