/*
 * type.c: the first bytes of any body, in any pieces.
 */
#include "fimg_type.h"

#include "any.h"

int main(void)
{
    struct fimg_magic m;
    enum fimg_type type;
    size_t len = any_len();

    any_bytes(m.first, sizeof m.first);
    m.len = (uint8_t)Frama_C_interval(0, FIMG_MAGIC_LEN);
    //@ split m.len;
    //@ split len;
    type = fimg_type_feed(&m, any_window(len), len);
    must(type <= FIMG_TYPE_HEIC && m.len <= FIMG_MAGIC_LEN);
    must(fimg_type_suffix((enum fimg_type)any_u32()) != NULL);
    return 0;
}
