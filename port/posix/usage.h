/*
 * usage.h: what -h and -V print.
 */
#ifndef USAGE_H
#define USAGE_H

/* 0, or the errno of writing to standard output. */
int usage_help(void);
int usage_version(void);

#endif
