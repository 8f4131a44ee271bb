/*
 * peer_server.h: BearSSL's server, made to be as a peer is to be. Only the peer
 * has a use for this header.
 */
#ifndef PEER_SERVER_H
#define PEER_SERVER_H

#include "tls_peer.h"

/* A connection begins: make the engine ready. */
void peer_server_begin(struct tls_peer *p);

/* Bytes from the client are about to reach the engine. */
void peer_server_note(struct tls_peer *p, const uint8_t *from, size_t len);

/*
 * Bytes that the engine sends: change, where they lie, what it would not say
 * by itself. Returns how many are left.
 */
size_t peer_server_edit(struct tls_peer *p, uint8_t *at, size_t len);

/* Bytes for the client; tls_peer.c has this. */
void peer_put_out(struct tls_peer *p, const void *from, size_t len);

#endif
