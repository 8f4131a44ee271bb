/*
 * fuzz_bundle.c: a trust bundle, searched for the roots of one name.
 *
 * The input is PEM text. The name is that of the first certificate which
 * BearSSL's own decoders can make out in it, and that one must be found.
 */
#include "fimg_roots.h"
#include "fuzz.h"
#include "identity.h"

#define DN_CAP 400

/* What BearSSL makes of the first certificate. */
struct first {
    br_x509_decoder_context decoder;
    uint8_t dn[DN_CAP];
    size_t dn_len;
    bool whole;
};

static void add_dn(void *ctx, const void *bytes, size_t len)
{
    struct first *f = ctx;

    if (len <= sizeof f->dn - f->dn_len)
        memcpy(f->dn + f->dn_len, bytes, len);
    f->dn_len += len;
}

/* Once it has gone wrong it must not be fed on (BearSSL 0.6). */
static void add_der(void *ctx, const void *bytes, size_t len)
{
    struct first *f = ctx;
    int error = br_x509_decoder_last_error(&f->decoder);

    if (error == BR_ERR_X509_TRUNCATED)
        br_x509_decoder_push(&f->decoder, bytes, len);
}

static bool is_marker(const uint8_t *at, const uint8_t *end)
{
    static const char marker[] = "-----BEGIN CERTIFICATE-----";

    return (size_t)(end - at) >= sizeof marker - 1 &&
           memcmp(at, marker, sizeof marker - 1) == 0;
}

/* Does the line that ends here begin as it should? BearSSL takes any case. */
static bool is_begun(const uint8_t *text, const uint8_t *end)
{
    const uint8_t *at = end - 1;

    while (at > text && at[-1] != '\n')
        at--;
    return is_marker(at, end);
}

static void find_first(struct first *f, const uint8_t *in, size_t len)
{
    br_pem_decoder_context pem;
    const uint8_t *text = in;
    int event = 0;

    memset(f, 0, sizeof *f);
    br_pem_decoder_init(&pem);
    while (len > 0 && event != BR_PEM_END_OBJ && event != BR_PEM_ERROR) {
        size_t n = br_pem_decoder_push(&pem, in, len);

        in += n;
        len -= n;
        event = br_pem_decoder_event(&pem);
        if (event != BR_PEM_BEGIN_OBJ)
            continue;
        br_pem_decoder_setdest(&pem, NULL, NULL);
        if (!is_begun(text, in))
            continue;
        br_x509_decoder_init(&f->decoder, add_dn, f);
        br_pem_decoder_setdest(&pem, add_der, f);
    }
    f->whole = event == BR_PEM_END_OBJ && f->dn_len > 0 &&
               f->dn_len <= sizeof f->dn &&
               br_x509_decoder_last_error(&f->decoder) == 0;
}

/* --- as a text that is read ----------------------------------------------- */

struct reader {
    struct source text;
    struct cutter cutter;
    unsigned reads, fail; /* the n-th read fails; 0: none */
};

static int read_text(void *ctx, uint32_t offset, void *dst, size_t cap)
{
    struct reader *r = ctx;
    size_t n = cap;

    HOLDS(cap > 0 && offset <= r->text.len);
    if (++r->reads == r->fail)
        return -1;
    if (n > r->text.len - offset)
        n = r->text.len - offset;
    if (n == 0)
        return 0;
    n = cutter_next(&r->cutter, n);
    memcpy(dst, r->text.at + offset, n);
    return (int)n;
}

static void check_root(const br_x509_trust_anchor *a, const uint8_t *wanted)
{
    br_sha256_context sha256;
    uint8_t hash[br_sha256_SIZE];

    HOLDS(a->flags == BR_X509_TA_CA && a->dn.len <= FIMG_DN_MAX);
    if (a->pkey.key_type == BR_KEYTYPE_RSA)
        HOLDS(a->pkey.key.rsa.nlen >= 256);
    br_sha256_init(&sha256);
    br_sha256_update(&sha256, a->dn.data, a->dn.len);
    br_sha256_out(&sha256, hash);
    if (a->dn.len < FIMG_DN_MAX)
        HOLDS(memcmp(hash, wanted, sizeof hash) == 0);
}

/*
 * Search the text, and the root compiled in, as the handshake does; how many
 * roots, or -1.
 */
static int search(struct reader *reader, const uint8_t *wanted,
                  size_t wanted_len, struct fimg_bundle *bundle)
{
    struct fimg_anchors anchors = { identity_roots()->list, 1 };
    struct fimg_trust trust = { &anchors, .read = read_text, .ctx = reader };
    struct fimg_roots *r = block_of(sizeof *r);
    int count = -1;

    if (fimg_roots_find(r, &trust, wanted, wanted_len)) {
        count = (int)r->count;
        for (size_t i = 0; i < r->count; i++)
            check_root(&r->anchor[i], wanted);
        HOLDS(r->bundle.seen > 0 && reader->reads != reader->fail);
    } else {
        HOLDS(r->bundle.seen == 0 || reader->reads == reader->fail);
    }
    HOLDS(count <= FIMG_BUNDLE_HITS + 1);
    *bundle = r->bundle;
    free(r);
    return count;
}

/* A read fails, early or late: then there are no roots. */
static void check_failing(const uint8_t *wanted, size_t wanted_len,
                          const uint8_t *in, size_t len, int count)
{
    for (unsigned fail = 1; fail < 40; fail += fail) {
        struct reader r = { { in, len }, cutter_of(0, in, len), 0, fail };
        struct fimg_bundle b;
        int found = search(&r, wanted, wanted_len, &b);

        HOLDS(found == (r.reads < fail ? count : -1));
    }
}

/* How many lines begin as a certificate does. */
static unsigned begun(const uint8_t *in, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < len; i++)
        n += (i == 0 || in[i - 1] == '\n') && is_marker(in + i, in + len);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    static struct first first;
    struct fimg_bundle b[FUZZ_CUTS];
    uint8_t wanted[br_sha256_SIZE];
    br_sha256_context sha256;
    int count[FUZZ_CUTS];

    find_first(&first, in, len);
    br_sha256_init(&sha256);
    if (first.whole)
        br_sha256_update(&sha256, first.dn, first.dn_len);
    br_sha256_out(&sha256, wanted);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        struct reader r = { { in, len }, cutter_of(way, in, len), 0, 0 };

        count[way] = search(&r, wanted, first.dn_len, &b[way]);
        HOLDS(count[way] == count[0] && b[way].seen == b[0].seen);
        HOLDS(b[way].hits == b[0].hits && b[way].offset == len);
        for (unsigned i = 0; i < b[0].hits; i++) {
            HOLDS(b[way].hit[i] == b[0].hit[i]);
            HOLDS(memcmp(in + b[0].hit[i], "-----BEGIN CERT", 15) == 0);
        }
    }
    HOLDS(b[0].seen >= begun(in, len));
    check_failing(wanted, first.dn_len, in, len, count[0]);
    if (first.whole)
        HOLDS(b[0].hits > 0);
    return 0;
}
