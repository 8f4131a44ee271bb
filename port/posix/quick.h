/*
 * quick.h: some of BearSSL's work, done quicker on 64-bit machines.
 *
 * Each function does what the BearSSL function does that the linker puts it in
 * the place of; the Makefile names the pairs. The library knows nothing of it,
 * and is complete without.
 */
#ifndef QUICK_H
#define QUICK_H

#include <bearssl.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define QUICK_X86
#endif

/* For br_rsa_i62_public. */
uint32_t quick_rsa_public(unsigned char *x, size_t x_len,
                          const br_rsa_public_key *key);

/* For br_ec_all_m31. */
extern const br_ec_impl quick_ec;

/* For br_chacha20_sse2_get, br_ghash_pclmul_get, br_aes_x86ni_ctr_get_vtable.
   They give NULL for what this CPU cannot do. */
br_chacha20_run quick_chacha20_get(void);
br_ghash quick_ghash_get(void);
const br_block_ctr_class *quick_aes_get(void);

bool quick_cpu_has_aes(void); /* and carry-less products */
bool quick_cpu_has_avx2(void);

#endif
