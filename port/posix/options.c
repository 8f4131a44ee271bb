/*
 * options.c: what the command line asks for.
 *
 * By hand, because getopt_long differs between C libraries, writes messages
 * of its own and takes abbreviations that a later option makes ambiguous.
 * Options may stand anywhere; "--" ends them; of a repeated one the last
 * counts. No message quotes an option's value: it may be a misplaced secret.
 */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "fimg.h"
#include "line.h"
#include "number.h"
#include "pins.h"

#define LARK_URL "https://open.larksuite.com"
#define SEE_HELP "see feishu-image -h"

/* What an option is for, and so how its value is read. */
enum kind {
    FLAG, /* a bool */
    LARK,
    IPV4,
    IPV6,
    HELP,
    VERSION,
    TEXT,       /* the first that takes a value */
    MAYBE_TEXT, /* maybe empty */
    PROXY,
    TYPE,
    PIN,
    SIZE,
    SECONDS,
    RETRIES,
    PARALLEL
};

#define TO(member) offsetof(struct options, member)

static const struct option {
    char letter; /* 0: none */
    const char *name;
    enum kind kind;
    size_t place; /* in struct options, of what one kind has several of */
} table[] = {
    { 'o', "output", TEXT, TO(output) },
    { 'd', "output-dir", TEXT, TO(output_dir) },
    { 'n', "skip-existing", FLAG, TO(skip_existing) },
    { 'i', "input", TEXT, TO(input) },
    { 'm', "message", TEXT, TO(message_id) },
    { 0, "type", TYPE, 0 },
    { 0, "base-url", TEXT, TO(base_url) },
    { 0, "lark", LARK, 0 },
    { 0, "token-file", MAYBE_TEXT, TO(token_file) },
    { 0, "app-secret-file", MAYBE_TEXT, TO(app_secret_file) },
    { 0, "cacert", TEXT, TO(cacert) },
    { 0, "pin", PIN, 0 },
    { 0, "proxy", PROXY, 0 },
    { '4', "", IPV4, 0 },
    { '6', "", IPV6, 0 },
    { 'P', "parallel", PARALLEL, 0 },
    { 0, "max-size", SIZE, TO(max_size) },
    { 0, "connect-timeout", SECONDS, TO(connect_ms) },
    { 0, "idle-timeout", SECONDS, TO(idle_ms) },
    { 0, "max-time", SECONDS, TO(total_ms) },
    { 0, "retry", RETRIES, 0 },
    { 0, "json", FLAG, TO(json) },
    { 's', "silent", FLAG, TO(silent) },
    { 'v', "verbose", FLAG, TO(verbose) },
    { 'h', "help", HELP, 0 },
    { 'V', "version", VERSION, 0 },
};

#define TABLE_LEN (sizeof table / sizeof table[0])

/* The arguments that are still to be read. */
struct args {
    int left;
    char **next;
};

/* An option by its letter, or by the first `len` bytes of `name`; or NULL. */
static const struct option *find(char letter, const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < TABLE_LEN; i++) {
        if (letter != 0 && table[i].letter == letter)
            return &table[i];
        if (letter == 0 && len > 0 && strlen(table[i].name) == len &&
            memcmp(table[i].name, name, len) == 0)
            return &table[i];
    }
    return NULL;
}

static enum options_result unfit(const char *name, const char *what)
{
    struct line l = { 0 };

    line_add(&l, "--");
    line_add(&l, name);
    complain(line_text(&l), what, NULL, SEE_HELP);
    return OPTIONS_UNFIT;
}

static enum options_result set_flag(struct options *o,
                                    const struct option *option)
{
    if (option->kind == HELP)
        return OPTIONS_HELP;
    if (option->kind == VERSION)
        return OPTIONS_VERSION;
    if (option->kind == LARK)
        o->base_url = LARK_URL;
    else if (option->kind == IPV4)
        o->family = 4;
    else if (option->kind == IPV6)
        o->family = 6;
    else
        *(bool *)((char *)o + option->place) = true;
    return OPTIONS_RUN;
}

/* Returns NULL, or what is wrong with the number. */
static const char *set_number(struct options *o, const struct option *option,
                              const char *value)
{
    uint64_t n = 0;

    if (option->kind == SIZE)
        return parse_size((uint32_t *)((char *)o + option->place), value)
                   ? NULL
                   : "not a size: bytes, or with k or M; above 0, below 4096M";
    if (option->kind == SECONDS)
        return parse_seconds((uint32_t *)((char *)o + option->place), value)
                   ? NULL
                   : "not a time: seconds, above 0, up to 2000000";
    if (option->kind == RETRIES) {
        if (!parse_whole(&n, value) || n > UINT8_MAX)
            return "not a number from 0 to 255";
        o->retries = (uint8_t)n;
        return NULL;
    }
    if (!parse_whole(&n, value) || n == 0 || n > OPTIONS_PARALLEL)
        return "not a number from 1 to 16";
    o->parallel = (unsigned)n;
    return NULL;
}

/* Returns NULL, or what is wrong with the value. */
static const char *set_value(struct options *o, const struct option *option,
                             char *value)
{
    switch (option->kind) {
    case TEXT:
        if (*value == '\0')
            return "the value is empty";
        *(const char **)((char *)o + option->place) = value;
        return NULL;
    case MAYBE_TEXT:
        *(const char **)((char *)o + option->place) = value;
        return NULL;
    case PROXY:
        o->proxy = value;
        return NULL;
    case TYPE:
        o->type = value;
        o->file = strcmp(value, "file") == 0;
        return o->file || strcmp(value, "image") == 0 ? NULL
                                                      : "is image or file";
    case PIN:
        return pins_add(o, value);
    default:
        return set_number(o, option, value);
    }
}

/* `value` is NULL if it did not stand in the same argument. */
static enum options_result apply(struct options *o, const struct option *option,
                                 char *value, struct args *args)
{
    const char *wrong;

    if (option->kind < TEXT)
        return value == NULL ? set_flag(o, option)
                             : unfit(option->name, "takes no value");
    if (value == NULL) {
        if (args->left == 0)
            return unfit(option->name, "a value is missing");
        value = *args->next++;
        args->left--;
    }
    wrong = set_value(o, option, value);
    return wrong == NULL ? OPTIONS_RUN : unfit(option->name, wrong);
}

static enum options_result parse_long(struct options *o, char *name,
                                      struct args *args)
{
    size_t len = strcspn(name, "=");
    const struct option *option = find(0, name, len);

    if (option == NULL) {
        struct line l = { 0 };

        line_add(&l, "--");
        line_add_cut(&l, name, len < 40 ? len : 40);
        complain(line_text(&l), "there is no such option", NULL, SEE_HELP);
        return OPTIONS_UNFIT;
    }
    return apply(o, option, name[len] == '=' ? name + len + 1 : NULL, args);
}

/* Letters in one argument; what follows one that takes a value is that. */
static enum options_result parse_letters(struct options *o, char *text,
                                         struct args *args)
{
    for (; *text != '\0'; text++) {
        const struct option *option = find(*text, NULL, 0);
        enum options_result r;

        if (option == NULL) {
            char letter[3] = { '-', *text, '\0' };

            complain(letter, "there is no such option", NULL, SEE_HELP);
            return OPTIONS_UNFIT;
        }
        if (option->kind >= TEXT)
            return apply(o, option, text[1] != '\0' ? text + 1 : NULL, args);
        r = set_flag(o, option);
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
        return unfit("output", "is for one KEY only; for more there is -d");
    if (o->json && o->output != NULL && strcmp(o->output, "-") == 0)
        return unfit("json", "and -o - are both for standard output");
    if (o->type != NULL && o->message_id == NULL)
        return unfit("type", "is for what a message holds; -m is missing");
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
    o->parallel = 1;
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
