/*
 * line.c: put a line together and write it, without stdio.
 */
#define _POSIX_C_SOURCE 200809L

#include "line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define SUBJECT_MAX 400 /* of a long path, so that the rest still fits */

void line_add_cut(struct line *l, const char *text, size_t max)
{
    size_t i;

    for (i = 0; text[i] != '\0' && i < max; i++) {
        unsigned char c = (unsigned char)text[i];

        if (l->len == LINE_CAP - 1) /* the line feed's */
            return;
        l->text[l->len++] = c < ' ' || c == 0x7f ? '?' : text[i];
    }
    if (text[i] != '\0' && max > 0)
        line_add(l, "...");
}

void line_add(struct line *l, const char *text)
{
    line_add_cut(l, text, strlen(text));
}

void line_add_number(struct line *l, uint64_t n)
{
    char digits[21];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    line_add(l, digits + at);
}

void line_add_size(struct line *l, uint64_t bytes)
{
    static const char *const units[] = { " KiB", " MiB", " GiB", " TiB" };
    size_t i = 0;

    if (bytes < 1024) {
        line_add_number(l, bytes);
        line_add(l, " B");
        return;
    }
    while (bytes >= 1024 * 1024 && i < 3) {
        bytes /= 1024;
        i++;
    }
    line_add_number(l, bytes / 1024);
    line_add(l, ".");
    line_add_number(l, bytes % 1024 * 10 / 1024);
    line_add(l, units[i]);
}

const char *line_text(struct line *l)
{
    l->text[l->len] = '\0'; /* the line feed's place */
    return l->text;
}

int write_all(int fd, const void *src, size_t len)
{
    const char *at = src;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n >= 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            /* someone else who has the pipe made it non-blocking */
            struct pollfd p = { fd, POLLOUT, 0 };

            (void)poll(&p, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int line_write(const struct line *l, int fd)
{
    return write_all(fd, l->text, l->len);
}

int line_write_lf(struct line *l, int fd)
{
    l->text[l->len++] = '\n';
    return line_write(l, fd);
}

void complain(const char *subject, const char *what, const char *detail,
              const char *advice)
{
    struct line l = { 0 };

    line_add(&l, "feishu-image: ");
    if (subject != NULL && *subject != '\0') {
        line_add_cut(&l, subject, SUBJECT_MAX);
        line_add(&l, ": ");
    }
    line_add(&l, what);
    if (detail != NULL && *detail != '\0') {
        line_add(&l, " (");
        line_add(&l, detail);
        line_add(&l, ")");
    }
    if (advice != NULL && *advice != '\0') {
        line_add(&l, "; ");
        line_add(&l, advice);
    }
    (void)line_write_lf(&l, STDERR_FILENO); /* nowhere left to say so */
}
