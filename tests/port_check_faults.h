/*
 * port_check_faults.h: a port that is right but for one thing.
 */
#ifndef PORT_CHECK_FAULTS_H
#define PORT_CHECK_FAULTS_H

#include <stdbool.h>

#include "fimg_port.h"

/* Wrap a good port. Returns false if there is no fault called `name`. */
bool port_check_spoil(struct fimg_port *port, const char *name);

#endif
