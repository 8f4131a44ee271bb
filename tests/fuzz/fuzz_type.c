/*
 * fuzz_type.c: the image type. The input is an image's first bytes.
 */
#include "fimg_type.h"

#include "fuzz.h"

static enum fimg_type feed(enum fuzz_cut way, const uint8_t *in, size_t len)
{
    struct fimg_magic m = { 0 };
    struct cutter c = cutter_of(way, in, len);
    enum fimg_type type = FIMG_TYPE_UNKNOWN;

    for (size_t used = 0, n; used < len; used += n) {
        uint8_t *piece;

        n = cutter_next(&c, len - used);
        piece = copy_of(in + used, n);
        type = fimg_type_feed(&m, piece, n);
        free(piece);
    }
    return type;
}

static bool has(const uint8_t *in, size_t len, size_t at, const char *bytes,
                size_t n)
{
    return len >= at + n && memcmp(in + at, bytes, n) == 0;
}

static enum fimg_type wanted(const uint8_t *in, size_t len)
{
    if (has(in, len, 0, "\xff\xd8\xff", 3))
        return FIMG_TYPE_JPEG;
    if (has(in, len, 0, "\x89PNG\r\n\x1a\n", 8))
        return FIMG_TYPE_PNG;
    if (has(in, len, 0, "GIF8", 4))
        return FIMG_TYPE_GIF;
    if (has(in, len, 0, "RIFF", 4) && has(in, len, 8, "WEBP", 4))
        return FIMG_TYPE_WEBP;
    if (has(in, len, 0, "BM", 2))
        return FIMG_TYPE_BMP;
    if (has(in, len, 0, "\0\0\1\0", 4))
        return FIMG_TYPE_ICO;
    if (has(in, len, 0, "II*\0", 4) || has(in, len, 0, "MM\0*", 4))
        return FIMG_TYPE_TIFF;
    /* heic, heix, ...; mif1 and msf1, and no other such brand is known */
    if (has(in, len, 4, "ftyphe", 6) ||
        (has(in, len, 4, "ftypm", 5) && has(in, len, 10, "f1", 2)))
        return FIMG_TYPE_HEIC;
    return FIMG_TYPE_UNKNOWN;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        HOLDS(feed(way, in, len) == wanted(in, len));
    return 0;
}
