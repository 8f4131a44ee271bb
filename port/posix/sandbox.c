/*
 * sandbox.c: give away what is not needed any more.
 *
 * What cannot be given away stays: nothing here is worth failing for, so no
 * result is looked at.
 */
#define _DEFAULT_SOURCE /* syscall */

#include "sandbox.h"

#if SANDBOX

#include <linux/capability.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_calls.h"
#include "sandbox_files.h"

/* All that root needs here, to write where root may. */
#define KEPT                                                                   \
    (1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER)

#ifndef SYS_setresuid32 /* where a user's number always had 32 bits */
#define SYS_setresuid32 SYS_setresuid
#define SYS_setresgid32 SYS_setresgid
#endif

/*
 * The kernel is asked directly: what C libraries put around it is for the
 * other threads, of which there are none so far.
 */
static void drop_capabilities(uint32_t kept)
{
    struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct sets[2];

    if (syscall(SYS_capget, &head, sets) != 0)
        return;
    sets[0].permitted &= kept;
    sets[0].effective &= kept;
    sets[1].permitted = sets[1].effective = 0;
    sets[0].inheritable = sets[1].inheritable = 0;
    (void)syscall(SYS_capset, &head, sets);
}

/* A file that is set-user-ID, or so, must not lend its rights to a client
 * that writes files of any name. */
static void drop_privileges(void)
{
    uid_t user = getuid();
    gid_t group = getgid();

    if (getauxval(AT_SECURE) == 0) {
        drop_capabilities(KEPT);
        return;
    }
    if (syscall(SYS_setresgid32, group, group, group) != 0 ||
        syscall(SYS_setresuid32, user, user, user) != 0)
        _exit(2); /* which never happens */
    drop_capabilities(0);
}

void sandbox_hide(void)
{
    static const uint64_t none[2] = { 0, 0 };

    drop_privileges();
    /* nor may others of the same user look into memory; comes last, since a
     * change of rights resets it */
    (void)syscall(SYS_prlimit64, 0, RLIMIT_CORE, none, NULL);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void sandbox_enter(const struct sandbox *needs)
{
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* the others ask for it */
    sandbox_files(needs);
    sandbox_calls();
}

#else

void sandbox_hide(void)
{
}

void sandbox_enter(const struct sandbox *needs)
{
    (void)needs;
}

#endif
