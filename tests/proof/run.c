/*
 * run.c: a line's bytes are counted a word at a time: up to 24 bytes, any.
 */
#include "fimg_head.c"

#include "any.h"

#define TEXT_MAX 24

int main(void)
{
    static uint8_t text[TEXT_MAX];
    size_t len = (size_t)Frama_C_interval(0, TEXT_MAX);

    any_bytes(text, sizeof text);
    //@ split len;
    must(text_run(text + (TEXT_MAX - len), len) <= len);
    return 0;
}
