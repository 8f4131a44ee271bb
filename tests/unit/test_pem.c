/*
 * test_pem.c: the bytes that PEM text stands for, in every cut.
 */
#include "check.h"
#include "fimg_bundle.h"
#include "pieces.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* What comes out of the text, with "<" and ">" for begin and end. */
static void expect_der(const char *text, const char *expected, size_t len)
{
    size_t total = strlen(text);

    for (struct cut c = { 0 }; next_cut(&c, total);) {
        char *got = block_of(total + 100);
        struct fimg_pem p = { .state = FIMG_PEM_OUTSIDE };
        size_t got_len = 0;

        for (size_t pos = 0; pos < total;) {
            size_t n = cut_len(&c, pos, total), out_len, used;
            uint8_t *in = copy_of(text + pos, n);
            uint8_t *out = block_of(n + 3);
            enum fimg_pem_event event;

            used = fimg_pem_feed(&p, in, n, out, &out_len, &event);
            CHECK(used > 0 && used <= n);
            CHECK(used == n || event != FIMG_PEM_NONE);
            memcpy(got + got_len, out, out_len);
            got_len += out_len;
            if (event != FIMG_PEM_NONE)
                got[got_len++] = event == FIMG_PEM_BEGIN ? '<' : '>';
            pos += used;
            free(in);
            free(out);
        }
        CHECK(got_len == len && memcmp(got, expected, len) == 0);
        free(got);
    }
}

static const struct {
    const char *name;
    const char *text;
    const char *der; /* with "<" and ">" */
    size_t len;
} texts[] = {
    { "base64: nothing", BEGIN "\n" END "\n", BYTES("<>") },
    { "base64: one byte", BEGIN "\nQQ==\n" END "\n", BYTES("<A>") },
    { "base64: two bytes", BEGIN "\nQUI=\n" END "\n", BYTES("<AB>") },
    { "base64: three bytes", BEGIN "\nQUJD\n" END "\n", BYTES("<ABC>") },
    { "base64: four bytes", BEGIN "\nQUJDRA==\n" END "\n", BYTES("<ABCD>") },
    { "base64: every digit",
      BEGIN "\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdef\r\n"
            "ghijklmnopqrstuvwxyz0123456789+/\r\n" END "\n",
      BYTES("<\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51"
            "\x55\x97\x61\x96\x9b\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a"
            "\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf"
            "\xbf>") },
    { "base64: blanks, tabs and empty lines",
      BEGIN "\n\n Q U\tJ\n\nD \n" END "\n", BYTES("<ABC>") },
    { "base64: what is no digit is skipped",
      BEGIN "\n@Q*,.:;<>?[\\]^_U`J{~\x7f\xff\nD\n" END "\n", BYTES("<ABC>") },
    { "base64: no line end before the end", BEGIN "\nQUJD" END "\n",
      BYTES("<ABC>") },
    { "base64: nothing behind the padding counts",
      BEGIN "\nQQ==QUJD\nQQ==\n" END "\n", BYTES("<A>") },
    { "base64: a digit too few", BEGIN "\nQUJDQUI\n" END "\n", BYTES("<ABC>") },
    { "base64: a digit and padding", BEGIN "\nQUJDQ===\n" END "\n",
      BYTES("<ABC>") },
    { "base64: padding alone", BEGIN "\n====\n" END "\n", BYTES("<>") },
    { "base64: padding behind a whole group", BEGIN "\nQUJD=\n" END "\n",
      BYTES("<ABC>") },
    { "base64: one behind the other",
      BEGIN "\nQUJ\n" END "\n" BEGIN "\nQUJD\n" END "\n" BEGIN "\nQQ==\n" END,
      BYTES("<><ABC><A>") },
    { "base64: text behind the begin is not part of it",
      BEGIN " QUJD\nQQ==\n" END "\n", BYTES("<A>") },
    { "base64: no begin", "QUJD\n" END "\n", BYTES("") },
};

int main(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        check_case("%s", texts[i].name);
        expect_der(texts[i].text, texts[i].der, texts[i].len);
    }
    return check_exit("unit/pem");
}
