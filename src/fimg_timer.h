/*
 * fimg_timer.h: the four time limits of a download, on a clock that may wrap.
 *
 * Nothing here reads a clock: times are given. What the caller spends between
 * calls counts for the total only; idle time and rate are measured over the
 * time during which we had asked the network and it had nothing.
 */
#ifndef FIMG_TIMER_H
#define FIMG_TIMER_H

#include "fimg.h"

#define FIMG_FOREVER UINT32_MAX

struct fimg_timer {
    uint32_t start;         /* of the download */
    uint32_t connect_start; /* of this connection */
    uint32_t wait_start;    /* of this wait for the network */
    uint32_t waited;        /* ms waited in this rate window, before it */
    uint32_t window_bytes;  /* received in this rate window */
    bool connecting;        /* connect limit counts; else idle and rate */
    bool waiting;
};

/* The download begins. */
void fimg_timer_start(struct fimg_timer *t, uint32_t now);

/* A connection is being made, or is ready to be used. */
void fimg_timer_connect(struct fimg_timer *t, uint32_t now);
void fimg_timer_connected(struct fimg_timer *t);

/* We ask the network for something; it has given `bytes`. */
void fimg_timer_wait(struct fimg_timer *t, uint32_t now);
void fimg_timer_progress(struct fimg_timer *t,
                         const struct fimg_request *request, uint32_t now,
                         size_t bytes);

/*
 * Milliseconds until the first limit runs out, FIMG_FOREVER if none can; 0 if
 * one has, and `why` tells which.
 */
uint32_t fimg_timer_left(const struct fimg_timer *t,
                         const struct fimg_request *request, uint32_t now,
                         enum fimg_reason *why);

/* Milliseconds until the total limit runs out, FIMG_FOREVER if there is none. */
uint32_t fimg_timer_total_left(const struct fimg_timer *t,
                               const struct fimg_request *request,
                               uint32_t now);

#endif
