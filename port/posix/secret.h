/*
 * secret.h: take a secret from a file or a variable, and leave no copy.
 *
 * Never from an argument, which every user of the machine can see.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_MAX 4096
#define SECRET_CAP (SECRET_MAX + 4) /* CR, LF, NUL, and one to see too much */

/*
 * Put the content of `file` into `dst`, without one line end. A NUL in it
 * becomes a blank, which no secret holds. Returns NULL, or what is wrong with
 * the file.
 */
const char *secret_from_file(char dst[SECRET_CAP], const char *file);

/* The same of a variable, cut if it is too long. False if it is not set, or
 * empty. */
bool secret_from_variable(char dst[SECRET_CAP], const char *name);

/* Overwrite a variable where /proc/PID/environ shows it, and unset it. */
void secret_clear_variable(const char *name);

/* Overwrite a secret so that no compiler leaves it out. */
void secret_wipe(void *secret, size_t len);

/* Overwrite what functions that have returned may have left below. */
void secret_wipe_stack(void);

#endif
