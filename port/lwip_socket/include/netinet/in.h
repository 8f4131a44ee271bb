/* netinet/in.h: lwIP's, in the system's place. */
#ifndef LWIP_SOCKET_NETINET_IN_H
#define LWIP_SOCKET_NETINET_IN_H

#include "lwip/sockets.h"

#endif
