/*
 * test_quick.c: do the functions of quick.h what BearSSL's do?
 *
 * Compared with BearSSL's portable ones, for every length and every offset
 * that matters, and with published vectors. Which code runs depends on the
 * CPU, so this is run on several (by an emulator). On one that cannot do what
 * is asked for there is nothing to compare.
 */
#include <string.h>

#include "any_bytes.h"
#include "check.h"
#include "quick.h"

#define LONGEST 1100 /* twice what is done at once, and some more */

/* RFC 8439, 2.4.2. */
static const uint8_t sunscreen[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one "
    "tip for the future, sunscreen would be it.";
static const uint8_t sunscreen_encrypted[114] = {
    0x6e, 0x2e, 0x35, 0x9a, 0x25, 0x68, 0xf9, 0x80, 0x41, 0xba, 0x07, 0x28,
    0xdd, 0x0d, 0x69, 0x81, 0xe9, 0x7e, 0x7a, 0xec, 0x1d, 0x43, 0x60, 0xc2,
    0x0a, 0x27, 0xaf, 0xcc, 0xfd, 0x9f, 0xae, 0x0b, 0xf9, 0x1b, 0x65, 0xc5,
    0x52, 0x47, 0x33, 0xab, 0x8f, 0x59, 0x3d, 0xab, 0xcd, 0x62, 0xb3, 0x57,
    0x16, 0x39, 0xd6, 0x24, 0xe6, 0x51, 0x52, 0xab, 0x8f, 0x53, 0x0c, 0x35,
    0x9f, 0x08, 0x61, 0xd8, 0x07, 0xca, 0x0d, 0xbf, 0x50, 0x0d, 0x6a, 0x61,
    0x56, 0xa3, 0x8e, 0x08, 0x8a, 0x22, 0xb6, 0x5e, 0x52, 0xbc, 0x51, 0x4d,
    0x16, 0xcc, 0xf8, 0x06, 0x81, 0x8c, 0xe9, 0x1a, 0xb7, 0x79, 0x37, 0x36,
    0x5a, 0xf9, 0x0b, 0xbf, 0x74, 0xa3, 0x5b, 0xe6, 0xb4, 0x0b, 0x8e, 0xed,
    0xf2, 0x78, 0x5e, 0x42, 0x87, 0x4d,
};

static void test_chacha20_vector(void)
{
    static const uint8_t iv[12] = { [7] = 0x4a };
    uint8_t key[32], data[1024] = { 0 };
    size_t i;

    check_case("ChaCha20: RFC 8439, 2.4.2, as the beginning of more");
    for (i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    memcpy(data, sunscreen, sizeof sunscreen_encrypted);
    CHECK(quick_chacha20_get()(key, iv, 1, data, sizeof data) == 17);
    CHECK(memcmp(data, sunscreen_encrypted, sizeof sunscreen_encrypted) == 0);
}

static void test_chacha20(uint32_t counter, size_t offset)
{
    uint8_t key[32], iv[12], quick[LONGEST + 16], slow[LONGEST + 16];
    size_t len;

    check_case("ChaCha20: every length, from block %lu, at byte %zu",
               (unsigned long)counter, offset);
    for (len = 0; len <= LONGEST; len++) {
        fill(key, sizeof key);
        fill(iv, sizeof iv);
        fill(quick, sizeof quick);
        memcpy(slow, quick, sizeof slow);
        CHECK(quick_chacha20_get()(key, iv, counter, quick + offset, len) ==
              br_chacha20_ct_run(key, iv, counter, slow + offset, len));
        CHECK(memcmp(quick, slow, sizeof quick) == 0);
    }
}

/* Test case 4 of the specification of GCM, without its encryption. */
static void test_ghash_vector(br_ghash ghash)
{
    static const uint8_t key[16] = { 0xb8, 0x3b, 0x53, 0x37, 0x08, 0xbf,
                                     0x53, 0x5d, 0x0a, 0xa6, 0xe5, 0x29,
                                     0x80, 0xd5, 0x3b, 0x78 };
    static const uint8_t text[20] = { 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe,
                                      0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad,
                                      0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2 };
    static const uint8_t cipher[60] = {
        0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7,
        0x84, 0xd0, 0xd4, 0x9c, 0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0,
        0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e, 0x21, 0xd5, 0x14, 0xb2,
        0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05,
        0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91,
    };
    static const uint8_t lengths[16] = { [7] = 160, [14] = 1, [15] = 0xe0 };
    static const uint8_t sum[16] = { 0x69, 0x8e, 0x57, 0xf7, 0x0e, 0x6e,
                                     0xcc, 0x7f, 0xd9, 0x46, 0x3b, 0x72,
                                     0x60, 0xa9, 0xae, 0x5f };
    uint8_t y[16] = { 0 };

    check_case("GHASH: test case 4 of GCM");
    ghash(y, key, text, sizeof text);
    ghash(y, key, cipher, sizeof cipher);
    ghash(y, key, lengths, sizeof lengths);
    CHECK(memcmp(y, sum, sizeof y) == 0);
}

static void test_ghash(br_ghash ghash, size_t offset)
{
    uint8_t key[16], data[LONGEST + 16], quick[16], slow[16];
    size_t len;

    check_case("GHASH: every length, at byte %zu", offset);
    for (len = 0; len <= LONGEST; len++) {
        fill(key, sizeof key);
        fill(data, sizeof data);
        fill(quick, sizeof quick);
        memcpy(slow, quick, sizeof slow);
        ghash(quick, key, data + offset, len);
        br_ghash_ctmul64(slow, key, data + offset, len);
        CHECK(memcmp(quick, slow, sizeof quick) == 0);
    }
}

static void test_cpu(void)
{
    check_case("AES and GHASH: offered where BearSSL offers them");
    CHECK(quick_aes_get() == br_aes_x86ni_ctr_get_vtable());
    CHECK((quick_ghash_get() != 0) == (br_ghash_pclmul_get() != 0));
}

/* x^e mod n by both, which must agree whatever the numbers are. */
static void compare_rsa(const uint8_t *x, size_t x_len, br_rsa_public_key *key)
{
    uint8_t quick[520], slow[520];
    uint32_t good;

    memcpy(quick, x, x_len);
    memcpy(slow, x, x_len);
    good = br_rsa_i31_public(slow, x_len, key);
    CHECK(quick_rsa_public(quick, x_len, key) == good);
    CHECK(!good || memcmp(quick, slow, x_len) == 0);
}

static void test_rsa_random(size_t len, uint8_t *e, size_t e_len)
{
    uint8_t n[512], x[512];
    br_rsa_public_key key = { n, len, e, e_len };
    int i;

    check_case("RSA: %zu bytes, an exponent of %zu", len, e_len);
    for (i = 0; i < 12; i++) {
        fill(n, len);
        fill(x, len);
        n[0] |= (uint8_t)(i % 2 * 0x80);     /* else x is often too large */
        n[len - 1] |= (uint8_t)(i % 4 != 0); /* else it is often even */
        compare_rsa(x, len, &key);
    }
}

static void test_rsa_edges(void)
{
    uint8_t n[514], x[514], e[] = { 1, 0, 1 };
    br_rsa_public_key key = { n, 256, e, sizeof e };

    check_case("RSA: moduli and values at the edges");
    memset(n, 0xff, sizeof n);
    memset(x, 0xff, sizeof x);
    compare_rsa(x, 256, &key); /* x is n */
    x[255] = 0xfe;
    compare_rsa(x, 256, &key); /* n - 1 */
    compare_rsa(x, 255, &key);
    compare_rsa(x, 257, &key);
    key.nlen = 513; /* more than 4096 bits */
    compare_rsa(x, 513, &key);
    n[0] = 0; /* no more */
    memset(x, 0, sizeof x);
    compare_rsa(x, 513, &key);
    compare_rsa(x, 512, &key); /* zero */
    x[511] = 1;
    compare_rsa(x, 512, &key);
    key.nlen = 0;
    compare_rsa(x, 0, &key);
    memset(n, 0, sizeof n);
    key.nlen = 8;
    compare_rsa(x, 8, &key); /* n is zero */
    n[0] = n[7] = 1;         /* 2^56 + 1 */
    x[7] = 2;
    compare_rsa(x, 8, &key);
    n[0] = 0;
    compare_rsa(x, 1, &key); /* n is one */
    x[0] = 0;
    compare_rsa(x, 1, &key);
}

static void test_rsa(void)
{
    static const size_t lengths[] = { 1,   7,   8,   9,   64,  127, 128, 129,
                                      256, 264, 383, 384, 385, 511, 512 };
    uint8_t usual[] = { 1, 0, 1 }, three[] = { 3 }, none[1];
    uint8_t odd[] = { 0, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10 };
    size_t i;

    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        test_rsa_random(lengths[i], usual, sizeof usual);
        test_rsa_random(lengths[i], three, sizeof three);
        test_rsa_random(lengths[i], odd, sizeof odd);
        test_rsa_random(lengths[i], none, 0);
    }
    test_rsa_edges();
}

int main(void)
{
    br_ghash ghash = quick_ghash_get();
    size_t offset;

    test_cpu();
    test_chacha20_vector();
    test_chacha20(0, 0);
    test_chacha20(1, 1);
    test_chacha20(UINT32_MAX - 9, 3); /* it begins again from 0 */
    if (ghash != 0)
        test_ghash_vector(ghash);
    for (offset = 0; ghash != 0 && offset < 16; offset += 5)
        test_ghash(ghash, offset);
    test_rsa();
    return check_exit("quick");
}
