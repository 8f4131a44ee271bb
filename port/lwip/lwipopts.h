/*
 * lwipopts.h: the lwIP options that lwip_port.c needs, each with its reason.
 *
 * What depends on the board is given on the compiler's command line:
 *
 *     LWIP_BOARD_SEGMENTS   full TCP segments that may be under way towards us:
 *                           the receive window. Each costs 1.5 KB. No more
 *                           than the Ethernet controller can hold (lan9118: 6)
 *     LWIP_IPV6             1: IPv6 as well, 16 KB of flash and 1 KB of RAM
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#ifndef LWIP_BOARD_SEGMENTS
#define LWIP_BOARD_SEGMENTS 4
#endif

/* One thread, no operating system, the raw interface; nothing runs in
   interrupts, so nothing has to be locked. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

/* No heap: what has no pool of its own (frames that are sent) comes from the
   two pools of lwippools.h. */
#define MEM_ALIGNMENT 4
#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_USE_POOLS 1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define MEMP_USE_CUSTOM_POOLS 1

/* Frames have two bytes in front, so that IP headers lie on whole words. */
#define ETH_PAD_SIZE 2

/* No room is taken ahead of time; with it every small segment would take a
   large buffer. lwip_port.c adds nothing to a segment that waits, so every
   frame lies in one piece and drivers need no buffer of their own. */
#define TCP_OVERSIZE 0

/* Received frames: one whole frame each, and the CRC. Three more than the
   window, for what else is on the wire. */
#define PBUF_POOL_SIZE (LWIP_BOARD_SEGMENTS + 3)
#define PBUF_POOL_BUFSIZE 1520

/* One connection; others may still be saying good-bye. lwIP drops those when
   a new one needs their place. */
#define MEMP_NUM_TCP_PCB 3
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define TCP_LISTEN_BACKLOG 0

/* Ethernet. lwIP's default of 536 would be slow and save nothing. */
#define TCP_MSS 1460
#define TCP_WND (LWIP_BOARD_SEGMENTS * TCP_MSS)

/* A request is small: 4 segments of LWIP_PORT_SEND bytes on their way. */
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 4
#define TCP_SNDQUEUELOWAT 1 /* nobody asks, but the default is too high */

/* What arrives behind a lost segment is kept, as long as there is room. */
#define TCP_QUEUE_OOSEQ 1
#define MEMP_NUM_TCP_SEG (TCP_SND_QUEUELEN + LWIP_BOARD_SEGMENTS + 1)

/* DHCP with caller-provided memory; the server has looked for conflicts. */
#define LWIP_DHCP 1
#define DHCP_DOES_ARP_CHECK 0

/* Two look-ups: one under way and one that was given up. A UDP port each, so
   that answers are hard to forge, and one for DHCP. */
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 2
#define MEMP_NUM_UDP_PCB 3

/* Not needed: datagrams larger than a frame, raw sockets, second interfaces. */
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_RAW 0
#define LWIP_SINGLE_NETIF 1
#define ARP_TABLE_SIZE 4
#define ARP_QUEUEING 0
#define LWIP_STATS 0

/* IPv6: addresses by router advertisement, resolver by DHCP or the caller. */
#ifndef LWIP_IPV6
#define LWIP_IPV6 0
#endif
#define LWIP_IPV6_FRAG 0
#define LWIP_IPV6_REASS 0
#define LWIP_ND6_QUEUEING 0
#define LWIP_IPV6_MLD 0

#endif
