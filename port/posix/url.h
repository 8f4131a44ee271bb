/*
 * url.h: take a base URL apart.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>
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

/* If `text` begins with `scheme`, in either case, what follows it; or NULL. */
const char *url_after(const char *text, const char *scheme);

/* A port, 1 to 65535, without a sign or blanks. */
bool url_parse_port(uint16_t *port, const char *text, size_t len);

#endif
