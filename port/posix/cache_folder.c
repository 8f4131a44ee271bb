/*
 * cache_folder.c: the folder that keeps tokens from one run to the next.
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64

#include "cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "/feishu-image"

/*
 * Find the folder of all caches, as the XDG base directory specification has
 * it, and make it if need be. False: there is no place for one.
 */
static bool find(char path[CACHE_PATH_CAP])
{
    const char *first = getenv("XDG_CACHE_HOME"), *second = "";
    size_t len;

    if (first == NULL || *first != '/') {
        first = getenv("HOME");
        second = "/.cache";
    }
    if (first == NULL || *first != '/')
        return false;
    len = strlen(first);
    if (len + strlen(second) + sizeof NAME > CACHE_PATH_CAP)
        return false;
    memcpy(path, first, len);
    memcpy(path + len, second, strlen(second) + 1);
    return mkdir(path, 0700) == 0 || errno != ENOENT;
}

/* Returns NULL, or what is wrong with an open folder. */
static const char *judge(int fd)
{
    struct stat st = { 0 };

    (void)fstat(fd, &st); /* where it fails, nothing is as it should be */
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid())
        return "it belongs to someone else";
    return (st.st_mode & 077) != 0 ? "it is open to others" : NULL;
}

const char *cache_folder_open(int *fd, char path[CACHE_PATH_CAP])
{
    const char *wrong;
    int error = 0;

    if (!find(path))
        return "";
    memcpy(path + strlen(path), NAME, sizeof NAME);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        error = errno;
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0 && errno == ENOENT) /* why, mkdir knows */
        return error == ENOENT ? "" : strerror(error);
    if (*fd < 0)
        return errno == ELOOP || errno == ENOTDIR ? "a link, or not a folder"
                                                  : strerror(errno);
    wrong = judge(*fd);
    if (wrong != NULL)
        (void)close(*fd); /* only looked at */
    return wrong;
}
