/*
 * main.c: fetch images from Feishu on the command line.
 *
 * First everything is read and checked, then the images are fetched, over as
 * few connections as will do. Nothing is allocated: all memory is in the
 * static objects below.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "credentials.h"
#include "download.h"
#include "fimg_state.h"
#include "keys.h"
#include "line.h"
#include "loop.h"
#include "options.h"
#include "output.h"
#include "posix_system.h"
#include "proxy.h"
#include "queue.h"
#include "sandbox.h"
#include "secret.h"
#include "tell.h"
#include "trust_file.h"
#include "url.h"
#include "usage.h"

#define FEISHU_URL "https://open.feishu.cn"
#define URL_FORMS "write https://host, https://host:port or https://host/prefix"

static struct fimg objects[OPTIONS_PARALLEL];
static struct download downloads[OPTIONS_PARALLEL];
static struct run run;
static struct options options;
static struct url url;
static struct trust_file trust;
static struct credentials credentials;
static struct proxy proxy;
static struct queue queue;

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

/* What all downloads have in common. */
static void fill_request(struct fimg_request *r)
{
    r->trust = &trust.trust;
    r->host = url.host;
    r->port_number = url.port;
    r->prefix = url.prefix;
    r->token = credentials.token;
    r->token_from = credentials.token != NULL ? NULL : &credentials.from;
    r->message_id = options.message_id;
    r->file = options.file;
    r->session = &run.session;
    r->limiter = &run.limiter;
    r->proxy = proxy.used;
    r->max_size = options.max_size;
    r->connect_ms = options.connect_ms;
    r->idle_ms = options.idle_ms;
    /* a silence that is allowed must not make the rest too slow */
    r->rate_ms =
        options.idle_ms > INT32_MAX / 2 ? FIMG_NO_LIMIT : options.idle_ms * 2;
    r->wait_ms = 0;
}

static void fill_run(void)
{
    size_t i;

    trust.trust.pins = (const uint8_t(*)[32])options.pins;
    trust.trust.pin_count = options.pin_count;
    run.options = &options;
    run.credentials = &credentials;
    fill_request(&run.request);
    progress_init(&run.progress, options.silent);
    run.progress.several = options.parallel > 1;
    run.progress.keys = options.input == NULL ? options.key_count : 0;
    for (i = 0; i < options.parallel; i++)
        download_init(&downloads[i], &run, &objects[i]);
    queue.options = &options;
}

/* Are the keys given as arguments fit, and all that goes with them? */
static bool check_request(void)
{
    enum fimg_reason reason = download_check(&downloads[0], "img");
    bool fit = true;
    size_t i;

    if (reason == FIMG_WHY_MESSAGE)
        tell_unfit(reason, options.message_id);
    else if (reason != FIMG_WHY_NONE)
        complain(url_source(), fimg_reason_text(reason), NULL, URL_FORMS);
    if (reason != FIMG_WHY_NONE)
        return false;
    for (i = 0; i < options.key_count; i++) {
        reason = download_check(&downloads[0], options.keys[i]);
        if (reason != FIMG_WHY_NONE) {
            tell_unfit(reason, options.keys[i]);
            fit = false;
        }
    }
    return fit;
}

/* Read and check all that the arguments name. Returns an exit code. */
static int prepare(void)
{
    int error;

    if (!read_url() || proxy_find(&proxy, &options, &url) != 0 ||
        credentials_load(&credentials, &options, &url, posix_now_ms(NULL)) !=
            0 ||
        trust_file_open(&trust, options.cacert) != 0 ||
        (options.input != NULL && keys_open(&queue.keys, options.input) != 0))
        return EXIT_USAGE;
    fill_run();
    if (!check_request())
        return EXIT_USAGE;
    if (options.output != NULL)
        return EXIT_COMPLETE;
    error = output_check_folder(options.output_dir);
    if (error == 0)
        return EXIT_COMPLETE;
    tell_local(NULL, "cannot write to", options.output_dir, error);
    return EXIT_LOCAL;
}

/* All is open and checked, and nothing was sent: the rest is not needed. */
static void enter_sandbox(void)
{
    struct output *out = &downloads[0].out; /* free until the loop begins */
    struct sandbox needs = { NULL, credentials.cache.file.folder, url.port };

    if (output_name(out, options.output, options.output_dir, "img") == 0)
        needs.output = output_place(out);
    if (!credentials.cache.file.open)
        needs.cache = -1;
    if (proxy.used != NULL)
        needs.port = proxy.used->port_number;
    sandbox_enter(&needs);
}

/* Leave no secret in memory. Objects that were not used are not touched. */
static void clean_up(void)
{
    size_t i;

    for (i = 0; i < OPTIONS_PARALLEL; i++)
        if (downloads[i].used)
            fimg_close(&objects[i]);
    credentials_wipe(&credentials);
    proxy_wipe(&proxy, &options);
    secret_wipe(&run.session, sizeof run.session);
    secret_wipe_stack();
}

static int fetch_all(void)
{
    int code;

    catch_signals();
    code = prepare();
    if (code != EXIT_COMPLETE)
        return code;
    enter_sandbox();
    loop_run(&run, &queue, downloads, options.parallel);
    return run.code;
}

int main(int argc, char **argv)
{
    int code = EXIT_USAGE;

    sandbox_hide();
    hold_descriptors();
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_HELP:
        code = usage_help() == 0 ? EXIT_COMPLETE : EXIT_LOCAL;
        break;
    case OPTIONS_VERSION:
        code = usage_version() == 0 ? EXIT_COMPLETE : EXIT_LOCAL;
        break;
    case OPTIONS_UNFIT:
        break;
    case OPTIONS_RUN:
        code = fetch_all();
        break;
    }
    clean_up();
    return code;
}
