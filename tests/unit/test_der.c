/*
 * test_der.c: where each byte of a certificate belongs, in every cut.
 *
 * The expectation is a string with a letter per byte: c certificate, t TBS, v
 * version, s serial, g signature, i issuer, d validity, u subject, r rest; in
 * upper case where the field ends. "!" is a byte of an element that was found
 * not to fit: how much of its header went by before is a matter of the cut.
 */
#include "check.h"
#include "fimg_der.h"
#include "pieces.h"

/* The fields in their shortest good form. */
#define CERT "\x30\x20"
#define TBS "\x30\x1e"
#define VERSION "\xa0\x03\x02\x01\x02"
#define SERIAL "\x02\x01\x05"
#define ALGORITHM "\x30\x02\x05\x00"
#define ISSUER                                                                 \
    "\x30\x03"                                                                 \
    "iii"
#define VALIDITY                                                               \
    "\x30\x02"                                                                 \
    "dd"
#define SUBJECT                                                                \
    "\x30\x04"                                                                 \
    "uuuu"
#define UP_TO_SERIAL CERT TBS VERSION SERIAL
#define UP_TO_ISSUER UP_TO_SERIAL ALGORITHM
#define UP_TO_SUBJECT UP_TO_ISSUER ISSUER VALIDITY
#define REST                                                                   \
    "\x30\x03"                                                                 \
    "xyz\x30"

static const struct row {
    const char *name;
    const char *der;
    size_t len;
    const char *letters;
} rows[] = {
    { "version 3", BYTES(UP_TO_SUBJECT SUBJECT REST),
      "cCtTvvvvVssSgggGiiiiIdddDuuuuuUkkkkKr" },
    { "version 1 has no version",
      BYTES(CERT TBS SERIAL ALGORITHM ISSUER VALIDITY SUBJECT REST),
      "cCtTssSgggGiiiiIdddDuuuuuUkkkkKr" },
    { "empty names", BYTES(UP_TO_ISSUER "\x30\x00" VALIDITY "\x30\x00" REST),
      "cCtTvvvvVssSgggGiIdddDuUkkkkKr" },
    { "empty subject at the end", BYTES(UP_TO_SUBJECT "\x30\x00"),
      "cCtTvvvvVssSgggGiiiiIdddDuU" },
    { "lengths of two bytes",
      BYTES("\x30\x81\x40\x30\x81\x3d" VERSION SERIAL ALGORITHM
            "\x30\x81\x01i" VALIDITY SUBJECT),
      "ccCttTvvvvVssSgggGiiiIdddDuuuuuU" },
    { "lengths of three bytes",
      BYTES("\x30\x82\x01\x40\x30\x82\x01\x3d" VERSION SERIAL ALGORITHM
            "\x30\x82\x00\x02ii" VALIDITY SUBJECT),
      "cccCtttTvvvvVssSgggGiiiiiIdddDuuuuuU" },
    { "lengths of four bytes",
      BYTES("\x30\x83\x01\x02\x03\x30\x83\x01\x02\x00" SERIAL ALGORITHM
            "\x30\x83\x00\x00\x01i" VALIDITY "\x30\x83\x00\x00\x00"),
      "ccccCttttTssSgggGiiiiiIdddDuuuuU" },
    { "length 256", BYTES(CERT TBS SERIAL "\x30\x82\x01\x00zzzz"),
      "cCtTssSgggggggg" },
    { "cut off in the issuer", BYTES(UP_TO_ISSUER "\x30\x03ii"),
      "cCtTvvvvVssSgggGiiii" },
    { "cut off in a length", BYTES(UP_TO_ISSUER "\x30\x82\x01"),
      "cCtTvvvvVssSgggGiii" },
    { "not a certificate", BYTES("\x31\x20" TBS), "!!!!" },
    { "PEM instead of DER", BYTES("-----BEGIN"), "!!!!!!!!!!" },
    { "TBS is no sequence", BYTES(CERT "\x02\x1e" VERSION), "cC!!!!!!!" },
    { "neither version nor serial", BYTES(CERT TBS "\x30\x01\x05" SERIAL),
      "cCtT!!!!!!" },
    { "version 0xa1", BYTES(CERT TBS "\xa1\x03\x02\x01\x02"), "cCtT!!!!!" },
    { "serial is no integer", BYTES(CERT TBS VERSION "\x03\x01\x05"),
      "cCtTvvvvV!!!" },
    { "two versions", BYTES(CERT TBS VERSION VERSION SERIAL),
      "cCtTvvvvV!!!!!!!!" },
    { "two serials", BYTES(UP_TO_SERIAL SERIAL), "cCtTvvvvVssS!!!" },
    { "signature is no sequence", BYTES(UP_TO_SERIAL "\x31\x02\x05\x00"),
      "cCtTvvvvVssS!!!!" },
    { "issuer is no sequence", BYTES(UP_TO_ISSUER "\x31\x03iii"),
      "cCtTvvvvVssSgggG!!!!!" },
    { "validity is no sequence",
      BYTES(UP_TO_ISSUER ISSUER "\x17\x02"
                                "dd"),
      "cCtTvvvvVssSgggGiiiiI!!!!" },
    { "subject is no sequence", BYTES(UP_TO_SUBJECT "\x31\x04uuuu"),
      "cCtTvvvvVssSgggGiiiiIdddD!!!!!!" },
    { "indefinite length", BYTES("\x30\x80" TBS), "!!!!" },
    { "indefinite length of the issuer",
      BYTES(UP_TO_ISSUER "\x30\x80iii\x00\x00"), "cCtTvvvvVssSgggG!!!!!!!" },
    { "length of five bytes", BYTES(CERT TBS "\x02\x84\x00\x00\x00\x01\x05"),
      "cCtT!!!!!!!" },
    { "length of 128 bytes", BYTES(CERT TBS "\x02\xff\x00\x00\x00\x01\x05"),
      "cCtT!!!!!!!" },
};

static char letter(enum fimg_der_field field, bool last)
{
    static const char lower[] = "ctvsgidukr!", upper[] = "CTVSGIDUKR!";

    return (last ? upper : lower)[field];
}

static void test_row(const struct row *row)
{
    size_t fits = strcspn(row->letters, "!");

    check_case("%s", row->name);
    CHECK(strlen(row->letters) == row->len);
    for (struct cut c = { 0 }; next_cut(&c, row->len);) {
        struct fimg_der d = { 0 };
        char *letters = block_of(row->len);
        size_t pos = 0;

        for (size_t piece = 0; pos < row->len; piece++) {
            size_t n = cut_len(&c, pos, row->len), used = 0;
            uint8_t *in = copy_of(row->der + pos, n);

            while (used < n) {
                enum fimg_der_field field = FIMG_DER_FAILED;
                bool ends = true;
                size_t k =
                    fimg_der_feed(&d, in + used, n - used, &field, &ends);

                CHECK(k > 0 && k <= n - used);
                if (k == 0 || k > n - used) {
                    pos = row->len;
                    break;
                }
                memset(letters + pos + used, letter(field, false), k);
                if (ends)
                    letters[pos + used + k - 1] = letter(field, true);
                used += k;
            }
            free(in);
            pos += used;
        }
        CHECK(memcmp(letters, row->letters, fits) == 0);
        if (fits < row->len)
            CHECK(letters[row->len - 1] == '!' && d.field == FIMG_DER_FAILED);
        free(letters);
    }
}

/* A field of many bytes ends where its length says, not before. */
static void test_long(const char *header, size_t header_len, size_t size)
{
    static const char before[] = CERT TBS SERIAL ALGORITHM;
    size_t start = sizeof before - 1, end = start + header_len + size;
    uint8_t *der = block_of(end + 8);

    check_case("issuer of %lu bytes", (unsigned long)size);
    memset(der, 0x30, end + 8);
    memcpy(der, before, start);
    memcpy(der + start, header, header_len);
    for (struct cut c = { 0 }; next_cut(&c, end);) {
        struct fimg_der d = { 0 };
        enum fimg_der_field field = FIMG_DER_FAILED;
        bool ends = false;

        for (size_t pos = 0; pos < end;) {
            CHECK(pos <= start || !ends);
            pos += fimg_der_feed(&d, der + pos, cut_len(&c, pos, end), &field,
                                 &ends);
        }
        CHECK(field == FIMG_DER_ISSUER && ends);
    }
    free(der);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    test_long(BYTES("\x30\x7f"), 127);
    test_long(BYTES("\x30\x81\x80"), 128);
    test_long(BYTES("\x30\x81\xff"), 255);
    test_long(BYTES("\x30\x82\x01\x00"), 256);
    test_long(BYTES("\x30\x82\xff\xff"), 65535);
    test_long(BYTES("\x30\x83\x01\x00\x00"), 65536);
    test_long(BYTES("\x30\x83\x01\x23\x45"), 0x012345);
    return check_exit("unit/der");
}
