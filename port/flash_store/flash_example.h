/*
 * flash_example.h: a main loop that downloads an image into a flash while
 * everything else goes on.
 */
#ifndef FLASH_EXAMPLE_H
#define FLASH_EXAMPLE_H

#include "fimg.h"
#include "flash_store.h"

struct product {
    struct fimg *f;
    struct fimg_request request; /* filled but for wait_ms and max_size */
    struct store *store;         /* opened */

    /*
     * The other tasks' turn. Called between any two steps of the download.
     * Returns in how many milliseconds it wants to be called again.
     */
    uint32_t (*others)(void *ctx);

    /* Nothing to do: wait for the network, `ms` at most. May return early. */
    void (*idle)(void *ctx, uint32_t ms);
    void *ctx;

    /* how it went */
    int image_status; /* of fimg_read */
    int store_status; /* of the store call that failed, or STORE_OK */
};

/*
 * Download the image and put it into the place of the one in the flash.
 * Returns whether it is there; if not, the one from before is.
 */
bool product_update(struct product *p);

/* A light that goes on and off every `period_ms`. */
struct led {
    uint32_t period_ms;
    uint32_t due;
    bool on;
    void (*set)(void *ctx, bool on);
    void *ctx;
};

/* Its turn. Returns in how many milliseconds the next one is due. */
uint32_t led_turn(struct led *led, uint32_t now);

#endif
