/*
 * talk.h: what a server says that hands out tokens too, put together at run
 * time, as the length of a body stands before it.
 */
#ifndef TALK_H
#define TALK_H

#include "rig.h"

#define TALK_STEPS 64
#define TALK_TEXT 32000

#define OK_200 "200 OK\r\n"
#define JSON_TYPE "Content-Type: application/json; charset=utf-8\r\n"
#define CLOSE_FIELD "Connection: close\r\n"

struct talk {
    struct peer_step steps[TALK_STEPS]; /* what is not set is PEER_REST */
    size_t count;
    char text[TALK_TEXT];
    size_t used;
};

/* One step more. A script that grows too long ends the program. */
void talk_do(struct talk *t, enum peer_do what, size_t len);

/* Wait for a request, then send `head`, the body's length and the body. */
void talk_reply(struct talk *t, const char *head, const char *body);

/* Wait for a request, then send these bytes. */
void talk_raw(struct talk *t, const char *bytes, size_t len);

/* A token that lives for `expire`, as the endpoints have it. */
void talk_token(struct talk *t, const char *token, const char *expire);
void talk_oauth(struct talk *t, const char *token, const char *expire);

/* The last thing said comes so many milliseconds later. */
void talk_late(struct talk *t, uint32_t ms);

/* "hello", and a refusal. */
void talk_image(struct talk *t);
void talk_refuse(struct talk *t, int http_status, long code);

/* How often a text occurs in what a server was asked. */
unsigned talk_count(const struct rig *r, const char *text);

/* What it was asked, in this order: P a token, G an image. Anything else ? */
const char *talk_order(const struct rig *r);

/* Is that the order? Else it is printed. */
bool talk_was(const struct rig *r, const char *order);

/*
 * A rig whose requests fetch their token, with memory of exactly `cap` bytes;
 * the server says `talk` on its first connection. Then: give all of it back,
 * after a look at what is left.
 */
void talk_open(struct rig *r, struct fimg_token *t, size_t cap,
               const struct talk *talk);
void talk_close(struct rig *r, struct fimg_token *t);

/* Is this the token that is kept, and nothing else in its memory? */
bool talk_keeps(const struct fimg_token *t, const char *token);

/* Is there no token, nobody fetching one, and nothing in the memory? */
bool talk_clean(const struct fimg_token *t);

#endif
