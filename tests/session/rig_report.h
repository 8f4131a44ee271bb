/*
 * rig_report.h: what must hold for the report of any download. Only the rig
 * has a use for this header.
 */
#ifndef RIG_REPORT_H
#define RIG_REPORT_H

#include "rig.h"

#define CHECK(condition) rig_check((condition), __FILE__, __LINE__, #condition)

/* check_that of the test's own check.h */
extern void (*rig_check)(bool ok, const char *file, int line,
                         const char *condition);

/* Is a token or a secret, or the beginning of one, in this memory? */
bool rig_has_secret(const void *memory, size_t len);

void rig_check_report(const struct rig *r);

#endif
