/*
 * identity.h: what the servers of the fuzz entries present, and what proves it.
 *
 * The files are in tests/fuzz/pki; programs run in the project's folder.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "session/pem.h"

#define IDENTITY_NOW 1893456000 /* 1 January 2030 */

struct pem_identity *identity(void);
const struct pem_roots *identity_roots(void);
struct pem_text *identity_text(void);

/* SHA-256 of its public key. */
const uint8_t *identity_pin(void);

#endif
