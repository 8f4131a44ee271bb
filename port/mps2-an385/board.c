/*
 * board.c: ARM MPS2 with the AN385 (Cortex-M3) or AN386 (Cortex-M4) image.
 */
#include "board.h"

const struct board board = { "mps2-an385", 25000000, &lan9118, 0x40200000 };
