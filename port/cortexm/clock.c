/*
 * clock.c: milliseconds from SysTick, and the wall clock that is set by hand.
 */
#include "board.h"

#define SYST 0xe000e010u
#define CSR_ENABLE 7u /* count, interrupt, use the processor's clock */

static volatile uint32_t now_ms, now_s;
static uint32_t part_ms; /* of the present second */
static uint32_t unix_at_start;

void clock_tick(void);
void clock_tick(void)
{
    now_ms++;
    if (++part_ms == 1000) {
        part_ms = 0;
        now_s++;
    }
}

void clock_start(void)
{
    *reg(SYST, 4) = board.clock_hz / 1000 - 1;
    *reg(SYST, 8) = 0;
    *reg(SYST, 0) = CSR_ENABLE;
}

uint32_t clock_ms(void)
{
    return now_ms;
}

void clock_nap(void)
{
    __asm volatile("wfi" ::: "memory");
}

void clock_set(uint32_t unix_time)
{
    unix_at_start = unix_time ? unix_time - now_s : 0;
}

uint32_t clock_unix(void)
{
    return unix_at_start ? unix_at_start + now_s : 0;
}
