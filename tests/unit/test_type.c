/*
 * test_type.c: an image's format by its first bytes, in every cut.
 */
#include "check.h"
#include "fimg_type.h"
#include "pieces.h"

#define UNKNOWN FIMG_TYPE_UNKNOWN

static const struct row {
    const char *name;
    const char *body;
    size_t len;
    enum fimg_type type;
    /* bytes of its signature: + counts, . does not, ? is not laid down */
    const char *counts;
} rows[] = {
    { "row 108: JPEG", BYTES("\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01"),
      FIMG_TYPE_JPEG, "+++" },
    { "row 108: PNG", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), FIMG_TYPE_PNG,
      "++++++++" },
    { "row 108: GIF87a", BYTES("GIF87a\x01\0\x01\0\0\0"), FIMG_TYPE_GIF,
      "++++??" },
    { "row 108: GIF89a", BYTES("GIF89a\x01\0\x01\0\0\0"), FIMG_TYPE_GIF,
      "++++??" },
    { "row 108: WebP", BYTES("RIFF\x24\0\0\0WEBPVP8 "), FIMG_TYPE_WEBP,
      "++++....++++" },
    { "row 108: BMP", BYTES("BM\x36\0\0\0\0\0\0\0\x36\0"), FIMG_TYPE_BMP,
      "++" },
    { "row 108: BMP of two bytes", BYTES("BM"), FIMG_TYPE_BMP, "++" },
    { "row 108: ICO", BYTES("\0\0\1\0\1\0\x10\x10\0\0\1\0"), FIMG_TYPE_ICO,
      "++++" },
    { "row 108: TIFF, little endian", BYTES("II*\0\x08\0\0\0\0\0\0\0"),
      FIMG_TYPE_TIFF, "++++" },
    { "row 108: TIFF, big endian", BYTES("MM\0*\0\0\0\x08\0\0\0\0"),
      FIMG_TYPE_TIFF, "++++" },
    { "row 108: HEIC", BYTES("\0\0\0 ftypheic\0\0\0\0mif1"), FIMG_TYPE_HEIC,
      "....++++++??" },
    { "row 108: HEIC, brand heix", BYTES("\0\0\0 ftypheix\0\0"), FIMG_TYPE_HEIC,
      "....++++++??" },
    { "row 108: HEIC, brand heim", BYTES("\0\0\0 ftypheim\0\0"), FIMG_TYPE_HEIC,
      "....++++++??" },
    { "row 108: HEIC, brand heis", BYTES("\0\0\0 ftypheis\0\0"), FIMG_TYPE_HEIC,
      "....++++++??" },
    { "row 108: HEIC, brand hevc", BYTES("\0\0\0 ftyphevc\0\0"), FIMG_TYPE_HEIC,
      "....++++++??" },
    { "row 108: HEIF, brand mif1", BYTES("\0\0\0 ftypmif1\0\0"), FIMG_TYPE_HEIC,
      "....+++++?++" },
    { "row 108: HEIF, brand msf1", BYTES("\0\0\0 ftypmsf1\0\0"), FIMG_TYPE_HEIC,
      "....+++++?++" },
    { "row 108: HTML", BYTES("<!DOCTYPE html>\r\n<html>"), UNKNOWN, "" },
    { "row 108: JSON", BYTES("{\"code\":234001,\"msg\":\"\"}"), UNKNOWN, "" },
    { "row 108: text", BYTES("404 page not found"), UNKNOWN, "" },
    { "row 108: one byte", BYTES("\x89"), UNKNOWN, "" },
    { "row 108: zeros", BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), UNKNOWN, "" },
    { "row 108: 12 bytes of nothing known", BYTES("abcdefghijkl"), UNKNOWN,
      "" },
    { "row 108: cursor", BYTES("\0\0\2\0\1\0\x10\x10\0\0\1\0"), UNKNOWN, "" },
    { "row 108: WAV", BYTES("RIFF\x24\0\0\0WAVEfmt "), UNKNOWN, "" },
    { "row 108: WEBP without RIFF", BYTES("RIFX\x24\0\0\0WEBPVP8 "), UNKNOWN,
      "" },
    { "row 108: MP4", BYTES("\0\0\0 ftypisom\0\0\2\0"), UNKNOWN, "" },
    { "row 108: AVIF", BYTES("\0\0\0 ftypavif\0\0\0\0"), UNKNOWN, "" },
    { "row 108: a brand that straddles two", BYTES("\0\0\0 ftypichehei"),
      UNKNOWN, "" },
    { "row 108: brand elsewhere",
      BYTES("\0\0\0\x18"
            "ftyxheic\0\0\0\0"),
      UNKNOWN, "" },
    { "row 108: PNG with its line ends broken",
      BYTES("\x89PNG\n\x1a\n\0\0\0\rIHDR"), UNKNOWN, "" },
    { "row 108: a signature later", BYTES("xGIF89a\x01\0\x01\0\0\0"), UNKNOWN,
      "" },
    { "row 108: a signature behind twelve bytes",
      BYTES("abcdefghijkl\xff\xd8\xff"), UNKNOWN, "" },
};

static void test_row(const struct row *row)
{
    check_case("%s", row->name);
    for (struct cut c = { 0 }; next_cut(&c, row->len);) {
        struct fimg_magic m = { 0 };
        size_t pos = 0;

        while (pos < row->len) {
            size_t n = cut_len(&c, pos, row->len);
            uint8_t *in = copy_of(row->body + pos, n);
            enum fimg_type type = fimg_type_feed(&m, in, n);

            free(in);
            pos += n;
            if (pos >= strlen(row->counts))
                CHECK(type == row->type);
            else if (pos <= strspn(row->counts, "+."))
                CHECK(type == UNKNOWN || pos == strspn(row->counts, "+."));
        }
    }
}

/* Nothing a signature says may be left out: change each of its bytes. */
static void test_changed(const struct row *row)
{
    if (row->type == UNKNOWN)
        return;
    check_case("%s, each byte of its signature changed", row->name);
    for (size_t i = 0; row->counts[i] != '\0'; i++) {
        struct fimg_magic m = { 0 };
        uint8_t *in = copy_of(row->body, row->len);

        in[i] ^= 0x80;
        if (row->counts[i] != '?')
            CHECK((fimg_type_feed(&m, in, row->len) == row->type) ==
                  (row->counts[i] == '.'));
        free(in);
    }
}

static void test_suffixes(void)
{
    static const struct {
        enum fimg_type type;
        const char *suffix;
    } suffixes[] = {
        { FIMG_TYPE_UNKNOWN, "" },    { FIMG_TYPE_JPEG, ".jpg" },
        { FIMG_TYPE_PNG, ".png" },    { FIMG_TYPE_GIF, ".gif" },
        { FIMG_TYPE_WEBP, ".webp" },  { FIMG_TYPE_BMP, ".bmp" },
        { FIMG_TYPE_ICO, ".ico" },    { FIMG_TYPE_TIFF, ".tiff" },
        { FIMG_TYPE_HEIC, ".heic" },  { (enum fimg_type)9, "" },
        { (enum fimg_type)1000, "" },
    };

    check_case("row 108: file name endings");
    for (size_t i = 0; i < COUNT(suffixes); i++)
        CHECK(strcmp(fimg_type_suffix(suffixes[i].type), suffixes[i].suffix) ==
              0);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_row(&rows[i]);
        test_changed(&rows[i]);
    }
    test_suffixes();
    return check_exit("unit/type");
}
