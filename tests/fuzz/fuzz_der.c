/*
 * fuzz_der.c: the fields of a certificate, found while it goes by.
 *
 * The input is a certificate in DER. The walk below sees all of it at once.
 */
#include "fimg_der.h"

#include "fuzz.h"

/* How many bytes belong to each field, and how many were seen to end. */
struct fields {
    size_t len[FIMG_DER_FAILED + 1];
    bool ended[FIMG_DER_FAILED + 1];
};

static void feed(struct fields *f, enum fuzz_cut way, const uint8_t *in,
                 size_t len)
{
    struct cutter c = cutter_of(way, in, len);
    struct fimg_der der = { 0 };

    memset(f, 0, sizeof *f);
    for (size_t used = 0, n; used < len; used += n) {
        size_t piece_len = cutter_next(&c, len - used);
        uint8_t *piece = copy_of(in + used, piece_len);
        enum fimg_der_field field = FIMG_DER_FAILED;
        bool ends = false;

        n = fimg_der_feed(&der, piece, piece_len, &field, &ends);
        HOLDS(n > 0 && n <= piece_len && field <= FIMG_DER_FAILED);
        HOLDS(!f->ended[field] || field >= FIMG_DER_REST);
        f->len[field] += n;
        f->ended[field] |= ends;
        free(piece);
    }
}

/* Length of tag and length at `at`, and of the content; 0: it does not fit. */
static size_t header(const uint8_t *at, size_t len, uint8_t tag,
                     size_t *content)
{
    size_t more;

    if (len < 2 || at[0] != tag)
        return 0;
    more = at[1] & 0x80 ? at[1] & 0x7fu : 0;
    if (at[1] == 0x80 || more > 3 || len < 2 + more)
        return 0;
    *content = more ? 0 : at[1];
    for (size_t i = 0; i < more; i++)
        *content = *content << 8 | at[2 + i];
    return 2 + more;
}

/* The fields that are whole, up to the first that is not there as such. */
static void check(const struct fields *f, const uint8_t *in, size_t len)
{
    static const uint8_t tags[] = { 0x30, 0x30, 0xa0, 0x02, 0x30,
                                    0x30, 0x30, 0x30, 0x30 };
    size_t at = 0;

    for (int i = 0; i < FIMG_DER_REST; i++) {
        size_t content = 0, n;

        if (i == FIMG_DER_VERSION && at < len && in[at] == 0x02)
            continue;
        n = header(in + at, len - at, tags[i], &content);
        if (i <= FIMG_DER_TBS)
            content = 0;
        HOLDS(f->ended[i] == (n > 0 && content <= len - at - n));
        if (!f->ended[i])
            return;
        HOLDS(f->len[i] == n + content);
        at += n + content;
    }
    HOLDS(f->len[FIMG_DER_REST] == len - at);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct fields f[FUZZ_CUTS];

    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        feed(&f[way], way, in, len);
        for (int i = 0; i < FIMG_DER_REST; i++)
            HOLDS(f[way].ended[i] == f[0].ended[i] &&
                  (!f[0].ended[i] || f[way].len[i] == f[0].len[i]));
    }
    check(&f[0], in, len);
    return 0;
}
