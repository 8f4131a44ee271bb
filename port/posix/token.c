/*
 * token.c: where the access token comes from.
 *
 * Never from an argument, which every user of the machine can see.
 */
#define _POSIX_C_SOURCE 200809L

#include "token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

#define VARIABLE "FEISHU_TENANT_ACCESS_TOKEN"
#define HOW_TO                                                                 \
    "put a tenant_access_token into " VARIABLE                                 \
    " or into a file for --token-file"

void token_wipe(char *text, size_t len)
{
    volatile char *at = text;

    while (len-- > 0)
        *at++ = '\0';
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
            dst[i] = ' '; /* which no token holds */
    dst[len] = '\0';
}

static const char *from_file(char *dst, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read_up_to(fd, dst, TOKEN_CAP - 1);
    int error = errno;

    if (fd >= 0)
        (void)close(fd); /* only read from */
    if (len < 0) {
        complain(file, "cannot read the token", strerror(error), HOW_TO);
        return NULL;
    }
    finish(dst, (size_t)len);
    if (dst[0] == '\0') {
        complain(file, "there is no token in it", NULL, HOW_TO);
        return NULL;
    }
    return file;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0';
}

static const char *from_environment(char *dst)
{
    char *value = getenv(VARIABLE);
    size_t len = value != NULL ? strlen(value) : 0;
    size_t kept = len < TOKEN_CAP ? len : TOKEN_CAP - 1;

    if (len == 0) {
        complain(NULL,
                 is_set("FEISHU_APP_ID")
                     ? "this version cannot fetch a token with FEISHU_APP_ID "
                       "and FEISHU_APP_SECRET"
                     : "no credentials",
                 NULL, HOW_TO);
        return NULL;
    }
    memcpy(dst, value, kept);
    dst[kept] = '\0';
    return VARIABLE;
}

const char *token_load(char *dst, const char *file)
{
    bool named = file != NULL && *file != '\0';
    const char *source = named ? from_file(dst, file) : from_environment(dst);
    char *value = getenv(VARIABLE);

    /* /proc/PID/environ shows what the strings are overwritten with. */
    if (value != NULL)
        token_wipe(value, strlen(value));
    (void)unsetenv(VARIABLE);
    return source;
}
