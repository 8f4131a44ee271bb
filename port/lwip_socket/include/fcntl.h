/*
 * fcntl.h: lwIP's, in the system's place: its O_NONBLOCK may have another value
 * than the system's. There is no exec to close a socket on, but the words are
 * asked for; lwip_fcntl refuses them, which does no harm.
 */
#ifndef LWIP_SOCKET_FCNTL_H
#define LWIP_SOCKET_FCNTL_H

#include "lwip/sockets.h"

#ifndef F_SETFD
#define F_SETFD 2
#endif
#ifndef FD_CLOEXEC
#define FD_CLOEXEC 1
#endif

#endif
