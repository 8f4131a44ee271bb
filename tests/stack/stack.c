/*
 * stack.c: how deep does a download go? Runs one on a thread whose stack was
 * painted before, and prints how many bytes of it are not as painted.
 *
 *     stack HOST PORT ROOTS TOKEN KEY
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fimg_state.h"
#include "posix_port.h"

#define STACK_SIZE (64 * 1024)
#define PAINT 0xa5

static struct fimg f;
static struct posix_port port;
static struct fimg_request request;
static int status;

static int read_bundle(void *fd, uint32_t offset, void *dst, size_t cap)
{
    return (int)pread(*(int *)fd, dst, cap, (off_t)offset);
}

static void *fetch(void *unused)
{
    static char chunk[16384];

    (void)unused;
    status = fimg_start(&f, &request);
    while (status == FIMG_OK || status > 0) {
        status = fimg_read(&f, chunk, sizeof chunk);
        if (status == 0)
            break;
    }
    fimg_close(&f);
    return NULL;
}

/* Only thread start and end: what a thread costs without a download. */
static void *idle(void *unused)
{
    return unused;
}

static size_t depth(void *(*work)(void *))
{
    static unsigned char stack[STACK_SIZE] __attribute__((aligned(4096)));
    pthread_attr_t attr;
    pthread_t thread;
    size_t untouched = 0;

    memset(stack, PAINT, sizeof stack);
    (void)pthread_attr_init(&attr);
    if (pthread_attr_setstack(&attr, stack, sizeof stack) != 0 ||
        pthread_create(&thread, &attr, work, NULL) != 0)
        exit(9);
    (void)pthread_join(thread, NULL);
    while (untouched < sizeof stack && stack[untouched] == PAINT)
        untouched++;
    return sizeof stack - untouched;
}

int main(int argc, char **argv)
{
    struct fimg_trust trust = { .read = read_bundle };
    int fd = argc == 6 ? open(argv[3], O_RDONLY) : -1;
    size_t deep, thread;

    if (fd < 0)
        return 2;
    trust.ctx = &fd;
    request.port = &port.port;
    request.trust = &trust;
    request.host = argv[1];
    request.port_number = (uint16_t)atoi(argv[2]);
    request.token = argv[4];
    request.image_key = argv[5];
    request.wait_ms = FIMG_WAIT;
    posix_port_init(&port, 0);
    thread = depth(idle);
    deep = depth(fetch);
    printf("%zu\n", deep - thread);
    return -status;
}
