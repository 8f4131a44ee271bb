/*
 * options.c: what the command line asks for.
 *
 * By hand, because getopt_long differs between C libraries, writes messages
 * of its own and takes abbreviations that a later option makes ambiguous.
 * Options may stand anywhere; "--" ends them; of a repeated one the last
 * counts. No message quotes an option's value: it may be a misplaced secret.
 */
#include "options.h"

#include <string.h>

#include "fimg.h"
#include "line.h"
#include "number.h"

#define LARK_URL "https://open.larksuite.com"
#define SEE_HELP "see feishu-image -h"

enum option {
    OUTPUT,
    OUTPUT_DIR,
    INPUT,
    BASE_URL,
    CACERT,
    TOKEN_FILE,
    MAX_SIZE,
    CONNECT_TIMEOUT,
    IDLE_TIMEOUT,
    MAX_TIME,
    RETRY, /* the last that takes a value */
    LARK,
    SKIP_EXISTING,
    IPV4,
    IPV6,
    SILENT,
    VERBOSE,
    HELP,
    VERSION,
    UNKNOWN
};

static const struct {
    char letter; /* 0: none */
    const char *name;
} names[UNKNOWN] = {
    [OUTPUT] = { 'o', "output" },
    [OUTPUT_DIR] = { 'd', "output-dir" },
    [INPUT] = { 'i', "input" },
    [BASE_URL] = { 0, "base-url" },
    [CACERT] = { 0, "cacert" },
    [TOKEN_FILE] = { 0, "token-file" },
    [MAX_SIZE] = { 0, "max-size" },
    [CONNECT_TIMEOUT] = { 0, "connect-timeout" },
    [IDLE_TIMEOUT] = { 0, "idle-timeout" },
    [MAX_TIME] = { 0, "max-time" },
    [RETRY] = { 0, "retry" },
    [LARK] = { 0, "lark" },
    [SKIP_EXISTING] = { 'n', "skip-existing" },
    [IPV4] = { '4', "" },
    [IPV6] = { '6', "" },
    [SILENT] = { 's', "silent" },
    [VERBOSE] = { 'v', "verbose" },
    [HELP] = { 'h', "help" },
    [VERSION] = { 'V', "version" },
};

/* The arguments that are still to be read. */
struct args {
    int left;
    char **next;
};

static bool takes_value(enum option option)
{
    return option <= RETRY;
}

/* An option by its letter, or by the first `len` bytes of `name`. */
static enum option find(char letter, const char *name, size_t len)
{
    int i;

    for (i = 0; i < UNKNOWN; i++) {
        if (letter != 0 && names[i].letter == letter)
            break;
        if (letter == 0 && len > 0 && strlen(names[i].name) == len &&
            memcmp(names[i].name, name, len) == 0)
            break;
    }
    return (enum option)i;
}

static enum options_result unfit(enum option option, const char *what)
{
    struct line l = { 0 };

    line_add(&l, "--");
    line_add(&l, names[option].name);
    complain(line_text(&l), what, NULL, SEE_HELP);
    return OPTIONS_UNFIT;
}

static enum options_result set_flag(struct options *o, enum option option)
{
    if (option == HELP)
        return OPTIONS_HELP;
    if (option == VERSION)
        return OPTIONS_VERSION;
    if (option == LARK)
        o->base_url = LARK_URL;
    if (option == SKIP_EXISTING)
        o->skip_existing = true;
    if (option == IPV4)
        o->family = 4;
    if (option == IPV6)
        o->family = 6;
    if (option == SILENT)
        o->silent = true;
    if (option == VERBOSE)
        o->verbose = true;
    return OPTIONS_RUN;
}

static enum options_result set_number(struct options *o, enum option option,
                                      const char *value)
{
    uint32_t *ms = option == CONNECT_TIMEOUT ? &o->connect_ms
                   : option == IDLE_TIMEOUT  ? &o->idle_ms
                                             : &o->total_ms;
    uint64_t n;

    if (option == MAX_SIZE) {
        if (!parse_size(&o->max_size, value))
            return unfit(
                option,
                "not a size: bytes, or with k or M; above 0, below 4096M");
    } else if (option == RETRY) {
        if (!parse_whole(&n, value) || n > UINT8_MAX)
            return unfit(option, "not a number from 0 to 255");
        o->retries = (uint8_t)n;
    } else if (!parse_seconds(ms, value)) {
        return unfit(option, "not a time: seconds, above 0, up to 2000000");
    }
    return OPTIONS_RUN;
}

static enum options_result set_value(struct options *o, enum option option,
                                     const char *value)
{
    const char **text = option == OUTPUT       ? &o->output
                        : option == OUTPUT_DIR ? &o->output_dir
                        : option == INPUT      ? &o->input
                        : option == BASE_URL   ? &o->base_url
                        : option == CACERT     ? &o->cacert
                        : option == TOKEN_FILE ? &o->token_file
                                               : NULL;

    if (text == NULL)
        return set_number(o, option, value);
    if (*value == '\0' && option != TOKEN_FILE)
        return unfit(option, "the value is empty");
    *text = value;
    return OPTIONS_RUN;
}

/* `value` is NULL if it did not stand in the same argument. */
static enum options_result apply(struct options *o, enum option option,
                                 const char *value, struct args *args)
{
    if (!takes_value(option))
        return value == NULL ? set_flag(o, option)
                             : unfit(option, "takes no value");
    if (value == NULL) {
        if (args->left == 0)
            return unfit(option, "a value is missing");
        value = *args->next++;
        args->left--;
    }
    return set_value(o, option, value);
}

static enum options_result parse_long(struct options *o, const char *name,
                                      struct args *args)
{
    size_t len = strcspn(name, "=");
    enum option option = find(0, name, len);

    if (option == UNKNOWN) {
        struct line l = { 0 };

        line_add(&l, "--");
        line_add_cut(&l, name, len < 40 ? len : 40);
        complain(line_text(&l), "there is no such option", NULL, SEE_HELP);
        return OPTIONS_UNFIT;
    }
    return apply(o, option, name[len] == '=' ? name + len + 1 : NULL, args);
}

/* Letters in one argument; what follows one that takes a value is that. */
static enum options_result parse_letters(struct options *o, const char *text,
                                         struct args *args)
{
    for (; *text != '\0'; text++) {
        enum option option = find(*text, NULL, 0);
        enum options_result r;

        if (option == UNKNOWN) {
            char letter[3] = { '-', *text, '\0' };

            complain(letter, "there is no such option", NULL, SEE_HELP);
            return OPTIONS_UNFIT;
        }
        if (takes_value(option))
            return apply(o, option, text[1] != '\0' ? text + 1 : NULL, args);
        r = apply(o, option, NULL, args);
        if (r != OPTIONS_RUN)
            return r;
    }
    return OPTIONS_RUN;
}

/* What can only be judged when all is known. */
static enum options_result check(const struct options *o)
{
    if (o->key_count == 0 && o->input == NULL) {
        complain(NULL, "which image? a KEY or -i is missing", NULL, SEE_HELP);
        return OPTIONS_UNFIT;
    }
    if (o->output != NULL && (o->key_count > 1 || o->input != NULL))
        return unfit(OUTPUT, "is for one KEY only; for more there is -d");
    return OPTIONS_RUN;
}

enum options_result options_parse(struct options *o, int argc, char **argv)
{
    struct args args = { argc, argv };
    enum options_result r = OPTIONS_RUN;
    bool ended = false;

    *o = (struct options){ 0 };
    o->output_dir = ".";
    o->retries = 3;
    o->keys = argv;
    if (args.left > 0) { /* the command's own name */
        args.left--;
        args.next++;
    }
    while (args.left > 0 && r == OPTIONS_RUN) {
        char *arg = *args.next++;

        args.left--;
        if (ended || arg[0] != '-')
            o->keys[o->key_count++] = arg;
        else if (strcmp(arg, "--") == 0)
            ended = true;
        else if (arg[1] == '-')
            r = parse_long(o, arg + 2, &args);
        else if (arg[1] == '\0')
            o->keys[o->key_count++] = arg; /* not a key, as will be said */
        else
            r = parse_letters(o, arg + 1, &args);
    }
    return r == OPTIONS_RUN ? check(o) : r;
}
