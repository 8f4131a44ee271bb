/*
 * board.c: ARM MPS2+ with the AN505 image (Cortex-M33), secure side only.
 */
#include "board.h"

const struct board board = { "mps2-an505", 20000000, &lan9118, 0x42000000 };
