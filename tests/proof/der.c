/*
 * der.c: bytes of a certificate, wherever in it the reader is.
 */
#include "fimg_der.h"

#include "any.h"

#define LENGTH_OF_3 (FIMG_DER_LENGTH_MORE + 2) /* bytes of it to come */

/* Content that is awaited is not empty. */
static bool sound(const struct fimg_der *d)
{
    return d->field == FIMG_DER_REST || d->field == FIMG_DER_FAILED ||
           (d->field < FIMG_DER_REST && d->part <= LENGTH_OF_3 &&
            (d->part != FIMG_DER_CONTENT || d->left > 0));
}

/* Where the first byte's meaning as a length changes: short, unknown, of 1 to
   3 bytes, longer. */
static const int first[] = { 0x00, 0x80, 0x81, 0x84, 0x100 };

/* Any bytes can be fed. One leads from a sound state to another. */
static void step(struct fimg_der *d, size_t len, uint8_t byte)
{
    const uint8_t *in = len == 1 ? &byte : any_window(len);
    enum fimg_der_field field;
    bool ends;
    size_t used;

    used = fimg_der_feed(d, in, len, &field, &ends);
    must(field <= FIMG_DER_FAILED);
    must(LONG || (used <= len && (len != 1 || used == 1)));
    must(len != 1 || sound(d));
}

int main(void)
{
    struct fimg_der d;
    size_t len = any_len();
    int kind = Frama_C_interval(0, 3);

    d.field = (uint8_t)Frama_C_interval(0, FIMG_DER_FAILED);
    d.part = (uint8_t)Frama_C_interval(0, LENGTH_OF_3);
    d.left = (uint32_t)Frama_C_interval(0, 4);
    //@ split d.field;
    //@ split d.part;
    //@ split d.left;
    //@ split len;
    //@ split kind;
    if (d.left == 4)
        d.left = any_u32() | 4;
    if (sound(&d) && (len == 1 || kind == 0))
        step(&d, len,
             (uint8_t)Frama_C_interval(first[kind], first[kind + 1] - 1));
    return 0;
}
