/*
 * fimg_limiter.h: a device's share of an app's rate limits, 50 requests a
 * second and 1000 a minute for all that use the app. Pure decisions over a
 * clock that may wrap.
 *
 * A minute has 1000 turns, all in its first half, and a device has one turn
 * in `devices`. The first after power-on goes by its number or by chance, so
 * that a fleet which woke together does not ask together. A device that has
 * not asked for longer than its share lasts goes at once; if that is refused,
 * many may have done the same, and it finds itself a turn again.
 */
#ifndef FIMG_LIMITER_H
#define FIMG_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longest wait that a refusal brings: 70 minutes. */
#define FIMG_LIMITER_HOLD_MAX_MS ((uint32_t)1 << 22)

/*
 * All-zero but for what the caller sets before its first use. Any number of
 * objects may share one, as long as their calls do not overlap.
 */
struct fimg_limiter {
    uint32_t devices; /* that share the app, rather too many than too few;
                         1: it is all this one's; 0: no limit, but a refusal
                         still holds back all objects */
    uint32_t number;  /* of this device, 1 to `devices`: no two get the same
                         turn, and all are served sooner; 0: by chance */

    /* the library's */
    bool placed;        /* it has a turn */
    bool in_turn;       /* the last request was sent in one */
    uint16_t minute_ms; /* how long a minute is */
    uint32_t spare;     /* 64ths of it at its end that have no turns */
    uint32_t share;     /* ms of turns from one of its own to the next */
    uint32_t minute;    /* when the minute began that `turn` counts from */
    uint32_t turn;      /* its next, in ms, were minutes full of turns */
    uint32_t held;      /* a refusal came then ... */
    uint32_t hold_ms;   /* ... and holds back for so long */
};

/*
 * Milliseconds until a request may be sent, below 2^31; 0: now. Asked later,
 * it tells the same moment, unless a request was sent or refused meanwhile.
 * `random` counts only where a turn is found by chance.
 */
uint32_t fimg_limiter_wait_ms(struct fimg_limiter *l, uint32_t now,
                              uint16_t random);

/* A request is being sent: the wait has just been 0. */
void fimg_limiter_sent(struct fimg_limiter *l, uint32_t now);

/*
 * One was refused for its rate, which costs no turn. All that share the
 * limiter wait for `wait_ms`, or on, if an earlier refusal asked for more.
 */
void fimg_limiter_refused(struct fimg_limiter *l, uint32_t now,
                          uint32_t wait_ms);

#ifdef __cplusplus
}
#endif

#endif
