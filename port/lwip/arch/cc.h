/*
 * cc.h: what lwIP wants to know of the compiler (gcc or clang) and the board.
 */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stdint.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BYTE_ORDER BIG_ENDIAN
#else
#define BYTE_ORDER LITTLE_ENDIAN
#endif

/*
 * Where TCP sequence numbers, ports and DNS ids come from. The board has it;
 * whoever can guess it can forge DNS answers, though not get past TLS.
 */
uint32_t lwip_board_random(void);
#define LWIP_RAND() lwip_board_random()

/*
 * lwIP's assertions are kept, but not their texts: that is 8 KB of flash. The
 * board says where it was and stops.
 */
void lwip_board_assert(const char *file, int line);
#define LWIP_PLATFORM_ASSERT(text) lwip_board_assert(__FILE_NAME__, __LINE__)
#define LWIP_PLATFORM_DIAG(text)

#endif
