/*
 * text.c: any text of up to 6 bytes, and any secret of up to 5.
 */
#include "fimg_text.h"

#include <string.h>

#include "any.h"

#define TEXT_MAX 6
#define SECRET_MAX 5

static char text[TEXT_MAX];
static char secret[SECRET_MAX + 1];

/* The last `len` bytes of `text`, any. */
static char *any_end(size_t len)
{
    any_bytes(text, sizeof text);
    return text + (TEXT_MAX - len);
}

static void read_only(size_t len)
{
    uint32_t number;

    (void)fimg_text_is(any_end(len), len, "text");
    (void)fimg_text_is(any_end(len), len, "");
    (void)fimg_parse_u32(any_end(len), len, &number);
    must(fimg_hex_value(any_u8()) < 16);
    (void)fimg_is_token_char(any_u8());
    (void)fimg_is_value_char(any_u8());
}

static void written(size_t len, size_t secret_len)
{
    char *at = any_end(len);
    size_t cap = (size_t)Frama_C_interval(0, TEXT_MAX), n;

    any_text(secret, secret_len);
    fimg_text_mask(at, len, secret);
    n = fimg_text_clean(any_end(len), len);
    must(n <= len);
    //@ split cap;
    n = fimg_text_shorten(any_end(len), len, cap);
    must(n <= len && n <= cap);
    fimg_wipe(at, len);
}

int main(void)
{
    size_t len = (size_t)Frama_C_interval(0, TEXT_MAX);
    size_t secret_len = (size_t)Frama_C_interval(0, SECRET_MAX);

    //@ split len;
    //@ split secret_len;
    read_only(len);
    written(len, secret_len);
    return 0;
}
