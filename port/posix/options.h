/*
 * options.h: what the command line asks for.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_PINS 8
#define OPTIONS_PARALLEL 16

struct options {
    const char *output;     /* -o; NULL: files named by their keys */
    const char *output_dir; /* -d */
    const char *input;      /* -i; NULL: none */
    const char *base_url;   /* NULL: from the environment, or Feishu's own */
    const char *cacert;     /* NULL: the system's */
    const char *token_file; /* NULL: from the environment */
    const char *app_secret_file; /* the same */
    const char *message_id; /* not yet checked; NULL: the app's own image */
    const char *type;       /* --type, with -m; NULL: image */
    bool file;              /* it is "file" */
    char *proxy;            /* "": none; NULL: from the environment */
    uint8_t pins[OPTIONS_PINS][32]; /* hashes of public keys */
    size_t pin_count;               /* 0: any key */
    unsigned parallel;              /* downloads at once, 1 to 16 */
    uint32_t max_size; /* 0 here and below: the library's default */
    uint32_t connect_ms;
    uint32_t idle_ms;
    uint32_t total_ms;
    uint8_t retries;
    int family; /* 4, 6, or 0 for both */
    bool skip_existing;
    bool json; /* never with "-" as output */
    bool silent;
    bool verbose;
    char **keys; /* as given, not yet checked */
    size_t key_count;
};

enum options_result {
    OPTIONS_RUN,
    OPTIONS_HELP,
    OPTIONS_VERSION,
    OPTIONS_UNFIT /* and standard error says why */
};

/* Read the arguments; keys are moved to the front of `argv`. */
enum options_result options_parse(struct options *o, int argc, char **argv);

#endif
