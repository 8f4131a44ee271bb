/*
 * one_flash.h: a flash and a store in it, anew for every case.
 */
#ifndef ONE_FLASH_H
#define ONE_FLASH_H

#include "check.h"
#include "images.h"
#include "nor.h"

#define PAGE 256
#define BLOCK 1024
#define BLOCKS 10
#define ROOM (BLOCKS / 2 * BLOCK - 2 * PAGE)

static struct nor nor;
static struct store store;

static inline void open_all(const char *name)
{
    check_case("%s", name);
    nor_open(&nor, PAGE, BLOCK, BLOCKS);
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
}

static inline void close_all(void)
{
    CHECK(nor.violation == NULL);
    if (nor.violation)
        printf("%s\n", nor.violation);
    nor_close(&nor);
}

/* The program starts anew. */
static inline void mount(void)
{
    nor_power_on(&nor);
    CHECK(store_open(&store, &nor.flash) == STORE_OK);
}

#endif
