/*
 * credentials.c: what the command shows to Feishu.
 *
 * No message quotes any of it, not even what is unfit: it may be a secret in
 * the wrong place.
 */
#define _POSIX_C_SOURCE 200809L

#include "credentials.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "progress.h"

#define USAGE 2 /* the exit code */
#define TOKEN "FEISHU_TENANT_ACCESS_TOKEN"
#define APP_ID "FEISHU_APP_ID"
#define APP_SECRET "FEISHU_APP_SECRET"
#define LOCK_WAIT_MS 5000 /* then it is quicker to fetch it oneself */
#define WRITE_WAIT_MS 500 /* others who write take less; downloads wait too */
#define HOW_TO                                                                 \
    "set " APP_ID " and " APP_SECRET                                           \
    ", or put a tenant_access_token into " TOKEN                               \
    " or into a file for --token-file"

static int unfit(const char *where, const char *what, const char *advice)
{
    complain(where, what, NULL, advice);
    return USAGE;
}

/* 1 to `max` visible characters; of these letters, digits and `extra` alone,
 * unless that is NULL. */
static bool is_fit(const char *text, size_t max, const char *extra)
{
    size_t len;

    for (len = 0; text[len] != '\0' && len <= max; len++) {
        char c = text[len];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (extra != NULL && !is_letter && !(c >= '0' && c <= '9') &&
            strchr(extra, c) == NULL)
            return false;
        if (c <= ' ' || c > '~')
            return false;
    }
    return len > 0 && len <= max;
}

/* Is a variable set, or an option, and not empty? */
static bool is_set(const char *value)
{
    return value != NULL && *value != '\0';
}

static int take_token(struct credentials *c, const char *source)
{
    if (!is_fit(c->given, SECRET_MAX, NULL))
        return unfit(source, "not a token",
                     "a token is 1 to 4096 characters without blanks, and "
                     "comes without \"Bearer\"");
    c->token = c->given;
    return 0;
}

static int read_secret(struct credentials *c, const char *file,
                       const char *what)
{
    const char *wrong = secret_from_file(c->given, file);

    if (wrong == NULL)
        return 0;
    complain(file, what, wrong, HOW_TO);
    return USAGE;
}

static int take_app_id(struct credentials *c)
{
    const char *value = getenv(APP_ID);

    if (!is_fit(value, APP_ID_MAX, "_.-") || *value == '.' || *value == '-')
        return unfit(APP_ID, "not an app id",
                     "it looks like cli_..., and the developer console has "
                     "it beside the app's secret");
    memcpy(c->app_id, value, strlen(value) + 1);
    return 0;
}

static int take_app_secret(struct credentials *c, const char *file)
{
    const char *source = is_set(file) ? file : APP_SECRET;

    if (is_set(file)) {
        if (read_secret(c, file, "cannot read the app's secret") != 0)
            return USAGE;
    } else if (!secret_from_variable(c->given, APP_SECRET)) {
        return unfit(APP_ID, "is set, but there is no secret",
                     "set " APP_SECRET ", or name a file with "
                     "--app-secret-file");
    }
    if (is_fit(c->given, SECRET_MAX, "_.-~"))
        return 0;
    return unfit(source, "not an app's secret",
                 "it is 1 to 4096 of A-Z a-z 0-9 _ . - ~");
}

/* Take in what the cache has. False: nothing. */
static bool use_cached(struct credentials *c, uint32_t now_ms)
{
    uint32_t life_ms;
    const char *token = token_cache_read(&c->cache, &life_ms);

    if (token == NULL || !fimg_token_put(&c->from, token, life_ms, now_ms))
        return false;
    c->taken = true;
    c->serial = c->from.serial;
    if (c->verbose)
        complain(c->cache.file.path, "a token was kept here", NULL, NULL);
    return true;
}

/*
 * Where several processes need a new token, the first fetches it, and the
 * others find it in the cache when they get the lock.
 */
static void use_cache(struct credentials *c, const struct url *base,
                      uint32_t now_ms)
{
    token_cache_open(&c->cache, base, c->app_id);
    if (use_cached(c, now_ms))
        return;
    if (cache_file_lock(&c->cache.file, LOCK_WAIT_MS) && use_cached(c, now_ms))
        cache_file_unlock(&c->cache.file);
}

static int take_app(struct credentials *c, const struct options *o)
{
    if (take_app_id(c) != 0 || take_app_secret(c, o->app_secret_file) != 0)
        return USAGE;
    c->from.grant = FIMG_GRANT_SELF_BUILT;
    c->from.id = c->app_id;
    c->from.secret = c->given;
    c->from.memory = c->memory;
    c->from.cap = sizeof c->memory;
    return 0;
}

static int take(struct credentials *c, const struct options *o)
{
    if (is_set(o->token_file)) {
        if (read_secret(c, o->token_file, "cannot read the token") != 0)
            return USAGE;
        return take_token(c, o->token_file);
    }
    if (secret_from_variable(c->given, TOKEN))
        return take_token(c, TOKEN);
    if (is_set(getenv(APP_ID)))
        return take_app(c, o);
    if (is_set(o->app_secret_file))
        return unfit("--app-secret-file", "there is no app's id to go with it",
                     "set " APP_ID);
    return unfit(NULL, "no credentials", HOW_TO);
}

static void clear_variables(void)
{
    secret_clear_variable(TOKEN);
    secret_clear_variable(APP_SECRET);
}

int credentials_load(struct credentials *c, const struct options *o,
                     const struct url *base, uint32_t now_ms)
{
    int code;

    *c = (struct credentials){ .verbose = o->verbose };
    code = take(c, o);
    clear_variables();
    if (code == 0 && c->token == NULL)
        use_cache(c, base, now_ms);
    return code;
}

void credentials_keep(struct credentials *c, uint32_t now_ms)
{
    bool kept;

    if (c->from.len == 0 || c->from.serial == c->serial)
        return;
    c->serial = c->from.serial;
    /* it works without, too */
    (void)cache_file_lock(&c->cache.file, WRITE_WAIT_MS);
    progress_erase(); /* in case that there is something to be said */
    kept = token_cache_write(&c->cache, c->from.memory,
                             fimg_token_left_ms(&c->from, now_ms));
    cache_file_unlock(&c->cache.file);
    if (c->verbose && kept)
        complain(c->cache.file.path, "the token is kept here", NULL, NULL);
}

void credentials_wipe(struct credentials *c)
{
    clear_variables(); /* in case that nobody looked at them */
    if (c->taken && c->from.len == 0)
        token_cache_drop(&c->cache);
    token_cache_close(&c->cache);
    secret_wipe(c->given, sizeof c->given);
    secret_wipe(c->memory, sizeof c->memory);
    c->token = NULL;
    c->from.len = 0;
}
