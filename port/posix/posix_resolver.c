/*
 * posix_resolver.c: the system's getaddrinfo, in a thread of its own.
 *
 * getaddrinfo can block for a minute and cannot be interrupted, so a caller
 * who gives up leaves it behind. The two share nothing but a pipe, through
 * which the answer comes in one piece: what was asked is the thread's alone,
 * which writes, perhaps to nobody, and ends.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "posix_resolver.h"

#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fimg_port.h"
#include "posix_system.h"

#define STACK_SIZE (256 * 1024) /* name service modules like some room */
#define HOST_CAP 254            /* the longest name there is, and NUL */
#define SERVICE_CAP 6           /* "65535" and NUL */

/* What is asked; lies in a mapping of its own. */
struct job {
    int fd; /* where the answer goes */
    int family;
    char host[HOST_CAP];
    char service[SERVICE_CAP];
};

struct answer {
    int result; /* 0 or a code of fimg_port.h */
    struct posix_addrs addrs;
};

/* POSIX: up to this size a pipe takes it whole. */
typedef char answer_fits[sizeof(struct answer) <= _POSIX_PIPE_BUF ? 1 : -1];

static void keep_addrs(struct posix_addrs *out, const struct addrinfo *list)
{
    const struct addrinfo *ai;

    for (ai = list; ai != NULL && out->count < POSIX_ADDRS_MAX;
         ai = ai->ai_next)
        if ((ai->ai_family == AF_INET || ai->ai_family == AF_INET6) &&
            ai->ai_addrlen <= sizeof out->at[0])
            memcpy(&out->at[out->count++], ai->ai_addr, ai->ai_addrlen);
}

static int look_up(const struct job *job, struct posix_addrs *addrs)
{
    struct addrinfo hints = { 0 };
    struct addrinfo *list = NULL;
    int error;

    hints.ai_flags = AI_NUMERICSERV;
    hints.ai_family = job->family;
    hints.ai_socktype = SOCK_STREAM;
    error = getaddrinfo(job->host, job->service, &hints, &list);
    if (error == EAI_AGAIN || error == EAI_MEMORY || error == EAI_SYSTEM)
        return FIMG_PORT_FAILED; /* nobody has said that there is no address */
    if (error != 0)
        return FIMG_PORT_NO_NAME;
    keep_addrs(addrs, list);
    freeaddrinfo(list);
    return addrs->count > 0 ? 0 : FIMG_PORT_NO_NAME;
}

/* Where nobody reads any more, SIGPIPE is blocked and ends with the thread. */
static void *run(void *arg)
{
    struct job *job = arg;
    struct answer answer = { 0 };
    ssize_t sent;

    answer.result = look_up(job, &answer.addrs);
    sent = write(job->fd, &answer, sizeof answer);
    (void)sent; /* an empty pipe takes it, unless nobody reads any more */
    (void)close(job->fd);
    (void)munmap(job, sizeof *job);
    return NULL;
}

static void put_decimal(char dst[SERVICE_CAP], uint16_t n)
{
    char digits[SERVICE_CAP];
    size_t len = 0, i;

    do {
        digits[len++] = (char)('0' + n % 10);
        n = (uint16_t)(n / 10);
    } while (n > 0);
    for (i = 0; i < len; i++)
        dst[i] = digits[len - 1 - i];
    dst[len] = '\0';
}

/* The thread takes no signals: those are for the program's own threads. */
static bool start_thread(struct job *job)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, before;
    bool ok;

    if (pthread_attr_init(&attr) != 0)
        return false;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0 &&
         pthread_attr_setstacksize(&attr, STACK_SIZE) == 0 &&
         pthread_create(&thread, &attr, run, job) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attr);
    return ok;
}

/* Without close-on-exec the download still works. */
static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return false;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

int posix_resolver_start(struct posix_resolver *r, const char *host,
                         uint16_t port, int family)
{
    size_t len = strlen(host);
    struct job *job;
    int ends[2];

    r->job = NULL;
    if (len >= HOST_CAP || !open_pipe(ends))
        return FIMG_PORT_FAILED;
    job = mmap(NULL, sizeof *job, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (job != MAP_FAILED) {
        job->fd = ends[1];
        job->family = family;
        memcpy(job->host, host, len + 1);
        put_decimal(job->service, port);
        if (start_thread(job)) {
            r->job = r; /* not the job itself: that is the thread's now */
            r->fd = ends[0];
            return 0;
        }
        (void)munmap(job, sizeof *job);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
    return FIMG_PORT_FAILED;
}

/* Is the answer there, or does it come within wait_ms? */
static bool is_there(int fd, uint32_t wait_ms)
{
    struct pollfd p = { fd, POLLIN, 0 };
    uint32_t start = posix_now_ms(NULL), past = 0;

    do {
        uint32_t left = wait_ms - past;

        if (poll(&p, 1, left < INT_MAX ? (int)left : INT_MAX) > 0)
            return true;
        past = posix_now_ms(NULL) - start; /* a signal may have come */
    } while (past < wait_ms);
    return false;
}

int posix_resolver_wait(struct posix_resolver *r, struct posix_addrs *addrs,
                        uint32_t wait_ms)
{
    struct answer answer;

    if (!is_there(r->fd, wait_ms))
        return FIMG_PORT_RESOLVING;
    if (read(r->fd, &answer, sizeof answer) != sizeof answer)
        answer.result = FIMG_PORT_FAILED;
    else
        *addrs = answer.addrs;
    posix_resolver_drop(r);
    return answer.result;
}

void posix_resolver_drop(struct posix_resolver *r)
{
    if (r->job != NULL)
        (void)close(r->fd);
    r->job = NULL;
}
