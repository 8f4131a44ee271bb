/*
 * cases.h: what fleets are put through, and what came out over all seeds.
 */
#ifndef CASES_H
#define CASES_H

#include <stddef.h>

#include "fleet.h"

struct fleet_case {
    const char *name;
    struct fleet fleet; /* but for devices, windows and seed */
    /* what the time may be against the ideal, and for 50 to 4999 devices,
       of which chance puts too many into some seconds; 0: anything */
    double within, within_middle;
};

enum { CASES = 9 };
extern const struct fleet_case fleet_cases[CASES];

/* Over all seeds: the longest time, and the sums. */
struct result {
    double ideal_s, longest_s;
    double refused; /* of what was asked */
    double lost;    /* of the images */
    unsigned most_asked;
};

struct result run_case(const struct fleet_case *c, unsigned devices,
                       enum window_kind windows);

/* What the time may be against the ideal; 0: anything. */
double time_target(const struct fleet_case *c, unsigned devices);

/* Draw all sizes into a file; false if that failed. */
bool draw_cases(const char *file);

#endif
