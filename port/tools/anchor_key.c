/*
 * anchor_key.c: which public keys make an anchor.
 */
#include "anchor_source.h"

#include <string.h>

#define MIN_RSA_BITS 2048

static unsigned bits(const unsigned char *at, size_t len)
{
    unsigned n;

    while (len > 0 && *at == 0) {
        at++;
        len--;
    }
    if (len == 0)
        return 0;
    n = (unsigned)len * 8;
    for (unsigned top = *at; top < 0x80; top <<= 1)
        n--;
    return n;
}

static const char *check_rsa(const br_rsa_public_key *key)
{
    if (bits(key->n, key->nlen) < MIN_RSA_BITS)
        return "its RSA key has fewer than 2048 bits";
    if (!(key->n[key->nlen - 1] & 1) || bits(key->e, key->elen) < 2 ||
        !(key->e[key->elen - 1] & 1))
        return "its RSA key is not valid";
    return NULL;
}

static const char *check_ec(const br_ec_public_key *key)
{
    unsigned char copy[BR_X509_BUFSIZE_KEY], one = 1;
    size_t coordinate = key->curve == BR_EC_secp256r1   ? 32
                        : key->curve == BR_EC_secp384r1 ? 48
                        : key->curve == BR_EC_secp521r1 ? 66
                                                        : 0;

    if (coordinate == 0)
        return "its key's curve is not supported";
    if (key->qlen != 1 + 2 * coordinate)
        return "its public key is not an uncompressed point";
    memcpy(copy, key->q, key->qlen);
    if (!br_ec_get_default()->mul(copy, key->qlen, &one, 1, key->curve))
        return "its public key is not on its curve";
    return NULL;
}

const char *root_set_key(struct root *root, const br_x509_pkey *key)
{
    const br_rsa_public_key *rsa = &key->key.rsa;
    const br_ec_public_key *ec = &key->key.ec;

    root->key_type = key->key_type;
    if (key->key_type == BR_KEYTYPE_EC) {
        root->curve = ec->curve;
        root->n_len = ec->qlen;
        memcpy(root->key, ec->q, ec->qlen);
        return check_ec(ec);
    }
    root->n_len = rsa->nlen;
    root->e_len = rsa->elen;
    memcpy(root->key, rsa->n, rsa->nlen);
    memcpy(root->key + rsa->nlen, rsa->e, rsa->elen);
    return check_rsa(rsa);
}
