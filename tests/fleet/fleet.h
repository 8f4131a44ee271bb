/*
 * fleet.h: a fleet of devices on a simulated clock. Each decides with the
 * library's own limiter and retry code.
 */
#ifndef FLEET_H
#define FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "server.h"

struct fleet {
    unsigned devices;
    unsigned images;  /* that each one fetches, one after the other */
    uint32_t wake_ms; /* within so long they wake, at random; 0: together */
    bool limited;     /* they have a limiter */
    bool numbered;    /* which knows the device's number */
    bool awake;       /* they woke long ago and have since been idle */
    enum window_kind windows;
    uint32_t seed;
};

struct outcome {
    double ideal_s;   /* see ideal_s() */
    double longest_s; /* from a device's waking until it has its images */
    uint32_t asked, refused;
    unsigned most_asked; /* attempts at one image */
    uint32_t lost;       /* images given up, after as many as the command's */
};

struct outcome fleet_run(const struct fleet *f);

#endif
