/*
 * board.c: Luminary (TI) LM3S6965 evaluation board: Cortex-M3, 256 KB of
 * flash, 64 KB of RAM. It runs at 12.5 MHz, as after reset.
 */
#include "board.h"

const struct board board = { "lm3s6965evb", 12500000, &stellaris, 0x40048000 };
