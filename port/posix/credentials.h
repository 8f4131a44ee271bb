/*
 * credentials.h: what the command shows to Feishu: a token that it was given,
 * or an app's id and secret, for which the library fetches one.
 *
 *     code = credentials_load(&c, &options, &url, posix_now_ms(NULL));
 *     request.token = c.token;
 *     request.token_from = c.token ? NULL : &c.from;
 *     ... whenever fimg_read has returned:
 *     credentials_keep(&c, posix_now_ms(NULL));
 *     ... at the end, whatever happened:
 *     credentials_wipe(&c);
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "fimg.h"
#include "options.h"
#include "secret.h"
#include "token_cache.h"
#include "url.h"

/* All-zero at birth. Not to be moved once loaded: it points into itself. */
struct credentials {
    const char *token;      /* as it was given; NULL: `from` fetches one */
    struct fimg_token from; /* shared by all objects */

    /* the rest is its own */
    char given[SECRET_CAP]; /* the token, or the app's secret */
    char app_id[APP_ID_MAX + 1];
    char memory[4608]; /* from.memory: a token, after its reply */
    bool verbose;
    bool taken;      /* a token came from the cache */
    uint16_t serial; /* of the token that is in the cache */
    struct token_cache cache;
};

/*
 * Find the credentials that the options and the environment name, check their
 * characters, and take in the token that the cache has for them; which may
 * mean to wait a little for another process that is just fetching it. Secrets
 * in the environment are overwritten, whether needed or not. Returns 0; or 2,
 * after having said why on standard error.
 */
int credentials_load(struct credentials *c, const struct options *o,
                     const struct url *base, uint32_t now_ms);

/*
 * Put the token into the cache if it is a new one, and let those go on who
 * wait for it. Takes no time if it is not new: call it whenever fimg_read has
 * returned, so that nobody has to wait for the image as well.
 */
void credentials_keep(struct credentials *c, uint32_t now_ms);

/*
 * The end: overwrite all secrets, let go of the cache, and take a token out of
 * it that Feishu did not want. Harmless when repeated, or without a load.
 */
void credentials_wipe(struct credentials *c);

#endif
