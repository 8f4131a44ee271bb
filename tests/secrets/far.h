/*
 * far.h: run the library on a stack of its own, and its port on another.
 *
 * What the library leaves on its stack is then its own: the server, which
 * knows the same keys, plays on the stack of the test.
 */
#ifndef FAR_H
#define FAR_H

#include "fimg_port.h"

#define FAR_STACK (64 * 1024)

extern unsigned char far_stack[FAR_STACK];

/* A port that hands every call over to `near`, which plays on our stack. */
void far_port(struct fimg_port *port, const struct fimg_port *near);

/* Call work(arg) on the library's stack. What lies there stays. */
void far_run(void (*work)(void *), void *arg);

#endif
