/*
 * fuzz_arguments.c: the command's arguments, and the URLs, numbers and pins
 * among them.
 *
 * The input is the arguments, one a line.
 */
#include "fuzz.h"
#include "number.h"
#include "options.h"
#include "said.h"
#include "url.h"

#define ARGS 40

/* A URL taken apart must be the one it was. */
static void check_url(const char *text)
{
    struct url *u = block_of(sizeof *u);
    size_t host_len, prefix_len;
    const char *host;

    if (url_parse(u, text) == NULL) {
        host = url_after(text, "https://");
        host_len = strlen(u->host);
        prefix_len = strlen(u->prefix);
        HOLDS(host != NULL && u->port > 0 && host_len > 0);
        HOLDS(strncmp(host, u->host, host_len) == 0);
        HOLDS(strcspn(u->host, "/:@?#") == host_len);
        HOLDS(prefix_len == 0 || u->prefix[0] == '/');
        HOLDS(strcspn(u->prefix, "?#") == prefix_len);
        HOLDS(prefix_len == 0 || strstr(host, u->prefix) != NULL);
        HOLDS(memchr(host, '@', strcspn(host, "/")) == NULL);
    }
    free(u);
}

static void check_numbers(const char *text)
{
    uint32_t bytes, ms;
    uint64_t n;

    if (parse_whole(&n, text))
        HOLDS(strspn(text, "0123456789") == strlen(text) && *text != '\0' &&
              n == strtoull(text, NULL, 10));
    if (parse_size(&bytes, text))
        HOLDS(bytes > 0 && strtoull(text, NULL, 10) <= bytes);
    if (parse_seconds(&ms, text)) {
        double exact = strtod(text, NULL) * 1000; /* or nearly so */

        HOLDS(ms > 0 && ms <= 2000000000);
        HOLDS(exact < ms + 0.001 && exact > ms - 1.001);
    }
}

static void check(const struct options *o, int argc, char **argv)
{
    HOLDS(o->key_count <= (size_t)argc && o->pin_count <= OPTIONS_PINS);
    HOLDS(o->key_count > 0 || o->input != NULL);
    HOLDS(o->parallel >= 1 && o->parallel <= OPTIONS_PARALLEL);
    HOLDS(o->output == NULL || (o->key_count <= 1 && o->input == NULL));
    for (size_t i = 0; i < o->key_count; i++)
        HOLDS(o->keys[i] != NULL && o->keys == argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    char *argv[ARGS + 1] = { NULL }, *mine[ARGS];
    struct options *o = block_of(sizeof *o);
    enum options_result result;
    const char *said;
    int argc = 0;

    while (argc == 0 || (s.len > 0 && argc < ARGS)) {
        mine[argc] = argv[argc] = source_line(&s);
        check_url(argv[argc]);
        check_numbers(argv[argc++]);
    }
    said_begin();
    result = options_parse(o, argc, argv);
    said = said_end();
    said_check(said);
    HOLDS((result == OPTIONS_UNFIT) == (*said != '\0'));
    if (result == OPTIONS_RUN)
        check(o, argc, argv);
    while (argc > 0)
        free(mine[--argc]);
    free(o);
    return 0;
}
