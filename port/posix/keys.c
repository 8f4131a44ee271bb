/*
 * keys.c: image keys from a file, one a line.
 *
 * Lines are given as they arrive, so that a program at the other end of a
 * pipe need not finish first, and downloads go on meanwhile.
 */
#define _POSIX_C_SOURCE 200809L

#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

#define BYTE_END (-1)
#define BYTE_LATER (-2)

int keys_open(struct keys *k, const char *file)
{
    *k = (struct keys){ 0 };
    k->fd = STDIN_FILENO;
    if (strcmp(file, "-") == 0)
        return 0;
    k->fd = open(file, O_RDONLY | O_CLOEXEC);
    if (k->fd >= 0)
        return 0;
    complain(file, "cannot read the keys", strerror(errno),
             "name a file that has one KEY a line");
    return -1;
}

/* Is there something to read, be it the end? Files always say so. */
static int readable(int fd)
{
    struct pollfd p = { fd, POLLIN, 0 };

    return poll(&p, 1, 0) != 0;
}

/* The next byte, BYTE_LATER, or BYTE_END at the end or on an error. */
static int next_byte(struct keys *k)
{
    while (k->pos == k->len) {
        ssize_t n;

        if (!readable(k->fd))
            return BYTE_LATER;
        n = read(k->fd, k->buffer, sizeof k->buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return BYTE_LATER;
        if (n < 0)
            k->error = errno;
        if (n <= 0)
            return BYTE_END;
        k->pos = 0;
        k->len = (size_t)n;
    }
    return (unsigned char)k->buffer[k->pos++];
}

/* A line is complete. False if it is empty. */
static int end_line(struct keys *k, char key[KEY_CAP])
{
    size_t len = k->key_len;

    k->line++;
    k->key_len = 0;
    if (len > 0 && len < KEY_CAP - 1 && k->key[len - 1] == '\r')
        len--;
    memcpy(key, k->key, len);
    key[len] = '\0';
    return len > 0;
}

enum keys_result keys_next(struct keys *k, char key[KEY_CAP])
{
    int c;

    for (;;) {
        c = next_byte(k);
        if (c == BYTE_LATER)
            return KEYS_LATER;
        if (c == BYTE_END && (k->key_len == 0 || k->error != 0))
            return KEYS_END;
        if (c == '\n' || c == BYTE_END) {
            if (end_line(k, key))
                return KEYS_ONE;
        } else if (k->key_len < KEY_CAP - 1) { /* cut, it is still too long */
            k->key[k->key_len++] = c == 0 ? ' ' : (char)c;
        }
    }
}
