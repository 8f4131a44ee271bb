/*
 * test_quick_ec.c: does quick_ec.c do what BearSSL does?
 *
 * Compared with BearSSL's portable code, and with published vectors.
 */
#include <string.h>

#include "any_bytes.h"
#include "check.h"
#include "quick.h"

static unsigned digit_of(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

/* A curve: how many bytes a number has, its order, a point (RFC 5903, 8.1 and
   8.2: i, g^i, r, and g^ir). */
struct vector {
    const char *name;
    int id;
    size_t len;
    const char *i, *gi, *r, *gr, *gir;
    const char *above; /* a point, but for its x, which has p added */
};

static const struct vector curves[] = {
    { "P-256", BR_EC_secp256r1, 32,
      "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
      "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
      "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
      "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
      "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
      "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
      "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"
      "522BDE0AF0D8585B8DEF9C183B5AE38F50235206A8674ECB5D98EDB20EB153A2",
      "FFFFFFFF00000001000000000000000000000001000000000000000000000004"
      "459243B9AA581806FE913BCE99817ADE11CA503C64D9A3C533415C083248FBCC" },
    { "P-384", BR_EC_secp384r1, 48,
      "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655"
      "E35B538041E649EE3FAEF896783AB194",
      "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6"
      "DE3AC808ACB4BDB4C88732AEE95F41AA9482ED1FC0EEB9CAFC4984625CCFC23F"
      "65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
      "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942"
      "E0308312916B8ED2960E4BD55A7448FC",
      "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D"
      "0D1AC43A0336DEF96FDA41D0774A3571DCFBEC7AACF3196472169E838430367F"
      "66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
      "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4"
      "D603135569B9E9D09CF5D4A270F59746A2A9F38EF5CAFBE2347CF7EC24BDD5E6"
      "24BC93BFA82771F40D1B65D06256A852C983135D4669F8792F2C1D55718AFBB4",
      "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
      "FFFFFFFF0000000000000001000000018CDEADBBD04911A3C1931E26DF3FA643"
      "9DCA9C7EB286FBD46FC319F0E2BB780232BAF57825FC0C1912ADA2FEFE84024C" },
};

#define POINT_MAX (1 + 2 * 48)

static void from_hex(uint8_t *dst, const char *text)
{
    for (; *text != '\0'; text += 2)
        *dst++ = (uint8_t)(digit_of(text[0]) << 4 | digit_of(text[1]));
}

static void point_from_hex(uint8_t *dst, const char *text)
{
    dst[0] = 4;
    from_hex(dst + 1, text);
}

static void test_vector(const struct vector *v)
{
    uint8_t i[48], r[48], gi[POINT_MAX], gr[POINT_MAX], gir[POINT_MAX];
    uint8_t got[POINT_MAX];
    size_t len = 1 + 2 * v->len;

    check_case("%s: RFC 5903", v->name);
    from_hex(i, v->i);
    from_hex(r, v->r);
    point_from_hex(gi, v->gi);
    point_from_hex(gr, v->gr);
    point_from_hex(gir, v->gir);
    CHECK(quick_ec.mulgen(got, i, v->len, v->id) == len);
    CHECK(memcmp(got, gi, len) == 0);
    CHECK(quick_ec.mul(got, len, r, v->len, v->id) == 1);
    CHECK(memcmp(got, gir, len) == 0);
    CHECK(quick_ec.mul(gr, len, i, v->len, v->id) == 1);
    CHECK(memcmp(gr, gir, len) == 0);
}

/* x * a + y * b by both. */
static void compare_sum(const struct vector *v, const uint8_t *a,
                        const uint8_t *b, const uint8_t *x, size_t x_len,
                        const uint8_t *y, size_t y_len)
{
    uint8_t quick[POINT_MAX], slow[POINT_MAX];
    size_t len = 1 + 2 * v->len;
    uint32_t good;

    memcpy(quick, a, len);
    memcpy(slow, a, len);
    good = br_ec_prime_i31.muladd(slow, b, len, x, x_len, y, y_len, v->id);
    CHECK(quick_ec.muladd(quick, b, len, x, x_len, y, y_len, v->id) == good);
    CHECK(!good || memcmp(quick, slow, len) == 0);
}

/* x * a by both. */
static void compare_product(const struct vector *v, const uint8_t *a,
                            size_t len, const uint8_t *x, size_t x_len)
{
    uint8_t quick[POINT_MAX + 1], slow[POINT_MAX + 1];
    uint32_t good;

    memcpy(quick, a, len);
    memcpy(slow, a, len);
    good = br_ec_prime_i31.mul(slow, len, x, x_len, v->id);
    CHECK(quick_ec.mul(quick, len, x, x_len, v->id) == good);
    CHECK(!good || memcmp(quick, slow, len) == 0);
}

static void test_random(const struct vector *v)
{
    uint8_t a[POINT_MAX], b[POINT_MAX], x[48], y[48];
    size_t i, len = 1 + 2 * v->len;

    check_case("%s: products and sums as BearSSL has them", v->name);
    point_from_hex(a, v->gi);
    point_from_hex(b, v->gr);
    for (i = 0; i < 40; i++) {
        size_t x_len = v->len - i % 3, y_len = v->len - i % 5;

        fill(x, sizeof x);
        fill(y, sizeof y);
        x[0] &= 0x7f; /* below the order */
        y[0] &= 0x7f;
        compare_product(v, a, len, x, x_len);
        compare_sum(v, a, i % 2 ? b : NULL, x, x_len, y, y_len);
        CHECK(quick_ec.mul(a, len, x, x_len, v->id) == 1);
    }
}

/* Sums of a point with itself and with its opposite; numbers that are small,
   or the order or next to it. */
static void test_edges(const struct vector *v)
{
    uint8_t a[POINT_MAX], minus_a[POINT_MAX], small[48] = { 0 }, big[48];
    size_t i, k, order_len, len = 1 + 2 * v->len;
    const uint8_t *order = quick_ec.order(v->id, &order_len);

    check_case("%s: where adding knows special cases", v->name);
    CHECK(order_len == v->len);
    point_from_hex(a, v->gi);
    memcpy(minus_a, a, len);
    memcpy(big, order, order_len);
    big[v->len - 1]--;
    CHECK(quick_ec.mul(minus_a, len, big, v->len, v->id) == 1);
    CHECK(memcmp(a, minus_a, 1 + v->len) == 0); /* the same x */
    CHECK(memcmp(a, minus_a, len) != 0);
    for (i = 1; i < 40; i++) { /* BearSSL leaves 0 out of its contract */
        small[v->len - 1] = (uint8_t)i;
        compare_product(v, a, len, small, v->len);
        compare_product(v, a, len, small + v->len - 1, 1);
        for (k = 0; k < 4; k++) {
            big[v->len - 1] = (uint8_t)(i + k);
            compare_sum(v, a, a, small, v->len, big + v->len - 1, 1);
            compare_sum(v, a, minus_a, small, v->len, big + v->len - 1, 1);
        }
        memcpy(big, order, order_len);
        big[v->len - 1] = (uint8_t)(order[v->len - 1] - i);
        compare_product(v, a, len, big, v->len);
        compare_sum(v, a, a, small, v->len, big, v->len);
    }
    CHECK(quick_ec.mul(a, len, order, order_len, v->id) == 0);
}

/* What is no point of the curve. */
static void test_points(const struct vector *v)
{
    static const uint8_t one[] = { 1 };
    uint8_t a[POINT_MAX + 1] = { 0 }, b[POINT_MAX];
    size_t i, len = 1 + 2 * v->len;

    check_case("%s: points that are none", v->name);
    point_from_hex(b, v->gr);
    for (i = 0; i < 8 * len; i++) {
        uint8_t bit = (uint8_t)(1 << i % 8);

        point_from_hex(a, v->gi);
        a[i / 8] ^= bit;
        compare_product(v, a, len, one, 1);
        CHECK(quick_ec.mul(a, len, one, 1, v->id) == 0);
        CHECK(quick_ec.muladd(b, a, len, one, 1, one, 1, v->id) == 0);
    }
    point_from_hex(a, v->gi);
    for (i = 0; i <= len + 1; i++) {
        uint8_t *short_of = a + sizeof a - i; /* nothing is behind it */

        memmove(short_of, a, i);
        CHECK(quick_ec.mul(short_of, i, one, 1, v->id) == (i == len));
        CHECK(quick_ec.muladd(short_of, NULL, i, one, 1, one, 1, v->id) ==
              (i == len));
        point_from_hex(a, v->gi);
    }
    point_from_hex(a, v->above);
    compare_product(v, a, len, one, 1);
    CHECK(quick_ec.mul(a, len, one, 1, v->id) == 0);
    memset(a + 1, 0, len - 1);
    compare_product(v, a, len, one, 1);
}

/* Curves that quick_ec.c leaves to BearSSL. */
static void test_others(void)
{
    static const int others[] = { BR_EC_secp521r1, BR_EC_curve25519 };
    uint8_t quick[133], slow[133], x[32];
    size_t i, n;

    for (i = 0; i < 2; i++) {
        const br_ec_impl *impl = i == 0 ? &br_ec_prime_i31 : &br_ec_c25519_m31;

        check_case("curve %d", others[i]);
        fill(x, sizeof x);
        CHECK(quick_ec.supported_curves >> others[i] & 1);
        n = quick_ec.mulgen(quick, x, sizeof x, others[i]);
        CHECK(n == impl->mulgen(slow, x, sizeof x, others[i]));
        CHECK(memcmp(quick, slow, n) == 0);
        CHECK(quick_ec.mul(quick, n, x, sizeof x, others[i]) ==
              impl->mul(slow, n, x, sizeof x, others[i]));
        CHECK(memcmp(quick, slow, n) == 0);
        CHECK(quick_ec.muladd(quick, NULL, n, x, 32, x, 32, others[i]) ==
              impl->muladd(slow, NULL, n, x, 32, x, 32, others[i]));
        CHECK(memcmp(quick, slow, n) == 0);
    }
    CHECK(quick_ec.supported_curves == br_ec_all_m31.supported_curves);
}

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        test_vector(&curves[i]);
        test_random(&curves[i]);
        test_edges(&curves[i]);
        test_points(&curves[i]);
    }
    test_others();
    return check_exit("quick_ec");
}
