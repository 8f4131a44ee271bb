/*
 * sandbox_calls.h: what may still be asked of the kernel.
 */
#ifndef SANDBOX_CALLS_H
#define SANDBOX_CALLS_H

/* From now on the kernel refuses all system calls that are not needed. */
void sandbox_calls(void);

#endif
