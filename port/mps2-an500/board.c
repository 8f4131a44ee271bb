/*
 * board.c: ARM MPS2 with the AN500 image (Cortex-M7).
 */
#include "board.h"

const struct board board = { "mps2-an500", 25000000, &lan9118, 0xa0000000 };
