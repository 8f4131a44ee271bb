/*
 * json.h: what came of a download, as one line of JSON for programs.
 */
#ifndef JSON_H
#define JSON_H

#include "fimg.h"

/* What a line tells beside the report. */
struct json_facts {
    const char *key;
    const char *file; /* NULL: there is none */
    int exit;
    const char *msg; /* where the report has none */
};

/* Write the line to standard output. 0, or an errno. */
int json_write(const struct json_facts *facts, const struct fimg_report *r);

#endif
