/*
 * meter.c: count instructions, and see how deep a stack was used.
 */
#include "meter.h"

#include "board.h"

#define SYST 0xe000e010u
#define SYST_CSR 0u
#define SYST_RVR 4u
#define SYST_CVR 8u
#define CSR_ON 5u /* count, the processor's clock, no interrupt */
#define CSR_COUNTFLAG 0x10000u
#define TICKS 0xffffffu

#define PAINT 0xa5a5a5a5u
#define TRIAL 100000u /* rounds of two instructions each */

static uint32_t ticks;
static bool overflowed;

void meter_init(void)
{
    *reg(SYST, SYST_RVR) = TICKS;
    *reg(SYST, SYST_CVR) = 0;
    *reg(SYST, SYST_CSR) = CSR_ON;
}

/* Writing the counter clears it; it counts down from its end then. */
void meter_go(void)
{
    *reg(SYST, SYST_CVR) = 0;
}

void meter_halt(void)
{
    ticks += (0 - *reg(SYST, SYST_CVR)) & TICKS;
    if (*reg(SYST, SYST_CSR) & CSR_COUNTFLAG)
        overflowed = true;
}

uint32_t meter_instructions(void)
{
    return ticks * (1000000000 / board.clock_hz);
}

bool meter_overflowed(void)
{
    return overflowed;
}

bool meter_is_true(void)
{
    uint32_t rounds = TRIAL, begin = meter_instructions(), counted;

    meter_go();
    __asm volatile(".syntax unified\n"
                   "1: subs %0, %0, #1\n\t"
                   "bne 1b"
                   : "+l"(rounds)
                   :
                   : "cc");
    meter_halt();
    counted = meter_instructions() - begin;
    return counted > 2 * TRIAL - TRIAL / 100 &&
           counted < 2 * TRIAL + TRIAL / 100;
}

/* The called function leaves r4 as it was, so it can keep our stack pointer. */
void stack_call(struct stack *stack, void (*work)(void))
{
    __asm volatile("mov r4, sp\n\t"
                   "mov sp, %0\n\t"
                   "blx %1\n\t"
                   "mov sp, r4"
                   :
                   : "r"(stack->words + STACK_WORDS), "r"(work)
                   : "r0", "r1", "r2", "r3", "r4", "ip", "lr", "cc", "memory");
}

void stack_paint(struct stack *stack)
{
    volatile uint32_t *at = stack->words;
    const uint32_t *end = stack->words + STACK_WORDS, *here = stack_pointer();

    if (here > at && here < end)
        end = here;
    while (at < end)
        *at++ = PAINT;
}

size_t stack_depth(const struct stack *stack, const uint32_t *top)
{
    const uint32_t *at = stack->words;

    while (at < top && *at == PAINT)
        at++;
    return (size_t)(top - at) * sizeof *at;
}

bool stack_is_full(const struct stack *stack)
{
    return stack->words[0] != PAINT;
}
