/*
 * fuzz_files.c: files that others write and the command reads: keys, one a
 * line, and a secret.
 *
 * The input is the file.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "keys.h"
#include "said.h"
#include "secret.h"

#define PIPE_MAX 60000 /* no more is written before it is read */

/* A line as it is to be given: no CR at its end, no NUL, cut if too long. */
static size_t wanted_key(const uint8_t *line, size_t len, char key[KEY_CAP])
{
    size_t n = len < KEY_CAP - 1 ? len : KEY_CAP - 1;

    if (n > 0 && n < KEY_CAP - 1 && line[n - 1] == '\r')
        n--;
    for (size_t i = 0; i < n; i++)
        key[i] = line[i] == '\0' ? ' ' : (char)line[i];
    key[n] = '\0';
    return n;
}

/* The next of the file, to be held against what keys_next gives. */
static bool next_wanted(struct source *s, unsigned long *number,
                        char key[KEY_CAP])
{
    while (s->len > 0) {
        const uint8_t *at = s->at, *end = memchr(at, '\n', s->len);
        size_t n = end ? (size_t)(end - at) : s->len;

        (void)source_bytes(s, n + 1);
        if (n == 0 && end == NULL)
            return false;
        ++*number;
        if (wanted_key(at, n, key) > 0)
            return true;
    }
    return false;
}

/* Write a piece more, or end the pipe. */
static void supply(int *fd, struct source *rest, struct cutter *c)
{
    struct source piece;

    if (rest->len == 0) {
        (void)close(*fd);
        *fd = -1;
        return;
    }
    piece = source_bytes(rest, cutter_next(c, rest->len));
    HOLDS(write(*fd, piece.at, piece.len) == (ssize_t)piece.len);
}

static void check_keys(enum fuzz_cut way, const uint8_t *in, size_t len)
{
    struct source rest = { in, len }, wanted = { in, len };
    struct cutter c = cutter_of(way, in, len);
    struct keys *k = block_of(sizeof *k);
    char key[KEY_CAP], right[KEY_CAP];
    unsigned long number = 0;
    enum keys_result result;
    int ends[2];

    HOLDS(pipe(ends) == 0);
    *k = (struct keys){ .fd = ends[0] };
    while ((result = keys_next(k, key)) != KEYS_END) {
        if (result == KEYS_LATER) {
            supply(&ends[1], &rest, &c);
            continue;
        }
        HOLDS(next_wanted(&wanted, &number, right));
        HOLDS(strcmp(key, right) == 0 && k->line == number);
    }
    HOLDS(!next_wanted(&wanted, &number, right) && k->error == 0);
    HOLDS(ends[1] < 0);
    (void)close(ends[0]);
    free(k);
}

/* All of it but one line end, and no NUL. */
static void check_secret(const uint8_t *in, size_t len)
{
    struct room room = room_of(SECRET_CAP);
    char *secret = (char *)room.at;
    const char *wrong = secret_from_file(secret, said_file(in, len));
    size_t n = strlen(secret),
           read = len < SECRET_CAP - 1 ? len : SECRET_CAP - 1;

    HOLDS(n <= read && (wrong == NULL) == (n > 0));
    HOLDS(n == read || (in[n] == '\n' && n + 1 == read) ||
          (in[n] == '\r' && in[n + 1] == '\n' && n + 2 == read));
    for (size_t i = 0; i < n; i++)
        HOLDS(secret[i] == (in[i] == '\0' ? ' ' : (char)in[i]));
    secret_wipe(secret, SECRET_CAP);
    HOLDS(secret[0] == '\0');
    room_end(&room, SECRET_CAP);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    if (len > PIPE_MAX)
        return 0;
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        check_keys(way, in, len);
    check_secret(in, len);
    return 0;
}
