/*
 * sandbox.h: give away what is not needed any more, so that whoever finds a
 * way into the command finds little there.
 *
 * Wherever the kernel, or what it runs in, has no such thing or refuses it,
 * the command does without, and says nothing. On other systems than Linux
 * nothing of it is there.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdint.h>

/*
 * Sanitizers and their like trace and fork at the end. For these, and for
 * debugging, nothing is given away.
 */
#ifndef SANDBOX
#if !defined(__linux__) || defined(__SANITIZE_ADDRESS__) ||                    \
    defined(__SANITIZE_THREAD__)
#define SANDBOX 0
#elif defined(__has_feature)
#define SANDBOX (!__has_feature(address_sanitizer))
#else
#define SANDBOX 1
#endif
#endif

/* What is needed to the end. */
struct sandbox {
    const char *output; /* folder or file to write to; "": none; NULL: any */
    int cache;          /* the folder that tokens are kept in; -1: none */
    uint16_t port;      /* of the server, or of the proxy before it */
};

/* First of all: privileges that came with the file, and core dumps. */
void sandbox_hide(void);

/* Last of all before the network: system calls, files, other programs. */
void sandbox_enter(const struct sandbox *needs);

#endif
