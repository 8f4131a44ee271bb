/*
 * fuzz_cache.c: the file in which a token is kept from run to run.
 *
 * The input is a byte and the file. With "S" its sum is put behind it, which
 * nobody guesses; with "O" what makes it ours is put before it, too; with "N"
 * also when it was written and expires, two numbers of two bytes from now on;
 * with "D" that, and a wrong sum. "P" and the rest is a token that is put in.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fimg_request.h"
#include "fuzz.h"
#include "posix_system.h"
#include "said.h"
#include "token_cache.h"

#define MAGIC "feishu-image token 1\n"
#define APP "cli_a1b2"

static const struct url base = { "open.feishu.cn", 443, "" };
static char folder[200];

static void remove_folder(void)
{
    char path[sizeof folder + 20];

    (void)snprintf(path, sizeof path, "%s/feishu-image", folder);
    (void)rmdir(path);
    (void)rmdir(folder);
}

static void make_folder(void)
{
    const char *place = getenv("TMPDIR");

    if (*folder != '\0')
        return;
    (void)snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX",
                   place ? place : "/tmp");
    HOLDS(mkdtemp(folder) != NULL);
    HOLDS(setenv("XDG_CACHE_HOME", folder, 1) == 0);
    HOLDS(atexit(remove_folder) == 0);
}

/* Put the file together: what it is to begin with, the rest, the sum. */
static size_t seal(char *text, const struct token_cache *c, uint32_t kind,
                   struct source rest)
{
    unsigned long long sum = 14695981039346656037u;
    size_t n = 0;

    if (kind == 'O' || kind == 'N' || kind == 'D') {
        memcpy(text, MAGIC, sizeof MAGIC - 1);
        n = sizeof MAGIC - 1;
        memcpy(text + n, c->owner, c->owner_len);
        n += c->owner_len;
    }
    if (kind == 'N' || kind == 'D') {
        uint32_t written =
            posix_unix_time(NULL) + 30000 - source_number(&rest, 2);

        n += (size_t)sprintf(text + n, "%lu\n%lu\n", (unsigned long)written,
                             (unsigned long)written + source_number(&rest, 2));
    }
    memcpy(text + n, rest.at, rest.len);
    n += rest.len;
    if (strchr("SOND", (int)kind) == NULL || kind == 0)
        return n;
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (uint8_t)text[i]) * 1099511628211u;
    sum += kind == 'D';
    return n + (size_t)sprintf(text + n, "%016llx\n", sum);
}

static void put_file(const struct token_cache *c, const char *text, size_t len)
{
    char name[40];
    int fd;

    (void)snprintf(name, sizeof name, "%s.token", c->file.name);
    fd = openat(c->file.folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    HOLDS(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    (void)close(fd);
}

/* A token that was given out stands in the file, and so does its time. */
static void check_read(struct token_cache *c, uint32_t kind, const char *text,
                       size_t len)
{
    uint32_t life_ms = 0;
    const char *token = token_cache_read(c, &life_ms);
    static const char magic[] = MAGIC "https://open.feishu.cn:443\n" APP "\n";

    if (token == NULL)
        return;
    HOLDS(kind != 'D' && len > sizeof magic &&
          memcmp(text, magic, sizeof magic - 1) == 0);
    HOLDS(fuzz_has(text, len, token) || *token == '\0'); /* then unfit */
    HOLDS(strchr(token, '\n') == NULL);
    HOLDS(life_ms > 0 && life_ms <= TOKEN_CACHE_LIFE_S * 1000);
}

static void check_write(struct token_cache *c, struct source rest)
{
    char *token = source_line(&rest);
    uint32_t life_ms;

    if (fimg_request_token_ok(token)) {
        const char *kept;

        HOLDS(token_cache_write(c, token, 7200000));
        kept = token_cache_read(c, &life_ms);
        HOLDS(kept != NULL && strcmp(kept, token) == 0);
        HOLDS(life_ms > 7000000 && life_ms <= 7200000);
        token_cache_drop(c);
        HOLDS(token_cache_read(c, &life_ms) == NULL);
    }
    free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    struct token_cache *c = block_of(sizeof *c);
    uint32_t kind = source_number(&s, 1);
    char *text = block_of(len + 1000);
    size_t n;

    make_folder();
    memset(c, 0, sizeof *c);
    said_begin();
    token_cache_open(c, &base, APP);
    HOLDS(c->file.open);
    n = seal(text, c, kind, s);
    put_file(c, text, n);
    check_read(c, kind, text, n);
    if (kind == 'P')
        check_write(c, s);
    cache_file_remove(&c->file);
    token_cache_close(c);
    said_check(said_end());
    free(text);
    free(c);
    return 0;
}
