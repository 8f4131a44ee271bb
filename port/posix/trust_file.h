/*
 * trust_file.h: a PEM file of trusted roots, as the library reads them.
 */
#ifndef TRUST_FILE_H
#define TRUST_FILE_H

#include "fimg.h"

struct trust_file {
    struct fimg_trust trust; /* what the library takes: &t.trust */
    int fd;
};

/*
 * Open `cacert`; if that is NULL, the file that SSL_CERT_FILE names; if it
 * names none, the first bundle found where systems keep it. `t` must not be
 * moved afterwards. Returns 0; or -1, after having said why on standard error.
 */
int trust_file_open(struct trust_file *t, const char *cacert);

#endif
