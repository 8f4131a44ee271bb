/*
 * cache_file.h: a small file of ours in the user's cache folder, read and
 * replaced with care.
 *
 * The folder is $XDG_CACHE_HOME/feishu-image or ~/.cache/feishu-image. What
 * may have been touched by others is not used; nothing is followed, and
 * nothing that is not ours is replaced. Whatever goes wrong costs one line on
 * standard error and never more than that.
 */
#ifndef CACHE_FILE_H
#define CACHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache_folder.h"

#define CACHE_FILE_REPLACED "a new one takes its place"

/* All-zero: closed; every call then does nothing. */
struct cache_file {
    bool open;
    bool occupied; /* by what is not ours to replace */
    bool warned;
    bool locked;
    int folder, lock;          /* descriptors */
    char name[17];             /* of the file, before the dot */
    char path[CACHE_PATH_CAP]; /* of the folder, for messages */
};

/* Open the folder, made if it is missing, for the file of that number. */
void cache_file_open(struct cache_file *f, uint64_t number);

/*
 * Its content, up to `cap` bytes. Returns how many; -1 if there is no file, or
 * none to be trusted, which is said.
 */
int cache_file_read(struct cache_file *f, char *dst, size_t cap);

/*
 * Take the file's lock, waiting for up to `wait_ms`. The lock is advice among
 * ourselves: nothing breaks without it. False if it was not to be had.
 */
bool cache_file_lock(struct cache_file *f, uint32_t wait_ms);
void cache_file_unlock(struct cache_file *f);

/* Replace the file in one step. False if it could not be done. */
bool cache_file_replace(struct cache_file *f, const char *src, size_t len);

/* Remove the file, if it is ours. */
void cache_file_remove(struct cache_file *f);

/* Say once that something about the file is not as it should be. */
void cache_file_warn(struct cache_file *f, const char *why, const char *advice);

void cache_file_close(struct cache_file *f);

#endif
