/*
 * sandbox_files.c: which files may still be opened, and which ports reached,
 * by Linux's Landlock.
 *
 * What was opened before stays open. To be written there are the images and
 * the kept token; to be read, besides, what name service goes by. Sockets in
 * the file system, as of nscd, are not Landlock's business.
 */
#define _GNU_SOURCE /* O_PATH */

#include "sandbox_files.h"

#if SANDBOX

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * From linux/landlock.h, which many systems have in an older form than their
 * kernels. These numbers are the same on all processors.
 */
#ifdef __mips__
#define SYSCALLS 4000 /* o32 begins there */
#else
#define SYSCALLS 0
#endif
#define CREATE_RULESET (SYSCALLS + 444)
#define ADD_RULE (SYSCALLS + 445)
#define RESTRICT_SELF (SYSCALLS + 446)
#define CREATE_VERSION 1
#define RULE_PATH 1
#define RULE_PORT 2

#define WRITE_FILE (1u << 1)
#define READ_FILE (1u << 2)
#define REMOVE_FOLDER (1u << 4)
#define REMOVE_FILE (1u << 5)
#define MAKE_REG (1u << 8)
#define TRUNCATE (1u << 14)
#define CONNECT_TCP (1u << 1)

#define DNS_PORT 53 /* answers too long for a datagram */

struct ruleset {
    uint64_t files, ports, scopes; /* what is refused where no rule allows it */
};

struct path_rule {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

struct port_rule {
    uint64_t allowed, port;
};

/*
 * For the resolver, and its modules with all that they load. Where names are
 * looked up in another way, they are not there, or it has its own ways round.
 */
static const char *const readable[] = {
    "/etc", "/etc/resolv.conf", /* a link, perhaps to elsewhere */
    "/run", "/usr", "/lib", "/lib64", "/dev/urandom",
};

/* All that a version knows of, as long as that is known here. */
static struct ruleset all_of(long version)
{
    struct ruleset r = { 0x1fff, 0, 0 };

    if (version >= 2)
        r.files |= 0x2000;
    if (version >= 3)
        r.files |= TRUNCATE;
    if (version >= 5)
        r.files |= 0x8000; /* ioctl on devices */
    if (version >= 4)
        r.ports = 3; /* to listen, and to connect */
    if (version >= 6)
        r.scopes = 3; /* abstract sockets, and signals */
    return r;
}

static bool allow_fd(int rules, uint64_t allowed, int fd)
{
    struct path_rule rule = { allowed, fd };

    return syscall(ADD_RULE, rules, RULE_PATH, &rule, 0) == 0 ||
           errno == EBADFD; /* a pipe, which is not restricted */
}

static bool allow_path(int rules, uint64_t allowed, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    bool done = false;

    if (fd >= 0) {
        done = allow_fd(rules, allowed, fd);
        (void)close(fd); /* only pointed with */
    }
    return done;
}

static bool allow_port(int rules, uint16_t port)
{
    struct port_rule rule = { CONNECT_TCP, port };

    return syscall(ADD_RULE, rules, RULE_PORT, &rule, 0) == 0;
}

/* False: what must be possible would not be. A rule that the kernel had no
   room for is missed as much as one that cannot be. */
static bool fill(int rules, const struct ruleset *all,
                 const struct sandbox *needs)
{
    uint64_t file = (WRITE_FILE | TRUNCATE) & all->files;
    /* a folder in a file's place stays, but rename is to say so */
    uint64_t folder = file | REMOVE_FOLDER | REMOVE_FILE | MAKE_REG;
    size_t i;

    for (i = 0; i < sizeof readable / sizeof readable[0]; i++)
        if (!allow_path(rules, READ_FILE, readable[i]) && errno != ENOENT)
            return false;
    if (needs->output == NULL ||
        (needs->output[0] != '\0' &&
         !allow_path(rules, folder, needs->output) &&
         (errno != EINVAL || /* it is no folder */
          !allow_path(rules, file, needs->output))))
        return false;
    if (needs->cache >= 0 && !allow_fd(rules, folder | READ_FILE, needs->cache))
        return false;
    return all->ports == 0 ||
           (allow_port(rules, needs->port) && allow_port(rules, DNS_PORT));
}

void sandbox_files(const struct sandbox *needs)
{
    long version = syscall(CREATE_RULESET, NULL, 0, CREATE_VERSION);
    struct ruleset all = all_of(version);
    int rules;

    if (version < 1)
        return;
    rules = (int)syscall(CREATE_RULESET, &all, sizeof all, 0);
    if (rules < 0)
        return;
    if (fill(rules, &all, needs))
        (void)syscall(RESTRICT_SELF, rules, 0);
    (void)close(rules); /* in force, or given up */
}

#else

void sandbox_files(const struct sandbox *needs)
{
    (void)needs;
}

#endif
