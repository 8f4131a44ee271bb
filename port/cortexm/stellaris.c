/*
 * stellaris.c: the Ethernet controller inside TI's LM3S6965, polled.
 *
 * Both directions are queues of words; the first half word is a length, and
 * falls on the two bytes in front of a frame.
 */
#include "board.h"

#define IM 0x04
#define RCTL 0x08
#define TCTL 0x0c
#define DATA 0x10
#define IA0 0x14
#define IA1 0x18
#define THR 0x1c
#define NP 0x34
#define TR 0x38

#define RCTL_ON 3u /* with multicast: IPv6 lives on that */
#define RCTL_CLEAR 16u
#define TCTL_ON 15u   /* send, pad, add the CRC, full duplex */
#define THR_ALL 0x3fu /* send when told to */

#define FRONT 2u
#define CRC 4u
#define ETHERNET_HEADER 14u
#define FRAME_MAX 1514u
#define FRAME_MIN 14u

static uint32_t first; /* the first word of a frame that was begun to read */

static bool start(uintptr_t at, uint8_t mac[6])
{
    uint32_t low = *reg(at, IA0), high = *reg(at, IA1);

    for (unsigned i = 0; i < 4; i++)
        mac[i] = (uint8_t)(low >> 8 * i);
    mac[4] = (uint8_t)high;
    mac[5] = (uint8_t)(high >> 8);
    *reg(at, IM) = 0;
    *reg(at, RCTL) = RCTL_CLEAR;
    *reg(at, THR) = THR_ALL;
    *reg(at, TCTL) = TCTL_ON;
    *reg(at, RCTL) = RCTL_ON;
    first = 0;
    return true;
}

/* Bytes of the frame with its two in front and its CRC. */
static uint32_t frame_len(void)
{
    return first & 0xffff;
}

static void receive(uintptr_t at, uint32_t *dst)
{
    uint32_t words = (frame_len() + 3) / 4;
    uint32_t wanted = dst ? (frame_len() - CRC + 3) / 4 : 0;

    if (wanted > 0)
        dst[0] = first;
    for (uint32_t i = 1; i < words; i++) {
        uint32_t word = *reg(at, DATA);

        if (i < wanted)
            dst[i] = word;
    }
    first = 0;
}

static size_t waiting(uintptr_t at)
{
    while (first == 0 && *reg(at, NP) > 0) {
        first = *reg(at, DATA);
        if (frame_len() < FRONT + FRAME_MIN + CRC ||
            frame_len() > FRONT + FRAME_MAX + CRC)
            receive(at, NULL);
    }
    return first ? frame_len() - CRC : 0;
}

static bool send(uintptr_t at, const uint32_t *src, size_t len)
{
    uint32_t data = (uint32_t)(len - FRONT - ETHERNET_HEADER);

    if (*reg(at, TR) & 1)
        return false;
    *reg(at, DATA) = (src[0] & 0xffff0000u) | data;
    for (size_t i = 1; i < (len + 3) / 4; i++)
        *reg(at, DATA) = src[i];
    *reg(at, TR) = 1;
    return true;
}

const struct nic stellaris = { start, waiting, receive, send };
