/*
 * secret.c: take a secret from a file or a variable, and leave no copy.
 */
#define _POSIX_C_SOURCE 200809L

#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

extern char **environ; /* POSIX has it in no header */

void secret_wipe(void *secret, size_t len)
{
    volatile char *at = secret;

    while (len-- > 0)
        *at++ = '\0';
}

void secret_wipe_stack(void)
{
    char deep[8192]; /* more than a handshake takes */

    secret_wipe(deep, sizeof deep);
}

/* Up to `cap` bytes. Returns how many, or -1 with errno. */
static ssize_t read_up_to(int fd, char *dst, size_t cap)
{
    size_t len = 0;

    while (len < cap) {
        ssize_t n = read(fd, dst + len, cap - len);

        if (n == 0)
            break;
        if (n > 0)
            len += (size_t)n;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)len;
}

/* Strip one line end, and let no NUL hide what follows it. */
static void finish(char *dst, size_t len)
{
    size_t i;

    if (len > 0 && dst[len - 1] == '\n') {
        len--;
        if (len > 0 && dst[len - 1] == '\r')
            len--;
    }
    for (i = 0; i < len; i++)
        if (dst[i] == '\0')
            dst[i] = ' ';
    dst[len] = '\0';
}

const char *secret_from_file(char dst[SECRET_CAP], const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read_up_to(fd, dst, SECRET_CAP - 1);
    int error = errno;

    if (fd >= 0)
        (void)close(fd); /* only read from */
    if (len < 0)
        return strerror(error);
    finish(dst, (size_t)len);
    return dst[0] != '\0' ? NULL : "it is empty";
}

bool secret_from_variable(char dst[SECRET_CAP], const char *name)
{
    const char *value = getenv(name);
    size_t len = value != NULL ? strlen(value) : 0;

    if (len == 0)
        return false;
    if (len >= SECRET_CAP)
        len = SECRET_CAP - 1;
    memcpy(dst, value, len);
    dst[len] = '\0';
    return true;
}

void secret_clear_variable(const char *name)
{
    size_t len = strlen(name);
    char **at;

    for (at = environ; *at != NULL; at++) /* it may be there twice */
        if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
            secret_wipe(*at + len + 1, strlen(*at + len + 1));
    (void)unsetenv(name);
}
