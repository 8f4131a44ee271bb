/*
 * fuzz_gateway.c: the proxy's URL, from an option or the environment, and the
 * hosts excepted from it.
 *
 * The input is three lines: --proxy, or "-" for none; https_proxy; no_proxy.
 */
#define _POSIX_C_SOURCE 200809L

#include "fuzz.h"
#include "proxy.h"
#include "said.h"

static void set(const char *name, const char *value)
{
    HOLDS(setenv(name, value, 1) == 0);
}

/* How many bytes of "user:password" the base64 stands for, if it is some. */
static size_t decoded_len(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strspn(text, digits), padding = strlen(text) - n;

    HOLDS(padding <= 2 && strspn(text + n, "=") == padding);
    HOLDS((n + padding) % 4 == 0 && n > 0);
    return (n + padding) / 4 * 3 - padding;
}

static void check(const struct proxy *p, const char *text)
{
    size_t len = strlen(p->host);

    HOLDS(p->used == &p->proxy && p->proxy.host == p->host);
    HOLDS(len > 0 && len < sizeof p->host && strstr(text, p->host) != NULL);
    HOLDS(p->proxy.port_number > 0);
    HOLDS(strcspn(p->host, "@:/?#[]") == len);
    HOLDS((p->proxy.basic != NULL) == (strchr(text, '@') != NULL));
    if (p->proxy.basic)
        HOLDS(decoded_len(p->basic) <= strlen(text) + 1);
}

/* What stands before the "@" must be gone where it was, and in no message, none
   of which has a Z of its own. */
static void check_hidden(const char *now, const char *text, const char *said)
{
    const char *at = strrchr(text, '@');
    size_t secret = at ? (size_t)(at - text) : 0;

    HOLDS(at == NULL ||
          (strspn(now, "*") >= secret && strcmp(now + secret, at) == 0));
    HOLDS(strchr(said, 'Z') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    char *given = source_line(&s), *environment = source_line(&s),
         *excepted = source_line(&s);
    char *option = copy_of(given, strlen(given) + 1);
    bool optional = strcmp(given, "-") == 0;
    struct options o = { .proxy = optional ? NULL : option };
    struct url base = { "open.feishu.cn", 443, "" };
    struct proxy *p = block_of(sizeof *p);
    const char *said;
    int code;

    (void)unsetenv("HTTPS_PROXY");
    set("https_proxy", environment);
    set("no_proxy", excepted);
    said_begin();
    code = proxy_find(p, &o, &base);
    said = said_end();
    said_check(said);
    HOLDS(code == 0 || (code == 2 && p->used == NULL));
    HOLDS((code != 0) == (*said != '\0'));
    if (p->used)
        check(p, optional ? environment : given);
    if (!optional)
        check_hidden(option, given, said);
    if (*environment)
        check_hidden(getenv("https_proxy"), environment, said);
    proxy_wipe(p, &o);
    free(p);
    free(option);
    free(given);
    free(environment);
    free(excepted);
    return 0;
}
