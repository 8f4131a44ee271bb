/*
 * token.h: where the access token comes from.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stddef.h>

#define TOKEN_MAX 4096
#define TOKEN_CAP (TOKEN_MAX + 4) /* CR, LF, NUL, and one to see too much */

/*
 * Put the token into `dst`, which holds TOKEN_CAP bytes: from `file` unless
 * that is NULL or empty, else from the environment, where it is then wiped.
 * Whether its characters are fit is the library's to say. Returns where it
 * came from, for messages; or NULL, after having said why on standard error.
 */
const char *token_load(char *dst, const char *file);

/* Overwrite a secret so that no compiler leaves it out. */
void token_wipe(char *text, size_t len);

#endif
