/*
 * main.c: how long fleets of devices that share an app's rate limits take to
 * fetch their images, against the ideal, and how often they are refused.
 *
 *     fleet FILE      print a table, draw all sizes into an SVG file
 *     fleet --check   the same targets as test cases
 */
#include <string.h>

#include "cases.h"
#include "check.h"

static const unsigned sizes[] = { 1, 10, 100, 1000, 10000 };

#define SIZES (sizeof sizes / sizeof sizes[0])
#define REFUSED_MAX 0.05
#define LOST_MAX 0.001

static const char *const kinds[] = { "fixed", "sliding" };

static void explain(void)
{
    puts("Limits: 50 requests a second and 1000 a minute for all together, in "
         "fixed or in\n"
         "sliding windows; a refusal tells the seconds until there is room.\n"
         "time:    the longest of a device from waking until it has its "
         "images, over 8 seeds\n"
         "ideal:   one request every 20 ms until the minute's 1000 are used "
         "up, 1 s an image\n"
         "lost:    images given up after 4 attempts\n"
         "Together: all wake at once; staggered: within a minute; storm: each "
         "wants 3 images;\n"
         "long awake: one event makes all ask at once, hours after power-on.");
    printf("\n%41s%25s%27s\n%-23s%8s%10s%9s%7s%10s%10s%7s%10s%8s\n", "",
           "fixed windows     ", "sliding windows    ", "case", "devices",
           "ideal s", "time s", "ratio", "refused %", "time s", "ratio",
           "refused %", "lost %");
}

/* Half a line: what came out under one kind of windows. */
static void print_result(struct result r, int width)
{
    if (r.lost > LOST_MAX)
        printf("%*s%7s", width, "never", "-");
    else
        printf("%*.1f%7.2f", width, r.longest_s, r.longest_s / r.ideal_s);
    printf("%10.1f", 100 * r.refused);
}

static void print_row(const struct fleet_case *c, unsigned devices)
{
    struct result fixed = run_case(c, devices, WINDOWS_FIXED);
    struct result slide = run_case(c, devices, WINDOWS_SLIDING);

    printf("%-23s%8u%10.1f", c->name, devices, fixed.ideal_s);
    print_result(fixed, 9);
    print_result(slide, 10);
    printf("%8.1f\n",
           100 * (fixed.lost > slide.lost ? fixed.lost : slide.lost));
}

/* The last line: the largest fleet under the windows that suit it worse. */
static void print_sum(void)
{
    struct result numbered = run_case(&fleet_cases[0], 10000, WINDOWS_SLIDING);
    struct result chance = run_case(&fleet_cases[3], 10000, WINDOWS_SLIDING);

    printf("fleet: 10000 devices in %.2f of the ideal time, %.1f %% refused; "
           "without numbers %.2f, %.1f %%\n",
           numbered.longest_s / numbered.ideal_s, 100 * numbered.refused,
           chance.longest_s / chance.ideal_s, 100 * chance.refused);
}

static int show(const char *file)
{
    explain();
    for (size_t i = 0; i < CASES; i++) {
        for (size_t n = 0; n < SIZES; n++)
            print_row(&fleet_cases[i], sizes[n]);
        puts("");
    }
    if (!draw_cases(file)) {
        perror(file);
        return EXIT_FAILURE;
    }
    printf("drawn into %s\n", file);
    print_sum();
    return EXIT_SUCCESS;
}

/* Many requests at `now`, of which `passed` shall pass. */
static void ask_server(struct server *s, uint64_t now, unsigned asked,
                       unsigned passed, uint32_t reset_s)
{
    unsigned count = 0;
    uint32_t answer = 0;

    for (unsigned i = 0; i < asked; i++) {
        answer = server_ask(s, now);
        count += answer == 0;
    }
    CHECK(count == passed);
    CHECK(answer == reset_s);
}

static void check_server(void)
{
    static struct server fixed = { .kind = WINDOWS_FIXED, .offset_ms = 500 };
    static struct server sliding = { .kind = WINDOWS_SLIDING };

    check_case("fleet: the server's fixed windows");
    ask_server(&fixed, 100, 51, 50, 1);
    ask_server(&fixed, 499, 1, 0, 1);
    ask_server(&fixed, 500, 51, 50, 1);
    for (uint64_t now = 1500; now < 19500; now += 1000)
        ask_server(&fixed, now, 50, 50, 0);
    ask_server(&fixed, 19500, 1, 0, 40);
    ask_server(&fixed, 59499, 1, 0, 1);
    ask_server(&fixed, 59500, 51, 50, 1);

    check_case("fleet: the server's sliding windows");
    ask_server(&sliding, 100, 20, 20, 0);
    ask_server(&sliding, 600, 31, 30, 1);
    ask_server(&sliding, 1099, 1, 0, 1);
    ask_server(&sliding, 1100, 21, 20, 1);
    ask_server(&sliding, 1600, 31, 30, 1);
    for (uint64_t now = 2600; now < 20600; now += 1000)
        ask_server(&sliding, now, 50, 50, 0);
    ask_server(&sliding, 30000, 1, 0, 31);
    ask_server(&sliding, 60100, 21, 20, 1);
}

static void check_result(const struct fleet_case *c, unsigned devices,
                         enum window_kind windows)
{
    struct result r = run_case(c, devices, windows);
    double target = time_target(c, devices);

    check_case("fleet: %s, %u, %s windows", c->name, devices, kinds[windows]);
    if (!c->fleet.limited) {
        CHECK(devices < 1000 || r.refused > 0.5); /* there is a problem */
        return;
    }
    CHECK(r.lost <= LOST_MAX);
    if (target == 0)
        return;
    CHECK(r.longest_s <= target * r.ideal_s);
    CHECK(r.refused < REFUSED_MAX);
}

static int check_all(void)
{
    check_server();
    for (size_t i = 0; i < CASES; i++)
        for (size_t n = 0; n < SIZES; n++)
            for (int k = WINDOWS_FIXED; k <= WINDOWS_SLIDING; k++)
                check_result(&fleet_cases[i], sizes[n], (enum window_kind)k);
    return check_exit("fleet");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: fleet FILE | --check\n", stderr);
        return 2;
    }
    return strcmp(argv[1], "--check") == 0 ? check_all() : show(argv[1]);
}
