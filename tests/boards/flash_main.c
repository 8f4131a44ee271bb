/*
 * flash_main.c: the main loop of port/flash_store on an MPS2 board: an image
 * goes into a flash, which is simulated, and a light blinks, which is the
 * board's own.
 *
 * Boot arguments: those of port/cortexm/start.c, host, port, key, token.
 *
 * Everything is timed by the board's counter, CLOCK_HZ:
 *
 *     step_ticks     the longest call of fimg_read
 *     held_ticks     the longest time that the light's task was held up: from
 *                    the end of a turn of it, or from when sleeping should
 *                    have ended, to the next turn
 *
 * The image is read from the flash again and hashed. Exit code 0: it is there.
 */
#include "board.h"
#include "common.h"
#include "console.h"
#include "fimg_state.h"
#include "flash_example.h"
#include "lwip_port.h"
#include "net.h"
#include "nor.h"

#define EXIT_NETWORK 3
#define CLOCK_HZ 25000000u
#define TICKS_PER_MS (CLOCK_HZ / 1000)
#define FPGAIO 0x40028000u
#define LED0 0x00
#define COUNTER 0x18

#define PERIOD_MS 10
#define PAGE 256
#define BLOCK 4096
#define BLOCKS 34   /* two slots of 68 KB */
#define ERASE_MS 45 /* what chips take for such a block, and for a page */
#define PROGRAM_MS 1

static uint8_t bytes[BLOCK * BLOCKS], later[BLOCK * BLOCKS];
static bool torn[BLOCKS], used[BLOCK * BLOCKS / PAGE];
static unsigned erases[BLOCKS];
static struct nor nor = { .bytes = bytes, .later = later };

static struct flash chip;           /* nor, and the time that it takes */
static uint32_t began_ms, lasts_ms; /* of the operation under way */

static struct lwip_port port;
static struct fimg f = FIMG_INIT;
static struct store store;
static struct product product;
static struct led led;

static struct {
    uint32_t step, held; /* longest, in ticks */
    enum fimg_stage step_stage;
    uint32_t free_since; /* the light's task could have had its turn */
    uint32_t rest_ms;    /* that it does not need one */
    uint32_t turns, blinks;
    bool dark; /* the light was not as it was told to be */
} seen;

static uint32_t ticks(void)
{
    return *reg(FPGAIO, COUNTER);
}

/* --- the stopwatch that the linker puts around fimg_read ----------------- */

int __real_fimg_read(struct fimg *f, void *dst, size_t cap);
int __wrap_fimg_read(struct fimg *f, void *dst, size_t cap);

int __wrap_fimg_read(struct fimg *one, void *dst, size_t cap)
{
    enum fimg_stage stage = fimg_report(one)->stage;
    uint32_t begin = ticks(), took;
    int n = __real_fimg_read(one, dst, cap);

    took = ticks() - begin;
    if (took > seen.step) {
        seen.step = took;
        seen.step_stage = stage;
    }
    return n;
}

/* --- the flash ----------------------------------------------------------- */

static int chip_erase(void *ctx, uint32_t block)
{
    began_ms = clock_ms();
    lasts_ms = ERASE_MS;
    return nor.flash.erase(ctx, block);
}

static int chip_program(void *ctx, uint32_t at, const uint8_t *src)
{
    began_ms = clock_ms();
    lasts_ms = PROGRAM_MS;
    return nor.flash.program(ctx, at, src);
}

static int chip_busy(void *ctx)
{
    return clock_ms() - began_ms < lasts_ms ? 1 : nor.flash.busy(ctx);
}

static void chip_init(void)
{
    nor.torn = torn;
    nor.used = used;
    nor.erases = erases;
    nor_init(&nor, PAGE, BLOCK, BLOCKS);
    chip = nor.flash;
    chip.erase = chip_erase;
    chip.program = chip_program;
    chip.busy = chip_busy;
}

/* --- the light ----------------------------------------------------------- */

static void set_led(void *ctx, bool on)
{
    (void)ctx;
    *reg(FPGAIO, LED0) = on;
    seen.dark = seen.dark || *reg(FPGAIO, LED0) != on;
    seen.blinks++;
}

static uint32_t others(void *ctx)
{
    uint32_t held = ticks() - seen.free_since;

    (void)ctx;
    if (held > seen.held)
        seen.held = held;
    seen.rest_ms = led_turn(&led, clock_ms());
    seen.turns++;
    seen.free_since = ticks();
    return seen.rest_ms;
}

/*
 * Sleeping holds nobody up, unless it is longer than the light's task has
 * said. That is told in milliseconds as the board has counted them: QEMU lets
 * time jump in its sleep where the host had no time for it.
 */
static void idle(void *ctx, uint32_t ms)
{
    uint32_t begin = ticks(), begin_ms = clock_ms(), slept_ms;

    net_poll(ctx, ms);
    slept_ms = clock_ms() - begin_ms;
    seen.free_since += ticks() - begin;
    if (slept_ms > seen.rest_ms)
        seen.free_since -= (slept_ms - seen.rest_ms) * TICKS_PER_MS;
}

/* --- doing --------------------------------------------------------------- */

static bool update(void)
{
    bool whole;

    common_request(&product.request, &port.port);
    chip_init();
    if (store_open(&store, &chip) != STORE_OK)
        return false;
    product.f = &f;
    product.store = &store;
    product.others = others;
    product.idle = idle;
    led =
        (struct led){ PERIOD_MS, clock_ms() + PERIOD_MS, false, set_led, NULL };
    seen.free_since = ticks();
    whole = product_update(&product);
    (void)others(NULL); /* what came behind the last turn counts as well */
    return whole;
}

/* As after the power was off: is there an image, and which? */
static bool say_stored(void)
{
    br_sha256_context sha256;
    uint8_t part[256];
    uint32_t at = 0;
    int n;

    nor_power_on(&nor);
    if (store_open(&store, &chip) != STORE_OK)
        return false;
    br_sha256_init(&sha256);
    while ((n = store_read(&store, at, part, sizeof part)) > 0) {
        br_sha256_update(&sha256, part, (size_t)n);
        at += (uint32_t)n;
    }
    common_say_hash(&sha256);
    console_say_number("delivered", at);
    return n == 0;
}

static void say_times(uint32_t ms)
{
    console_say_number("ms", ms);
    console_say_number("step_ticks", seen.step);
    console_say_number("step_stage", seen.step_stage);
    console_say_number("held_ticks", seen.held);
    console_say_number("turns", seen.turns);
    console_say_number("blinks", seen.blinks);
    console_say("light", seen.dark ? "dark" : "right");
    console_say_number("stack", stack_used());
}

int main(void)
{
    uint32_t begin;
    bool whole;

    arguments_read();
    if (!board_start(&port)) {
        console_say("why", "no address by DHCP");
        return EXIT_NETWORK;
    }
    begin = clock_ms();
    whole = update();
    say_times(clock_ms() - begin);
    console_say_number("reason", fimg_report(&f)->reason);
    console_say_number("store", (uint32_t)-product.store_status);
    if (nor.violation != NULL)
        console_say("violation", nor.violation);
    return say_stored() && whole && nor.violation == NULL ? 0 : 1;
}
