/* unistd.h: of it, close is all that the port needs for its sockets. */
#ifndef LWIP_SOCKET_UNISTD_H
#define LWIP_SOCKET_UNISTD_H

#include "lwip/sockets.h"

#endif
