/*
 * token_cache.h: keep a token from one run to the next.
 *
 * There is one file for each base URL and app id; cache_file.h tells where.
 * Both are in the file too, with a sum over all, and when the token was put in
 * and when it expires, by the wall clock. What does not fit is not used.
 */
#ifndef TOKEN_CACHE_H
#define TOKEN_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache_file.h"
#include "url.h"

#define APP_ID_MAX 128
#define TOKEN_CACHE_LIFE_S 7200 /* of a token at most, as documented */

/* All-zero: closed; every call then does nothing. */
struct token_cache {
    struct cache_file file;
    char owner[sizeof(struct url) + APP_ID_MAX + 32]; /* URL and app id */
    size_t owner_len;
    uint64_t given; /* sum of the token that was read last */
    char text[sizeof(struct url) + 4600]; /* of the file last read */
};

/* Open the cache for tokens of that app there. */
void token_cache_open(struct token_cache *c, const struct url *base,
                      const char *app_id);

/*
 * The token that is kept, if it need not be renewed yet, and how long it still
 * has to live. NULL: there is none. It stays valid until the next call.
 */
const char *token_cache_read(struct token_cache *c, uint32_t *life_ms);

/* Keep a token that has so long to live. False: it could not be done. */
bool token_cache_write(struct token_cache *c, const char *token,
                       uint32_t life_ms);

/* Take away the token that was read last, if it is still the one kept. */
void token_cache_drop(struct token_cache *c);

/* Close it, and overwrite what was read. */
void token_cache_close(struct token_cache *c);

#endif
