/*
 * said.h: what the command's code says on standard error, caught, and files
 * for it to read.
 */
#ifndef SAID_H
#define SAID_H

#include "fuzz.h"

#define SAID_CAP 8192

/* From here on it is caught; then: what was said, ended by a NUL. */
void said_begin(void);
const char *said_end(void);

/* Each line begins and ends as all messages do, and none is empty. */
void said_check(const char *text);

/* A file of these bytes, and its path; the next call ends it. */
const char *said_file(const uint8_t *in, size_t len);

#endif
