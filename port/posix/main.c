/*
 * main.c: fetch images from Feishu on the command line.
 *
 * First everything is read and checked, then the images are fetched one after
 * the other over one connection. Nothing is allocated: all memory is in the
 * static objects below.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "download.h"
#include "fimg_state.h"
#include "keys.h"
#include "line.h"
#include "options.h"
#include "output.h"
#include "tell.h"
#include "token.h"
#include "trust_file.h"
#include "url.h"
#include "usage.h"

#define FEISHU_URL "https://open.feishu.cn"
#define SOURCE_MAX 300 /* of a file's name, before the line's number */
#define URL_FORMS "write https://host, https://host:port or https://host/prefix"

static struct fimg fimg;
static struct run run;
static struct options options;
static struct url url;
static struct trust_file trust;
static struct keys keys;
static char token[TOKEN_CAP];

/* Leave nothing behind, then end as if the signal had not been handled. */
static void on_signal(int number)
{
    output_interrupted();
    progress_erase();
    (void)raise(number); /* SA_RESETHAND: the default, on return */
}

static void catch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    struct sigaction action = { 0 }, before;
    size_t i;

    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN) /* as nohup sets it */
            (void)sigaction(numbers[i], &action, NULL);
    /* write says EPIPE and EFBIG instead */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

/*
 * Were one of the standard descriptors closed, the next file opened would get
 * its number, and messages would end up in an image. In its place comes one
 * that fails, each in the direction in which it is used.
 */
static void hold_descriptors(void)
{
    int fd;

    for (fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Where the base URL comes from, for messages. Not the URL: it may hold a
 * password by mistake. */
static const char *url_source(void)
{
    return options.base_url != NULL ? "--base-url" : "FEISHU_BASE_URL";
}

static bool read_url(void)
{
    const char *text = options.base_url, *wrong;

    if (text == NULL)
        text = getenv("FEISHU_BASE_URL");
    if (text == NULL || *text == '\0')
        text = FEISHU_URL;
    wrong = url_parse(&url, text);
    if (wrong != NULL)
        complain(url_source(), wrong, NULL, URL_FORMS);
    return wrong == NULL;
}

/*
 * How long a call may wait: as long as it likes, unless there is a bar to be
 * drawn meanwhile; and not at all where every step is to be told.
 */
static uint32_t wait_ms(void)
{
    if (options.verbose)
        return 0;
    return run.progress.on ? REDRAW_MS : FIMG_WAIT;
}

static void fill_request(void)
{
    run.request.port = &run.port.port;
    run.request.trust = &trust.trust;
    run.request.host = url.host;
    run.request.port_number = url.port;
    run.request.prefix = url.prefix;
    run.request.token = token;
    run.request.max_size = options.max_size;
    run.request.connect_ms = options.connect_ms;
    run.request.idle_ms = options.idle_ms;
    /* a silence that is allowed must not make the rest too slow */
    run.request.rate_ms = options.idle_ms > INT32_MAX / 2
                              ? FIMG_NO_LIMIT
                              : options.idle_ms * 2;
    run.request.total_ms = options.total_ms;
    run.request.retry_max = options.retries;
    run.request.wait_ms = wait_ms();
}

/* Say which part of a request is unfit. */
static void tell_unfit(enum fimg_reason reason, const char *key,
                       const char *token_source)
{
    if (reason == FIMG_WHY_HOST || reason == FIMG_WHY_PREFIX)
        complain(url_source(), fimg_reason_text(reason), NULL, URL_FORMS);
    else if (reason == FIMG_WHY_TOKEN)
        complain(token_source, fimg_reason_text(reason), NULL,
                 "a token is 1 to 4096 characters without blanks, and comes "
                 "without \"Bearer\"");
    else
        complain(*key != '\0' ? key : "empty KEY", fimg_reason_text(reason),
                 NULL,
                 "a KEY is 1 to 128 of A-Z a-z 0-9 _ . - and begins with "
                 "neither . nor -");
}

/* Are the keys given as arguments fit, and all that goes with them? */
static bool check_request(const char *token_source)
{
    enum fimg_reason reason = download_check(&run, "img");
    bool fit = true;
    size_t i;

    if (reason != FIMG_WHY_NONE) {
        tell_unfit(reason, "img", token_source);
        return false;
    }
    for (i = 0; i < options.key_count; i++) {
        reason = download_check(&run, options.keys[i]);
        if (reason != FIMG_WHY_NONE) {
            tell_unfit(reason, options.keys[i], NULL);
            fit = false;
        }
    }
    return fit;
}

/* Read and check all that the arguments name. Returns an exit code. */
static int prepare(void)
{
    const char *source;
    int error;

    source = token_load(token, options.token_file);
    if (source == NULL || !read_url() ||
        trust_file_open(&trust, options.cacert) != 0 ||
        (options.input != NULL && keys_open(&keys, options.input) != 0))
        return EXIT_USAGE;
    fill_request();
    if (!check_request(source))
        return EXIT_USAGE;
    if (options.output != NULL)
        return EXIT_COMPLETE;
    error = output_check_folder(options.output_dir);
    if (error == 0)
        return EXIT_COMPLETE;
    tell_local(NULL, "cannot write to", options.output_dir, error);
    return EXIT_LOCAL;
}

/* The exit code is the first failure's. */
static void note(int *first, int code)
{
    if (*first == EXIT_COMPLETE)
        *first = code;
}

static void fetch_listed(int *first)
{
    bool is_stdin = strcmp(options.input, "-") == 0;
    const char *source = is_stdin ? "standard input" : options.input;
    static char key[KEY_CAP];

    while (keys_next(&keys, key)) {
        enum fimg_reason reason = download_check(&run, key);
        struct line name = { 0 };

        if (reason == FIMG_WHY_NONE) {
            note(first, download(&run, key));
            continue;
        }
        line_add_cut(&name, source, SOURCE_MAX);
        line_add(&name, ", line ");
        line_add_number(&name, keys.line);
        tell_unfit(reason, line_text(&name), NULL);
        note(first, EXIT_USAGE);
    }
    if (keys.error != 0) {
        complain(source, "cannot read the keys", strerror(keys.error),
                 "name a file that has one KEY a line");
        note(first, EXIT_LOCAL);
    }
}

static int fetch_all(void)
{
    int first = EXIT_COMPLETE;
    size_t i;

    for (i = 0; i < options.key_count; i++)
        note(&first, download(&run, options.keys[i]));
    if (options.input != NULL)
        fetch_listed(&first);
    return first;
}

int main(int argc, char **argv)
{
    int code;

    hold_descriptors();
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_HELP:
        return usage_help() == 0 ? EXIT_COMPLETE : EXIT_LOCAL;
    case OPTIONS_VERSION:
        return usage_version() == 0 ? EXIT_COMPLETE : EXIT_LOCAL;
    case OPTIONS_UNFIT:
        return EXIT_USAGE;
    case OPTIONS_RUN:
        break;
    }
    catch_signals();
    run.options = &options;
    run.f = &fimg;
    posix_port_init(&run.port, options.family);
    progress_init(&run.progress, options.silent);
    code = prepare();
    if (code == EXIT_COMPLETE)
        code = fetch_all();
    fimg_close(&fimg);
    token_wipe(token, sizeof token);
    return code;
}
