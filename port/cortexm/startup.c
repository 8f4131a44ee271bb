/*
 * startup.c: vectors, memory initialisation and the jump to main.
 *
 * The unused stack is painted before main, so that its deepest use can be
 * read off afterwards. It lies at the lower end of RAM: when it overflows,
 * that is a fault and not somebody else's data.
 */
#include <string.h>

#include "board.h"
#include "console.h"

#define PAINT 0xa5a5a5a5u
#define CCR 0xe000ed14u
#define CCR_UNALIGN_TRP 8u
#define EXIT_FAULT 70

extern uint32_t stack_bottom[], stack_top[]; /* these from the linker script */
extern uint8_t data_begin[], data_end[], data_stored[];
extern uint8_t bss_begin[], bss_end[];

void reset_handler(void);
void fault_handler(void);
void fault(const uint32_t *frame);
void stack_start(void); /* no function: stack_top, as a vector */
void clock_tick(void);

static void paint_stack(void)
{
    volatile uint32_t *at = stack_bottom;
    volatile uint32_t *here;

    __asm volatile("mov %0, sp" : "=r"(here));
    while (at < here)
        *at++ = PAINT;
}

size_t stack_used(void)
{
    const uint32_t *at = stack_bottom;

    while (at < stack_top && *at == PAINT)
        at++;
    return (size_t)(stack_top - at) * sizeof *at;
}

/* Cores from ARMv7-M on read words from anywhere. Those that cannot must find
   code that does not try to; QEMU has none of them, but has a trap. */
static void trap_unaligned(void)
{
#ifdef __ARM_ARCH_6M__
    *reg(CCR, 0) |= CCR_UNALIGN_TRP;
    __asm volatile("dsb\n\tisb" ::: "memory");
#endif
}

void reset_handler(void)
{
    memcpy(data_begin, data_stored, (size_t)(data_end - data_begin));
    memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
    paint_stack();
    trap_unaligned();
    console_exit(main());
}

/* `frame`: r0 to r3, r12, lr, pc, psr, as the core has stored them. */
void fault(const uint32_t *frame)
{
    console_text("fault at ");
    console_hex(frame[6]);
    console_text(", called from ");
    console_hex(frame[5]);
    console_line();
    console_exit(EXIT_FAULT);
}

__attribute__((naked)) void fault_handler(void)
{
    __asm volatile("mrs r0, msp\n\t"
                   "b fault");
}

typedef void (*vector)(void); /* what the table below is made of */

__attribute__((section(".vectors"), used)) static const vector vectors[] = {
    stack_start,   reset_handler, fault_handler, fault_handler,
    fault_handler, fault_handler, fault_handler, NULL,
    NULL,          NULL,          NULL,          fault_handler,
    fault_handler, NULL,          fault_handler, clock_tick,
};
