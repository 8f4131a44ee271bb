/*
 * output.h: where an image goes: a file that appears whole or not at all, or
 * a stream.
 *
 * Functions return 0 or an errno. At most one output is open at a time.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

struct output {
    int fd;
    bool stream;         /* standard output, a device or a pipe */
    bool add_suffix;     /* the name gets an ending by the image's type */
    char name[PATH_MAX]; /* for messages; without suffix until it is kept */
};

/* Is there a folder of that name that files can be made in? */
int output_check_folder(const char *dir);

/* Name the output: `file` if not NULL, else `dir`/`key` and a suffix. */
int output_name(struct output *out, const char *file, const char *dir,
                const char *key);

/*
 * Is the image there already? `suffixes` ends with NULL; it is not used for a
 * name that gets no suffix.
 */
bool output_exists(const struct output *out, const char *const *suffixes);

/* Begin to write. A regular file is first written under another name. */
int output_open(struct output *out);

int output_write(struct output *out, const void *src, size_t len);

/* The image is whole: give the file its name, or end the stream. */
int output_keep(struct output *out, const char *suffix);

/* The image is not whole: leave nothing of it, where that is possible. */
void output_drop(struct output *out);

/* Remove an unfinished file. Safe in a signal handler. */
void output_interrupted(void);

#endif
