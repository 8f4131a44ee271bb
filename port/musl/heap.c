/*
 * heap.c: malloc, calloc and free for the static command.
 *
 * Only getaddrinfo and realpath ask for memory there, a few times a download;
 * musl's allocator would be 7 KB of the program. Each block is a mapping of
 * its own: there is nothing to lock, and nothing to be read after free. There
 * is no realloc: should the program come to use it, musl's would come with its
 * own malloc, and the linker would refuse the two.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Room before the caller's bytes, for the length; keeps them aligned. */
#define HEAD 16

void *malloc(size_t len)
{
    size_t *block;

    if (len > PTRDIFF_MAX - HEAD) {
        errno = ENOMEM;
        return NULL;
    }
    block = mmap(NULL, HEAD + len, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
    *block = HEAD + len;
    return (unsigned char *)block + HEAD;
}

/* A new mapping is all zero. */
void *calloc(size_t count, size_t each)
{
    if (each != 0 && count > SIZE_MAX / each) {
        errno = ENOMEM;
        return NULL;
    }
    return malloc(count * each);
}

void free(void *p)
{
    void *block = p != NULL ? (unsigned char *)p - HEAD : NULL;

    if (block != NULL)
        (void)munmap(block, *(size_t *)block);
}
