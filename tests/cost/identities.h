/*
 * identities.h: what servers present, compiled in. identities.py writes the
 * list.
 */
#ifndef IDENTITIES_H
#define IDENTITIES_H

#include <bearssl.h>
#include <stddef.h>

struct identity {
    const char *name;
    const br_x509_certificate *chain; /* the server's own first */
    size_t chain_len;
    const unsigned char *key; /* DER */
    size_t key_len;
};

extern const struct identity identities[];
extern const size_t identities_len;

#endif
