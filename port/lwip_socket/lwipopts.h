/*
 * lwipopts.h: what the POSIX port asks of lwIP, and what a download needs.
 *
 * What is not here has lwIP's default. A product with options of its own takes
 * over the first part.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* --- what the port needs ------------------------------------------------ */

#define NO_SYS 0      /* lwIP runs in a thread of its own */
#define LWIP_SOCKET 1 /* socket, connect, send, recv */
#define LWIP_SOCKET_POLL 1
#define LWIP_COMPAT_SOCKETS 1         /* under their usual names */
#define LWIP_POSIX_SOCKETS_IO_NAMES 1 /* close and fcntl, too */
#define LWIP_DNS 1                    /* lwip_socket_resolver.c */
#define LWIP_IPV4 1
#define LWIP_IPV6 1 /* posix_resolver.h wants struct sockaddr_in6 */
#define SO_REUSE 0

/* dns_gethostbyname is called in lwIP's thread, socket calls in ours. */
#define LWIP_TCPIP_CORE_LOCKING 1
#define SYS_LIGHTWEIGHT_PROT 1

/* --- memory: fixed pools, no heap but lwIP's own array ------------------- */

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT 8      /* right for any processor */
#define MEM_SIZE (16 * 1024) /* of packets that are sent */
#define MEMP_NUM_NETCONN 4   /* sockets: one a download, and some more */
#define MEMP_NUM_TCP_PCB 4
#define MEMP_NUM_TCPIP_MSG_API 8    /* look-ups that begin at the same time */
#define MEMP_NUM_TCPIP_MSG_INPKT 32 /* frames that wait for lwIP's thread */
#define PBUF_POOL_SIZE 48           /* frames that wait for fimg_read */
#define DNS_TABLE_SIZE 4
#define DNS_MAX_NAME_LENGTH 256 /* as long as a request's host may be */

/* --- speed: the window decides it, about window / round trip ------------- */

#define TCP_MSS 1460
#define TCP_WND (16 * TCP_MSS)    /* must fit into the pool above */
#define TCP_SND_BUF (4 * TCP_MSS) /* requests are short */
#define TCP_QUEUE_OOSEQ 1         /* a lost frame costs one frame, not all */
#define TCPIP_MBOX_SIZE 64
#define DEFAULT_TCP_RECVMBOX_SIZE 64 /* frames of a window, small ones too */
#define DEFAULT_UDP_RECVMBOX_SIZE 8
#define DEFAULT_ACCEPTMBOX_SIZE 4

/* --- left out ----------------------------------------------------------- */

#define LWIP_HAVE_LOOPIF 0 /* "localhost" is a name like any other */
#define LWIP_STATS 0
#define LWIP_RAW 0
#define IP_REASSEMBLY 0 /* TCP does not need fragments */
#define IP_FRAG 0

/* --- Debian's lwIP only -------------------------------------------------- */

/* Its patch `port` took these from sockets.c; these are lwIP's own words. */
#define IP4ADDR_SOCKADDR_SET_LEN(sin) ((sin)->sin_len = sizeof *(sin))
#define IP6ADDR_SOCKADDR_SET_LEN(sin6) ((sin6)->sin6_len = sizeof *(sin6))
#define IPADDR_SOCKADDR_GET_LEN(addr) ((addr)->sa.sa_len)

#endif
