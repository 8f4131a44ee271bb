/*
 * test_roots.c: fetching roots from a bundle, however it is read.
 */
#include "certs.h"
#include "check.h"
#include "fimg_roots.h"
#include "pieces.h"

/* A bundle in memory that gives `most` bytes at a time at the most. */
struct file {
    const char *text;
    size_t len;
    size_t most;
    long fail_at; /* the read, counted from 0, that fails; -1: none */
    int fail_by;  /* what it returns then */
    long reads;
};

static int read_file(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    struct file *f = ctx;
    size_t n;

    if (f->reads++ == f->fail_at)
        return f->fail_by;
    CHECK(offset <= f->len && cap > 0);
    n = f->len - offset < cap ? f->len - offset : cap;
    n = n < f->most ? n : f->most;
    memcpy(dst, f->text + offset, n);
    return (int)n;
}

static void hash_of(const char *dn, size_t len, uint8_t *hash)
{
    br_sha256_context c;

    br_sha256_init(&c);
    br_sha256_update(&c, dn, len);
    br_sha256_out(&c, hash);
}

static bool find_with(struct fimg_roots *r, struct file *f,
                      const struct fimg_anchors *anchors, const char *dn,
                      size_t dn_len)
{
    struct fimg_trust trust = { .anchors = anchors,
                                .read = read_file,
                                .ctx = f };
    uint8_t hash[br_sha256_SIZE];

    memset(r, 0xa5, sizeof *r);
    hash_of(dn, dn_len, hash);
    f->reads = 0;
    return fimg_roots_find(r, &trust, hash, dn_len);
}

static bool find(struct fimg_roots *r, struct file *f, const char *dn,
                 size_t dn_len)
{
    return find_with(r, f, NULL, dn, dn_len);
}

#define DN(dn) dn, sizeof(dn) - 1

static const struct row {
    const char *name;
    const char *parts[5];
    const char *dn;
    size_t dn_len;
    size_t found;
    int key_type;
} rows[] = {
    { "roots: one", { cert_root }, DN(dn_root), 1, BR_KEYTYPE_EC },
    { "roots: one among others",
      { "# text\n", cert_rsa2048, cert_root, cert_leaf },
      DN(dn_root),
      1,
      BR_KEYTYPE_EC },
    { "roots: the last of a bundle that takes several reads",
      { cert_rsa2048, cert_rsa2048, cert_long, cert_rsa2048, cert_root },
      DN(dn_root),
      1,
      BR_KEYTYPE_EC },
    { "roots: two of one name",
      { cert_root, cert_rsa2048, cert_twin },
      DN(dn_root),
      2,
      BR_KEYTYPE_EC },
    { "roots: no such name", { cert_rsa2048, cert_twin }, DN(dn_leaf), 0, 0 },
    { "roots: not a CA", { cert_rsa2048, cert_leaf }, DN(dn_leaf), 0, 0 },
    { "roots: RSA of 2048 bits",
      { cert_rsa2048, cert_leaf },
      DN(dn_rsa2048),
      1,
      BR_KEYTYPE_RSA },
    { "roots: RSA of 1024 bits",
      { cert_rsa1024, cert_leaf },
      DN(dn_rsa1024),
      0,
      0 },
    { "roots: the last line is missing",
      { cert_twin,
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBlzCCATygAwIBAgIUSpYbdKb9ge4Ja1yQcILViy+dNXUwCgYIKoZIzj0EAwIw\n"
        "MDELMAkGA1UEBhMCQ04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9v\n"
        "dDAgFw0yNjExMjIxMTE0MTNaGA8yMTI2MTAyOTExMTQxM1owMDELMAkGA1UEBhMC\n"
        "Q04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9vdDBZMBMGByqGSM49\n"
        "AgEGCCqGSM49AwEHA0IABFq1D189RYByb2xmzYRpyZb3LQ7sISDQPPCZM2Z6ZYwg\n"
        "kGk4nDPWdvA3fOy0LvpO5gelqtAfG0tXb2ptPBKKHDSjMjAwMA8GA1UdEwEB/wQF\n"
        "MAMBAf8wHQYDVR0OBBYEFOweLo4sI50kaG51+90gtO13GWwHMAoGCCqGSM49BAMC\n"
        "A0kAMEYCIQDeQJ7l5AEi4yb5dxy3b8GypzlBqhh70pwoKP8Tz22UhAIhAJbywMYz\n"
        "eHu9HZpXY9bN9vBQRPaSSjjjXQxwvElt2awq\n" },
      DN(dn_root),
      2,
      BR_KEYTYPE_EC },
    { "roots: one whose key is garbage, before a good one of its name",
      { "-----BEGIN CERTIFICATE-----\n"
        "MIIBlzCCATygAwIBAgIUSpYbdKb9ge4Ja1yQcILViy+dNXUwCgYIKoZIzj0EAwIw\n"
        "MDELMAkGA1UEBhMCQ04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9v\n"
        "dDAgFw0yNjExMjIxMTE0MTNaGA8yMTI2MTAyOTExMTQxM1owMDELMAkGA1UEBhMC\n"
        "Q04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9vdDBZMBMGByqGSM49\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        "-----END CERTIFICATE-----\n",
        cert_twin },
      DN(dn_root),
      1,
      BR_KEYTYPE_EC },
    { "roots: a damaged one before a good one of its name",
      { "-----BEGIN CERTIFICATE-----\n"
        "MIIBlzCCATygAwIBAgIUSpYbdKb9ge4Ja1yQcILViy+dNXUwCgYIKoZIzj0EAwIw\n"
        "MDELMAkGA1UEBhMCQ04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9v\n"
        "dDAgFw0yNjExMjIxMTE0MTNaGA8yMTI2MTAyOTExMTQxM1owMDELMAkGA1UEBhMC\n"
        "Q04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9vdDBZMBMGByqGSM49\n"
        "-----END CERTIFICATE-----\n",
        cert_twin },
      DN(dn_root),
      1,
      BR_KEYTYPE_EC },
};

static const struct row other = { "", { cert_rsa2048 }, DN(dn_root), 0, 0 };

static void join(const struct row *row, struct file *f, char *text)
{
    *f = (struct file){ .text = text, .fail_at = -1 };
    for (size_t i = 0; i < COUNT(row->parts) && row->parts[i]; i++) {
        memcpy(text + f->len, row->parts[i], strlen(row->parts[i]));
        f->len += strlen(row->parts[i]);
    }
}

static void test_row(const struct row *row)
{
    static const size_t mosts[] = { 1, 2, 63, 64, 65, 1000, 100000 };
    struct fimg_roots *r = block_of(sizeof *r);
    struct file f;
    char text[8000];

    check_case("%s", row->name);
    join(row, &f, text);
    for (size_t i = 0; i < COUNT(mosts); i++) {
        f.most = mosts[i];
        CHECK(find(r, &f, row->dn, row->dn_len));
        CHECK(r->count == row->found);
        for (size_t k = 0; k < r->count && k < row->found; k++) {
            const br_x509_trust_anchor *a = &r->anchor[k];

            CHECK(a->flags == BR_X509_TA_CA);
            CHECK(a->pkey.key_type == row->key_type);
            CHECK(a->dn.len == row->dn_len &&
                  memcmp(a->dn.data, row->dn, row->dn_len) == 0);
        }
        if (r->count == 2) /* each with the key of its own */
            CHECK(memcmp(r->anchor[0].pkey.key.ec.q, r->anchor[1].pkey.key.ec.q,
                         r->anchor[0].pkey.key.ec.qlen) != 0);
    }
    free(r);
}

/* A name that is too long for its room must not match, nor do harm. */
static void test_long_name(void)
{
    static const char types[] = "\x0a\x0b\x0b\x03", letters[] = "ouvc";
    struct fimg_roots *r = block_of(sizeof *r);
    struct file f = { .text = cert_long,
                      .len = sizeof cert_long - 1,
                      .most = 1000,
                      .fail_at = -1 };
    char dn[288] = "\x30\x82\x01\x1c";

    for (size_t i = 0; i < 4; i++) {
        char *at = dn + 4 + i * 71;

        memcpy(at, "\x31\x45\x30\x43\x06\x03\x55\x04?\x0c\x3c", 11);
        at[8] = types[i];
        memset(at + 11, letters[i], 60);
    }
    check_case("roots: a name of 288 bytes");
    CHECK(find(r, &f, dn, sizeof dn));
    CHECK(r->count == 0 || r->anchor[0].dn.len <= FIMG_DN_MAX);
    CHECK(r->count == 0 ||
          memcmp(r->anchor[0].dn.data, dn, r->anchor[0].dn.len) == 0);
    free(r);
}

/* The n-th read fails, for every n: no root, and no harm. */
static void test_failures(const char *name, int fail_by)
{
    struct fimg_roots *r = block_of(sizeof *r);
    struct file f;
    char text[8000];
    long reads;

    join(&rows[3], &f, text);
    f.most = 100;
    CHECK(find(r, &f, DN(dn_root)));
    reads = f.reads;
    check_case("%s", name);
    f.fail_by = fail_by;
    for (f.fail_at = 0; f.fail_at < reads; f.fail_at++) {
        bool good = find(r, &f, DN(dn_root));

        CHECK(r->count <= 2);
        CHECK(fail_by == 0 || !good);
    }
    free(r);
}

/*
 * `same` anchors of the bundle's name and one of another are compiled in
 * beside a bundle with `in_bundle` of that name.
 */
static void test_compiled_in(size_t same, size_t in_bundle)
{
    struct fimg_roots *r = block_of(sizeof *r);
    br_x509_trust_anchor *list = block_of((same + 1) * sizeof *list);
    struct fimg_anchors anchors = { .list = list, .count = same + 1 };
    size_t wanted = same + in_bundle;
    struct file f;
    char text[8000];

    check_case("roots: %d compiled in, %d in the bundle", (int)same,
               (int)in_bundle);
    join(in_bundle == 2 ? &rows[3] : in_bundle ? &rows[0] : &other, &f, text);
    f.most = 1000;
    memset(list, 0, (same + 1) * sizeof *list);
    for (size_t i = 0; i < same; i++) {
        list[i].dn.data = copy_of(DN(dn_root));
        list[i].dn.len = sizeof dn_root - 1;
        list[i].flags = (unsigned)i + 100;
    }
    list[same].dn.data = copy_of(DN(dn_leaf));
    list[same].dn.len = sizeof dn_leaf - 1;
    CHECK(find_with(r, &f, &anchors, DN(dn_root)));
    CHECK(r->count == (wanted < FIMG_ROOTS_MAX ? wanted : FIMG_ROOTS_MAX));
    for (size_t i = 0; i < r->count; i++)
        CHECK(r->anchor[i].flags ==
              (i < in_bundle ? BR_X509_TA_CA : i - in_bundle + 100));
    for (size_t i = 0; i <= same; i++)
        free(list[i].dn.data);
    free(list);
    free(r);
}

static void test_empty(void)
{
    struct fimg_roots *r = block_of(sizeof *r);
    struct file f = { .text = "", .most = 100, .fail_at = -1 };

    check_case("roots: an empty bundle");
    CHECK(!find(r, &f, DN(dn_root)) && r->count == 0);
    check_case("roots: text without a certificate");
    f.text = "# nothing here\n";
    f.len = strlen(f.text);
    CHECK(!find(r, &f, DN(dn_root)) && r->count == 0);
    free(r);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    test_long_name();
    test_failures("roots: the n-th read fails", -1);
    test_failures("roots: the n-th read says that it is the end", 0);
    test_failures("roots: the n-th read gives more than was asked", 1000000);
    test_empty();
    for (size_t same = 0; same < 6; same++)
        for (size_t in_bundle = 0; in_bundle < 3; in_bundle++)
            test_compiled_in(same, in_bundle);
    return check_exit("unit/roots");
}
