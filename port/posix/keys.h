/*
 * keys.h: image keys from a file, one a line.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>

#define KEY_CAP 131 /* 128 characters, CR, one to see too much, and NUL */

struct keys {
    int fd;
    int error;          /* errno of a read that failed */
    unsigned long line; /* of the key given last, from 1 */
    size_t pos, len;    /* of what is in the buffer */
    char buffer[4096];
    size_t key_len; /* of a line that has begun */
    char key[KEY_CAP];
};

enum keys_result {
    KEYS_END, /* there are no more, or `error` was set */
    KEYS_ONE,
    KEYS_LATER /* poll `fd` for more */
};

/* "-" is standard input. 0; or -1, after having said why. */
int keys_open(struct keys *k, const char *file);

/*
 * The next line that is not empty, without its LF or CRLF. What cannot be a
 * key, such as a line too long or with a NUL in it, is given as something that
 * is not a key either. Never waits.
 */
enum keys_result keys_next(struct keys *k, char key[KEY_CAP]);

#endif
