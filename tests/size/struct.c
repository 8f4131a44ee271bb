/*
 * struct.c: an array as large as struct fimg, for nm to measure.
 */
#include "fimg_state.h"

extern char fimg_struct[];
char fimg_struct[sizeof(struct fimg)];
