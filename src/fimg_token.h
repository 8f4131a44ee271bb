/*
 * fimg_token.h: a token's life: pure decisions over a clock value.
 */
#ifndef FIMG_TOKEN_H
#define FIMG_TOKEN_H

#include "fimg.h"
#include "fimg_api.h"

#if FIMG_TOKENS

#define FIMG_TOKEN_LIFE_MAX_S 86400 /* what is said beyond that is not believed */

/* Is there a token that need not be renewed yet? */
bool fimg_token_is_fresh(const struct fimg_token *t, uint32_t now);

/*
 * Keep what came out of the reply collected in t->memory. FIMG_WHY_NONE, or
 * why it is no token to work with; then there is none.
 */
enum fimg_reason fimg_token_keep(struct fimg_token *t,
                                 const struct fimg_api_reply *found,
                                 uint32_t now);

/* Does the refusal mean that a new token may help? */
bool fimg_token_is_dead(uint16_t http_status, int32_t code);

/* `fetcher` fetches it no longer; nothing of a reply is left. */
void fimg_token_release(struct fimg_token *t, const struct fimg *fetcher);

/* A number that tells tokens apart. */
uint32_t fimg_token_mark(const struct fimg_token *t);

#endif

#endif
