/* sys/socket.h: lwIP's, in the system's place. */
#ifndef LWIP_SOCKET_SYS_SOCKET_H
#define LWIP_SOCKET_SYS_SOCKET_H

#include "lwip/sockets.h"

#endif
