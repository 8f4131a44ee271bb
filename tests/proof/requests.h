/*
 * requests.h: a request of any fields.
 */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "any.h"
#include "fimg.h"

void any_request(struct fimg_request *request);

#endif
