/*
 * example.c: the main loop of flash_example.c over the POSIX port, with a
 * simulated flash, a light that only counts, and a clock for every step.
 *
 *     example HOST PORT KEY TOKEN CERTIFICATES OUT
 *
 * An image of 5 bytes is in the flash beforehand. What is in it afterwards,
 * found by mounting it anew, goes to OUT. Prints one line of figures:
 *
 *     result=0 store=0 steps=N worst_us=N worst_stage=N exchange_us=N
 *     verify256_us=N verify384_us=N toggles=N elapsed_ms=N late_ms=N ops=N
 *
 * worst_us is the CPU time of the longest stretch that the light's task was
 * not called, without idle; exchange_us that of one key exchange on P-256,
 * verify256_us and verify384_us that of checking one ECDSA signature. Exits
 * with 0 if a new image is in the flash, 1 if not, 2 if anything is wrong.
 */
#define _POSIX_C_SOURCE 200809L

#include <bearssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fimg_state.h"
#include "flash_example.h"
#include "nor.h"
#include "posix_port.h"
#include "posix_system.h"
#include "trust_file.h"

#define PERIOD_MS 20
#define OLD "older"

static struct {
    struct fimg f;
    struct posix_port port;
    struct trust_file trust;
    struct nor nor;
    struct store store;
    struct product product;
    struct led led;
    unsigned long steps, toggles, late_ms;
    uint64_t resumed_us; /* CPU time at which the others' last turn was over */
    uint64_t worst_us;
    int worst_stage;
} it;

static uint64_t cpu_us(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void set_led(void *ctx, bool on)
{
    (void)ctx;
    (void)on;
    it.toggles++;
}

/* Everything else that the product does: measure, and blink. */
static uint32_t others(void *ctx)
{
    uint64_t took = cpu_us() - it.resumed_us;
    uint32_t now = posix_now_ms(ctx), late = now - it.led.due, next;

    it.steps++;
    if (took > it.worst_us) {
        it.worst_us = took;
        it.worst_stage = (int)fimg_report(&it.f)->stage;
    }
    if (late < UINT32_MAX / 2 && late > it.late_ms)
        it.late_ms = late;
    next = led_turn(&it.led, now);
    it.resumed_us = cpu_us();
    return next;
}

static void idle(void *ctx, uint32_t ms)
{
    enum fimg_wants wants = fimg_wants(&it.f);
    struct pollfd p = { posix_fd(&it.port), 0, 0 };

    (void)ctx;
    if (wants == FIMG_WANTS_READ)
        p.events = POLLIN;
    if (wants == FIMG_WANTS_WRITE)
        p.events = POLLOUT;
    (void)poll(&p, 1, ms < 1000 ? (int)ms : 1000);
    it.resumed_us = cpu_us();
}

/* The two public-key operations that a handshake may take longest for. */
static void exchange_keys(int curve)
{
    const br_ec_impl *ec = br_ec_get_default();
    unsigned char point[97], x[32];
    size_t len;

    memset(x, 0x35, sizeof x);
    len = ec->mulgen(point, x, sizeof x, curve);
    (void)ec->mul(point, len, x, sizeof x, curve);
}

static void verify(int curve)
{
    const br_ec_impl *ec = br_ec_get_default();
    unsigned char point[97], x[96];
    size_t size = curve == BR_EC_secp384r1 ? 48 : 32;
    br_ec_public_key key = { curve, point, 0 };

    memset(x, 0x35, sizeof x);
    key.qlen = ec->mulgen(point, x, size, curve);
    (void)br_ecdsa_vrfy_raw_get_default()(ec, x, size, &key, x, 2 * size);
}

/* CPU time of one of them, the best of a few. */
static unsigned long key_us(void (*operation)(int curve), int curve)
{
    uint64_t best = UINT64_MAX;
    int i;

    for (i = 0; i < 5; i++) {
        uint64_t start = cpu_us();

        operation(curve);
        if (cpu_us() - start < best)
            best = cpu_us() - start;
    }
    return (unsigned long)best;
}

static void fail(const char *what)
{
    printf("%s\n", what);
    exit(2);
}

static void put_old(void)
{
    int r;

    if (store_open(&it.store, &it.nor.flash) != STORE_OK ||
        store_begin(&it.store) != STORE_OK ||
        store_write(&it.store, OLD, strlen(OLD)) != (int)strlen(OLD))
        fail("the flash does not take the old image");
    do
        r = store_commit(&it.store);
    while (r == STORE_PENDING);
    if (r != STORE_OK)
        fail("the old image could not be committed");
}

/* What is in the flash after the power went off and on. */
static void save(const char *path)
{
    FILE *out = fopen(path, "wb");
    uint8_t bytes[4096];
    uint32_t pos = 0;
    int n;

    nor_power_on(&it.nor);
    if (out == NULL || store_open(&it.store, &it.nor.flash) != STORE_OK)
        fail("cannot save");
    while ((n = store_read(&it.store, pos, bytes, sizeof bytes)) > 0) {
        if (fwrite(bytes, 1, (size_t)n, out) != (size_t)n)
            fail("cannot write");
        pos += (uint32_t)n;
    }
    if (n < 0 || fclose(out) != 0)
        fail("cannot read back");
}

int main(int argc, char **argv)
{
    struct fimg_request *r = &it.product.request;
    uint32_t start, elapsed;
    unsigned ops;
    bool updated;

    if (argc != 7)
        fail("usage: example HOST PORT KEY TOKEN CERTIFICATES OUT");
    posix_port_init(&it.port, 4);
    if (trust_file_open(&it.trust, argv[5]) != 0)
        fail("no certificates");
    r->port = &it.port.port;
    r->trust = &it.trust.trust;
    r->host = argv[1];
    r->port_number = (uint16_t)strtoul(argv[2], NULL, 10);
    r->image_key = argv[3];
    r->token = argv[4];
    r->idle_ms = 1000;
    nor_open(&it.nor, 256, 4096, 256); /* 1 MB */
    put_old();
    it.nor.polls = 1;
    it.product.f = &it.f;
    it.product.store = &it.store;
    it.product.others = others;
    it.product.idle = idle;
    start = posix_now_ms(NULL);
    it.led = (struct led){ PERIOD_MS, start + PERIOD_MS, false, set_led, NULL };
    it.resumed_us = cpu_us();
    updated = product_update(&it.product);
    elapsed = posix_now_ms(NULL) - start;
    ops = it.nor.ops;
    if (it.nor.violation != NULL)
        fail(it.nor.violation);
    save(argv[6]);
    printf("result=%d store=%d steps=%lu worst_us=%lu worst_stage=%d ",
           it.product.image_status, it.product.store_status, it.steps,
           (unsigned long)it.worst_us, it.worst_stage);
    printf("exchange_us=%lu verify256_us=%lu verify384_us=%lu ",
           key_us(exchange_keys, BR_EC_secp256r1),
           key_us(verify, BR_EC_secp256r1), key_us(verify, BR_EC_secp384r1));
    printf("toggles=%lu elapsed_ms=%lu late_ms=%lu ops=%u\n", it.toggles,
           (unsigned long)elapsed, it.late_ms, ops);
    fimg_close(&it.f);
    nor_close(&it.nor);
    return updated ? 0 : 1;
}
