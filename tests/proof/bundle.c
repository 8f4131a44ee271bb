/*
 * bundle.c: a trust bundle of any bytes, wherever in it the search is.
 *
 * The reader of certificates takes any of the bytes, at least one, for any
 * field (see der.c).
 */
#include "pems.h"

#define TEXT_MAX 4

static uint8_t text[TEXT_MAX];

/* Hits never outnumber their room; the reader of text is sound (pem.c). */
static bool sound(const struct fimg_bundle *b)
{
    return b->hits <= FIMG_BUNDLE_HITS && sound_pem(&b->pem);
}

size_t fimg_der_feed(struct fimg_der *d, const uint8_t *in, size_t len,
                     enum fimg_der_field *field, bool *ends)
{
    size_t n = 1;

    any_bytes(d, sizeof *d);
    //@ check len > 0 && \valid_read(in + (0 .. len - 1));
    //@ check \initialized(in + (0 .. len - 1));
    while (n < len && any_bool())
        n++;
    *field = (enum fimg_der_field)Frama_C_interval(0, FIMG_DER_FAILED);
    *ends = any_bool();
    return n;
}

static void any_search(struct fimg_bundle *b)
{
    any_bytes(b->wanted, sizeof b->wanted);
    b->wanted_len = any_u32();
    b->subject_left = any_u32();
    any_bytes(&b->der, sizeof b->der);
    any_pem(&b->pem);
    b->offset = any_u32();
    b->begin = any_u32();
    b->seen = any_u32();
    b->hits = (unsigned)Frama_C_interval(0, FIMG_BUNDLE_HITS);
    any_bytes(b->hit, sizeof b->hit);
}

static void step(struct fimg_bundle *b, size_t len)
{
    any_bytes(text, sizeof text);
    fimg_bundle_feed(b, text + (TEXT_MAX - len), len);
    must(sound(b));
}

int main(void)
{
    struct fimg_bundle b;
    uint8_t wanted[br_sha256_SIZE];
    size_t len = (size_t)Frama_C_interval(0, TEXT_MAX);

    any_bytes(wanted, sizeof wanted);
    fimg_bundle_start(&b, wanted, any_u32());
    must(sound(&b));
    any_search(&b);
    //@ split b.pem.state;
    //@ split b.pem.digits;
    //@ split len;
    if (sound(&b))
        step(&b, len);
    return 0;
}
