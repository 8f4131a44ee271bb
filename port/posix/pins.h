/*
 * pins.h: public keys that a server may have, in curl's notation.
 */
#ifndef PINS_H
#define PINS_H

#include "options.h"

/*
 * Add "sha256//BASE64", or several with ";" between them, to o->pins. Returns
 * NULL, or what is wrong with it; then none was added.
 */
const char *pins_add(struct options *o, const char *text);

#endif
