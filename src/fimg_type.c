/*
 * fimg_type.c: tell an image's format from its first bytes.
 *
 * The signatures are those of each format's own specification; HEIC is an ISO
 * base media file (ISO/IEC 14496-12) whose major brand is one of HEIF's.
 */
#include "fimg_type.h"

/* A format's number, its pattern's length, and the pattern: ? is any byte. */
static const char patterns[] = "\1\3\xff\xd8\xff"
                               "\2\10\x89PNG\r\n\x1a\n"
                               "\3\4GIF8"
                               "\4\14RIFF????WEBP"
                               "\5\2BM"
                               "\6\4\0\0\1\0"
                               "\7\4II*\0"
                               "\7\4MM\0*"
                               "\10\12????ftyphe"    /* heic, heix, hevc ... */
                               "\10\14????ftypm?f1"; /* mif1, msf1 */

enum fimg_type fimg_type_feed(struct fimg_magic *m, const uint8_t *in,
                              size_t len)
{
    uint8_t n = 0;

    while (m->len < FIMG_MAGIC_LEN && len-- > 0)
        m->first[m->len++] = *in++;
    for (const char *at = patterns; *at != '\0'; at += 2 + n) {
        uint8_t i = 0;

        n = (uint8_t)at[1];
        while (i < n && (at[2 + i] == '?' || (uint8_t)at[2 + i] == m->first[i]))
            i++;
        if (i == n && n <= m->len)
            return (enum fimg_type) * at;
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
