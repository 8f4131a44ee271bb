/*
 * test_limiter.c: when a device that shares an app's rate limits may ask.
 *
 * Every row runs from several starting points of a clock that wraps.
 */
#include "check.h"
#include "fimg_limiter.h"
#include "pieces.h"

#define DAY 86400000
#define LEAST 0
#define MOST UINT16_MAX
#define HALF 32768

/* What happens, at `ms` after the beginning. */
enum event {
    END,
    WAIT,   /* asked with `random`, it says `value` */
    SENT,   /* a request is sent */
    REFUSED /* one was refused, for `value` ms */
};

struct step {
    enum event event;
    uint32_t ms;
    uint32_t value;
    uint16_t random;
};

#define STEPS 16

static const struct row {
    const char *name;
    struct {
        uint32_t devices, number;
    } share;
    struct step steps[STEPS];
} rows[] = {
    { "all-zero: no limit",
      { 0, 0 },
      { { WAIT, 0, 0, MOST },
        { SENT, 0, 0, 0 },
        { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { SENT, 1, 0, 0 },
        { WAIT, 1, 0, MOST },
        { WAIT, DAY, 0, MOST } } },
    { "all-zero: a refusal holds back",
      { 0, 0 },
      { { WAIT, 0, 0, MOST },
        { SENT, 0, 0, 0 },
        { REFUSED, 100, 5000, 0 },
        { WAIT, 100, 5000, MOST },
        { WAIT, 1100, 4000, LEAST },
        { WAIT, 5099, 1, HALF },
        { WAIT, 5100, 0, MOST },
        { WAIT, 6000, 0, MOST },
        { SENT, 6000, 0, 0 },
        { WAIT, 6000, 0, MOST } } },
    { "all-zero: refused before anything was asked",
      { 0, 0 },
      { { REFUSED, 0, 700, 0 }, { WAIT, 0, 700, MOST }, { WAIT, 700, 0, 0 } } },
    { "a refusal of 0 ms",
      { 0, 0 },
      { { WAIT, 0, 0, 0 },
        { SENT, 0, 0, 0 },
        { REFUSED, 9, 0, 0 },
        { WAIT, 9, 0, MOST } } },
    { "the longest of several refusals counts",
      { 0, 0 },
      { { REFUSED, 0, 5000, 0 },
        { REFUSED, 1000, 3999, 0 },
        { WAIT, 1000, 4000, 0 },
        { REFUSED, 1000, 4000, 0 },
        { WAIT, 1000, 4000, 0 },
        { REFUSED, 2000, 3001, 0 },
        { WAIT, 2000, 3001, 0 },
        { REFUSED, 5001, 10, 0 },
        { WAIT, 5001, 10, 0 } } },
    { "no refusal holds longer than 70 minutes",
      { 0, 0 },
      { { REFUSED, 0, UINT32_MAX, 0 },
        { WAIT, 0, 4194304, 0 },
        { WAIT, 4194303, 1, 0 },
        { WAIT, 4194304, 0, 0 },
        { REFUSED, 4194305, 4194305, 0 },
        { WAIT, 4194305, 4194304, 0 },
        { SENT, 8388609, 0, 0 },
        { REFUSED, 8388609, 4194304, 0 },
        { WAIT, 8388609, 4194304, 0 } } },
    { "a refusal of long ago, when the clock shows the same again",
      { 0, 0 },
      { { REFUSED, 0, 5000, 0 },
        { WAIT, 5000, 0, 0 },
        { SENT, 5000, 0, 0 },
        { WAIT, 1000, 0, 0 } } },
    { "sent without asking: nothing is counted",
      { 100, 0 },
      { { SENT, 0, 0, 0 }, { WAIT, 10, 0, LEAST }, { SENT, 10, 0, 0 } } },

    { "1 device: as fast as 50 a second, less chance",
      { 1, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 0, 27, LEAST },
        { WAIT, 26, 1, MOST },
        { WAIT, 27, 0, MOST },
        { SENT, 27, 0, 0 },
        { WAIT, 27, 27, 0 },
        { WAIT, 54, 0, 0 } } },
    { "1 device: slower than that, it never waits",
      { 1, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 500, 0, 0 },
        { SENT, 500, 0, 0 },
        { WAIT, 1000, 0, 0 },
        { SENT, 1000, 0, 0 },
        { WAIT, 63000, 0, 0 },
        { SENT, 63000, 0, 0 },
        { WAIT, 63500, 0, 0 } } },
    { "1 device: the latest first turn",
      { 1, 0 },
      { { WAIT, 0, 27, MOST }, { WAIT, 20, 7, LEAST }, { WAIT, 27, 0, 0 } } },

    { "100 devices, the least random number",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST }, { SENT, 0, 0, 0 }, { WAIT, 0, 2658, 0 } } },
    { "100 devices, one in the middle",
      { 100, 0 },
      { { WAIT, 0, 1329, HALF }, { WAIT, 1000, 329, MOST } } },
    { "100 devices, the greatest",
      { 100, 0 },
      { { WAIT, 0, 2658, MOST },
        { WAIT, 2658, 0, LEAST },
        { SENT, 2658, 0, 0 },
        { WAIT, 2658, 2658, LEAST } } },
    { "100 devices, numbered: the first",
      { 100, 1 },
      { { WAIT, 0, 0, MOST }, { SENT, 0, 0, 0 }, { WAIT, 0, 2363, 0 } } },
    { "100 devices, numbered: the second",
      { 100, 2 },
      { { WAIT, 0, 24, MOST } } },
    { "100 devices, numbered: the last",
      { 100, 100 },
      { { WAIT, 0, 2339, LEAST } } },
    { "100 devices, numbered 101: by chance",
      { 100, 101 },
      { { WAIT, 0, 0, LEAST }, { SENT, 0, 0, 0 }, { WAIT, 0, 2658, 0 } } },
    { "64 devices, numbered: a small fleet",
      { 64, 64 },
      { { WAIT, 0, 1675, 0 } } },
    { "65 devices, numbered: not a small one",
      { 65, 65 },
      { { WAIT, 0, 1512, 0 } } },
    { "no limit, numbered",
      { 0, 7 },
      { { WAIT, 0, 0, MOST }, { SENT, 0, 0, 0 }, { WAIT, 0, 0, MOST } } },

    { "1000 devices by chance all come in the minute's first part",
      { 1000, 0 },
      { { WAIT, 0, 26578, MOST },
        { WAIT, 26578, 0, 0 },
        { SENT, 26578, 0, 0 },
        { WAIT, 26578, 63000, 0 } } },
    { "1001 devices by chance take a second minute",
      { 1001, 0 },
      { { WAIT, 0, 62293, MOST },
        { SENT, 62293, 0, 0 },
        { WAIT, 62293, 62292, 0 } } },
    { "1000 devices, numbered: the last",
      { 1000, 1000 },
      { { WAIT, 0, 23602, 0 },
        { SENT, 23602, 0, 0 },
        { WAIT, 23602, 63000, 0 } } },
    { "2000 devices, numbered 1000 and 1001 are far apart",
      { 2000, 1001 },
      { { WAIT, 0, 63000, 0 },
        { SENT, 63000, 0, 0 },
        { WAIT, 63000, 126000, 0 } } },

    { "10000 devices: each round comes one share after the other",
      { 10000, 0 },
      { { WAIT, 0, 311329, HALF },
        { WAIT, 311329, 0, 0 },
        { SENT, 311329, 0, 0 },
        { WAIT, 311329, 622656, 0 },
        { WAIT, 933985, 0, 0 },
        { SENT, 933985, 0, 0 },
        { WAIT, 933985, 657922, 0 } } },
    { "late by less than a minute, it keeps its place",
      { 10000, 0 },
      { { WAIT, 0, 311329, HALF },
        { SENT, 320000, 0, 0 },
        { WAIT, 320000, 613985, 0 } } },
    { "late by minutes, it has a new one",
      { 10000, 0 },
      { { WAIT, 0, 311329, HALF },
        { SENT, 500000, 0, 0 },
        { WAIT, 500000, 622657, 0 } } },
    { "late in a fleet of 100, it catches up inside the minute",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { SENT, 50000, 0, 0 },
        { WAIT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { SENT, 50000, 0, 0 },
        { WAIT, 50000, 13000, 0 } } },

    { "idle for days, it may ask at once, but once",
      { 10000, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 3 * DAY, 0, MOST },
        { SENT, 3 * DAY, 0, 0 },
        { WAIT, 3 * DAY, 622657, MOST } } },
    { "idle for 49 days",
      { 10000, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 49 * (uint32_t)DAY, 0, MOST },
        { SENT, 49 * (uint32_t)DAY, 0, 0 },
        { WAIT, 49 * (uint32_t)DAY, 622657, 0 } } },
    { "idle until the clock shows the same again: one share at most",
      { 10000, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 0, 622657, 0 },
        { WAIT, 622657, 0, 0 } } },
    { "idle for days in a fleet of 100: spaced as ever",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 5 * DAY, 0, MOST },
        { SENT, 5 * DAY, 0, 0 },
        { WAIT, 5 * DAY, 2658, 0 } } },

    { "refused in its turn: it waits, and has lost no turn",
      { 10000, 0 },
      { { WAIT, 0, 311329, HALF },
        { SENT, 311329, 0, 0 },
        { REFUSED, 317000, 1200, 0 },
        { WAIT, 317000, 1200, MOST },
        { WAIT, 318200, 0, MOST },
        { SENT, 318200, 0, 0 },
        { WAIT, 318200, 615785, 0 } } },
    { "refused in its turn for more than a minute, and again",
      { 10000, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { REFUSED, 500, 70000, 0 },
        { WAIT, 70500, 0, MOST },
        { SENT, 70500, 0, 0 },
        { REFUSED, 71000, 2000, 0 },
        { WAIT, 71000, 2000, MOST },
        { WAIT, 73000, 0, MOST },
        { SENT, 73000, 0, 0 },
        { WAIT, 73000, 620157, MOST } } },
    { "refused when it asked at once: it takes a turn after the wait",
      { 10000, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, DAY, 0, MOST },
        { SENT, DAY, 0, 0 },
        { REFUSED, DAY + 50, 1000, 0 },
        { WAIT, DAY + 50, 312329, HALF },
        { WAIT, DAY + 1050, 311329, MOST },
        { WAIT, DAY + 312379, 0, MOST },
        { SENT, DAY + 312379, 0, 0 },
        { REFUSED, DAY + 318000, 1000, 0 },
        { WAIT, DAY + 318000, 1000, MOST } } },
    { "refused when it asked at once, numbered",
      { 10000, 5001 },
      { { WAIT, 0, 315000, LEAST },
        { SENT, DAY, 0, 0 },
        { REFUSED, DAY + 50, 1000, 0 },
        { WAIT, DAY + 50, 316000, HALF } } },
    { "refused while it waits for its turn",
      { 10000, 0 },
      { { WAIT, 0, 311329, HALF },
        { REFUSED, 1000, 4000000, 0 },
        { WAIT, 1000, 4000000, MOST } } },
    { "another object's refusal is shorter than the wait for the turn",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { WAIT, 2658, 0, 0 },
        { SENT, 2658, 0, 0 },
        { REFUSED, 2700, 1000, 0 },
        { WAIT, 2700, 1000, 0 },
        { SENT, 3700, 0, 0 },
        { WAIT, 3700, 1616, 0 } } },

    { "a minute after it asked, its minute is over",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { SENT, 63000, 0, 0 },
        { WAIT, 63000, 2658, 0 } } },
    { "a moment before, it is not",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, 0, 0, 0 },
        { SENT, 62999, 0, 0 },
        { WAIT, 62999, 0, 0 } } },
    { "refused in the turn after it asked at once",
      { 100, 0 },
      { { WAIT, 0, 0, LEAST },
        { SENT, DAY, 0, 0 },
        { WAIT, DAY, 2658, 0 },
        { SENT, DAY + 2658, 0, 0 },
        { REFUSED, DAY + 2700, 1000, 0 },
        { WAIT, DAY + 2700, 1000, MOST } } },

    { "more devices than can be: the latest turn",
      { UINT32_MAX, 0 },
      { { WAIT, 0, 536861726, MOST },
        { SENT, 536861726, 0, 0 },
        { WAIT, 536861726, 536865182, 0 } } },
    { "more devices than can be, numbered",
      { UINT32_MAX, UINT32_MAX },
      { { WAIT, 0, 0, LEAST } } },
    { "as many devices as can be, numbered",
      { 8388608, 8388608 },
      { { WAIT, 0, 528458341, LEAST } } },
    { "one device more", { 8388609, 8388609 }, { { WAIT, 0, 0, LEAST } } },
};

static const uint32_t starts[] = { 0,          1,          63000,
                                   0x7fffffff, 0x80000000, 0xfffffff0,
                                   UINT32_MAX };

static void run_step(struct fimg_limiter *l, uint32_t now, struct step s)
{
    if (s.event == WAIT) {
        CHECK(fimg_limiter_wait_ms(l, now, s.random) == s.value);
        CHECK(fimg_limiter_wait_ms(l, now, MOST) == s.value);
        CHECK(fimg_limiter_wait_ms(l, now, LEAST) == s.value);
    } else if (s.event == SENT) {
        fimg_limiter_sent(l, now);
    } else {
        fimg_limiter_refused(l, now, s.value);
    }
}

static void run_row(const struct row *row, uint32_t start)
{
    struct fimg_limiter l = { .devices = row->share.devices,
                              .number = row->share.number };

    check_case("%s, from %lu", row->name, (unsigned long)start);
    for (size_t i = 0; i < STEPS && row->steps[i].event != END; i++)
        run_step(&l, start + row->steps[i].ms, row->steps[i]);
}

/* A device that asks whenever it may: how many in `ms`? */
static unsigned count_sent(struct fimg_limiter *l, uint32_t start, uint32_t ms)
{
    unsigned sent = 0;

    for (uint32_t at = 0; at < ms;) {
        uint32_t wait = fimg_limiter_wait_ms(l, start + at, LEAST);

        if (wait == 0) {
            fimg_limiter_sent(l, start + at);
            sent++;
        }
        at += wait;
    }
    return sent;
}

/* Its share of 1000 a minute, and not one more, minute after minute. */
static void test_share(uint32_t devices, uint32_t number, unsigned minutes,
                       unsigned sent)
{
    struct fimg_limiter l = { .devices = devices, .number = number };

    check_case("%lu devices, number %lu: its share of %u minutes",
               (unsigned long)devices, (unsigned long)number, minutes);
    CHECK(count_sent(&l, UINT32_MAX - 100000, minutes * 63000) == sent);
}

/* Two objects are two: the second waits for the next turn. */
static void test_two_objects(void)
{
    struct fimg_limiter l = { .devices = 10 };

    check_case("two objects at the same moment");
    CHECK(fimg_limiter_wait_ms(&l, 5, LEAST) == 0);
    fimg_limiter_sent(&l, 5);
    CHECK(fimg_limiter_wait_ms(&l, 5, LEAST) == 266);
    fimg_limiter_sent(&l, 5); /* although it should not */
    CHECK(fimg_limiter_wait_ms(&l, 5, LEAST) == 532);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t s = 0; s < COUNT(starts); s++)
            run_row(&rows[i], starts[s]);
    test_share(1, 0, 1, 1000);
    test_share(1, 1, 10, 10000);
    test_share(3, 0, 3, 1000);
    test_share(64, 1, 16, 250);
    test_share(100, 0, 10, 100);
    test_share(100, 1, 10, 100);
    test_share(600, 0, 6, 10);
    test_share(1000, 0, 10, 10);
    test_share(1000, 1, 10, 10);
    test_share(10000, 1, 100, 10);
    test_two_objects();
    return check_exit("unit/limiter");
}
