/*
 * sandbox_calls.c: what may still be asked of the kernel, as a seccomp filter.
 *
 * What is not needed is answered as by a kernel that does not have it. So a C
 * library newer than these lists falls back on what is in them, and a name
 * service module that wants more fails, and leaves its place to the next. Only
 * calls by the numbers of another processor end the program: no compiler has
 * made them.
 */
#define _GNU_SOURCE

#include "sandbox_calls.h"

#include "sandbox.h"

#if SANDBOX

#include <endian.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define LITTLE (__BYTE_ORDER == __LITTLE_ENDIAN)

#if defined(__x86_64__)
#define PROCESSOR AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && LITTLE
#define PROCESSOR AUDIT_ARCH_AARCH64
#elif defined(__ARM_EABI__) && LITTLE
#define PROCESSOR AUDIT_ARCH_ARM
#elif defined(_MIPS_SIM) && _MIPS_SIM == _ABIO32
#define PROCESSOR (LITTLE ? AUDIT_ARCH_MIPSEL : AUDIT_ARCH_MIPS)
#elif defined(__riscv) && __riscv_xlen == 64
#define PROCESSOR AUDIT_ARCH_RISCV64
#endif
#endif

#ifdef PROCESSOR

/* Where the numbers begin. */
#ifdef __mips__
#define FIRST 4000
#else
#define FIRST 0
#endif
#define WORDS 16 /* of 32 numbers each */

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1u << 2)
#endif

/* Whatever the arguments are. */
static const uint16_t allowed[] = {
    /* files and descriptors */
    __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_pread64,
    __NR_pwrite64, __NR_lseek, __NR_close, __NR_fsync, __NR_ftruncate,
    __NR_fcntl, __NR_dup, __NR_pipe2, __NR_ppoll, __NR_pselect6, __NR_openat,
    __NR_fstat, __NR_statx, __NR_faccessat, __NR_readlinkat, __NR_getcwd,
    __NR_getdents64, __NR_fchmod, __NR_renameat2, __NR_unlinkat,
#ifdef __NR_open /* processors that had Linux early */
    __NR_open, __NR_stat, __NR_lstat, __NR_access, __NR_readlink, __NR_rename,
    __NR_unlink, __NR_pipe, __NR_poll,
#endif
#ifdef __NR_renameat
    __NR_renameat,
#endif
#ifdef __NR_newfstatat
    __NR_newfstatat,
#else /* offsets need two registers */
    __NR__llseek, __NR_ftruncate64, __NR_fcntl64, __NR_stat64, __NR_lstat64,
    __NR_fstat64, __NR_fstatat64,
#endif

    /* sockets, but not to listen */
    __NR_connect, __NR_bind, __NR_sendto, __NR_sendmsg, __NR_sendmmsg,
    __NR_recvfrom, __NR_recvmsg, __NR_recvmmsg, __NR_getsockopt,
    __NR_setsockopt, __NR_getsockname, __NR_getpeername, __NR_shutdown,
#ifdef __NR_send
    __NR_send, __NR_recv,
#endif

    /* memory, threads, signals, time */
    __NR_brk, __NR_munmap, __NR_mremap, __NR_madvise, __NR_futex,
    __NR_set_robust_list, __NR_rseq, __NR_sched_yield, __NR_sched_getaffinity,
    __NR_membarrier, __NR_exit, __NR_exit_group, __NR_restart_syscall,
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn,
    __NR_sigaltstack, __NR_nanosleep,
#ifdef __NR_sigreturn
    __NR_sigreturn,
#endif
#ifdef __NR_clock_gettime
    __NR_clock_gettime, __NR_clock_nanosleep, __NR_gettimeofday,
#else /* musl, where time_t outgrew 32 bits */
    __NR_clock_gettime32, __NR_clock_nanosleep_time32,
    __NR_gettimeofday_time32,
#endif
#ifdef __NR_clock_gettime64
    __NR_clock_gettime64, __NR_clock_nanosleep_time64, __NR_ppoll_time64,
    __NR_pselect6_time64, __NR_recvmmsg_time64, __NR_futex_time64,
#endif

    /* who and where */
    __NR_getpid, __NR_gettid, __NR_getuid, __NR_geteuid, __NR_getgid,
    __NR_getegid, __NR_uname, __NR_sysinfo, __NR_getrandom,
#ifdef __NR_getuid32
    __NR_getuid32, __NR_geteuid32, __NR_getgid32, __NR_getegid32,
#endif
};

/* One more that is allowed if all arguments are so. */
struct rule {
    uint16_t number;
    struct {
        uint8_t argument; /* from 0 */
        uint32_t mask, value; /* a mask of 0 asks for nothing */
    } when[3];
};

#ifdef __NR_mmap2
#define NR_MMAP __NR_mmap2
#else
#define NR_MMAP __NR_mmap
#endif
#define ALL UINT32_MAX
#define SOCKET(family, type)                                                   \
    {                                                                          \
        __NR_socket,                                                           \
        {                                                                      \
            { 0, ALL, family }, { 1, 15, type }, { 2, ~31u, 0 },               \
        },                                                                     \
    }

static const struct rule rules[] = {
    SOCKET(AF_INET, SOCK_STREAM),
    SOCKET(AF_INET, SOCK_DGRAM),
    SOCKET(AF_INET6, SOCK_STREAM),
    SOCKET(AF_INET6, SOCK_DGRAM),
    SOCKET(AF_UNIX, SOCK_STREAM),
    { __NR_socket, { { 0, ALL, AF_NETLINK }, { 2, ALL, 0 } } }, /* routes */
    { __NR_clone, { { 0, CLONE_THREAD, CLONE_THREAD } } },
    { __NR_ioctl, { { 1, ALL, TIOCGWINSZ } } },
    { __NR_ioctl, { { 1, ALL, TCGETS } } },
    { __NR_ioctl, { { 1, ALL, FIONREAD } } },
    /* memory is not both written and run */
    { NR_MMAP, { { 2, PROT_EXEC, 0 } } },
    { NR_MMAP, { { 2, PROT_WRITE, 0 } } },
    { __NR_mprotect, { { 2, PROT_EXEC, 0 } } },
};

struct program {
    unsigned short len;
    struct sock_filter code[256];
};

static void put(struct program *p, uint16_t code, uint32_t k)
{
    p->code[p->len++] = (struct sock_filter){ code, 0, 0, k };
}

/* Skip `over` instructions if the accumulator is not k. */
static void put_unless(struct program *p, uint32_t k, uint8_t over)
{
    p->code[p->len++] =
        (struct sock_filter){ BPF_JMP | BPF_JEQ | BPF_K, 0, over, k };
}

static void put_load(struct program *p, size_t offset)
{
    put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

static void put_begin(struct program *p)
{
    put_load(p, offsetof(struct seccomp_data, arch));
    p->code[p->len++] = (struct sock_filter){
        BPF_JMP | BPF_JEQ | BPF_K, 1, 0, PROCESSOR };
    put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
}

/*
 * Look the number up in a table of bits: the accumulator gets the word's
 * index, X the bit. Bits and not comparisons, since there are so many.
 */
static void put_table(struct program *p, const uint32_t words[WORDS])
{
    uint32_t i;

    put_load(p, offsetof(struct seccomp_data, nr));
    put(p, BPF_ALU | BPF_SUB | BPF_K, FIRST);
    put(p, BPF_ST, 0);
    put(p, BPF_ALU | BPF_AND | BPF_K, 31);
    put(p, BPF_MISC | BPF_TAX, 0);
    put(p, BPF_LD | BPF_IMM, 1);
    put(p, BPF_ALU | BPF_LSH | BPF_X, 0);
    put(p, BPF_MISC | BPF_TAX, 0);
    put(p, BPF_LD | BPF_MEM, 0);
    put(p, BPF_ALU | BPF_RSH | BPF_K, 5);
    put(p, BPF_ST, 0);
    for (i = 0; i < WORDS; i++) {
        if (words[i] == 0)
            continue;
        put_unless(p, i, 4);
        put(p, BPF_LD | BPF_IMM, words[i]);
        p->code[p->len++] =
            (struct sock_filter){ BPF_JMP | BPF_JSET | BPF_X, 0, 1, 0 };
        put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        put(p, BPF_LD | BPF_MEM, 0);
    }
}

static void put_rule(struct program *p, const struct rule *r)
{
    size_t count = 0, i;

    while (count < 3 && r->when[count].mask != 0)
        count++;
    put_load(p, offsetof(struct seccomp_data, nr));
    put_unless(p, r->number, (uint8_t)(3 * count + 1));
    for (i = 0; i < count; i++) {
        put_load(p, offsetof(struct seccomp_data, args) +
                        8 * r->when[i].argument + (LITTLE ? 0 : 4));
        put(p, BPF_ALU | BPF_AND | BPF_K, r->when[i].mask);
        put_unless(p, r->when[i].value, (uint8_t)(3 * (count - i) - 2));
    }
    put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

/* To end by a signal, and not to end others. */
static void put_own_signals(struct program *p)
{
    const uint32_t own = (uint32_t)getpid();
    const struct rule tgkill = { __NR_tgkill, { { 0, ALL, own } } };
    const struct rule tkill = { __NR_tkill, { { 0, ALL, own } } };

    put_rule(p, &tgkill);
    put_rule(p, &tkill);
}

static void compose(struct program *p)
{
    uint32_t words[WORDS] = { 0 };
    size_t i;

    for (i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        unsigned number = allowed[i] - FIRST;

        words[number / 32] |= (uint32_t)1 << number % 32;
    }
    put_begin(p);
    put_table(p, words);
    for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
        put_rule(p, &rules[i]);
    put_own_signals(p);
    put(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
}

void sandbox_calls(void)
{
    struct program program = { 0 };
    struct sock_fprog filter = { 0, program.code };

    compose(&program);
    filter.len = program.len;
    /*
     * Before Linux 5.16 a filter slows everything down, unless it says not
     * to, which 4.17 understands. The older way, prctl, debuggers that watch
     * memory let through, and are then refused what they need themselves.
     */
    if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
                SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) != 0)
        (void)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

#else

void sandbox_calls(void)
{
}

#endif
