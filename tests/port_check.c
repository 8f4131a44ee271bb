/*
 * port_check.c: the list that every port must pass: its driver, and what can
 * be told of clocks and randomness. The rest is in
 * port_check_connect.c and port_check_stream.c.
 */
#include "port_check.h"

#include <string.h>

#define EARLY_MS 30 /* a clock's ticks may be as coarse */
#define SLACK_MS 1000
#define LOST_MS 100
#define YEAR_2020 1577836800u

void port_check_begin(struct port_check *c)
{
    c->begin = c->port->now_ms(c->port->ctx);
}

uint32_t port_check_past(const struct port_check *c)
{
    return c->port->now_ms(c->port->ctx) - c->begin;
}

bool port_check_is_over(const struct port_check *c, uint32_t ms)
{
    return !c->clock_moves || port_check_past(c) >= ms;
}

const char *port_check_late(const struct port_check *c, uint32_t ms)
{
    return c->clock_moves && port_check_past(c) > ms + c->slack_ms
               ? "returned too late"
               : NULL;
}

const char *port_check_waited(const struct port_check *c, uint32_t ms)
{
    if (c->clock_moves && port_check_past(c) + EARLY_MS < ms)
        return "returned too early";
    return port_check_late(c, ms);
}

/* The name of a function that is not there, or NULL. */
static const char *missing(const struct fimg_port *p)
{
    if (p->now_ms == NULL)
        return "now_ms";
    if (p->sleep == NULL)
        return "sleep";
    if (p->unix_time == NULL)
        return "unix_time";
    if (p->entropy == NULL)
        return "entropy";
    if (p->connect == NULL)
        return "connect";
    if (p->close == NULL)
        return "close";
    if (p->send == NULL)
        return "send";
    return p->recv == NULL ? "recv" : NULL;
}

/* Does the clock move at all? Asks so often that it must have. */
static bool clock_moves(const struct fimg_port *p)
{
    uint32_t first = p->now_ms(p->ctx), i;

    for (i = 0; i < 3000000; i++) {
        if (p->now_ms(p->ctx) != first)
            return true;
        if (i % 100000 == 0)
            p->sleep(p->ctx, 10);
    }
    return false;
}

static const char *clock_check(struct port_check *c)
{
    const struct fimg_port *p = c->port;
    uint32_t last, now, i;

    c->clock_moves = clock_moves(p);
    if (!c->clock_moves)
        return "stands still; nothing that takes time can be checked";
    port_check_begin(c);
    last = c->begin;
    for (i = 0; i < 3000000 && last - c->begin < 100; i++, last = now) {
        now = p->now_ms(p->ctx);
        if (now - last > UINT32_MAX / 2)
            return "steps back";
    }
    return NULL;
}

static const char *sleep_check(struct port_check *c)
{
    const char *wrong;

    if (!c->clock_moves)
        return "not checked without a clock";
    port_check_begin(c);
    c->port->sleep(c->port->ctx, 300);
    wrong = port_check_waited(c, 300);
    if (wrong != NULL)
        return wrong;
    port_check_begin(c);
    c->port->sleep(c->port->ctx, 0);
    return port_check_late(c, 0);
}

static const char *time_check(struct port_check *c)
{
    const struct fimg_port *p = c->port;
    uint32_t first = p->unix_time(p->ctx), second;

    if (first == 0)
        return NULL; /* not known, and says so */
    if (first < YEAR_2020)
        return "is before 2020: return 0 if it is not known";
    p->sleep(p->ctx, 1100);
    second = p->unix_time(p->ctx);
    if (c->clock_moves && (second <= first || second > first + 10))
        return "does not count seconds";
    return NULL;
}

/* Fill the middle of a buffer: no byte may be left out, none beside it hit. */
static const char *entropy_check(struct port_check *c)
{
    enum { LEN = 64 };
    uint8_t *before = c->bytes, *at = before + 1, *after = at + LEN;
    uint8_t *kept = after + 1, *seen = kept + LEN;
    unsigned round, i;

    memset(seen, 0, LEN);
    for (round = 0; round < 4; round++) {
        bool same = round > 0;

        memset(before, 0, LEN + 2);
        c->got = c->port->entropy(c->port->ctx, at, LEN);
        if (c->got != 0)
            return "failed";
        if (*before != 0 || *after != 0)
            return "wrote beside the buffer";
        for (i = 0; i < LEN; i++) {
            same = same && at[i] == kept[i];
            kept[i] = at[i];
            seen[i] |= at[i];
        }
        if (same)
            return "gives the same again";
    }
    for (i = 0; i < LEN; i++)
        if (seen[i] == 0)
            return "does not fill all of it";
    c->got = c->port->entropy(c->port->ctx, at, 1);
    return c->got == 0 ? NULL : "failed for a single byte";
}

static const struct port_check_case own_cases[] = {
    { "now_ms: moves, and never steps back", clock_check },
    { "sleep: lets that time pass", sleep_check },
    { "unix_time: counts seconds, or is 0", time_check },
    { "entropy: fills all of it, differently each time", entropy_check },
    { NULL, NULL },
};

static void print_number(struct port_check *c, int n)
{
    unsigned left = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    char text[12], *at = text + sizeof text - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0)
        *--at = '-';
    c->print(c->ctx, at);
}

static void run_case(struct port_check *c, const struct port_check_case *one)
{
    const char *wrong;
    int past;

    c->print(c->ctx, one->name);
    c->print(c->ctx, " ... ");
    c->got = 0;
    port_check_begin(c);
    wrong = one->run(c);
    past = (int)port_check_past(c);
    if (c->connected)
        c->port->close(c->port->ctx);
    c->connected = false;
    if (wrong == NULL || *wrong == '\0') {
        c->passed += wrong == NULL;
        c->print(c->ctx, wrong == NULL ? "ok\n" : "left out\n");
        return;
    }
    c->failed++;
    c->print(c->ctx, "FAIL: ");
    c->print(c->ctx, wrong);
    c->print(c->ctx, " (latest result ");
    print_number(c, c->got);
    c->print(c->ctx, ", after ");
    print_number(c, past);
    c->print(c->ctx, " ms)\n");
}

unsigned port_check(struct port_check *c)
{
    const struct port_check_case *one;
    const char *wrong;

    c->passed = c->failed = 0;
    c->clock_moves = c->connected = false;
    if (c->slack_ms == 0)
        c->slack_ms = SLACK_MS;
    if (c->lost_ms == 0)
        c->lost_ms = LOST_MS;
    wrong = missing(c->port);
    if (wrong != NULL) {
        c->failed = 1;
        c->print(c->ctx, wrong);
        c->print(c->ctx, " ... FAIL: is NULL\n");
    } else {
        for (one = own_cases; one->name != NULL; one++)
            run_case(c, one);
        for (one = port_check_connect; one->name != NULL; one++)
            run_case(c, one);
        for (one = port_check_stream; one->name != NULL; one++)
            run_case(c, one);
    }
    c->print(c->ctx, "port_check/");
    c->print(c->ctx, c->name);
    c->print(c->ctx, ": ");
    print_number(c, (int)c->passed);
    c->print(c->ctx, " passed, ");
    print_number(c, (int)c->failed);
    c->print(c->ctx, " failed\n");
    return c->failed;
}
