/*
 * cases.c: what fleets are put through.
 */
#include "cases.h"

#define SEEDS 8

#define NUMBERED .limited = true, .numbered = true
#define BY_CHANCE .limited = true

const struct fleet_case fleet_cases[CASES] = {
    { "numbered, together", { .images = 1, NUMBERED }, 1.2, 1.2 },
    { "numbered, storm of 3", { .images = 3, NUMBERED }, 1.2, 1.2 },
    { "numbered, staggered",
      { .images = 1, NUMBERED, .wake_ms = 60000 },
      1.2,
      1.2 },
    { "by chance, together", { .images = 1, BY_CHANCE }, 1.2, 1.4 },
    { "by chance, storm of 3", { .images = 3, BY_CHANCE }, 1.2, 1.4 },
    { "by chance, staggered",
      { .images = 1, BY_CHANCE, .wake_ms = 60000 },
      1.2,
      1.4 },
    { "long awake, together", { .images = 1, BY_CHANCE, .awake = true }, 0, 0 },
    { "no limiter, together", { .images = 1 }, 0, 0 },
    { "no limiter, storm of 3", { .images = 3 }, 0, 0 },
};

double time_target(const struct fleet_case *c, unsigned devices)
{
    return devices >= 50 && devices < 5000 ? c->within_middle : c->within;
}

struct result run_case(const struct fleet_case *c, unsigned devices,
                       enum window_kind windows)
{
    struct result result = { 0 };
    double asked = 0, images = (double)SEEDS * devices * c->fleet.images;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct fleet f = c->fleet;
        struct outcome o;

        f.devices = devices;
        f.windows = windows;
        f.seed = seed;
        o = fleet_run(&f);
        result.ideal_s = o.ideal_s;
        if (o.longest_s > result.longest_s)
            result.longest_s = o.longest_s;
        if (o.most_asked > result.most_asked)
            result.most_asked = o.most_asked;
        result.refused += o.refused;
        result.lost += o.lost;
        asked += o.asked;
    }
    result.refused /= asked;
    result.lost /= images;
    return result;
}
