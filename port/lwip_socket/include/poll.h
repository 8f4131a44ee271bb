/* poll.h: lwIP's, in the system's place. */
#ifndef LWIP_SOCKET_POLL_H
#define LWIP_SOCKET_POLL_H

#include "lwip/sockets.h"

#endif
