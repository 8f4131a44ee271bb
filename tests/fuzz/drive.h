/*
 * drive.h: whole downloads from a scripted server, and what must hold for all
 * of them.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include "fimg.h"
#include "fimg_anchors.h"
#include "fimg_limiter.h"
#include "script.h"
#include "session/scripted_port.h"

#define DRIVE_TOKEN "t-g1044ghJRUIJJ5ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DRIVE_SECRET "Sk7f-qwertyuiop_asdfghjkl.zxcvb~"
#define DRIVE_BASIC "cHJveHktdXNlcjpzM2NyM3QtcGFzc3dvcmQ="

/* A client, and the server behind its port. */
struct drive {
    struct scripted_port port; /* the first: it is what the functions get */
    struct fimg_port api;      /* the library's; the port's own, or around it */
    struct fimg_anchors anchors;
    struct fimg_trust trust;
    struct fimg_token token;
    struct fimg_resume resume;
    struct fimg_session session;
    struct fimg_limiter limiter;
    struct fimg_request request;
    struct fimg *f;
    struct room memory; /* the token's */
    struct cutter cutter;

    /* what it has come to */
    int result;
    size_t body_len;
    uint8_t body[SCRIPT_PLAIN];
};

/*
 * Make ready for what the script's options say:
 *
 *     h      full handshake; else a session is resumed
 *     m M    a message's image; its file
 *     t o    the token is fetched, from either endpoint
 *     r      what there is of the image is resumed
 *     p      through a proxy
 *     l      limited in rate
 *     x      limited in size, to 1000
 *     0-9    further attempts
 */
void drive_open(struct drive *d, const struct script *s, enum fuzz_cut way);

/* One download, to its end. */
void drive_run(struct drive *d);

/* Close, and look for what must not be left. */
void drive_close(struct drive *d, bool echoed);

/* Did two of them come to the same? */
void drive_compare(const struct drive *a, const struct drive *b);

#endif
