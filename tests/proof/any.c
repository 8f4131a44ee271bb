/*
 * any.c: values of which Eva knows nothing.
 */
#include "any.h"

static volatile uint32_t number;
static uint8_t memory[WINDOW_MAX];

size_t any_len(void)
{
    return LONG ? WINDOW_MAX : (size_t)Frama_C_interval(0, WINDOW_MAX);
}

const uint8_t *any_window(size_t len)
{
    any_bytes(memory, sizeof memory);
    return memory + (sizeof memory - len);
}

void any_bytes(void *at, size_t len)
{
    Frama_C_make_unknown(at, len);
}

void any_text(char *at, size_t len)
{
    //@ loop unroll len;
    for (size_t i = 0; i < len; i++)
        at[i] = Frama_C_char_interval(1, 127);
    at[len] = '\0';
}

bool any_bool(void)
{
    return number != 0;
}

uint8_t any_u8(void)
{
    return (uint8_t)number;
}

uint16_t any_u16(void)
{
    return (uint16_t)number;
}

uint32_t any_u32(void)
{
    return number;
}

int any_int(void)
{
    return Frama_C_int_interval(-2147483647 - 1, 2147483647);
}

void must_hold(bool holds, int line)
{
    if (holds)
        return;
    Frama_C_show_each_broken_line(line);
    //@ check \false;
}
