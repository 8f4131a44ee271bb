/*
 * fimg_type.c: tell an image's format from its first bytes.
 *
 * The signatures are those of each format's own specification; HEIC is an ISO
 * base media file (ISO/IEC 14496-12) whose major brand is one of HEIF's.
 */
#include "fimg_type.h"

#include <string.h>

static const struct {
    enum fimg_type type;
    uint8_t at;
    uint8_t len;
    char bytes[9];
} signatures[] = {
    { FIMG_TYPE_JPEG, 0, 3, "\xff\xd8\xff" },
    { FIMG_TYPE_PNG, 0, 8, "\x89PNG\r\n\x1a\n" },
    { FIMG_TYPE_GIF, 0, 6, "GIF87a" },
    { FIMG_TYPE_GIF, 0, 6, "GIF89a" },
    { FIMG_TYPE_WEBP, 8, 4, "WEBP" },
    { FIMG_TYPE_BMP, 0, 2, "BM" },
    { FIMG_TYPE_ICO, 0, 4, "\0\0\1\0" },
    { FIMG_TYPE_TIFF, 0, 4, "II*\0" },
    { FIMG_TYPE_TIFF, 0, 4, "MM\0*" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypheic" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypheix" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypheim" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypheis" },
    { FIMG_TYPE_HEIC, 4, 8, "ftyphevc" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypmif1" },
    { FIMG_TYPE_HEIC, 4, 8, "ftypmsf1" },
};

enum fimg_type fimg_type_feed(struct fimg_magic *m, const uint8_t *in,
                              size_t len)
{
    size_t n = (size_t)(FIMG_MAGIC_LEN - m->len);

    if (n > len)
        n = len;
    memcpy(m->first + m->len, in, n);
    m->len = (uint8_t)(m->len + n);
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        size_t at = signatures[i].at, end = at + signatures[i].len;

        if (m->len < end ||
            memcmp(m->first + at, signatures[i].bytes, end - at) != 0)
            continue;
        if (signatures[i].type == FIMG_TYPE_WEBP &&
            memcmp(m->first, "RIFF", 4) != 0)
            continue;
        return signatures[i].type;
    }
    return FIMG_TYPE_UNKNOWN;
}

const char *fimg_type_suffix(enum fimg_type type)
{
    static const char suffixes[][6] = {
        [FIMG_TYPE_UNKNOWN] = "",   [FIMG_TYPE_JPEG] = ".jpg",
        [FIMG_TYPE_PNG] = ".png",   [FIMG_TYPE_GIF] = ".gif",
        [FIMG_TYPE_WEBP] = ".webp", [FIMG_TYPE_BMP] = ".bmp",
        [FIMG_TYPE_ICO] = ".ico",   [FIMG_TYPE_TIFF] = ".tiff",
        [FIMG_TYPE_HEIC] = ".heic",
    };
    size_t i = (size_t)type;

    return i < sizeof suffixes / sizeof suffixes[0] ? suffixes[i] : "";
}
