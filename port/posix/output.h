/*
 * output.h: where an image goes: a file that appears whole or not at all, or
 * a stream.
 *
 * Functions return 0 or an errno.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

#define OUTPUTS_MAX 16 /* open at a time */

struct output {
    int fd;
    bool stream;         /* standard output, a device or a pipe */
    bool add_suffix;     /* the name gets an ending by the image's type */
    struct temp *temp;   /* the unfinished file's name; NULL: there is none */
    char name[PATH_MAX]; /* for messages; without suffix until it is kept */
};

/* Is there a folder of that name that files can be made in? */
int output_check_folder(const char *dir);

/* Name the output: `file` if not NULL, else `dir`/`key` and a suffix. */
int output_name(struct output *out, const char *file, const char *dir,
                const char *key);

/*
 * Where something will be made or written, once the output is opened: a
 * folder, or a device or pipe; "" if that is open already. The name is lost.
 */
const char *output_place(struct output *out);

/*
 * Is the image there already? Its name then gets the suffix that it was found
 * with. `suffixes` ends with NULL; it is not used for a name that gets none.
 */
bool output_exists(struct output *out, const char *const *suffixes);

/* Begin to write. A regular file is first written under another name. */
int output_open(struct output *out);

int output_write(struct output *out, const void *src, size_t len);

/* Go on behind the first `offset` bytes of a regular file, and drop the rest.
 */
int output_rewind(struct output *out, uint32_t offset);

/* The image is whole: give the file its name, or end the stream. */
int output_keep(struct output *out, const char *suffix);

/* The image is not whole: leave nothing of it, where that is possible. */
void output_drop(struct output *out);

/* Remove all unfinished files. Safe in a signal handler. */
void output_interrupted(void);

#endif
