/*
 * posix_resolver.c: the system's getaddrinfo, in a thread of its own.
 *
 * getaddrinfo can block for a minute and cannot be interrupted, so a caller
 * who gives up leaves it behind. What both sides touch, the job, therefore
 * has two owners and lies in a mapping of its own; whichever lets go last
 * unmaps it.
 *
 * The thread fills `result` and `addrs` before it sets `finished` under the
 * lock; the caller looks at them only after seeing it under the lock.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "posix_resolver.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "fimg_port.h"

#define STACK_SIZE (256 * 1024) /* name service modules like some room */
#define HOST_CAP 254            /* the longest name there is, and NUL */
#define SERVICE_CAP 6           /* "65535" and NUL */

struct job {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int owners;    /* under the lock */
    bool finished; /* under the lock */
    int result;    /* 0 or a code of fimg_port.h */
    struct posix_addrs addrs;
    int family;
    char host[HOST_CAP];
    char service[SERVICE_CAP];
};

/* POSIX lets a mutex be unmapped as soon as it could be locked again. */
static void let_go(struct job *job)
{
    bool last;

    (void)pthread_mutex_lock(&job->lock);
    last = --job->owners == 0;
    (void)pthread_mutex_unlock(&job->lock);
    if (last) {
        (void)pthread_cond_destroy(&job->answered);
        (void)pthread_mutex_destroy(&job->lock);
        (void)munmap(job, sizeof *job);
    }
}

static void keep_addrs(struct posix_addrs *out, const struct addrinfo *list)
{
    const struct addrinfo *ai;

    for (ai = list; ai != NULL && out->count < POSIX_ADDRS_MAX;
         ai = ai->ai_next)
        if ((ai->ai_family == AF_INET || ai->ai_family == AF_INET6) &&
            ai->ai_addrlen <= sizeof out->at[0])
            memcpy(&out->at[out->count++], ai->ai_addr, ai->ai_addrlen);
}

static int look_up(struct job *job)
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
    keep_addrs(&job->addrs, list);
    freeaddrinfo(list);
    return job->addrs.count > 0 ? 0 : FIMG_PORT_NO_NAME;
}

static void *run(void *arg)
{
    struct job *job = arg;

    job->result = look_up(job);
    (void)pthread_mutex_lock(&job->lock);
    job->finished = true;
    (void)pthread_cond_signal(&job->answered);
    (void)pthread_mutex_unlock(&job->lock);
    let_go(job);
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

/* Waiting must not end early or late when someone sets the wall clock. */
static bool make_lock(struct job *job)
{
    pthread_condattr_t attr;
    bool ok;

    if (pthread_mutex_init(&job->lock, NULL) != 0)
        return false;
    if (pthread_condattr_init(&attr) != 0) {
        (void)pthread_mutex_destroy(&job->lock);
        return false;
    }
    ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(&job->answered, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    if (!ok)
        (void)pthread_mutex_destroy(&job->lock);
    return ok;
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

int posix_resolver_start(struct posix_resolver *r, const char *host,
                         uint16_t port, int family)
{
    size_t len = strlen(host);
    struct job *job;

    r->job = NULL;
    if (len >= HOST_CAP)
        return FIMG_PORT_FAILED;
    job = mmap(NULL, sizeof *job, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (job == MAP_FAILED)
        return FIMG_PORT_FAILED;
    memcpy(job->host, host, len + 1);
    put_decimal(job->service, port);
    job->family = family;
    job->owners = 2;
    if (!make_lock(job)) {
        (void)munmap(job, sizeof *job);
        return FIMG_PORT_FAILED;
    }
    if (!start_thread(job)) {
        job->owners = 1; /* the other owner was never born */
        let_go(job);
        return FIMG_PORT_FAILED;
    }
    r->job = job;
    return 0;
}

static struct timespec moment_after(uint32_t wait_ms)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* POSIX: cannot fail */
    t.tv_sec += (time_t)(wait_ms / 1000);
    t.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* Is the answer there, or does it come within wait_ms? */
static bool is_finished(struct job *job, uint32_t wait_ms)
{
    struct timespec until = moment_after(wait_ms);
    bool finished;

    if (wait_ms > 0)
        (void)pthread_mutex_lock(&job->lock);
    else if (pthread_mutex_trylock(&job->lock) != 0)
        return false;
    while (!job->finished && wait_ms > 0)
        if (pthread_cond_timedwait(&job->answered, &job->lock, &until) != 0)
            break;
    finished = job->finished;
    (void)pthread_mutex_unlock(&job->lock);
    return finished;
}

int posix_resolver_wait(struct posix_resolver *r, struct posix_addrs *addrs,
                        uint32_t wait_ms)
{
    struct job *job = r->job;
    int result;

    if (!is_finished(job, wait_ms))
        return FIMG_PORT_RESOLVING;
    result = job->result;
    *addrs = job->addrs;
    posix_resolver_drop(r);
    return result;
}

void posix_resolver_drop(struct posix_resolver *r)
{
    if (r->job != NULL)
        let_go(r->job);
    r->job = NULL;
}
