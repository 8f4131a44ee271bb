/*
 * test_timer.c: the four time limits, each alone and together, from several
 * starting points of a clock that wraps.
 */
#include "check.h"
#include "fimg_timer.h"
#include "pieces.h"

#define NONE FIMG_NO_LIMIT
#define FOREVER FIMG_FOREVER

/* What happens to a timer. START and the like at `ms` after the beginning. */
enum event {
    END,
    CONNECT, /* a connection is being made */
    CONNECTED,
    WAIT,      /* the network has nothing */
    BYTES_IN,  /* it gave `value` bytes */
    LEFT,      /* `value` ms are left, 0 because of `why` */
    TOTAL_LEFT /* `value` ms are left of the total limit */
};

struct step {
    enum event event;
    uint32_t ms;
    uint32_t value;
    enum fimg_reason why;
};

#define STEPS 14

static const struct row {
    const char *name;
    struct {
        uint32_t connect_ms, idle_ms, min_rate, rate_ms, total_ms;
    } limits;
    struct step steps[STEPS];
} rows[] = {
    { "total alone",
      { NONE, NONE, NONE, NONE, 5000 },
      { { LEFT, 0, 5000, FIMG_WHY_TOTAL_LIMIT },
        { WAIT, 1, 0, 0 },
        { LEFT, 4999, 1, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 5000, 0, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 5001, 0, FIMG_WHY_TOTAL_LIMIT },
        { BYTES_IN, 6000, 100, 0 },
        { LEFT, 6000, 0, FIMG_WHY_TOTAL_LIMIT } } },
    { "total goes on through connections",
      { NONE, NONE, NONE, NONE, 5000 },
      { { CONNECT, 1000, 0, 0 },
        { LEFT, 1500, 3500, FIMG_WHY_TOTAL_LIMIT },
        { CONNECTED, 2000, 0, 0 },
        { LEFT, 2000, 3000, FIMG_WHY_TOTAL_LIMIT },
        { CONNECT, 3000, 0, 0 },
        { LEFT, 4999, 1, FIMG_WHY_TOTAL_LIMIT },
        { TOTAL_LEFT, 4999, 1, 0 },
        { TOTAL_LEFT, 5000, 0, 0 },
        { TOTAL_LEFT, 60000, 0, 0 } } },
    { "connect alone",
      { 700, NONE, NONE, NONE, NONE },
      { { LEFT, 50, FOREVER, 0 },
        { CONNECT, 1000, 0, 0 },
        { LEFT, 1000, 700, FIMG_WHY_CONNECT_LIMIT },
        { WAIT, 1200, 0, 0 },
        { BYTES_IN, 1400, 100, 0 },
        { LEFT, 1699, 1, FIMG_WHY_CONNECT_LIMIT },
        { LEFT, 1700, 0, FIMG_WHY_CONNECT_LIMIT },
        { LEFT, 9999, 0, FIMG_WHY_CONNECT_LIMIT } } },
    { "connect ends when connected",
      { 700, NONE, NONE, NONE, NONE },
      { { CONNECT, 1000, 0, 0 },
        { CONNECTED, 1600, 0, 0 },
        { LEFT, 1700, FOREVER, 0 },
        { LEFT, 100000, FOREVER, 0 } } },
    { "connect begins anew",
      { 700, NONE, NONE, NONE, NONE },
      { { CONNECT, 1000, 0, 0 },
        { CONNECT, 1600, 0, 0 },
        { LEFT, 2299, 1, FIMG_WHY_CONNECT_LIMIT },
        { LEFT, 2300, 0, FIMG_WHY_CONNECT_LIMIT } } },
    { "neither idle nor rate while connecting",
      { NONE, 100, 1000, 1000, NONE },
      { { CONNECT, 0, 0, 0 }, { WAIT, 0, 0, 0 }, { LEFT, 5000, FOREVER, 0 } } },
    { "idle alone",
      { NONE, 200, NONE, NONE, NONE },
      { { LEFT, 1000, FOREVER, 0 },
        { WAIT, 1000, 0, 0 },
        { LEFT, 1000, 200, FIMG_WHY_IDLE_LIMIT },
        { WAIT, 1100, 0, 0 },
        { LEFT, 1199, 1, FIMG_WHY_IDLE_LIMIT },
        { LEFT, 1200, 0, FIMG_WHY_IDLE_LIMIT },
        { BYTES_IN, 1300, 1, 0 },
        { LEFT, 1300, FOREVER, 0 },
        { WAIT, 1400, 0, 0 },
        { LEFT, 1599, 1, FIMG_WHY_IDLE_LIMIT },
        { LEFT, 1600, 0, FIMG_WHY_IDLE_LIMIT } } },
    { "idle starts anew with a connection",
      { NONE, 200, NONE, NONE, NONE },
      { { WAIT, 0, 0, 0 },
        { CONNECTED, 150, 0, 0 },
        { LEFT, 250, FOREVER, 0 },
        { WAIT, 300, 0, 0 },
        { LEFT, 499, 1, FIMG_WHY_IDLE_LIMIT } } },
    { "rate alone: too little",
      { NONE, NONE, 10, 2000, NONE },
      { { LEFT, 0, 2000, FIMG_WHY_RATE_LIMIT },
        { WAIT, 100, 0, 0 },
        { LEFT, 100, 2000, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 600, 10, 0 },
        { LEFT, 5000, 1500, FIMG_WHY_RATE_LIMIT },
        { WAIT, 10000, 0, 0 },
        { BYTES_IN, 11000, 9, 0 },
        { WAIT, 11000, 0, 0 },
        { LEFT, 11499, 1, FIMG_WHY_RATE_LIMIT },
        { LEFT, 11500, 0, FIMG_WHY_RATE_LIMIT },
        { LEFT, 11501, 0, FIMG_WHY_RATE_LIMIT } } },
    { "rate alone: just enough, late in the window",
      { NONE, NONE, 10, 2000, NONE },
      { { WAIT, 0, 0, 0 },
        { BYTES_IN, 1999, 20, 0 },
        { LEFT, 1999, FOREVER, 0 },
        { WAIT, 1999, 0, 0 },
        { LEFT, 90000, FOREVER, 0 } } },
    { "rate: the next window begins with nothing",
      { NONE, NONE, 10, 2000, NONE },
      { { WAIT, 0, 0, 0 },
        { BYTES_IN, 1999, 20, 0 },
        { WAIT, 1999, 0, 0 },
        { BYTES_IN, 2000, 5, 0 },
        { LEFT, 2000, 2000, FIMG_WHY_RATE_LIMIT },
        { WAIT, 3000, 0, 0 },
        { BYTES_IN, 4999, 19, 0 },
        { LEFT, 5000, 1, FIMG_WHY_RATE_LIMIT },
        { WAIT, 5000, 0, 0 },
        { LEFT, 5001, 0, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 5002, 1, 0 },
        { LEFT, 5002, 2000, FIMG_WHY_RATE_LIMIT } } },
    { "rate: a window that is not over keeps its bytes",
      { NONE, NONE, 10, 2000, NONE },
      { { WAIT, 0, 0, 0 },
        { BYTES_IN, 1000, 1000000, 0 },
        { WAIT, 1500, 0, 0 },
        { BYTES_IN, 2499, 1, 0 },
        { LEFT, 2499, FOREVER, 0 } } },
    { "rate: 0.5 s windows ask for nothing",
      { NONE, NONE, 10, 500, NONE },
      { { WAIT, 0, 0, 0 }, { LEFT, 100000, FOREVER, 0 } } },
    { "rate: waits that add up beyond 2^32 ms",
      { NONE, NONE, 1, 2147483647, NONE },
      { { WAIT, 0, 0, 0 },
        { BYTES_IN, 2000000000, 1, 0 },
        { LEFT, 2000000000, 147483647, FIMG_WHY_RATE_LIMIT },
        { WAIT, 2000000000, 0, 0 },
        { BYTES_IN, 4000000000, 1, 0 },
        { LEFT, 4000000000, 0, FIMG_WHY_RATE_LIMIT },
        { WAIT, 4000000000, 0, 0 },
        { LEFT, 4250000000, 0, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 4294967295, 1, 0 },
        { WAIT, 0, 0, 0 },
        { LEFT, 1000, 0, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 1000000000, 1, 0 },
        { LEFT, 1000000000, 0, FIMG_WHY_RATE_LIMIT } } },
    { "rate: bytes that add up beyond 2^32",
      { NONE, NONE, 2000000000, 2000, NONE },
      { { WAIT, 0, 0, 0 },
        { BYTES_IN, 10, 3000000000, 0 },
        { LEFT, 10, 1990, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 20, 3000000000, 0 },
        { LEFT, 20, FOREVER, 0 },
        { BYTES_IN, 30, 3000000000, 0 },
        { LEFT, 30, FOREVER, 0 } } },
    { "rate: none, though the window is short",
      { NONE, NONE, NONE, 1000, NONE },
      { { WAIT, 0, 0, 0 }, { LEFT, 50000, FOREVER, 0 } } },
    { "rate: no window, though there is a rate",
      { NONE, NONE, 10, NONE, NONE },
      { { WAIT, 0, 0, 0 }, { LEFT, 50000, FOREVER, 0 } } },
    { "none at all",
      { NONE, NONE, NONE, NONE, NONE },
      { { LEFT, 0, FOREVER, 0 },
        { CONNECT, 0, 0, 0 },
        { LEFT, 4294967295, FOREVER, 0 },
        { CONNECTED, 0, 0, 0 },
        { WAIT, 0, 0, 0 },
        { LEFT, 4294967295, FOREVER, 0 },
        { TOTAL_LEFT, 4294967295, FOREVER, 0 } } },
    { "24 days are a limit",
      { NONE, NONE, NONE, NONE, 2147483647 },
      { { LEFT, 0, 2147483647, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 2147483646, 1, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 2147483647, 0, FIMG_WHY_TOTAL_LIMIT } } },
    { "more than 24 days are none",
      { 2147483648, 2147483648, NONE, NONE, 2147483648 },
      { { LEFT, 4000000000, FOREVER, 0 },
        { WAIT, 0, 0, 0 },
        { LEFT, 4000000000, FOREVER, 0 },
        { CONNECT, 0, 0, 0 },
        { LEFT, 4000000000, FOREVER, 0 },
        { TOTAL_LEFT, 4000000000, FOREVER, 0 } } },
    { "defaults: total 120 s, rate 30 s",
      { 0, 0, 0, 0, 0 },
      { { LEFT, 0, 30000, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 0, 479, 0 },
        { LEFT, 0, 30000, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 0, 1, 0 },
        { LEFT, 0, 120000, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 119999, 1, FIMG_WHY_TOTAL_LIMIT },
        { LEFT, 120000, 0, FIMG_WHY_TOTAL_LIMIT },
        { TOTAL_LEFT, 119999, 1, 0 } } },
    { "defaults: connect 10 s",
      { 0, 0, 0, 0, 0 },
      { { CONNECT, 50, 0, 0 },
        { LEFT, 10049, 1, FIMG_WHY_CONNECT_LIMIT },
        { LEFT, 10050, 0, FIMG_WHY_CONNECT_LIMIT } } },
    { "defaults: idle 15 s",
      { 0, 0, 0, 0, 0 },
      { { WAIT, 50, 0, 0 },
        { LEFT, 15049, 1, FIMG_WHY_IDLE_LIMIT },
        { LEFT, 15050, 0, FIMG_WHY_IDLE_LIMIT } } },
    { "the nearest of all counts",
      { 500, 300, 10, 1000, 2000 },
      { { CONNECT, 0, 0, 0 },
        { LEFT, 100, 400, FIMG_WHY_CONNECT_LIMIT },
        { CONNECTED, 400, 0, 0 },
        { WAIT, 400, 0, 0 },
        { LEFT, 500, 200, FIMG_WHY_IDLE_LIMIT },
        { BYTES_IN, 600, 5, 0 },
        { LEFT, 600, 800, FIMG_WHY_RATE_LIMIT },
        { BYTES_IN, 1300, 5, 0 },
        { LEFT, 1300, 700, FIMG_WHY_TOTAL_LIMIT },
        { WAIT, 1800, 0, 0 },
        { LEFT, 1900, 100, FIMG_WHY_TOTAL_LIMIT } } },
};

static void play(const struct row *row, uint32_t base)
{
    const struct fimg_request request = { .connect_ms = row->limits.connect_ms,
                                          .idle_ms = row->limits.idle_ms,
                                          .min_rate = row->limits.min_rate,
                                          .rate_ms = row->limits.rate_ms,
                                          .total_ms = row->limits.total_ms };
    struct fimg_timer t;

    memset(&t, 0xa5, sizeof t);
    fimg_timer_start(&t, base);
    for (const struct step *s = row->steps; s->event != END; s++) {
        uint32_t now = base + s->ms, left;
        enum fimg_reason why = FIMG_WHY_NONE;

        switch (s->event) {
        case CONNECT:
            fimg_timer_connect(&t, now);
            break;
        case CONNECTED:
            fimg_timer_connected(&t);
            break;
        case WAIT:
            fimg_timer_wait(&t, now);
            break;
        case BYTES_IN:
            fimg_timer_progress(&t, &request, now, s->value);
            break;
        case LEFT:
            left = fimg_timer_left(&t, &request, now, &why);
            CHECK(left == s->value);
            CHECK(s->value == FOREVER || why == s->why);
            if (left != s->value || (s->value != FOREVER && why != s->why))
                printf("    step %d: %lu left, reason %d\n",
                       (int)(s - row->steps), (unsigned long)left, (int)why);
            break;
        case TOTAL_LEFT:
            CHECK(fimg_timer_total_left(&t, &request, now) == s->value);
            break;
        case END:
            break;
        }
    }
}

int main(void)
{
    static const struct {
        const char *name;
        uint32_t base;
    } clocks[] = {
        { "a clock from 0", 0 },
        { "a clock that passes 2^31", UINT32_C(0x7fffffff) - 50 },
        { "a clock that wraps after 100 ms", UINT32_MAX - 99 },
        { "a clock that wraps at once", UINT32_MAX },
        { "a clock that wraps later", UINT32_MAX - 1700 },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t c = 0; c < COUNT(clocks); c++) {
            check_case("row 98: %s, on %s", rows[i].name, clocks[c].name);
            play(&rows[i], clocks[c].base);
        }
    return check_exit("unit/timer");
}
