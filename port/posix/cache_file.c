/*
 * cache_file.c: a small file of ours in the user's cache folder.
 *
 * The folder stays open and is the starting point of every name, so that what
 * was found to be ours alone remains what is used.
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64

#include "cache_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h> /* pthread_sigmask */
#include <signal.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line.h"
#include "posix_system.h"

#define LOCK_POLL_MS 10
#define OPEN_FLAGS (O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define UNUSED "this file is not used"
#define NOT_REGULAR "not a regular file"
#define OUR_OWN "make it a folder of your own, with mode 0700"

/* The name of the file, or of another that goes with it. */
struct name {
    char text[40];
};

static struct name with_suffix(const struct cache_file *f, const char *suffix)
{
    struct name n = { "" };
    size_t len = strlen(f->name);

    memcpy(n.text, f->name, len);
    memcpy(n.text + len, suffix, strlen(suffix) + 1);
    return n;
}

static void warn(struct cache_file *f, const char *name, const char *what,
                 const char *why, const char *advice)
{
    struct line l = { 0 };

    if (f->warned)
        return;
    f->warned = true;
    line_add_cut(&l, f->path, 300);
    if (*name != '\0') {
        line_add(&l, "/");
        line_add(&l, name);
    }
    complain(line_text(&l), what, why, advice);
}

void cache_file_warn(struct cache_file *f, const char *why, const char *advice)
{
    struct name n = with_suffix(f, ".token");

    warn(f, n.text, UNUSED, why, advice);
}

void cache_file_open(struct cache_file *f, uint64_t number)
{
    const char *wrong;
    size_t i;

    *f = (struct cache_file){ .folder = -1, .lock = -1 };
    for (i = sizeof f->name - 1; i-- > 0; number >>= 4)
        f->name[i] = "0123456789abcdef"[number & 15];
    wrong = cache_folder_open(&f->folder, f->path);
    f->open = wrong == NULL;
    if (wrong != NULL && *wrong != '\0')
        warn(f, "", "tokens are not kept here", wrong, OUR_OWN);
}

/* Returns NULL, or what keeps us from taking the file for ours. */
static const char *not_ours(const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return NOT_REGULAR;
    if (st->st_uid != geteuid())
        return "it belongs to someone else";
    return st->st_nlink > 1 ? "it has a second name" : NULL;
}

/* Open a file of ours. -1: there is none, or none of ours, which is said. */
static int open_ours(struct cache_file *f, const char *name, int flags)
{
    int fd = openat(f->folder, name, flags | OPEN_FLAGS, 0600);
    struct stat st = { 0 };
    const char *wrong;

    if (fd < 0 && errno == ENOENT)
        return -1;
    if (fd < 0) {
        wrong = errno == ELOOP    ? "it is a link"
                : errno == EISDIR ? NOT_REGULAR
                                  : strerror(errno);
    } else {
        (void)fstat(fd, &st); /* where it fails, nothing is regular */
        wrong = not_ours(&st);
    }
    if (wrong == NULL)
        return fd;
    warn(f, name, UNUSED, wrong, "remove it");
    if (fd >= 0)
        (void)close(fd); /* only looked at */
    f->occupied = true;
    return -1;
}

static int read_all(int fd, char *dst, size_t cap)
{
    size_t len = 0;

    while (len < cap) {
        ssize_t n = read(fd, dst + len, cap - len);

        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        if (n > 0)
            len += (size_t)n;
    }
    return (int)len;
}

int cache_file_read(struct cache_file *f, char *dst, size_t cap)
{
    struct name name = with_suffix(f, ".token");
    struct stat st = { 0 };
    int len = -1, fd = f->open ? open_ours(f, name.text, O_RDONLY) : -1;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && (st.st_mode & 077) == 0)
        len = read_all(fd, dst, cap);
    else
        warn(f, name.text, UNUSED, "others may read it", CACHE_FILE_REPLACED);
    (void)close(fd); /* only read from */
    return len;
}

/* Try once. 0, or an errno. */
static int try_lock(int fd)
{
    struct flock whole = { 0 };

    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return fcntl(fd, F_SETLK, &whole) == 0 ? 0 : errno;
}

bool cache_file_lock(struct cache_file *f, uint32_t wait_ms)
{
    struct name name = with_suffix(f, ".lock");
    uint32_t start = posix_now_ms(NULL);
    int error = EAGAIN;

    if (f->locked || !f->open || f->occupied)
        return f->locked;
    f->lock = open_ours(f, name.text, O_RDWR | O_CREAT);
    if (f->lock < 0)
        return false;
    for (;;) {
        error = try_lock(f->lock);
        if ((error != EAGAIN && error != EACCES && error != EINTR) ||
            posix_now_ms(NULL) - start >= wait_ms)
            break;
        posix_sleep(NULL, LOCK_POLL_MS);
    }
    f->locked = error == 0;
    if (!f->locked)
        cache_file_unlock(f);
    return f->locked;
}

void cache_file_unlock(struct cache_file *f)
{
    if (f->open && f->lock >= 0)
        (void)close(f->lock); /* which lets go of it */
    f->lock = -1;
    f->locked = false;
}

/* Is there something by that name that we may take away? */
static bool is_ours(const struct cache_file *f, const char *name)
{
    struct stat st;

    return fstatat(f->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           not_ours(&st) == NULL;
}

/*
 * The name of the file that will take the other's place. It belongs to who has
 * the lock; who has not takes one that nobody else thinks of.
 */
static struct name temp_name(const struct cache_file *f)
{
    char suffix[] = ".xxxxxxxx.tmp";
    uint8_t random[8] = { 0 };
    size_t i;

    if (f->locked)
        return with_suffix(f, ".tmp");
    (void)posix_entropy(NULL, random, sizeof random); /* O_EXCL counts */
    for (i = 0; i < sizeof random; i++)
        suffix[i + 1] = (char)('a' + random[i] % 16);
    return with_suffix(f, suffix);
}

/* Make that file. One that was left behind goes first. -1 with errno. */
static int open_temp(const struct cache_file *f, const char *name)
{
    const int flags = OPEN_FLAGS | O_WRONLY | O_CREAT | O_EXCL;
    int fd = openat(f->folder, name, flags, 0600);

    if (fd >= 0 || errno != EEXIST || !f->locked || !is_ours(f, name))
        return fd;
    (void)unlinkat(f->folder, name, 0); /* if it stays, the next call fails */
    return openat(f->folder, name, flags, 0600);
}

/* 0, or an errno; then nothing is left behind. */
static int replace(const struct cache_file *f, const char *src, size_t len)
{
    struct name temp = temp_name(f), name = with_suffix(f, ".token");
    int fd = open_temp(f, temp.text);
    int error;

    if (fd < 0)
        return errno;
    error = fchmod(fd, 0600) == 0 ? write_all(fd, src, len) : errno;
    if (error == 0 && fsync(fd) != 0)
        error = errno;
    if (close(fd) != 0 && error == 0 && errno != EINTR)
        error = errno;
    if (error == 0 && renameat(f->folder, temp.text, f->folder, name.text) != 0)
        error = errno;
    if (error != 0)
        (void)unlinkat(f->folder, temp.text, 0); /* the first error counts */
    return error;
}

bool cache_file_replace(struct cache_file *f, const char *src, size_t len)
{
    struct name name = with_suffix(f, ".token");
    sigset_t all, before;
    int error;

    if (!f->open || f->occupied)
        return false;
    /* A signal that ends us is to find no half of a file. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = replace(f, src, len);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        warn(f, name.text, "cannot keep the token", strerror(error),
             "make room, or let XDG_CACHE_HOME name another folder");
    return error == 0;
}

void cache_file_remove(struct cache_file *f)
{
    struct name name = with_suffix(f, ".token");

    if (f->open && !f->occupied && is_ours(f, name.text))
        (void)unlinkat(f->folder, name.text, 0); /* no harm if it stays */
}

void cache_file_close(struct cache_file *f)
{
    cache_file_unlock(f);
    if (f->open)
        (void)close(f->folder); /* only looked into */
    f->open = false;
}
