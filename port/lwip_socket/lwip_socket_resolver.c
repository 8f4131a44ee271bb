/*
 * lwip_socket_resolver.c: lwIP's DNS in the place of posix_resolver.c.
 *
 * No thread and no heap: lwIP's own thread asks and calls back. A look-up
 * cannot be called off, so a caller who gives up leaves its job behind; lwIP
 * answers in any case, after 15 seconds or so, and only then is it free again.
 *
 * What both threads touch, the job's state, is under lwIP's lightweight lock;
 * `result` and `addr` are filled before it becomes JOB_ANSWERED.
 */
#define _POSIX_C_SOURCE 200809L /* for the headers of the Unix port */

#include "posix_resolver.h"

#include <stdbool.h>
#include <string.h>

#include "fimg_port.h"
#include "lwip/dns.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "posix_system.h"

#ifndef LWIP_SOCKET_LOOKUPS
#define LWIP_SOCKET_LOOKUPS 4 /* at once, those left behind included */
#endif

#define LONGEST_WAIT_MS 60000 /* at a time; no stack's timer wraps in it */

enum job_state { JOB_FREE = 0, JOB_ASKED, JOB_ANSWERED, JOB_LEFT };

struct job {
    enum job_state state; /* under the lock */
    int result;           /* 0 or a code of fimg_port.h */
    union posix_addr addr;
    int family;
    uint16_t port;
    char host[DNS_MAX_NAME_LENGTH];
    sys_sem_t answered; /* made once, kept for ever */
};

static struct job jobs[LWIP_SOCKET_LOOKUPS];

/* Returns the state before. */
static enum job_state change(struct job *job, enum job_state from,
                             enum job_state to, enum job_state otherwise)
{
    enum job_state before;
    SYS_ARCH_DECL_PROTECT(level);

    SYS_ARCH_PROTECT(level);
    before = job->state;
    job->state = before == from ? to : otherwise;
    SYS_ARCH_UNPROTECT(level);
    return before;
}

static bool is_answered(struct job *job)
{
    bool answered;
    SYS_ARCH_DECL_PROTECT(level);

    SYS_ARCH_PROTECT(level);
    answered = job->state == JOB_ANSWERED;
    SYS_ARCH_UNPROTECT(level);
    return answered;
}

static struct job *take_job(void)
{
    size_t i;

    for (i = 0; i < LWIP_SOCKET_LOOKUPS; i++) {
        struct job *job = &jobs[i];
        enum job_state before;
        SYS_ARCH_DECL_PROTECT(level);

        SYS_ARCH_PROTECT(level);
        before = job->state;
        if (before == JOB_FREE)
            job->state = JOB_ASKED;
        SYS_ARCH_UNPROTECT(level);
        if (before != JOB_FREE)
            continue;
        if (sys_sem_valid(&job->answered) ||
            sys_sem_new(&job->answered, 0) == ERR_OK)
            return job;
        (void)change(job, JOB_ASKED, JOB_FREE, JOB_FREE);
    }
    return NULL;
}

/* --- in lwIP's thread --------------------------------------------------- */

static void keep_addr(struct job *job, const ip_addr_t *ip)
{
    union posix_addr *out = &job->addr;

    memset(out, 0, sizeof *out);
    if (IP_IS_V6(ip)) {
        out->v6.sin6_len = sizeof out->v6;
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = lwip_htons(job->port);
        inet6_addr_from_ip6addr(&out->v6.sin6_addr, ip_2_ip6(ip));
    } else {
        out->v4.sin_len = sizeof out->v4;
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = lwip_htons(job->port);
        inet_addr_from_ip4addr(&out->v4.sin_addr, ip_2_ip4(ip));
    }
}

static void finish(struct job *job, int result)
{
    job->result = result;
    if (change(job, JOB_ASKED, JOB_ANSWERED, JOB_FREE) == JOB_ASKED)
        sys_sem_signal(&job->answered);
}

/* lwIP does not tell a name without address from servers without answer. */
static void on_answer(const char *name, const ip_addr_t *ip, void *arg)
{
    struct job *job = arg;

    (void)name;
    if (ip != NULL)
        keep_addr(job, ip);
    finish(job, ip != NULL ? 0 : FIMG_PORT_NO_NAME);
}

static void ask(void *arg)
{
    struct job *job = arg;
    u8_t type = LWIP_DNS_ADDRTYPE_IPV4_IPV6; /* IPv6 if there is no IPv4 */
    ip_addr_t ip;
    err_t error;

    if (job->family == AF_INET)
        type = LWIP_DNS_ADDRTYPE_IPV4;
    if (job->family == AF_INET6)
        type = LWIP_DNS_ADDRTYPE_IPV6;
    error = dns_gethostbyname_addrtype(job->host, &ip, on_answer, job, type);
    if (error == ERR_OK)
        on_answer(job->host, &ip, job);
    else if (error != ERR_INPROGRESS) /* no server, or no room */
        finish(job, FIMG_PORT_FAILED);
}

/* --- in the caller's ---------------------------------------------------- */

int posix_resolver_start(struct posix_resolver *r, const char *host,
                         uint16_t port, int family)
{
    size_t len = strlen(host);
    struct job *job = len < DNS_MAX_NAME_LENGTH ? take_job() : NULL;

    r->job = NULL;
    if (job == NULL)
        return FIMG_PORT_FAILED;
    memcpy(job->host, host, len + 1);
    job->port = port;
    job->family = family;
    if (tcpip_try_callback(ask, job) != ERR_OK) {
        (void)change(job, JOB_ASKED, JOB_FREE, JOB_FREE);
        return FIMG_PORT_FAILED;
    }
    r->job = job;
    return 0;
}

int posix_resolver_wait(struct posix_resolver *r, struct posix_addrs *addrs,
                        uint32_t wait_ms)
{
    struct job *job = r->job;
    uint32_t start = posix_now_ms(NULL), past = 0;
    int result;

    while (!is_answered(job)) {
        uint32_t left = wait_ms - past;

        if (past >= wait_ms)
            return FIMG_PORT_RESOLVING;
        /* A signal meant for this job's last user only costs a turn. */
        (void)sys_arch_sem_wait(
            &job->answered, left < LONGEST_WAIT_MS ? left : LONGEST_WAIT_MS);
        past = posix_now_ms(NULL) - start;
    }
    result = job->result;
    addrs->count = result == 0;
    addrs->at[0] = job->addr;
    posix_resolver_drop(r);
    return result;
}

void posix_resolver_drop(struct posix_resolver *r)
{
    if (r->job != NULL)
        (void)change(r->job, JOB_ASKED, JOB_LEFT, JOB_FREE);
    r->job = NULL;
}
