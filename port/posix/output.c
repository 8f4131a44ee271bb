/*
 * output.c: where an image goes: a file that appears whole or not at all, or
 * a stream.
 *
 * The file is made in the folder that it will stay in, since only there can
 * its name be changed in one step.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#define _FILE_OFFSET_BITS 64

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h> /* rename */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line.h"
#include "posix_system.h"

#define TEMP_STEM ".feishu-image-"
#define RANDOM_LEN 16 /* characters of 5 bits each */

/* Outside struct output, for the signal handler's sake. */
static struct temp {
    volatile sig_atomic_t exists;
    char path[PATH_MAX];
} temps[OUTPUTS_MAX];

void output_interrupted(void)
{
    size_t i;

    for (i = 0; i < OUTPUTS_MAX; i++)
        if (temps[i].exists)
            (void)unlink(temps[i].path);
}

static int join(char dst[PATH_MAX], const char *a, const char *b, const char *c)
{
    size_t a_len = strlen(a), b_len = strlen(b), c_len = strlen(c);

    if (a_len + b_len + c_len >= PATH_MAX)
        return ENAMETOOLONG;
    memmove(dst, a, a_len); /* `a` may be `dst` */
    memcpy(dst + a_len, b, b_len);
    memcpy(dst + a_len + b_len, c, c_len + 1);
    return 0;
}

int output_check_folder(const char *dir)
{
    struct stat st;

    if (stat(dir, &st) != 0)
        return errno;
    if (!S_ISDIR(st.st_mode))
        return ENOTDIR;
    return access(dir, W_OK | X_OK) == 0 ? 0 : errno;
}

static bool is_there(const char *path, mode_t *type)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return false;
    *type = st.st_mode & S_IFMT;
    return true;
}

/*
 * A link keeps being one, and what it leads to is replaced; this also makes
 * /dev/stdout mean the file that standard output was sent to.
 */
static int follow_link(char name[PATH_MAX])
{
    char target[PATH_MAX];
    struct stat st;

    if (lstat(name, &st) != 0 || !S_ISLNK(st.st_mode))
        return 0;
    return realpath(name, target) != NULL ? join(name, target, "", "") : errno;
}

int output_name(struct output *out, const char *file, const char *dir,
                const char *key)
{
    mode_t type = S_IFREG;
    int error;

    *out = (struct output){ 0 };
    out->fd = -1;
    if (file == NULL) {
        out->add_suffix = true;
        if (strcmp(dir, ".") == 0)
            return join(out->name, key, "", "");
        return join(out->name, dir, "/", key);
    }
    if (strcmp(file, "-") == 0) {
        out->stream = true;
        out->fd = STDOUT_FILENO;
        return join(out->name, "standard output", "", "");
    }
    error = join(out->name, file, "", "");
    if (error != 0)
        return error;
    out->stream = is_there(file, &type) && type != S_IFREG;
    return out->stream ? 0 : follow_link(out->name);
}

const char *output_place(struct output *out)
{
    char *slash = strrchr(out->name, '/');

    if (out->stream)
        return out->fd < 0 ? out->name : "";
    if (slash == NULL)
        return ".";
    slash[slash == out->name] = '\0'; /* "/" stays */
    return out->name;
}

bool output_exists(struct output *out, const char *const *suffixes)
{
    static const char *const none[] = { "", NULL };
    char path[PATH_MAX];
    mode_t type;

    if (out->stream)
        return false;
    if (!out->add_suffix)
        suffixes = none;
    for (; *suffixes != NULL; suffixes++)
        if (join(path, out->name, *suffixes, "") == 0 &&
            is_there(path, &type) && type == S_IFREG)
            return join(out->name, path, "", "") == 0;
    return false;
}

/* Random bytes, fetched for several names at once. */
static int draw(uint8_t dst[RANDOM_LEN])
{
    static uint8_t pool[OUTPUTS_MAX * RANDOM_LEN];
    static size_t left;

    if (left == 0 && posix_entropy(NULL, pool, sizeof pool) != 0)
        return EIO;
    if (left == 0)
        left = sizeof pool;
    left -= RANDOM_LEN;
    memcpy(dst, pool + left, RANDOM_LEN);
    return 0;
}

/* A path in the folder of `name` that nobody can foresee. */
static int name_temp(char path[PATH_MAX], const char *name)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    const char *slash = strrchr(name, '/');
    char end[RANDOM_LEN + 1];
    uint8_t random[RANDOM_LEN];
    size_t i;
    int error = join(path, name, "", "");

    if (error == 0)
        error = draw(random);
    if (error != 0)
        return error;
    path[slash != NULL ? slash - name + 1 : 0] = '\0';
    for (i = 0; i < RANDOM_LEN; i++)
        end[i] = digits[random[i] % 32];
    end[RANDOM_LEN] = '\0';
    return join(path, path, TEMP_STEM, end);
}

static int open_temp(struct output *out)
{
    struct temp *t = temps;
    int error;

    while (t < temps + OUTPUTS_MAX && t->exists)
        t++;
    if (t == temps + OUTPUTS_MAX)
        return EMFILE;
    error = name_temp(t->path, out->name);
    if (error != 0)
        return error;
    t->exists = 1; /* before it does: a signal may come in between */
    out->fd = open(t->path,
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (out->fd >= 0) {
        out->temp = t;
        return 0;
    }
    error = errno;
    t->exists = 0;
    return error;
}

int output_open(struct output *out)
{
    if (!out->stream)
        return open_temp(out);
    if (out->fd < 0)
        out->fd = open(out->name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    return out->fd >= 0 ? 0 : errno;
}

int output_write(struct output *out, const void *src, size_t len)
{
    return write_all(out->fd, src, len);
}

int output_rewind(struct output *out, uint32_t offset)
{
    if (ftruncate(out->fd, (off_t)offset) != 0 ||
        lseek(out->fd, (off_t)offset, SEEK_SET) < 0)
        return errno;
    return 0;
}

/* The file's space is assured only when fsync and close have said so. */
static int finish_file(struct output *out, const char *suffix)
{
    int error = fsync(out->fd) == 0 ? 0 : errno;

    if (close(out->fd) != 0 && error == 0 && errno != EINTR)
        error = errno;
    out->fd = -1;
    if (error == 0 && out->add_suffix)
        error = join(out->name, out->name, suffix, "");
    if (error == 0 && rename(out->temp->path, out->name) != 0)
        error = errno;
    if (error != 0)
        (void)unlink(out->temp->path);
    out->temp->exists = 0;
    out->temp = NULL;
    return error;
}

int output_keep(struct output *out, const char *suffix)
{
    int fd = out->fd;

    if (out->temp != NULL)
        return finish_file(out, suffix);
    out->fd = -1;
    /* NFS reports a full disk only here */
    return close(fd) == 0 || errno == EINTR ? 0 : errno;
}

void output_drop(struct output *out)
{
    if (out->fd >= 0)
        (void)close(out->fd); /* it failed as it is */
    out->fd = -1;
    if (out->temp == NULL)
        return;
    (void)unlink(out->temp->path);
    out->temp->exists = 0;
    out->temp = NULL;
}
