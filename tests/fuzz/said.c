/*
 * said.c: standard error, caught in a file that has no name.
 *
 * Sanitizers and whatever else has to say something in between go on writing
 * to where it went before.
 */
#define _GNU_SOURCE /* memfd_create */

#include "said.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where there are no sanitizers, there is no such function. */
__attribute__((weak)) void __sanitizer_set_report_fd(void *fd);

static int caught = -1;
static char text[SAID_CAP];

static int must(int fd)
{
    HOLDS(fd >= 0);
    return fd;
}

void said_begin(void)
{
    if (caught < 0) {
        fuzz_stderr = must(dup(STDERR_FILENO));
        caught = must(memfd_create("said", MFD_CLOEXEC));
        if (__sanitizer_set_report_fd)
            __sanitizer_set_report_fd((void *)(intptr_t)fuzz_stderr);
    }
    must(ftruncate(caught, 0));
    must((int)lseek(caught, 0, SEEK_SET));
    must(dup2(caught, STDERR_FILENO));
}

const char *said_end(void)
{
    ssize_t n;

    must(dup2(fuzz_stderr, STDERR_FILENO));
    n = pread(caught, text, sizeof text - 1, 0);
    HOLDS(n >= 0 && n < (ssize_t)sizeof text - 1);
    text[n] = '\0';
    return text;
}

void said_check(const char *said)
{
    static const char name[] = "feishu-image: ";

    while (*said != '\0') {
        const char *end = strchr(said, '\n');

        HOLDS(strncmp(said, name, sizeof name - 1) == 0);
        HOLDS(end != NULL && end > said + sizeof name - 1);
        for (const char *at = said; at < end; at++)
            HOLDS((uint8_t)*at >= ' ' && *at != 0x7f);
        said = end + 1;
    }
}

const char *said_file(const uint8_t *in, size_t len)
{
    static int fd = -1;
    static char path[64];

    if (fd < 0)
        fd = must(memfd_create("file", MFD_CLOEXEC));
    must(ftruncate(fd, 0));
    HOLDS(len == 0 || pwrite(fd, in, len, 0) == (ssize_t)len);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}
