/*
 * wire.h: a download that stands still before any byte that the server sends,
 * to go on from there in many ways.
 */
#ifndef WIRE_H
#define WIRE_H

#include "rig.h"

#define WIRE_LEN 100 /* bytes of the image, which is the pattern */
#define WIRE_RECORD_CAP (5 + 16384 + 1024)
#define WIRE_HEAD "HTTP/1.1 200 OK\r\nX-Tt-Logid: 20260615\r\n"

/* The three ways in which a reply can end, and what proves the end. */
struct wire_reply {
    const char *name;
    struct peer_step script[8];
    bool notified; /* only close_notify does */
};

extern const struct wire_reply wire_replies[3];

/*
 * A rig of a caller that does not wait, whose server has said nothing yet.
 * With `resumed` there was a download before, whose session this one resumes.
 */
void wire_open(struct rig *r, const struct peer_step *script, bool resumed);

/* Go on until so many bytes of the server's have come; false if it is over. */
bool wire_reach(struct rig *r, uint64_t bytes);

/* Go on until all of the handshake has come but for its last byte. */
void wire_settle(struct rig *r);

/* Is the handshake over for the server, and all of it on its way? */
bool wire_is_open(const struct rig *r);

/* Go on to the end, with nothing in the way. */
void wire_run(struct rig *r);

/* Flip bits of the server's next byte. */
void wire_flip(struct rig *r, uint8_t bits);

/* The server's next record as it lies ready, or NULL. */
const uint8_t *wire_next(struct rig *r, size_t *len);

/* Take the server's next record; returns its length, or 0 if there is none. */
size_t wire_take(struct rig *r, uint8_t record[WIRE_RECORD_CAP]);

/* Let the server say this first, as it is. */
void wire_put(struct rig *r, const void *bytes, size_t len);

#endif
