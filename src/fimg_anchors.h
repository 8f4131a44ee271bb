/*
 * fimg_anchors.h: roots compiled in, as the host tool make-anchors writes
 * them. Only the generated file, and code that builds anchors by hand, has a
 * use for this header.
 */
#ifndef FIMG_ANCHORS_H
#define FIMG_ANCHORS_H

#include <bearssl.h>

struct fimg_anchors {
    const br_x509_trust_anchor *list; /* CA anchors: flag BR_X509_TA_CA */
    size_t count;
};

#endif
