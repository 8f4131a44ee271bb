/*
 * pem.h: load the test PKI's files. What cannot be loaded ends the program.
 *
 * A struct is all-zero at first; loading into it once more gives back what it
 * held.
 */
#ifndef PEM_H
#define PEM_H

#include <bearssl.h>
#include <stddef.h>
#include <stdint.h>

#define PEM_CHAIN_MAX 12

/* What a server presents. */
struct pem_identity {
    br_x509_certificate chain[PEM_CHAIN_MAX];
    size_t len;
    br_skey_decoder_context key;
};

/* What a client trusts. */
struct pem_roots {
    br_x509_trust_anchor list[PEM_CHAIN_MAX];
    size_t count;
};

/* A file as it is. */
struct pem_text {
    char *bytes; /* and a NUL behind them */
    size_t len;
};

/* The folder that all names below are looked for in. */
void pem_folder(const char *folder);

/* NAME.chain.pem and NAME.key.pem. */
void pem_load_identity(struct pem_identity *identity, const char *name);

/* NAME.roots.pem, as anchors and as text. */
void pem_load_roots(struct pem_roots *roots, const char *name);
void pem_load_text(struct pem_text *text, const char *name);

/* NAME.pin: what the public key of the certificate NAME hashes to. */
void pem_load_pin(uint8_t pin[32], const char *name);

#endif
