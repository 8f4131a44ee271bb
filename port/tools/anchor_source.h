/*
 * anchor_source.h: roots, from what a certificate says to C source.
 */
#ifndef ANCHOR_SOURCE_H
#define ANCHOR_SOURCE_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DN_MAX 1024
#define LABEL_MAX 160

struct root {
    unsigned char dn[DN_MAX];
    size_t dn_len; /* above DN_MAX: there was no room for it */
    int key_type;  /* BR_KEYTYPE_RSA or BR_KEYTYPE_EC */
    int curve;     /* EC: BR_EC_secp256r1 and so on; RSA: 0 */
    size_t n_len;  /* bytes of RSA modulus or EC point, at `key` */
    size_t e_len;  /* bytes of RSA exponent, behind them; EC: 0 */
    unsigned char key[BR_X509_BUFSIZE_KEY];
    unsigned char hash[br_sha256_SIZE]; /* of the certificate */
    char label[LABEL_MAX];              /* for people: "CN=..., O=..." */
};

/* Make the label from the name. */
void root_set_label(struct root *root);

/* Copy the key, as BearSSL decoded it. Returns NULL, or why the library could
   not use it. */
const char *root_set_key(struct root *root, const br_x509_pkey *key);

/* Sort roots by name and key, and drop all but one of those that have the same
   name and key. Returns how many are left. */
size_t roots_sort(struct root *roots, size_t count);

/* Write C source that defines `const struct fimg_anchors NAME`. */
void roots_write(FILE *out, const char *name, const struct root *roots,
                 size_t count);

#endif
