/*
 * sandbox_probe.c: what a program can still do once it has given away what
 * the command gives away.
 *
 *     sandbox_probe OUTPUT CACHE PORT OTHER
 *         enter the sandbox of port/posix/sandbox.c, with -1 as CACHE if it is
 *         ""; try things, OTHER being a folder that is none of the two; print
 *         "NAME ERRNO" for each, 0 if it was allowed
 *     sandbox_probe refusing COMMAND...
 *         run a command that the kernel refuses a sandbox
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sandbox.h"

static const char *output, *cache, *other;
static int port;

/* 0, or errno, of a call that says -1. */
static int of(long result)
{
    return result == -1 ? errno : 0;
}

static const char *in(const char *folder, const char *name)
{
    static char path[2][4096];
    static int turn;

    turn = !turn;
    (void)snprintf(path[turn], sizeof path[0], "%s/%s", folder, name);
    return path[turn];
}

static int file(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd >= 0)
        (void)close(fd);
    return of(fd);
}

static int make(const char *folder)
{
    return file(in(folder, "made"), O_WRONLY | O_CREAT | O_EXCL);
}

static int open_socket(int family, int type, int protocol)
{
    int fd = socket(family, type, protocol);

    if (fd >= 0)
        (void)close(fd);
    return of(fd);
}

static int tcp(int (*call)(int, const struct sockaddr *, socklen_t), int to)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM, 0), error;

    a.sin_port = htons((uint16_t)to);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    error = of(call(fd, (const struct sockaddr *)&a, sizeof a));
    (void)close(fd);
    return error;
}

static int map(int protection)
{
    void *at = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? errno : 0;
}

static void *nothing(void *arg)
{
    return arg;
}

static int thread(void)
{
    pthread_t t;
    int error = pthread_create(&t, NULL, nothing, NULL);

    return error != 0 ? error : pthread_join(t, NULL);
}

static int look_up(void)
{
    struct addrinfo *list = NULL;
    int error = getaddrinfo("localhost", "1", NULL, &list);

    if (list != NULL)
        freeaddrinfo(list);
    return error != 0 ? ENOENT : 0;
}

static int fork_it(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    return of(child);
}

static int run_it(void)
{
    char *const words[] = { "true", NULL };

    return of(execve("/bin/true", words, words));
}

/* Returns the soft and the hard limit, or'ed. */
static int core_limit(void)
{
    struct rlimit r;

    return getrlimit(RLIMIT_CORE, &r) != 0 || (r.rlim_cur | r.rlim_max) != 0;
}

static int look_into(pid_t pid)
{
    char byte;
    struct iovec here = { &byte, 1 }, there = { &byte, 1 };

    return of(process_vm_readv(pid, &here, 1, &there, 1, 0));
}

#define TRY(name, error) (void)printf("%s %d\n", name, error)

static void try_calls(void)
{
    static char page[4096] __attribute__((aligned(4096)));

    TRY("execve", run_it());
    TRY("fork", fork_it());
    TRY("clone3", of(syscall(SYS_clone3, NULL, 0)));
    TRY("ptrace", of(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
    TRY("process_vm_readv", look_into(getppid()));
    TRY("kill", of(kill(getppid(), 0)));
    TRY("tgkill", of(syscall(SYS_tgkill, getppid(), getppid(), 0)));
    TRY("tkill", of(syscall(SYS_tkill, getppid(), 0)));
    TRY("mount", of(mount("none", output, "tmpfs", 0, NULL)));
    TRY("unshare", of(unshare(CLONE_NEWUSER)));
    TRY("bpf", of(syscall(SYS_bpf, 0, NULL, 0)));
    TRY("io_uring_setup", of(syscall(SYS_io_uring_setup, 1, NULL)));
    TRY("keyctl", of(syscall(SYS_keyctl, 0, 0, 0)));
    TRY("setuid", of(setuid(getuid())));
    TRY("mkdir", of(mkdir(in(output, "folder"), 0700)));
    TRY("symlink", of(symlink("/etc", in(output, "link"))));
    TRY("link", of(link("/etc/passwd", in(output, "link"))));
    TRY("chmod", of(chmod(output, 04777)));
    TRY("chdir", of(chdir("/")));
    TRY("sethostname", of(sethostname("x", 1)));
    TRY("type for the user", of(ioctl(2, TIOCSTI, page)));
    TRY("written and run", map(PROT_READ | PROT_WRITE | PROT_EXEC));
    TRY("run what was written",
        of(mprotect(page, sizeof page, PROT_READ | PROT_EXEC)));
}

static void try_sockets(void)
{
    TRY("packets", open_socket(AF_PACKET, SOCK_RAW, 0));
    TRY("raw", open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    TRY("raw of IPv6", open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    TRY("MPTCP", open_socket(AF_INET, SOCK_STREAM, 262));
    TRY("kernel's ciphers", open_socket(AF_ALG, SOCK_SEQPACKET, 0));
    TRY("log", open_socket(AF_UNIX, SOCK_DGRAM, 0));
    TRY("audit", open_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT));
    TRY("listen", of(listen(0, 1)));
    TRY("accept", of(accept(0, NULL, NULL)));
    TRY("TCP", open_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    TRY("TCP of IPv6", open_socket(AF_INET6, SOCK_STREAM, 0) % EAFNOSUPPORT);
    TRY("UDP", open_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    TRY("name service", open_socket(AF_UNIX, SOCK_STREAM, 0));
    TRY("routes", open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    TRY("connect", tcp(connect, port));
    TRY("connect to DNS", tcp(connect, 53) % ECONNREFUSED);
    TRY("connect elsewhere", tcp(connect, port + 1));
    TRY("bind", tcp(bind, 0));
}

static void try_files(void)
{
    TRY("write /etc/shadow", file("/etc/shadow", O_WRONLY));
    TRY("read elsewhere", file(in(other, "there"), O_RDONLY));
    TRY("write elsewhere", file(in(other, "there"), O_WRONLY));
    TRY("make elsewhere", make(other));
    TRY("remove elsewhere", of(unlink(in(other, "there"))));
    TRY("list a folder", file("/etc", O_RDONLY | O_DIRECTORY));
    TRY("read /etc", file("/etc/hosts", O_RDONLY));
    TRY("make", make(output));
    TRY("make in the cache", *cache != '\0' ? make(cache) : 0);
    TRY("move elsewhere",
        of(rename(in(output, "made"), in(other, "moved"))) % EXDEV);
    TRY("read the output", file(in(output, "made"), O_RDONLY));
    TRY("rename", of(rename(in(output, "made"), in(output, "named"))));
    TRY("remove", of(unlink(in(output, "named"))));
    TRY("thread", thread());
    TRY("look up", look_up());
    TRY("end by a signal", of(syscall(SYS_tgkill, getpid(), getpid(), 0)));
}

/* What a kernel or a container without sandboxes says. */
static void refuse(void)
{
    static const uint16_t calls[] = { SYS_seccomp, 444, 445, 446, SYS_capset,
                                      SYS_capget };
    enum { COUNT = sizeof calls / sizeof calls[0] };
    struct sock_filter code[COUNT + 3] = { BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)) };
    struct sock_fprog filter = { COUNT + 3, code };
    unsigned i;

    for (i = 0; i < COUNT; i++)
        code[i + 1] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, calls[i], (uint8_t)(COUNT - i), 0);
    code[COUNT + 1] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[COUNT + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                                   SECCOMP_RET_ERRNO | EPERM);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        _exit(99);
}

int main(int argc, char **argv)
{
    const uint32_t action = SECCOMP_RET_ALLOW; /* known to each that has any */
    struct sandbox needs;

    if (argc > 2 && strcmp(argv[1], "refusing") == 0) {
        refuse();
        (void)execvp(argv[2], argv + 2);
        return 98;
    }
    if (argc != 5)
        return 2;
    output = argv[1];
    cache = argv[2];
    port = atoi(argv[3]);
    other = argv[4];
    needs.output = output;
    needs.cache = *cache != '\0' ? open(cache, O_RDONLY | O_DIRECTORY) : -1;
    needs.port = (uint16_t)port;
    TRY("the kernel's filters", of(syscall(SYS_seccomp, 2, 0, &action)));
    (void)printf("Landlock %ld\n", syscall(444, NULL, 0, 1));
    sandbox_hide();
    TRY("core limit", core_limit());
    TRY("dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    (void)fflush(stdout);
    sandbox_enter(&needs);
    try_calls();
    try_sockets();
    try_files();
    return 0;
}
