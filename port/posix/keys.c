/*
 * keys.c: image keys from a file, one a line.
 *
 * Lines are given as they arrive, so that a program at the other end of a
 * pipe need not finish first.
 */
#define _POSIX_C_SOURCE 200809L

#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

int keys_open(struct keys *k, const char *file)
{
    k->fd = STDIN_FILENO;
    k->error = 0;
    k->line = 0;
    k->pos = k->len = 0;
    if (strcmp(file, "-") == 0)
        return 0;
    k->fd = open(file, O_RDONLY | O_CLOEXEC);
    if (k->fd >= 0)
        return 0;
    complain(file, "cannot read the keys", strerror(errno),
             "name a file that has one KEY a line");
    return -1;
}

/* The next byte; -1 at the end or on an error. */
static int next_byte(struct keys *k)
{
    while (k->pos == k->len) {
        ssize_t n = read(k->fd, k->buffer, sizeof k->buffer);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            k->error = errno;
        if (n <= 0)
            return -1;
        k->pos = 0;
        k->len = (size_t)n;
    }
    return (unsigned char)k->buffer[k->pos++];
}

int keys_next(struct keys *k, char key[KEY_CAP])
{
    size_t len = 0;
    int c;

    for (;;) {
        c = next_byte(k);
        if (c < 0 && (len == 0 || k->error != 0))
            return 0;
        if (c >= 0 && c != '\n') {
            if (len < KEY_CAP - 1) /* cut, it is still too long */
                key[len++] = c == 0 ? ' ' : (char)c;
            continue;
        }
        k->line++;
        if (len > 0 && len < KEY_CAP - 1 && key[len - 1] == '\r')
            len--;
        key[len] = '\0';
        if (len > 0)
            return 1;
    }
}
