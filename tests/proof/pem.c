/*
 * pem.c: PEM text of any bytes, wherever in it the reader is.
 */
#include "pems.h"

#define TEXT_MAX 6

static uint8_t text[TEXT_MAX];
static uint8_t out[TEXT_MAX + 3];

static void step(struct fimg_pem *p, size_t len)
{
    enum fimg_pem_event event;
    size_t used, out_len;

    any_bytes(text, sizeof text);
    used = fimg_pem_feed(p, text + (TEXT_MAX - len), len,
                         out + (TEXT_MAX - len), &out_len, &event);
    must(used <= len && (len == 0 || used > 0));
    must(out_len <= len + 3);
    must(event <= FIMG_PEM_END && sound_pem(p));
}

int main(void)
{
    struct fimg_pem p;
    size_t len = (size_t)Frama_C_interval(0, TEXT_MAX);

    any_pem(&p);
    //@ split p.state;
    //@ split len;
    if (p.state == FIMG_PEM_OUTSIDE) {
        //@ split p.matched;
        step(&p, len);
    } else {
        //@ split p.digits;
        if (sound_pem(&p))
            step(&p, len);
    }
    return 0;
}
