/*
 * lan9118.c: SMSC LAN9118 and LAN9220, polled.
 *
 * Both directions are queues of words in the chip. With a data offset of two,
 * frames come and go in whole words and IP headers lie on them.
 */
#include "board.h"

#define RX_DATA 0x00
#define TX_DATA 0x20
#define RX_STATUS 0x40
#define TX_STATUS 0x48
#define ID_REV 0x50
#define BYTE_TEST 0x64
#define RX_CFG 0x6c
#define TX_CFG 0x70
#define HW_CFG 0x74
#define RX_INF 0x7c
#define TX_INF 0x80
#define PMT_CTRL 0x84
#define MAC_CMD 0xa4
#define MAC_DATA 0xa8

#define MAC_BUSY 0x80000000u
#define MAC_READ 0x40000000u
#define MAC_CR 1u
#define MAC_ADDRH 2u
#define MAC_ADDRL 3u
#define CR_FULL_DUPLEX (1u << 20)
#define CR_MULTICAST (1u << 19) /* all of it: IPv6 lives on that */
#define CR_TX (1u << 3)
#define CR_RX (1u << 2)

#define OFFSET 2u /* the bytes in front of a frame */
#define CRC 4u
#define RX_ERROR 0x8000u
#define TX_FIRST_LAST ((1u << 13) | (1u << 12))
#define TX_OVERHEAD 16u /* two commands, and what the chip keeps for itself */
#define FRAME_MAX 1514u

/* The frame whose status was taken from the chip and whose data was not. */
static uint32_t status;

static uint32_t mac_read(uintptr_t at, uint32_t index)
{
    *reg(at, MAC_CMD) = MAC_BUSY | MAC_READ | index;
    while (*reg(at, MAC_CMD) & MAC_BUSY)
        ;
    return *reg(at, MAC_DATA);
}

static void mac_write(uintptr_t at, uint32_t index, uint32_t value)
{
    *reg(at, MAC_DATA) = value;
    *reg(at, MAC_CMD) = MAC_BUSY | index;
    while (*reg(at, MAC_CMD) & MAC_BUSY)
        ;
}

static bool start(uintptr_t at, uint8_t mac[6])
{
    uint32_t low, high;

    if (*reg(at, BYTE_TEST) != 0x87654321u || *reg(at, ID_REV) >> 16 != 0x0118)
        return false;
    *reg(at, HW_CFG) = 1; /* soft reset */
    while ((*reg(at, PMT_CTRL) & 1) == 0)
        ;
    low = mac_read(at, MAC_ADDRL);
    high = mac_read(at, MAC_ADDRH);
    for (unsigned i = 0; i < 4; i++)
        mac[i] = (uint8_t)(low >> 8 * i);
    mac[4] = (uint8_t)high;
    mac[5] = (uint8_t)(high >> 8);
    *reg(at, RX_CFG) = OFFSET << 8;
    *reg(at, TX_CFG) = 2; /* on */
    mac_write(at, MAC_CR, CR_FULL_DUPLEX | CR_MULTICAST | CR_TX | CR_RX);
    status = 0;
    return true;
}

static uint32_t frame_len(void)
{
    return status >> 16 & 0x3fff; /* with CRC */
}

static void receive(uintptr_t at, uint32_t *dst)
{
    uint32_t words = (frame_len() + OFFSET + 3) / 4;
    uint32_t wanted = dst ? (frame_len() - CRC + OFFSET + 3) / 4 : 0;

    for (uint32_t i = 0; i < words; i++) {
        uint32_t word = *reg(at, RX_DATA);

        if (i < wanted)
            dst[i] = word;
    }
    status = 0;
}

static size_t waiting(uintptr_t at)
{
    while (status == 0 && (*reg(at, RX_INF) >> 16 & 0xff) > 0) {
        status = *reg(at, RX_STATUS);
        if ((status & RX_ERROR) || frame_len() <= CRC ||
            frame_len() > FRAME_MAX + CRC)
            receive(at, NULL);
    }
    return status ? frame_len() - CRC + OFFSET : 0;
}

static bool send(uintptr_t at, const uint32_t *src, size_t len)
{
    uint32_t size = (uint32_t)len - OFFSET;

    while ((*reg(at, TX_INF) >> 16 & 0xff) > 0)
        (void)*reg(at, TX_STATUS); /* lwIP finds out by itself what was lost */
    if ((*reg(at, TX_INF) & 0xffff) < len + TX_OVERHEAD)
        return false;
    *reg(at, TX_DATA) = OFFSET << 16 | TX_FIRST_LAST | size;
    *reg(at, TX_DATA) = size; /* the tag is zero */
    for (size_t i = 0; i < (len + 3) / 4; i++)
        *reg(at, TX_DATA) = src[i];
    return true;
}

const struct nic lan9118 = { start, waiting, receive, send };
