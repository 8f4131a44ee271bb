/* netinet/tcp.h: lwIP's, in the system's place. */
#ifndef LWIP_SOCKET_NETINET_TCP_H
#define LWIP_SOCKET_NETINET_TCP_H

#include "lwip/sockets.h"

#endif
