/*
 * trust_file.c: a PEM file of trusted roots, as the library reads them.
 *
 * The file stays open, so that all of a handshake sees the same one, even if
 * an upgrade puts another in its place.
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64

#include "trust_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line.h"

static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, OpenWrt, Arch */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora */
    "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
    "/etc/ssl/cert.pem",                      /* Alpine, OpenWrt, BSD */
    "/usr/local/share/certs/ca-root-nss.crt", /* FreeBSD */
};

static int read_pem(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    const struct trust_file *t = ctx;
    ssize_t n;

    if (cap > INT_MAX)
        cap = INT_MAX;
    do
        n = pread(t->fd, dst, cap, (off_t)offset);
    while (n < 0 && errno == EINTR);
    return (int)n;
}

/* Returns NULL, or what is wrong with it. */
static const char *open_file(struct trust_file *t, const char *path)
{
    struct stat st = { 0 };

    /* A pipe that nobody writes to must not hold us up. */
    t->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (t->fd < 0)
        return strerror(errno);
    (void)fstat(t->fd, &st); /* where it fails, nothing is regular */
    if (S_ISREG(st.st_mode) && st.st_size > 0)
        return NULL;
    (void)close(t->fd);
    t->fd = -1;
    return S_ISREG(st.st_mode) ? "it is empty" : "not a regular file";
}

int trust_file_open(struct trust_file *t, const char *cacert)
{
    const char *path = cacert, *wrong;
    size_t i;

    *t = (struct trust_file){ 0 };
    t->trust.read = read_pem;
    t->trust.ctx = t;
    if (path == NULL)
        path = getenv("SSL_CERT_FILE");
    if (path != NULL && (path == cacert || *path != '\0')) {
        wrong = open_file(t, path);
        if (wrong == NULL)
            return 0;
        complain(path, "cannot read the trusted certificates", wrong,
                 cacert != NULL ? "name a PEM file with --cacert"
                                : "correct SSL_CERT_FILE, or unset it");
        return -1;
    }
    for (i = 0; i < sizeof bundles / sizeof bundles[0]; i++)
        if (open_file(t, bundles[i]) == NULL)
            return 0;
    complain(NULL, "this system has no bundle of trusted certificates", NULL,
             "install ca-certificates, or name a PEM file with --cacert");
    return -1;
}
