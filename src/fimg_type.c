/*
 * fimg_type.c: tell an image's format from its first bytes.
 *
 * The signatures are those of each format's own specification; HEIC is an ISO
 * base media file (ISO/IEC 14496-12) whose major brand is one of HEIF's.
 */
#include "fimg_type.h"

#include <string.h>

/* Each format's number, its signature's length and its signature. */
static const char signatures[] = "\1\3\xff\xd8\xff"
                                 "\2\10\x89PNG\r\n\x1a\n"
                                 "\3\6GIF87a"
                                 "\3\6GIF89a"
                                 "\5\2BM"
                                 "\6\4\0\0\1\0"
                                 "\7\4II*\0"
                                 "\7\4MM\0*";

static const char heif_brands[] = "heicheixheimheishevcmif1msf1";

static enum fimg_type container_type(const uint8_t *first)
{
    if (memcmp(first, "RIFF", 4) == 0 && memcmp(first + 8, "WEBP", 4) == 0)
        return FIMG_TYPE_WEBP;
    if (memcmp(first + 4, "ftyp", 4) != 0)
        return FIMG_TYPE_UNKNOWN;
    for (const char *brand = heif_brands; *brand != '\0'; brand += 4)
        if (memcmp(first + 8, brand, 4) == 0)
            return FIMG_TYPE_HEIC;
    return FIMG_TYPE_UNKNOWN;
}

enum fimg_type fimg_type_feed(struct fimg_magic *m, const uint8_t *in,
                              size_t len)
{
    size_t n = (size_t)(FIMG_MAGIC_LEN - m->len);

    if (n > len)
        n = len;
    memcpy(m->first + m->len, in, n);
    m->len = (uint8_t)(m->len + n);
    for (const char *at = signatures; *at != '\0'; at += 2 + at[1])
        if (m->len >= at[1] && memcmp(m->first, at + 2, (size_t)at[1]) == 0)
            return (enum fimg_type) * at;
    return m->len == FIMG_MAGIC_LEN ? container_type(m->first)
                                    : FIMG_TYPE_UNKNOWN;
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
