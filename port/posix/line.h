/*
 * line.h: put a line together and write it, without stdio.
 *
 * A line that gets too long is cut. Control characters come out as '?', so
 * that one line stays one line whatever it quotes.
 */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

#define LINE_CAP 1536

/* All-zero: empty. */
struct line {
    size_t len;
    char text[LINE_CAP];
};

void line_add(struct line *l, const char *text);
void line_add_cut(struct line *l, const char *text, size_t max);
void line_add_number(struct line *l, uint64_t n);
void line_add_size(struct line *l, uint64_t bytes); /* as in "4.5 MiB" */

/* The text, ended by a NUL, until something is added. */
const char *line_text(struct line *l);

/* Write the line as it is, or with a line feed. 0, or an errno. */
int line_write(const struct line *l, int fd);
int line_write_lf(struct line *l, int fd);

/* Write all of it, though it be in pieces. 0, or an errno. */
int write_all(int fd, const void *src, size_t len);

/*
 * One line on standard error: "feishu-image: subject: what (detail); advice".
 * Of `subject`, `detail` and `advice` any may be NULL or "".
 */
void complain(const char *subject, const char *what, const char *detail,
              const char *advice);

#endif
