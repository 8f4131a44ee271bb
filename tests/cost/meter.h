/*
 * meter.h: count instructions, and see how deep a stack was used.
 *
 * Instructions are told from the time that SysTick measures: they are right
 * only where each takes one nanosecond of it, as QEMU has it with -icount
 * shift=0. SysTick's ticks are 40 or 50 of them long, and what is counted in
 * one go may not be longer than all its ticks, 0.6 seconds.
 */
#ifndef METER_H
#define METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start SysTick; then see whether an instruction takes one nanosecond. */
void meter_init(void);
bool meter_is_true(void);

/* Count from here on, and no longer. */
void meter_go(void);
void meter_halt(void);

/* What was counted since meter_init. Wraps. */
uint32_t meter_instructions(void);

/* Has something taken longer than SysTick counts? */
bool meter_overflowed(void);

#define STACK_WORDS 4096

/* A stack for one function at a time. */
struct stack {
    uint32_t words[STACK_WORDS];
} __attribute__((aligned(8)));

/* Call `work` on a stack of its own. */
void stack_call(struct stack *stack, void (*work)(void));

/*
 * Paint a stack, or what is free of it where it is the one in use; then tell
 * how many bytes below `top` were used since, and whether all were.
 */
void stack_paint(struct stack *stack);
size_t stack_depth(const struct stack *stack, const uint32_t *top);
bool stack_is_full(const struct stack *stack);

/* Where the stack pointer is in the function that asks. */
static inline const uint32_t *stack_pointer(void)
{
    const uint32_t *here;

    __asm volatile("mov %0, sp" : "=r"(here));
    return here;
}

#endif
