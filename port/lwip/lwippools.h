/*
 * lwippools.h: where the frames come from that lwIP sends. Read by lwIP, more
 * than once. Sizes must rise.
 *
 * 128 bytes: acknowledgements, ARP and short questions to the resolver.
 * 640 bytes: LWIP_PORT_SEND bytes of data and their headers, DHCP, and
 * questions with the longest of names.
 * 1600 bytes: the answer to an IPv6 ping of any size, which lwIP copies.
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(8, 128)
LWIP_MALLOC_MEMPOOL(4, 640)
#if LWIP_IPV6
LWIP_MALLOC_MEMPOOL(1, 1600)
#endif
LWIP_MALLOC_MEMPOOL_END
