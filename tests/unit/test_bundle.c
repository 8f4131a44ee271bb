/*
 * test_bundle.c: finding the certificates of a name in PEM text, in every cut.
 *
 * The certificates are made here: of the search it is only to know where in
 * one the subject lies, and none of the rest has to be true. One real root is
 * among them.
 */
#include "certs.h"
#include "check.h"
#include "fimg_bundle.h"
#include "pieces.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* --- text made of certificates -------------------------------------------- */

static struct {
    char text[300000];
    size_t len;
} pem;

static void add(const char *text)
{
    memcpy(pem.text + pem.len, text, strlen(text));
    pem.len += strlen(text);
}

/* Base64 with `eol` after every `width` characters and at the end. */
static void add_base64(const uint8_t *der, size_t len, size_t width,
                       const char *eol)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                 "tuvwxyz0123456789+/";
    size_t column = 0;

    for (size_t i = 0; i < len; i += 3) {
        uint32_t b1 = i + 1 < len ? der[i + 1] : 0;
        uint32_t b2 = i + 2 < len ? der[i + 2] : 0;
        uint32_t group = (uint32_t)der[i] << 16 | b1 << 8 | b2;

        for (size_t k = 0; k < 4; k++) {
            if (column++ == width) {
                add(eol);
                column = 1;
            }
            pem.text[pem.len++] =
                i + k <= len ? digits[group >> (18 - 6 * k) & 63] : '=';
        }
    }
    add(eol);
}

/* A certificate for `subject`, with `filler` bytes behind it. */
static size_t make_der(uint8_t *der, const char *subject, size_t filler)
{
    static const char before[] = "\x30\x82\x01\x00\x30\x81\xf0\xa0\x03\x02\x01"
                                 "\x02\x02\x01\x05\x30\x02\x05\x00\x30\x06"
                                 "issuer\x30\x02"
                                 "dd";
    size_t n = sizeof before - 1, len = strlen(subject);

    memcpy(der, before, n);
    der[n++] = 0x30;
    der[n++] = (uint8_t)len;
    memcpy(der + n, subject, len);
    memset(der + n + len, 0xfb, filler);
    return n + len + filler;
}

#define FILLER 220 /* as a real certificate has at the very least */

/* Adds it as PEM; returns where it begins. */
static uint32_t add_pem(const uint8_t *der, size_t len, size_t width,
                        const char *eol)
{
    size_t begin = pem.len;

    add(BEGIN);
    add(eol);
    add_base64(der, len, width, eol);
    add(END);
    add(eol);
    return (uint32_t)begin;
}

static uint32_t add_cert(const char *subject, const char *eol)
{
    uint8_t der[1000];

    return add_pem(der, make_der(der, subject, FILLER), 64, eol);
}

static void start(const char *name)
{
    check_case("%s", name);
    memset(&pem, 0, sizeof pem);
}

/* --- searching ------------------------------------------------------------ */

static void hash_of(const uint8_t *dn, size_t len, uint8_t *hash)
{
    br_sha256_context c;

    br_sha256_init(&c);
    br_sha256_update(&c, dn, len);
    br_sha256_out(&c, hash);
}

/* The text holds `seen` certificates, `hits` of them of this name, there. */
static void expect_name(const uint8_t *dn, size_t len, unsigned seen,
                        unsigned hits, uint32_t first, uint32_t second)
{
    struct fimg_bundle *b = block_of(sizeof *b);
    uint8_t hash[br_sha256_SIZE];

    hash_of(dn, len, hash);
    for (struct cut c = { 0 }; next_cut(&c, pem.len);) {
        memset(b, 0xa5, sizeof *b);
        fimg_bundle_start(b, hash, len);
        for (size_t pos = 0; pos < pem.len;) {
            size_t n = cut_len(&c, pos, pem.len);
            uint8_t *in = copy_of(pem.text + pos, n);

            fimg_bundle_feed(b, in, n);
            free(in);
            pos += n;
        }
        CHECK(b->seen == seen);
        CHECK(b->hits == hits);
        CHECK(b->offset == pem.len);
        CHECK(hits < 1 || b->hit[0] == first);
        CHECK(hits < 2 || b->hit[1] == second);
    }
    free(b);
}

static void expect(const char *subject, unsigned seen, unsigned hits,
                   uint32_t first, uint32_t second)
{
    uint8_t dn[200] = { 0x30, (uint8_t)strlen(subject) };

    memcpy(dn + 2, subject, strlen(subject));
    expect_name(dn, strlen(subject) + 2, seen, hits, first, second);
}

static void test_search(void)
{
    uint32_t at;

    start("search: one certificate");
    at = add_cert("alpha", "\n");
    expect("alpha", 1, 1, at, 0);
    start("search: another name, and one that differs in its last byte");
    add_cert("alpha", "\n");
    expect("alphb", 1, 0, 0, 0);
    expect("beta", 1, 0, 0, 0);
    expect("alph", 1, 0, 0, 0);
    start("search: lines end in CR LF");
    at = add_cert("alpha", "\r\n");
    expect("alpha", 1, 1, at, 0);
    start("search: no line end at the last line");
    add_cert("beta", "\n");
    at = add_cert("alpha", "\n");
    pem.len--;
    expect("alpha", 2, 1, at, 0);
    start("search: no last line");
    at = add_cert("alpha", "\n");
    pem.len -= sizeof END;
    expect("alpha", 1, 1, at, 0);
}

static void test_several(void)
{
    uint32_t at = 0, next;

    start("search: the second of two");
    add_cert("alpha", "\n");
    at = add_cert("beta", "\n");
    expect("beta", 2, 1, at, 0);
    start("search: the first of two");
    at = add_cert("alpha", "\n");
    add_cert("beta", "\n");
    expect("alpha", 2, 1, at, 0);
    start("search: one name twice");
    at = add_cert("alpha", "\n");
    add_cert("beta", "\n");
    next = add_cert("alpha", "\n");
    expect("alpha", 3, 2, at, next);
    start("search: one name three times, two are enough");
    at = add_cert("alpha", "\n");
    next = add_cert("alpha", "\n");
    add_cert("alpha", "\n");
    expect("alpha", 3, 2, at, next);
    start("search: 100 certificates");
    for (int i = 0; i < 100; i++) {
        if (i == 57)
            at = add_cert("alpha", "\n");
        add_cert("beta", i % 2 ? "\n" : "\r\n");
    }
    expect("alpha", 101, 1, at, 0);
}

static void test_no_text(void)
{
    start("text: none at all");
    expect("alpha", 0, 0, 0, 0);
    start("text: no certificate in it");
    add("\n\n-----BEGIN\n-----BEGIN CERTIFICATE----\n-----begin certificate"
        "-----\n" BEGIN);
    pem.len -= 1;
    expect("alpha", 0, 0, 0, 0);
}

static void test_text_between(void)
{
    uint32_t at;

    start("text: comments before, between and after");
    add("# Certificates - - of somebody\n\nSubject: alpha\n");
    add_cert("beta", "\n");
    add("\n\n# next --\n-\n--\n-----\n");
    at = add_cert("alpha", "\n");
    add("bye -----BEGIN CERT");
    expect("alpha", 2, 1, at, 0);
    start("text: 100 KB of it");
    for (int i = 0; i < 5000; i++)
        add("- no certificate --\n");
    at = add_cert("alpha", "\n");
    expect("alpha", 1, 1, at, 0);
    start("text: other kinds of PEM");
    add("-----BEGIN EC PRIVATE KEY-----\nMAAA\n-----END EC PRIVATE KEY-----\n"
        "-----BEGIN TRUSTED CERTIFICATE-----\nMAAA\n"
        "-----END TRUSTED CERTIFICATE-----\n"
        "-----BEGIN CERTIFICATE REQUEST-----\nMAAA\n"
        "-----END CERTIFICATE REQUEST-----\n");
    at = add_cert("alpha", "\n");
    expect("alpha", 1, 1, at, 0);
}

static void test_begins(void)
{
    uint8_t der[1000];
    uint32_t at;

    start("text: a begin that is not first in its line");
    add(" ");
    add_cert("alpha", "\n");
    add("-");
    add_cert("alpha", "\n");
    add("-----BEGIN -----BEGIN ");
    add_cert("alpha", "\n");
    expect("alpha", 0, 0, 0, 0);
    start("text: a begin behind an end, without a line end");
    at = add_cert("alpha", "\n");
    pem.len--;
    add_cert("alpha", "\n");
    expect("alpha", 1, 1, at, 0);
    start("text: blanks behind the begin");
    add(BEGIN " \t \n");
    add_base64(der, make_der(der, "alpha", FILLER), 64, "\n");
    add(END "\n");
    expect("alpha", 1, 1, 0, 0);
}

/* One byte of the first certificate's base64, and what it becomes. */
static const struct {
    const char *name;
    size_t at;
    char by;
} damages[] = {
    { "damage: a digit of the subject", 48, 'A' },
    { "damage: a digit of the subject is none", 48, '!' },
    { "damage: the first digit", 0, 'A' },
    { "damage: padding in the middle", 10, '=' },
    { "damage: the end comes early", 40, '-' },
};

static void test_damage(void)
{
    for (size_t i = 0; i < COUNT(damages); i++) {
        uint32_t at, next;

        start(damages[i].name);
        at = add_cert("alpha", "\n");
        next = add_cert("alpha", "\n");
        pem.text[at + sizeof BEGIN + damages[i].at] = damages[i].by;
        expect("alpha", 2, 1, next, 0);
    }
}

static void test_shape(void)
{
    uint8_t der[1000];
    uint32_t at, next;
    size_t len = make_der(der, "alpha", FILLER);

    start("shape: ends before its subject, and the next begins well");
    add_pem(der, 30, 64, "\n");
    at = add_cert("alpha", "\n");
    expect("alpha", 2, 1, at, 0);
    start("shape: ends within its subject");
    add_pem(der, len - FILLER - 1, 64, "\n");
    expect("alpha", 1, 0, 0, 0);
    start("shape: nothing behind the subject");
    at = add_pem(der, len - FILLER, 64, "\n");
    next = add_cert("alpha", "\n");
    expect("alpha", 2, 2, at, next);
    start("shape: one line, and lines of one character");
    at = add_pem(der, len, 10000, "\n");
    next = add_pem(der, len, 1, "\r\n");
    expect("alpha", 2, 2, at, next);
    start("shape: empty");
    add(BEGIN "\n" END "\n");
    at = add_cert("alpha", "\n");
    expect("alpha", 2, 1, at, 0);
    start("shape: one without an end, then two good ones");
    add_cert("beta", "\n");
    pem.len -= sizeof END;
    at = add_cert("alpha", "\n");
    next = add_cert("alpha", "\n");
    expect("alpha", 3, 2, at, next);
    start("shape: one without an end and without a line end");
    add_cert("beta", "\n");
    pem.len -= sizeof END + 1;
    at = add_cert("alpha", "\n");
    expect("alpha", 2, 1, at, 0);
}

/* --- a real root ---------------------------------------------------------- */

static void test_root(void)
{
    const uint8_t *dn = (const uint8_t *)dn_root;
    uint32_t at;

    start("root: a real one among others");
    add_cert("alpha", "\n");
    at = (uint32_t)pem.len;
    add(cert_root);
    add_cert("alpha", "\n");
    expect_name(dn, sizeof dn_root - 1, 3, 1, at, 0);
    start("root: its name without tag and length is another");
    add(cert_root);
    expect_name(dn + 2, sizeof dn_root - 3, 1, 0, 0, 0);
}

int main(void)
{
    test_search();
    test_several();
    test_text_between();
    test_begins();
    test_no_text();
    test_damage();
    test_shape();
    test_root();
    return check_exit("unit/bundle");
}
