/*
 * server.h: an HTTPS server in the same image, that answers any request with
 * an image of a given length.
 *
 * It never waits and knows no socket: bytes are given and taken. Records of
 * the body are as long as TLS allows. Sessions can be resumed.
 */
#ifndef SERVER_H
#define SERVER_H

#include "identities.h"

/* What to be from now on; sessions are forgotten. */
void server_start(const struct identity *identity, uint16_t suite,
                  uint32_t body_len);

/* A connection begins. */
void server_connect(void);

/* Bytes from the client. */
void server_give(const uint8_t *from, size_t len);

/* Bytes for the client, up to `cap`. Returns how many. */
size_t server_take(uint8_t *to, size_t cap);

/* Byte `i` of the image. */
uint8_t server_pattern(uint32_t i);

#endif
