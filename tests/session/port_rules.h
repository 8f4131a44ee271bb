/*
 * port_rules.h: what the library must keep to when it uses a port. Only the
 * scripted port has a use for this header.
 */
#ifndef PORT_RULES_H
#define PORT_RULES_H

#include "scripted_port.h"

/* Note a breach; the first one stays. */
void port_blame(struct scripted_port *p, const char *what);

/* May a call of the connection's present state wait that long? */
void port_check_wait(struct scripted_port *p, uint32_t wait_ms);

/* May the port sleep that long, whether a connection is kept or none is? */
void port_check_sleep(struct scripted_port *p, uint32_t wait_ms);

/* Bytes go to the server: may a request be among them by now? */
void port_check_sent(struct scripted_port *p, const uint8_t *at, size_t len);

/* The connection ends: was the token ever sent as it is? */
void port_check_secret(struct scripted_port *p);

/* What a call for `len` bytes returns that has this fault. */
int port_fault_value(enum port_fault fault, size_t len);

#endif
