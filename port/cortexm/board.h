/*
 * board.h: what one board has, and what all Cortex-M boards share.
 *
 * A board's folder defines `board` and the memory map; everything else is
 * here.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An Ethernet controller. Frames have two unused bytes in front, begin on a
   whole word, and are without CRC. */
struct nic {
    /* Make ready. `at` is where its registers are. False: it is not there. */
    bool (*start)(uintptr_t at, uint8_t mac[6]);

    /* Length of the next frame received with its two bytes in front; 0: none.
       Then: copy it to `dst`, or throw it away where `dst` is NULL. */
    size_t (*waiting)(uintptr_t at);
    void (*receive)(uintptr_t at, uint32_t *dst);

    /* Send a frame of `len` bytes, the two in front counted. False: there is
       no room at present. */
    bool (*send)(uintptr_t at, const uint32_t *src, size_t len);
};

struct board {
    const char *name;
    uint32_t clock_hz; /* what SysTick counts */
    const struct nic *nic;
    uintptr_t nic_at;
};

extern const struct board board;
extern const struct nic lan9118, stellaris;

static inline volatile uint32_t *reg(uintptr_t at, uintptr_t offset)
{
    return (volatile uint32_t *)(at + offset);
}

/* --- clock.c ------------------------------------------------------------- */

/* Start the clock that ticks every millisecond. */
void clock_start(void);

/* Milliseconds since then. Wraps. */
uint32_t clock_ms(void);

/* Sleep until the next tick, or another interrupt. */
void clock_nap(void);

/* Seconds since 1970; 0 until clock_set has told the time. */
void clock_set(uint32_t unix_time);
uint32_t clock_unix(void);

/* --- entropy.c ----------------------------------------------------------- */

/* Give the generator its seed. Without one there is no randomness. */
void entropy_seed(const char *seed);

/* Fill `dst`. Returns 0, or a negative number if there is no randomness. */
int entropy_fill(void *ctx, uint8_t *dst, size_t len);

/* --- start.c ------------------------------------------------------------- */

struct lwip_port;

/*
 * Start clock, randomness and network as the boot arguments say, and make
 * `port` ready to connect. Call arguments_read (console.h) before. Returns
 * false if there is no address by DHCP, or no Ethernet controller.
 */
bool board_start(struct lwip_port *port);

/* --- startup.c ----------------------------------------------------------- */

/* Bytes of stack that were used at most since reset. */
size_t stack_used(void);

int main(void);

#endif
