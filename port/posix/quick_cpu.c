/*
 * quick_cpu.c: what this CPU can do.
 *
 * BearSSL asks the CPU again for each handshake and each algorithm. Where it
 * is a virtual one, each question goes to the hypervisor, which takes longer
 * than a record to decrypt; so each is put once, and only when it matters.
 */
#include "quick.h"

#ifdef QUICK_X86

#include <cpuid.h>
#include <stddef.h>

#define NEEDS_AES (bit_AES | bit_PCLMUL | bit_SSSE3 | bit_SSE4_1)

static unsigned long saved_state(void)
{
    uint32_t low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static unsigned leaf_1(void)
{
    static unsigned kept;
    unsigned a, b, c, d;

    if (kept == 0) { /* an x86-64 without any of these there is not */
        __cpuid(1, a, b, c, d);
        kept = c | 1;
    }
    return kept;
}

bool quick_cpu_has_aes(void)
{
    return (leaf_1() & NEEDS_AES) == NEEDS_AES;
}

bool quick_cpu_has_avx2(void)
{
    static enum { UNKNOWN, YES, NO } known;
    unsigned a, b = 0, c, d;

    if (known == UNKNOWN) {
        /* AVX: there is a leaf 7; the system must save the registers, too */
        if ((leaf_1() & bit_AVX) && (leaf_1() & bit_OSXSAVE) &&
            (saved_state() & 6) == 6)
            __cpuid_count(7, 0, a, b, c, d);
        known = b & bit_AVX2 ? YES : NO;
    }
    return known == YES;
}

const br_block_ctr_class *quick_aes_get(void)
{
    return quick_cpu_has_aes() ? &br_aes_x86ni_ctr_vtable : NULL;
}

#endif
