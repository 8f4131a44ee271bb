/*
 * main.c: measure downloads, and print a line about each.
 *
 *     full CHAIN SUITE BODY NAME=VALUE ...
 *     resumed CHAIN SUITE BODY NAME=VALUE ...     where the library can do that
 *
 * The names are those of struct download. The exit code is 0 if every image
 * came and the meter can be trusted.
 */
#include <string.h>

#include "board.h"
#include "client.h"
#include "console.h"
#include "meter.h"

#define SMALL (64u * 1024)
#define LARGE (256u * 1024)

#define EXIT_METER 2
#define EXIT_DOWNLOAD 3

enum suite { CHACHA20, AES_GCM };

static const struct suites {
    const char *name;
    uint16_t rsa, ecdsa;
} suites[] = {
    [CHACHA20] = { "chacha20", BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                   BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 },
    [AES_GCM] = { "aes-gcm", BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                  BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 },
};

/* Two lengths of body a suite, so that the difference tells what a byte
   costs, and a download a chain. */
static const struct run {
    const char *chain;
    enum suite suite;
    uint32_t body;
} runs[] = {
    { "rsa", CHACHA20, SMALL },     { "rsa", CHACHA20, LARGE },
    { "rsa", AES_GCM, SMALL },      { "rsa", AES_GCM, LARGE },
    { "rsa4096", CHACHA20, SMALL }, { "p256", CHACHA20, SMALL },
    { "p384", CHACHA20, SMALL },
};

static void say(const char *name, uint32_t value)
{
    console_text(" ");
    console_text(name);
    console_text("=");
    console_number(value);
}

static void say_download(const struct run *run, const struct download *d)
{
    console_text(d->resumed ? "resumed " : "full ");
    console_text(run->chain);
    console_text(" ");
    console_text(suites[run->suite].name);
    console_text(" ");
    console_number(run->body);
    say("handshake", d->handshake.instructions);
    say("handshake_stack", (uint32_t)d->handshake.stack);
    say("transfer", d->transfer.instructions);
    say("transfer_stack", (uint32_t)d->transfer.stack);
    say("longest", d->longest);
    console_line();
}

static const struct identity *find(const char *name)
{
    for (size_t i = 0; i < identities_len; i++)
        if (strcmp(identities[i].name, name) == 0)
            return &identities[i];
    return NULL;
}

/* Returns whether the image came. */
static bool measure(const struct run *run)
{
    bool is_rsa = run->chain[0] == 'r';
    const struct suites *s = &suites[run->suite];
    const struct identity *identity = find(run->chain);
    struct download d;

    if (identity == NULL)
        return false;
    client_fresh(&d, identity, is_rsa ? s->rsa : s->ecdsa, run->body);
    if (d.ok)
        say_download(run, &d);
    return d.ok;
}

/* As the last one, in a session that was kept. */
static bool measure_again(const struct run *run)
{
    struct download d;

    client_again(&d);
    if (d.ok && d.resumed)
        say_download(run, &d);
    return d.ok;
}

int main(void)
{
    bool ok = true;

    meter_init();
    if (!meter_is_true())
        return EXIT_METER;
    for (size_t i = 0; ok && i < sizeof runs / sizeof runs[0]; i++)
        ok = measure(&runs[i]) && (i > 0 || measure_again(&runs[i]));
    if (meter_overflowed())
        return EXIT_METER;
    return ok ? 0 : EXIT_DOWNLOAD;
}
