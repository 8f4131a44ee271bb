/*
 * url.h: take a base URL apart.
 */
#ifndef URL_H
#define URL_H

#include <stdint.h>

/* https://host[:port][/prefix] */
struct url {
    char host[254];   /* 253 characters and NUL */
    uint16_t port;    /* 443 if none was named */
    char prefix[257]; /* without the slash that may end it */
};

/*
 * Take `text` apart. Which characters are fit for host and prefix is for the
 * library to say. Returns NULL, or what is wrong with it.
 */
const char *url_parse(struct url *u, const char *text);

#endif
