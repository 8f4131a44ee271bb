/*
 * common.h: what the programs for boards that download have in common.
 */
#ifndef COMMON_H
#define COMMON_H

#include <bearssl.h>

#include "fimg.h"

/* Fill the request from the boot arguments host, port, key and token; limits
   are the library's own. Where it wants memory lent, it gets some. */
void common_request(struct fimg_request *request, const struct fimg_port *port);

/* Memory that was lent is used for something else, as it may be between
   downloads. */
void common_reuse_lent(void);

/* Say what was hashed. */
void common_say_hash(const br_sha256_context *sha256);

#endif
