/*
 * sandbox_files.h: which files may still be opened, and which ports reached.
 */
#ifndef SANDBOX_FILES_H
#define SANDBOX_FILES_H

#include "sandbox.h"

/* From now on all others are out of reach, if the kernel has Landlock. */
void sandbox_files(const struct sandbox *needs);

#endif
